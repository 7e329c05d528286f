"""What must hold whatever strangers do: honest reviews are answered, the process lives, and gives back what it took."""

import http.client
import threading
import unittest

from confined import MIB, memory_limit, peak_of
from honest import HEADERS, REVIEW, trust
from running import eventually

# Whoever means harm comes from here, and those who mean none from there.
HOSTILE, HONEST = "127.0.0.66", "127.0.0.10"
# A client that has waited for so long has not been answered.
PATIENCE = 60.0


def connect(server, source):
    """A connection of HTTP's from an address."""
    return http.client.HTTPSConnection(
        server.address, server.port, timeout=PATIENCE, context=trust(server), source_address=(source, 0))


def ask(server, body, source, path="/mutate?timeout=30s"):
    """Status, header and body of one answer on a connection of its own; status 0 where the server ends it before."""
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
        if self.server.ask("/livez") != "ok\n":
            self.failures.append("/livez is not green")
        self.answered += 1

    def more(self, count=3):
        """Waits until so many more looks have been taken."""
        end = self.answered + count
        eventually("honest reviews are answered", lambda: self.answered >= end or self.failures)


class Watched(unittest.TestCase):
    """Tests that watch a process `server`."""

    def descriptors(self):
        """How many are open."""
        return self.server.metric("process_open_fds")

    def memory(self):
        """Bytes in RAM."""
        return self.server.metric("process_resident_memory_bytes")

    def assert_unharmed(self, what, harm):
        """Before, while and after somebody does harm: all that must hold."""
        before = self.descriptors()
        with Watch(self.server) as watch:
            watch.more()
            try:
                harm(watch)
            finally:
                self.assertIsNone(self.server.process.poll(), f"{what}: the process has ended")
            watch.more()
        self.assertEqual(watch.failures[:3], [], what)
        eventually(f"{what}: descriptors are back", lambda: self.descriptors() <= before + 1)
        eventually(f"{what}: memory is back", lambda: self.memory() < memory_limit() / 2)
        self.assertLess(peak_of(self.server.process), memory_limit(), what)
        print(f"{what}: {watch.answered} honest answers, {self.told()}", flush=True)

    def told(self):
        """What it has used of memory."""
        peak = self.server.group.peak()
        inside = f", at most {peak / MIB:.0f} MiB in its control group" if peak else ""
        return f"{self.memory() / MIB:.0f} MiB, at most {peak_of(self.server.process) / MIB:.0f} MiB{inside}"
