"""What a Service is to an API server: one address, and for each new connection a replica that is ready."""

import selectors
import socket
import threading

PATIENCE = 10.0
# For this many seconds, connections may still go to a replica that is no longer ready.
LATE = 0.5


class Balancer(threading.Thread):
    """Passes bytes on, and does not look at them. Like kube-proxy it leaves a connection with its replica."""

    def __init__(self, servers, place=("127.0.0.1", 0)):
        super().__init__(daemon=True)
        self.follow(servers)
        self.listener = socket.create_server(place)
        self.port = self.listener.getsockname()[1]
        self.stopping = threading.Event()

    def follow(self, servers):
        """Goes to these from now on."""
        self.servers = servers
        self.ready = list(servers)
        self.passed = {server.address: 0 for server in servers}

    def __enter__(self):
        self.start()
        threading.Thread(target=self.watch, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.stopping.set()
        self.listener.close()

    def count(self):
        """How many connections there have been."""
        return sum(self.passed.values())

    def watch(self):
        """Looks at readiness, a little late as kubelet does."""
        while not self.stopping.wait(LATE):
            self.ready = [server for server in self.servers if server.ask("/readyz") is not None]

    def run(self):
        turn = 0
        while not self.stopping.is_set():
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            turn += 1
            threading.Thread(target=self.serve, args=(client, turn), daemon=True).start()

    def serve(self, client, turn):
        """One connection, from its beginning to its end."""
        ready = self.ready or self.servers
        server = ready[turn % len(ready)]
        with client:
            try:
                with socket.create_connection((server.address, server.port), timeout=PATIENCE) as replica:
                    self.passed[server.address] += 1
                    exchange(client, replica)
            except OSError:
                return


def exchange(one, other):
    """Passes on what either says, until either ends."""
    with selectors.DefaultSelector() as selector:
        selector.register(one, selectors.EVENT_READ, other)
        selector.register(other, selectors.EVENT_READ, one)
        while True:
            for key, _ in selector.select():
                piece = key.fileobj.recv(65536)
                if not piece:
                    return
                key.data.sendall(piece)
