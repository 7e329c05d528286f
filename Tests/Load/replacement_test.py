"""No request is lost while certificates rotate and replicas are replaced, under load."""

import itertools
import json
import os
import pathlib
import subprocess
import tempfile
import unittest

from server import RAYMESH, Server, eventually

HERE = pathlib.Path(__file__).parent
REPLACED = 'raymesh_certificate_reloads_total{result="replaced"'
REFUSED = 'raymesh_certificate_reloads_total{result="refused"'
REQUESTS = int(os.environ.get("LOAD_REQUESTS", "50000"))


class Certificates:
    """Several pairs, each of an authority of its own, and a directory where one of them is, as kubelet mounts it."""

    def __init__(self, folder, count):
        self.folder = pathlib.Path(folder)
        self.mounted = self.folder / "mounted"
        self.mounted.mkdir()
        for number in range(count):
            subprocess.run(
                [RAYMESH, "certificates", "--host", "localhost", "--directory", str(self.folder / str(number))],
                check=True, capture_output=True)
        self.authorities = self.folder / "authorities.crt"
        self.authorities.write_bytes(
            b"".join((self.folder / str(number) / "ca.crt").read_bytes() for number in range(count)))
        self.count = count
        self.mount(0)
        for name in ("tls.crt", "tls.key"):
            (self.mounted / name).symlink_to(f"..data/{name}")

    def mount(self, number):
        """Swaps the pair by a rename, as kubelet's atomic writer does."""
        draft = self.mounted / "..data_tmp"
        draft.symlink_to(f"../{number % self.count}")
        draft.rename(self.mounted / "..data")


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

    def load(self):
        """The load, begun."""
        program = os.environ.get("LOAD", str(HERE / "load"))
        replicas = [
            f"{each.address}:{each.port}=http://{each.address}:{each.admin_port}/readyz" for each in self.servers]
        load = subprocess.Popen(
            [program, "-requests", str(REQUESTS), "-authorities", str(self.certificates.authorities),
             "-review", str(HERE.parent / "Benchmarks" / "review.json"), *replicas],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.addCleanup(load.kill)
        self.assertEqual(load.stderr.readline(), "load: begun\n")
        return load

    def assert_nothing_failed(self, load):
        """Gives what the load came to, and says it."""
        out, errors = load.communicate(timeout=600)
        self.assertEqual(load.returncode, 0, errors)
        result = json.loads(out)
        print(f"{self._testMethodName}: {result}")
        self.assertEqual(result["failures"], {})
        self.assertEqual(result["answered"], REQUESTS)
        return result

    def test_certificates_rotate_under_load(self):
        """Every new pair is taken, and no connection is cut for it."""
        load = self.load()
        rotations = 0
        for number in itertools.count(1):
            if load.poll() is not None:
                break
            self.certificates.mount(number)
            rotations += 1
            for server in self.servers:
                eventually("the new pair", lambda each=server: each.metric(REPLACED) >= rotations)
        self.assertGreaterEqual(rotations, 3, "too fast to say anything")
        for server in self.servers:
            self.assertEqual(server.metric(REFUSED), 0)
        result = self.assert_nothing_failed(load)
        self.assertEqual(result["retried"], 0)
        for server in self.servers:
            server.stop()

    def test_replicas_are_replaced_under_load(self):
        """Replicas come and go, one after the other, as a Deployment replaces them."""
        load = self.load()
        replaced = 0
        for server in itertools.cycle(self.servers):
            if load.poll() is not None:
                break
            self.assertEqual(server.stop(), 0, server.log)
            server.start()
            replaced += 1
        self.assertGreaterEqual(replaced, 2, "too fast to say anything")
        print(f"{replaced} replacements")
        self.assert_nothing_failed(load)
        for server in self.servers:
            server.stop()


if __name__ == "__main__":
    unittest.main()
