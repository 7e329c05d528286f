"""What hack/run does, with the real binary on real sockets."""

import os
import random
import socket
import subprocess
import tempfile
import unittest

import yaml
from project import RAYMESH, ROOT, raymesh, read

SAMPLE = "manifests/samples/raycluster.yaml"


def free_ports(count):
    """Finds free ports below the ephemeral range, so that no other process gets them by chance."""
    ports = []
    for port in random.sample(range(20_000, 30_000), 100):
        try:
            with socket.create_server(("127.0.0.1", port)):
                ports.append(port)
        except OSError:
            continue
        if len(ports) == count:
            break
    return ports


class Run(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = folder.name
        raymesh("certificates", "--host", "localhost", "127.0.0.1", "--directory", cls.folder)

    def run_script(self, cluster=SAMPLE, **changes):
        webhook, admin = free_ports(2)
        self.address = changes.get("LISTEN", f"127.0.0.1:{webhook}")
        environment = {
            "RAYMESH": RAYMESH, "CERTIFICATES": self.folder,
            "LISTEN": self.address, "ADMIN_LISTEN": f"127.0.0.1:{admin}",
        }
        return subprocess.run(
            ["hack/run", cluster], cwd=ROOT, env=os.environ | environment | changes, capture_output=True, text=True,
            stdin=subprocess.DEVNULL)

    def assert_nothing_listens(self):
        host, port = self.address.rsplit(":", 1)
        with self.assertRaises(ConnectionRefusedError):
            socket.create_connection((host, int(port)), timeout=5)

    def test_the_sample_gets_its_patch_and_its_service_and_the_server_stops(self):
        run = self.run_script()
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertIn("/spec/headGroupSpec/rayStartParams/node-manager-port", run.stdout)
        self.assertIn("/spec/workerGroupSpecs/0/rayStartParams/node-ip-address", run.stdout)
        documents = [each for each in yaml.safe_load_all(run.stdout) if isinstance(each, dict)]
        services = [each for each in documents if each.get("kind") == "Service"]
        self.assertEqual([each["metadata"]["name"] for each in services], ["demo-headless-svc"])
        self.assert_nothing_listens()

    def test_a_port_in_use_is_named_and_its_owner_gets_no_request(self):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            taken.settimeout(0)
            address = "127.0.0.1:%d" % taken.getsockname()[1]
            run = self.run_script(LISTEN=address)
            self.assertEqual(run.returncode, 1)
            self.assertIn(f"{address} or 127.0.0.1:", run.stderr)
            self.assertIn("is taken", run.stderr)
            self.assertEqual(run.stdout, "")
            with self.assertRaises(BlockingIOError):
                taken.accept()

    def test_a_cluster_that_is_refused_fails_the_run_and_the_server_still_stops(self):
        cluster = yaml.safe_load(read(SAMPLE))
        cluster["spec"]["headGroupSpec"]["rayStartParams"] = {"node-manager-port": "70000"}
        with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
            yaml.safe_dump(cluster, file)
            file.flush()
            run = self.run_script(file.name)
        self.assertEqual(run.returncode, 1)
        self.assertIn("/spec/headGroupSpec/rayStartParams/node-manager-port", run.stderr)
        self.assert_nothing_listens()

    def test_a_server_of_another_authority_is_not_believed(self):
        with tempfile.TemporaryDirectory() as other:
            raymesh("certificates", "--host", "localhost", "127.0.0.1", "--directory", other)
            for name in ["tls.crt", "tls.key"]:
                os.symlink(f"{self.folder}/{name}", f"{other}/theirs-{name}")
                os.replace(f"{other}/theirs-{name}", f"{other}/{name}")
            run = self.run_script(CERTIFICATES=other)
        self.assertEqual(run.returncode, 1)
        self.assertIn("verify failed", run.stderr)
        self.assertEqual(run.stdout, "")

    def test_missing_certificates_are_named(self):
        run = self.run_script(CERTIFICATES=f"{self.folder}/nowhere")
        self.assertEqual(run.returncode, 1)
        self.assertIn("nowhere/tls.crt", run.stderr)


if __name__ == "__main__":
    unittest.main()
