"""A client that means no harm, on a connection that stays, while others misbehave."""

import http.client
import pathlib
import ssl
import threading

REVIEW = (pathlib.Path(__file__).parent.parent / "Benchmarks" / "review.json").read_bytes()
HEADERS = {"Content-Type": "application/json"}


class HonestClient(threading.Thread):
    """Asks again and again on one connection; any answer but a patch, or none, is a failure."""

    def __init__(self, server):
        super().__init__(daemon=True)
        self.server = server
        self.answered = 0
        self.failures = []
        self.stopping = threading.Event()

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.stopping.set()
        self.join()

    def run(self):
        connection = connect(self.server)
        while not self.stopping.is_set():
            try:
                connection = self.ask(connection)
                self.answered += 1
            except (OSError, http.client.HTTPException) as error:
                self.failures.append(repr(error))
                return
            self.stopping.wait(0.01)
        connection.close()

    def ask(self, connection):
        """Asks once, and gives the connection for the next time."""
        connection.request("POST", "/mutate?timeout=10s", REVIEW, HEADERS)
        response = connection.getresponse()
        body = response.read()
        if response.status != 200 or b'"patchType":"JSONPatch"' not in body:
            self.failures.append(f"{response.status}: {body[:200]}")
        # The age of a connection ends it with an answer, never without.
        return connection if response.getheader("Connection") != "close" else connect(self.server)


def trust(server):
    """TLS that trusts the server's authority."""
    return ssl.create_default_context(cafile=str(server.certificates / "ca.crt"))


def connect(server):
    """A connection of HTTP's."""
    return http.client.HTTPSConnection(server.address, server.port, timeout=30, context=trust(server))
