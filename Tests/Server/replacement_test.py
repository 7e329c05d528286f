"""No request is lost while certificates rotate and replicas are replaced, under load."""

import os
import tempfile
import unittest

from certificates import Certificates
from load import Load
from running import eventually
from server import Server

REPLACED = 'raymesh_certificate_reloads_total{result="replaced"'
REFUSED = 'raymesh_certificate_reloads_total{result="refused"'
REQUESTS = int(os.environ.get("REQUESTS", "50000"))
SPARSE = 1000


class ReplacementTest(unittest.TestCase):
    """Each test runs the load beside what it does to the servers."""

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.certificates = Certificates(self.folder.name, 3)
        # Two addresses of loopback, as two pods have two. A delay that is long beside the load's look at readiness.
        self.servers = [
            Server(address, self.certificates.mounted, ["--drain-delay", "1s"]).start()
            for address in ("127.0.0.1", "127.0.0.2")]
        for server in self.servers:
            self.addCleanup(server.kill)

    def load(self, requests=REQUESTS, **options):
        """The load, begun."""
        load = Load(self.servers, self.certificates.authorities, requests, **options)
        self.addCleanup(load.kill)
        return load

    def assert_nothing_failed(self, load, requests=REQUESTS):
        """Gives what the load came to, and says it."""
        result = load.result()
        print(f"{self._testMethodName}: {result}")
        self.assertEqual(result["failures"], {})
        self.assertGreaterEqual(result["answered"], requests)
        return result

    def test_certificates_rotate_under_load(self):
        """Every new pair is taken, and no connection is cut for it."""
        load = self.load()
        for number in range(1, 11):
            self.certificates.mount(number)
            for server in self.servers:
                eventually("the new pair", lambda each=server: each.metric(REPLACED) >= number)
        for server in self.servers:
            self.assertEqual(server.metric(REFUSED), 0)
        self.assertEqual(self.assert_nothing_failed(load)["retried"], 0)

    def test_replicas_are_replaced_under_load(self):
        """Replicas come and go, one after the other, as a Deployment replaces them."""
        load = self.load()
        for server in self.servers * 2:
            self.assertEqual(server.stop(), 0, server.log)
            server.start()
        self.assert_nothing_failed(load)

    def test_replicas_are_replaced_while_connections_are_mostly_idle(self):
        """A client that pauses for less than the drain time is told to reconnect, and loses no request."""
        load = self.load(SPARSE, connections=100, pause="3s")
        for server in self.servers * 2:
            self.assertEqual(server.stop(), 0, server.log)
            server.start()
        self.assertGreater(self.assert_nothing_failed(load, SPARSE)["dials"], 100)


if __name__ == "__main__":
    unittest.main()
