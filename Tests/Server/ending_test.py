"""A replica that is told to end is gone soon: connections that nobody uses are closed in order, and hold up nothing."""

import signal
import socket
import tempfile
import unittest

from floods import Flooder
from h2.errors import ErrorCodes
from h2.events import ConnectionTerminated
from honest import REVIEW, trust
from server import Server, make_certificates

# What waits for the timeout does not come to its end here.
FLAGS = ["--drain-delay", "1s", "--drain-timeout", "1h", "--handshake-timeout", "1h"]
HEAD = b"POST /mutate HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\n"
PATIENCE = 60.0
COUNT = 10


def secure(server):
    """A connection that has sent nothing. If it ends without a TLS close notification, that is an error."""
    plain = socket.create_connection((server.address, server.port), timeout=PATIENCE)
    return trust(server).wrap_socket(plain, server_hostname=server.address, suppress_ragged_eofs=False)


def used(server):
    """A connection on which a review has been answered."""
    connection = secure(server)
    connection.sendall(HEAD + f"Content-Length: {len(REVIEW)}\r\n\r\n".encode() + REVIEW)
    head, _, body = connection.recv(1 << 16).partition(b"\r\n\r\n")
    length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
    while len(body) < length:
        body += connection.recv(1 << 16)
    if not head.startswith(b"HTTP/1.1 200 ") or b"close" in head.lower():
        raise AssertionError(head)
    return connection


def goodbye(client):
    """What a connection of HTTP/2 is told until its end: the last stream and the code of each GOAWAY."""
    said = []
    client.socket.settimeout(PATIENCE)
    while received := client.socket.recv(1 << 16):
        events = client.http.receive_data(received)
        said += [(each.last_stream_id, each.error_code) for each in events if isinstance(each, ConnectionTerminated)]
        client.socket.sendall(client.http.data_to_send())
    return said


class EndingTest(unittest.TestCase):
    """One server for each test."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        make_certificates(folder.name, "127.0.0.1")
        self.server = Server("127.0.0.1", folder.name, FLAGS).start()
        self.addCleanup(self.server.kill)

    def test_idle_connections_hold_up_nothing(self):
        """Of HTTP/1.1, used ones and fresh ones: each is told the end by TLS."""
        connections = [used(self.server) for _ in range(COUNT)] + [secure(self.server) for _ in range(COUNT)]
        self.server.process.send_signal(signal.SIGTERM)
        for connection in connections:
            with connection:
                self.assertEqual(connection.recv(1 << 16), b"")
        self.server.wait()
        self.assertEqual(self.server.process.returncode, 0, self.server.log)

    def test_connections_that_never_begin_hold_up_nothing(self):
        """Not even a handshake: each just ends."""
        place = (self.server.address, self.server.port)
        connections = [socket.create_connection(place, timeout=PATIENCE) for _ in range(COUNT)]
        with used(self.server):
            # They have been let in: this one came later.
            self.server.process.send_signal(signal.SIGTERM)
            for connection in connections:
                with connection:
                    self.assertEqual(connection.recv(1), b"")
        self.server.wait()
        self.assertEqual(self.server.process.returncode, 0, self.server.log)

    def test_idle_connections_of_http2_hold_up_nothing(self):
        """Each is told that it ends, and then which of its requests was the last to be looked at."""
        clients = [Flooder(self.server) for _ in range(COUNT)]
        for client in clients:
            client.get()
            while client.http.open_outbound_streams:
                client.exchange()
        self.server.process.send_signal(signal.SIGTERM)
        for client in clients:
            with client.socket:
                self.assertEqual(goodbye(client)[-1], (1, ErrorCodes.NO_ERROR))
        self.server.wait()
        self.assertEqual(self.server.process.returncode, 0, self.server.log)


if __name__ == "__main__":
    unittest.main()
