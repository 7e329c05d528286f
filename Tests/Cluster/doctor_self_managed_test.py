"""What `raymesh doctor` says if Raymesh manages its own certificates: it looks at those, whatever else is there."""

import json
import subprocess
import unittest

from balancer import Balancer
from examined import Findings
from running import eventually
from self_managed import NAMESPACE, SECRET, SERVICE, Replica, SelfManagedPlane
from server import RAYMESH, make_certificates

OWN = f"Secret {NAMESPACE}/{SECRET}"


class SelfManagedDoctor(unittest.TestCase):
    """The whole overlay, and one replica with its settings. No pod is behind the Service, which doctor says too."""

    @classmethod
    def setUpClass(cls):
        cls.plane = SelfManagedPlane()
        cls.addClassCleanup(cls.plane.stop)
        cls.plane.start()

    def doctor(self, *flags):
        """What it finds."""
        command = [RAYMESH, "doctor", "--kubeconfig", str(self.plane.kubeconfig), "--output", "json", *flags]
        run = subprocess.run(command, capture_output=True, text=True, timeout=120)
        if not run.stdout:
            raise AssertionError(f"the doctor says nothing: {run.stderr}")
        return Findings(json.loads(run.stdout), run.returncode)

    def certificate(self):
        """What it finds of the serving certificate: severity and subject."""
        return [(each["severity"], each["subject"]) for each in self.doctor("--no-dry-run").report["findings"]
                if each["check"] == "certificate"]

    def left_over(self):
        """The Secret of another way to have certificates, of another authority, with a few days left."""
        folder = self.plane.folder / "left-over"
        make_certificates(folder, "elsewhere.example.com")
        self.plane.kubectl(
            "-n", NAMESPACE, "create", "secret", "tls", "raymesh-tls", f"--cert={folder / 'tls.crt'}",
            f"--key={folder / 'tls.key'}")
        self.addCleanup(self.plane.kubectl, "-n", NAMESPACE, "delete", "secret", "raymesh-tls")

    def test_it_looks_at_raymesh_s_own_secret_beside_one_that_is_left_over(self):
        self.left_over()
        self.assertEqual(self.certificate(), [("failure", f"Secret {SECRET}")])
        replica = Replica(self.plane, "127.0.0.1")
        self.addCleanup(replica.kill)
        eventually("it is ready", replica.is_ready)
        self.assertEqual(self.certificate(), [("ok", OWN)])
        with Balancer([replica], (SERVICE, self.plane.service_port)):
            found = self.doctor()
        self.assertFalse(found.has("ca-bundle", "failure"), found)
        self.assertFalse(found.has("dry-run", "failure"), found)


if __name__ == "__main__":
    unittest.main()
