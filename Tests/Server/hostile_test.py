"""Hostile peers do no harm: honest clients are served throughout, and nothing is left behind."""

import concurrent.futures
import resource
import socket
import tempfile
import time
import unittest

from attacks import ATTACKS, FINITE_FIELD_HELLO, plain, say, secure
from floods import FLOODS, flood
from h2.errors import ErrorCodes
from honest import HonestClient
from running import eventually
from server import Server, make_certificates

SHORT = [
    "--handshake-timeout", "2s", "--head-timeout", "2s", "--body-timeout", "3s", "--write-timeout", "2s",
    "--idle-timeout", "20s", "--drain-delay", "0s", "--log-level", "error",
    # All peers of these tests have one address.
    "--maximum-connections-per-address", "0"]
AT_ONCE = 20
FLOODERS = 4
FLOODED = 'raymesh_http2_floods_total{listener="webhook"}'
MANY = 10_000
MIB = 1 << 20


class HostileTest(unittest.TestCase):
    """One server for all attacks, as a real one meets them."""

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        make_certificates(cls.folder.name, "127.0.0.1")
        cls.server = Server("127.0.0.1", cls.folder.name, SHORT).start()
        cls.addClassCleanup(cls.server.kill)

    def descriptors(self):
        """The number of open descriptors, without that of the scrape itself."""
        return self.server.metric("process_open_fds")

    def memory(self):
        """Bytes in RAM."""
        return self.server.metric("process_resident_memory_bytes")

    def assert_served(self, honest):
        """Whether the honest client got on with its work."""
        self.assertEqual(honest.failures, [])
        self.assertGreater(honest.answered, 10)

    def attack(self, attack, beginning):
        """Some peers at once, beside an honest one."""
        with HonestClient(self.server) as honest:
            with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
                for said in pool.map(lambda _: attack(self.server), range(AT_ONCE)):
                    self.assertTrue(said.startswith(beginning), said[:200])
            eventually("the honest client's work", lambda: honest.answered > 10 or honest.failures)
        self.assert_served(honest)

    def test_attacks(self):
        """Each twice: what the first time leaves in the allocator, the second must find there."""
        before = self.descriptors()
        for attack, beginning in ATTACKS:
            with self.subTest(attack.__name__):
                start = time.monotonic()
                self.attack(attack, beginning)
                first = self.memory()
                self.attack(attack, beginning)
                self.assertLess(self.memory(), first + 8 * MIB)
                eventually("that all is closed", lambda: self.descriptors() <= before + 1)
                print(f"{attack.__name__}: {time.monotonic() - start:.1f} s, {self.memory() / MIB:.0f} MiB")

    def test_floods(self):
        """Over HTTP/2, each ends its own connection, says why, and is counted."""
        before = self.descriptors()
        for each in FLOODS:
            with self.subTest(each.__name__), HonestClient(self.server) as honest:
                counted = self.server.metric(FLOODED)
                with concurrent.futures.ThreadPoolExecutor(FLOODERS) as pool:
                    for codes in pool.map(lambda _, some=each: flood(self.server, some), range(FLOODERS)):
                        self.assertLessEqual(set(codes), {ErrorCodes.ENHANCE_YOUR_CALM})
                eventually("that all are counted", lambda: self.server.metric(FLOODED) == counted + FLOODERS)
                eventually("the honest client's work", lambda: honest.answered > 10 or honest.failures)
            self.assert_served(honest)
            eventually("that all is closed", lambda: self.descriptors() <= before + 1)

    def test_ten_thousand_connections(self):
        """Far more than there is room for. Accepted connections stay, and when they close there is room again."""
        _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        if hard < MANY + 1000:
            self.skipTest(f"this machine allows {hard} descriptors, {MANY + 1000} are needed")
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        before, memory = self.descriptors(), self.memory()
        with HonestClient(self.server) as honest:
            eventually("its first answer", lambda: honest.answered)
            crowd = [dial(self.server) for _ in range(MANY)]
            eventually("that there is no room", lambda: self.descriptors() > 1000)
            self.assertLess(self.descriptors(), 1150)
            answered = honest.answered
            eventually("answers to who is in", lambda: honest.answered > answered + 100 or honest.failures)
            for each in crowd:
                each.close()
        self.assert_served(honest)
        eventually("that all is closed", lambda: self.descriptors() <= before + 1)
        self.assertLess(self.memory(), memory + 64 * MIB)
        with HonestClient(self.server) as honest:
            eventually("an answer to who is new", lambda: honest.answered > 10 or honest.failures)
        self.assert_served(honest)

    def test_idle_connections_over_tls(self):
        """As many as there is room for, none of which ever asks: who is new is answered at once, and probes are."""
        crowd = [secure(self.server) for _ in range(1100)]
        self.assertEqual(self.server.ask("/livez"), "ok\n")
        with HonestClient(self.server) as honest:
            eventually("answers to who is new", lambda: honest.answered > 10 or honest.failures)
        self.assert_served(honest)
        self.assertGreater(self.server.metric('raymesh_connections_evicted_total{listener="webhook",use="unused"}'), 0)
        for each in crowd:
            each.close()

    def test_hellos_with_finite_fields(self):
        """Many clients that want to cost more than they spend: each is refused, honest ones are served."""
        with HonestClient(self.server) as honest:
            with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
                for said in pool.map(lambda _: say(plain(self.server), FINITE_FIELD_HELLO), range(200)):
                    self.assertEqual(said, b"\x15\x03\x03\x00\x02\x02\x28")
            eventually("the honest client's work", lambda: honest.answered > 10 or honest.failures)
        self.assert_served(honest)
        self.assertGreaterEqual(
            self.server.metric('raymesh_tls_handshake_failures_total{kind="no-shared-group",listener="webhook"}'), 200)

    def test_crowd_at_the_admin_listener(self):
        """It has no room for all of them; who asks from elsewhere whether the process lives is told in time."""
        _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        crowd = [dial_admin(self.server, "127.0.0.2") for _ in range(1500)]
        for _ in range(10):
            self.assertEqual(self.server.ask("/livez"), "ok\n")
        for each in crowd:
            each.close()


def dial_admin(server, source):
    """A TCP connection to the admin listener from another address."""
    connection = socket.socket()
    connection.setblocking(False)
    connection.bind((source, 0))
    connection.connect_ex((server.address, server.admin_port))
    return connection


def dial(server):
    """A TCP connection that is not waited for: the kernel may leave it standing."""
    connection = socket.socket()
    connection.setblocking(False)
    connection.connect_ex((server.address, server.port))
    return connection


if __name__ == "__main__":
    unittest.main()
