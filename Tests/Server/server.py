"""A `raymesh serve` of its own, on an address of its own, as a pod has one."""

import os
import pathlib
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request

RAYMESH = os.environ.get("RAYMESH", ".build/release/raymesh")
PATIENCE = 60.0


def free_port(address):
    """A port that nobody listens on just now."""
    with socket.create_server((address, 0)) as server:
        return server.getsockname()[1]


def eventually(what, condition):
    """Waits until a condition holds, and fails where it never does."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        value = condition()
        if value:
            return value
        time.sleep(0.05)
    raise AssertionError(f"{what}: not within {PATIENCE:.0f} s")


def make_certificates(folder, *hosts):
    """An authority and a serving certificate in a folder."""
    command = [RAYMESH, "certificates", "--host", *(hosts or ["localhost"]), "--directory", str(folder)]
    subprocess.run(command, check=True, capture_output=True)


class Server:
    """One replica. It can be stopped and started again at the same place."""

    def __init__(self, address, certificates, flags=()):
        self.address = address
        self.port, self.admin_port = free_port(address), free_port(address)
        self.certificates = pathlib.Path(certificates)
        self.flags = list(flags)
        self.process = None
        self.log = None

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
        self.process = subprocess.Popen(command + self.flags, stderr=subprocess.PIPE, text=True)

    def is_ready(self):
        """Whether it says so."""
        if self.process.poll() is not None:
            raise AssertionError(f"the server has ended: {self.process.stderr.read()}")
        return self.ask("/readyz") is not None

    def ask(self, path):
        """What the admin listener answers with 200, else None."""
        try:
            with urllib.request.urlopen(f"http://{self.address}:{self.admin_port}{path}", timeout=10) as response:
                return response.read().decode()
        except (urllib.error.URLError, OSError):
            return None

    def metric(self, name):
        """The sum of a metric's series, by the beginning of its lines."""
        text = eventually("metrics", lambda: self.ask("/metrics"))
        return sum(float(line.rsplit(" ", 1)[1]) for line in text.splitlines() if line.startswith(name))

    def stop(self):
        """Ends it as Kubernetes does; gives its exit code and its log."""
        self.process.send_signal(signal.SIGTERM)
        try:
            _, self.log = self.process.communicate(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            self.kill()
            raise
        return self.process.returncode

    def kill(self):
        """Ends it where a test has failed."""
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.communicate()
