"""Memory and descriptors stay where they are, however many requests come."""

import os
import pathlib
import tempfile
import unittest

from load import Load
from running import eventually
from server import Server, make_certificates

REQUESTS = int(os.environ.get("SOAK_REQUESTS", "100000"))
CONNECTIONS = 'raymesh_connections{listener="webhook"'
MIB = 1 << 20


class SoakTest(unittest.TestCase):
    """One server, asked in ten parts: what it holds after the second is what it may hold after the last."""

    def test_memory_and_descriptors_are_flat(self):
        """Slack is a twentieth for memory, as an allocator keeps what it got; descriptors have none."""
        with tempfile.TemporaryDirectory() as folder:
            make_certificates(folder)
            server = Server("127.0.0.1", folder, ["--drain-delay", "0s"]).start()
            self.addCleanup(server.kill)
            parts = []
            for _ in range(10):
                result = Load([server], pathlib.Path(folder) / "ca.crt", REQUESTS // 10).result()
                self.assertEqual(result["failures"], {})
                # The load has ended, but its connections may not have been closed yet.
                eventually("that no connection is left", lambda: server.metric(CONNECTIONS) == 0)
                resident = server.metric("process_resident_memory_bytes")
                parts.append((resident, server.metric("process_open_fds")))
            print("MiB, descriptors:", [(round(resident / MIB, 1), int(count)) for resident, count in parts])
            self.assertLess(parts[-1][0], parts[1][0] * 1.05)
            self.assertLessEqual(parts[-1][1], parts[1][1] + 1)
            self.assertEqual(server.stop(), 0, server.log)


if __name__ == "__main__":
    unittest.main()
