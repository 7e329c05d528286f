"""A `raymesh serve` of its own, on an address of its own, as a pod has one."""

import os
import pathlib
import subprocess

from running import PATIENCE, Running, eventually, free_port

RAYMESH = os.environ.get("RAYMESH", ".build/release/raymesh")


def make_certificates(folder, *hosts):
    """An authority and a serving certificate in a folder."""
    command = [RAYMESH, "certificates", "--host", *(hosts or ["localhost"]), "--directory", str(folder)]
    subprocess.run(command, check=True, capture_output=True)


class Server(Running):
    """One replica. It can be stopped and started again at the same place."""

    def __init__(self, address, certificates, flags=()):
        super().__init__(address)
        self.port = free_port(address)
        self.certificates = pathlib.Path(certificates)
        self.flags = list(flags)
        self.log = None
        # What the process does before it becomes a server.
        self.preexec = None

    def start(self):
        """Starts it, and waits until it is ready."""
        self.spawn()
        eventually(f"{self.address} is ready", self.is_ready)
        return self

    def spawn(self):
        """Starts it."""
        command = [
            RAYMESH, "serve", "--listen", f"{self.address}:{self.port}",
            "--admin-listen", f"{self.address}:{self.admin_port}", "--log-level", "notice",
            "--tls-certificate", str(self.certificates / "tls.crt"), "--tls-key", str(self.certificates / "tls.key"),
        ]
        self.process = subprocess.Popen(
            command + self.flags, stderr=subprocess.PIPE, text=True, preexec_fn=self.preexec)

    def said(self):
        """What it has logged, once it has ended."""
        return self.process.stderr.read()

    def wait(self):
        """Until it has ended; then `log` is what it has logged."""
        _, self.log = self.process.communicate(timeout=PATIENCE)
