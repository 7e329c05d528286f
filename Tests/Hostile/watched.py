"""What must hold whatever strangers do: honest reviews are answered, the process lives, and gives back what it took."""

import http.client
import threading
import time
import unittest

from confined import MIB, SHIPPED
from honest import HEADERS, REVIEW, trust
from running import eventually

# The addresses of hostile and of honest clients.
HOSTILE, HONEST = "127.0.0.66", "127.0.0.10"
# A client that has waited for longer counts as unanswered.
PATIENCE = 60.0
# What the process keeps for the next bodies once it has given back what they took.
KEPT = 72 * MIB
# A kubelet ends a container whose probe fails three times in a row, ten seconds apart, if a manifest says no other.
# Less than that may be the machine's: a processor that many share lets a loop wait.
RED = 20.0


def connect(server, source):
    """A connection of HTTP's from an address."""
    return http.client.HTTPSConnection(
        server.address, server.port, timeout=PATIENCE, context=trust(server), source_address=(source, 0))


def ask(server, body, source, path="/mutate?timeout=30s"):
    """Status, header and body of one answer on a connection of its own; status 0 if the server ends it before."""
    connection = connect(server, source)
    try:
        connection.request("POST", path, body, HEADERS)
        response = connection.getresponse()
        return response.status, response.headers, response.read()
    except TimeoutError:
        raise
    except (OSError, http.client.HTTPException):
        return 0, {}, b""
    finally:
        connection.close()


class Watch(threading.Thread):
    """Asks for an honest review, each time on a new connection, and whether the process lives, again and again."""

    def __init__(self, server):
        super().__init__(daemon=True)
        self.server = server
        self.answered = 0
        self.failures = []
        self.red_since = None
        self.reds = 0
        self.stopping = threading.Event()

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.stopping.set()
        self.join()

    def run(self):
        while not self.stopping.wait(0.02):
            try:
                self.look()
            except (OSError, AssertionError) as error:
                self.failures.append(repr(error))

    def look(self):
        """Once."""
        status, _, body = ask(self.server, REVIEW, HONEST, "/mutate?timeout=10s")
        if status != 200 or b'"patchType":"JSONPatch"' not in body:
            self.failures.append(f"{status}: {body[:200]}")
        self.probe()
        self.answered += 1

    def probe(self):
        """Whether a kubelet would let the process live."""
        if self.server.ask("/livez") == "ok\n":
            self.red_since = None
            return
        self.reds += 1
        self.red_since = self.red_since or time.monotonic()
        if time.monotonic() - self.red_since > RED:
            self.failures.append(f"/livez has not been green for {RED:.0f} s")

    def more(self, count=3):
        """Waits until `count` more honest reviews have been answered."""
        end = self.answered + count
        eventually("honest reviews are answered", lambda: self.answered >= end or self.failures)


class Watched(unittest.TestCase):
    """Tests that watch a process `server`."""

    def assert_unharmed(self, what, harm):
        """Checks what must hold before, while and after somebody does harm."""
        before = self.server.metric("process_open_fds")
        with Watch(self.server) as watch:
            watch.more()
            try:
                harm(watch)
            finally:
                self.assertIsNone(self.server.process.poll(), f"{what}: the process has ended")
            watch.more()
        self.assertEqual(watch.failures[:3], [], what)
        self.assert_given_back(what, before)
        self.assertLess(self.server.peak(), SHIPPED, what)
        reds = f", /livez {watch.reds} times red" if watch.reds else ""
        print(f"{what}: {watch.answered} honest answers, at most {self.server.peak() / MIB:.0f} MiB{reds}", flush=True)

    def assert_given_back(self, what, descriptors):
        """Waits until the process has no more descriptors and memory than before."""
        metric = self.server.metric
        eventually(f"{what}: descriptors are back", lambda: metric("process_open_fds") <= descriptors + 1)
        eventually(f"{what}: memory is back", lambda: (
            metric("raymesh_memory_held_bytes") == 0 and metric("process_resident_memory_bytes") < KEPT))
