"""Peers that take memory, handshakes or connections for themselves: honest reviews are answered all the while."""

import json
import tempfile
import unittest

from peers import at_once, hellos, idle, slow_bodies
from shapes import cluster, group, numbers, recorded, review
from shipped import ShippedServer
from watched import HONEST, HOSTILE, Watched, ask

MIB = 1 << 20
DENSE = b"[" + b"1," * (4 * MIB - 2) + b"1]"
PATCHED = b'"patchType":"JSONPatch"'


def large_review():
    """An honest one of 2.9 MB."""
    return review(cluster(annotations={"example.com/notes": "x" * 2_900_000}))


class PeersTest(Watched):
    """A server of its own for each test, so that each begins with one that is fresh."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.server = ShippedServer(folder.name).start()
        self.addCleanup(self.server.kill)

    def assert_turned_away_or(self, usual, answers):
        """Each is answered as usual, or told when to come back."""
        for status, headers in answers:
            self.assertIn(status, [usual, 503])
            if status == 503:
                self.assertIsNotNone(headers["Retry-After"])

    def test_bodies_that_parse_into_much_more(self):
        """JSON of 8 MiB, as dense as it can be, two and four at once."""
        for count in [2, 4]:
            self.assert_unharmed(f"{count} dense bodies", lambda _, count=count: self.assert_turned_away_or(
                400, at_once(self.server, [DENSE] * count)))

    def test_bodies_that_never_come_whole(self):
        """One client sends 32 and then 64 bodies of 8 MiB, each without its last byte."""
        for count in [32, 64]:
            def harm(_, count=count):
                for said in slow_bodies(self.server, count, DENSE):
                    self.assertIn(said[:13], [b"", b"HTTP/1.1 408 ", b"HTTP/1.1 503 "])
            self.assert_unharmed(f"{count} slow bodies", harm)

    def test_large_clusters_at_once(self):
        """Of 3 MB, 30 and 60: each is answered in the end, however often that takes."""
        body = review(cluster(group({"x": numbers(1_500_000)})))
        for count in [30, 60]:
            self.assert_unharmed(f"{count} RayClusters of 3 MB", lambda _, count=count: self.assert_turned_away_or(
                200, at_once(self.server, [body] * count)))
        status, _, answer = ask(self.server, large_review(), HONEST)
        self.assertEqual(status, 200, answer)

    def test_handshakes_that_only_the_server_works_for(self):
        """Keys of ffdhe8192 (CVE-2002-20001), by 20 and 40 sockets."""
        for sockets in [20, 40]:
            self.assert_unharmed(
                f"{sockets} sockets of hellos", lambda _, sockets=sockets: hellos(self.server, sockets, 20))

    def test_idle_connections(self):
        """As many as there is room for, and twice as many, of one client; each honest review has a new connection."""
        for count in [1024, 2048]:
            def harm(watch, count=count):
                with idle(self.server, count):
                    watch.more(10)
            self.assert_unharmed(f"{count} idle connections", harm)

    def test_a_slow_review_turns_nobody_else_away(self):
        """It took long; honest ones of its size come right after it."""
        slow = review(cluster(annotations=recorded(f"p{index}" for index in range(250_000))))

        def harm(_):
            self.assertIn(ask(self.server, slow, HOSTILE)[0], [200, 503])
            for _ in range(11):
                status, _, answer = ask(self.server, large_review(), HONEST, "/mutate?timeout=10s")
                self.assertEqual(status, 200, answer)
                self.assertIn(PATCHED, json.dumps(json.loads(answer), separators=(",", ":")).encode())

        self.assert_unharmed("a slow review", harm)


if __name__ == "__main__":
    unittest.main()
