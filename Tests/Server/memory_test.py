"""Bodies that take more memory than there is, with the shipped flags in the shipped 256 MiB: nobody else notices."""

import concurrent.futures
import json
import socket
import tempfile
import threading
import time
import unittest

from attacks import HEAD, rest
from confined import MIB, SHIPPED, ConfinedServer
from honest import REVIEW, HonestClient, trust
from running import eventually
from server import make_certificates

LARGEST = 8 * MIB
ONE_CLIENT = "127.0.0.3"
PATIENCE = 60.0


def dense(size):
    """Numbers, which take the most memory of all texts."""
    return b"[" + b"1," * ((size - 3) // 2) + b"1]"


def cluster(size):
    """A review of a RayCluster full of numbers."""
    review = json.loads(REVIEW)
    review["request"]["object"]["spec"]["headGroupSpec"]["rayStartParams"]["x"] = [1] * (size // 2)
    return json.dumps(review, separators=(",", ":")).encode()


def dial(server, source="127.0.0.1"):
    """A connection over TLS from an address."""
    plain = socket.create_connection((server.address, server.port), timeout=PATIENCE, source_address=(source, 0))
    return trust(server).wrap_socket(plain, server_hostname=server.address)


def post(server, body, source="127.0.0.1"):
    """The answer to a body, with its status."""
    with dial(server, source) as connection:
        head = HEAD + b"Content-Length: %d\r\nConnection: close\r\n\r\n" % len(body)
        try:
            connection.sendall(head + body)
        except OSError:
            pass
        said = rest(connection)
    return int(said.split(b" ", 2)[1]) if said.startswith(b"HTTP/1.1 ") else 0, said


class SlowBody(threading.Thread):
    """Sends a large body without its end, and then hardly anything. It starts over when it is cut off."""

    def __init__(self, server, ending):
        super().__init__(daemon=True)
        self.server, self.ending = server, ending

    def run(self):
        while not self.ending.is_set():
            try:
                with dial(self.server, ONE_CLIENT) as connection:
                    self.hold(connection)
            except OSError:
                self.ending.wait(0.1)

    def hold(self, connection):
        connection.settimeout(1)
        connection.sendall(HEAD + b"Content-Length: %d\r\n\r\n" % LARGEST)
        for _ in range(LARGEST // MIB - 1):
            connection.sendall(b"1," * (MIB // 2))
        while not self.ending.wait(0.5):
            connection.sendall(b"1," * 2048)


class MemoryTest(unittest.TestCase):
    """One server for all of it, twice: what the first time leaves behind, the second must find there."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        make_certificates(folder.name, "127.0.0.1")
        self.server = ConfinedServer("127.0.0.1", folder.name, ["--drain-delay", "0s"]).start()
        self.addCleanup(self.server.kill)
        if not self.server.group:
            print("no control group can be made here: the peak of resident memory is looked at instead")

    def beside_honest(self, attack):
        """Does something twice, while small reviews are answered and probes are well."""
        for _ in range(2):
            with HonestClient(self.server) as honest:
                attack()
                self.assertEqual(self.server.ask("/livez"), "ok\n")
                eventually("the honest client's work", lambda: honest.answered > 10 or honest.failures)
            self.server.must_live()
            self.assertEqual(honest.failures, [])
        print(f"{self.id().split('.')[-1]}: peak {self.server.peak() / MIB:.0f} MiB")
        self.assertLess(self.server.peak(), SHIPPED)
        eventually("the memory", lambda: self.server.metric("process_resident_memory_bytes") < 72 * MIB)
        self.assertEqual(self.server.metric("raymesh_memory_held_bytes"), 0)

    def test_two_bodies_of_numbers(self):
        """Each is more than a hundred MiB once it is parsed."""
        body = dense(LARGEST)

        def attack():
            with concurrent.futures.ThreadPoolExecutor(2) as pool:
                for status, said in pool.map(lambda _: post(self.server, body), range(2)):
                    self.assertIn(status, (400, 503), said[:200])

        self.beside_honest(attack)

    def test_thirty_clusters_at_once(self):
        """A client that is rejected is told when to retry, and is answered then."""
        body = cluster(3_000_000)

        def ask(_):
            end = time.monotonic() + PATIENCE
            while time.monotonic() < end:
                status, said = post(self.server, body)
                if status != 503:
                    return status, said
                self.assertIn(b"\r\nRetry-After: 1\r\n", said)
                time.sleep(1)
            raise AssertionError("turned away for ever")

        def attack():
            with concurrent.futures.ThreadPoolExecutor(30) as pool:
                for status, said in pool.map(ask, range(30)):
                    self.assertEqual(status, 200, said[:200])

        self.beside_honest(attack)

    def test_slow_bodies_of_one_client(self):
        """They hold what there is, until somebody else needs it."""
        body = cluster(7_000_000)

        def attack():
            ending = threading.Event()
            threads = [SlowBody(self.server, ending) for _ in range(32)]
            for each in threads:
                each.start()
            labels = '{listener="webhook",share="large"}'
            full = self.server.metric("raymesh_memory_budget_bytes" + labels) - LARGEST
            held = "raymesh_memory_held_bytes" + labels
            eventually("that no other body fits beside them", lambda: self.server.metric(held) > full)
            for _ in range(3):
                start = time.monotonic()
                status, said = post(self.server, body)
                self.assertEqual(status, 200, said[:200])
                print(f"a review of 7 MB beside 32 slow bodies: {time.monotonic() - start:.1f} s")
            ending.set()
            for each in threads:
                each.join()

        self.beside_honest(attack)
        self.assertGreater(self.server.metric("raymesh_memory_turned_away_total"), 0)

    def test_what_is_said_at_the_start(self):
        """The limit, where it is from, and what is left for bodies."""
        self.server.stop()
        line = next(line for line in self.server.log.splitlines() if "memory budget" in line)
        facts = json.loads(line)
        self.assertEqual(int(facts["largest-body"]), LARGEST)
        if self.server.group:
            self.assertEqual(int(facts["limit"]), SHIPPED)
            self.assertIn(str(self.server.group), facts["source"])


if __name__ == "__main__":
    unittest.main()
