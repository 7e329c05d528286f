"""A `raymesh` process on an address of its own, as a pod has one, and what its admin listener says."""

import random
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request

PATIENCE = 180.0
# Ports below the ephemeral range (ip_local_port_range). No outgoing connection has one of these when a server needs it.
PORTS = range(20_000, 30_000)


def free_port(address):
    """A port that nobody listens on just now."""
    for port in random.sample(PORTS, 100):
        try:
            with socket.create_server((address, port)):
                return port
        except OSError:
            continue
    raise AssertionError(f"{address}: no free port")


def eventually(what, condition):
    """Waits until a condition holds, and fails if it never does."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        value = condition()
        if value:
            return value
        time.sleep(0.05)
    raise AssertionError(f"{what}: not within {PATIENCE:.0f} s")


class Running:
    """A running process. A subclass starts it, stores it in `process`, and returns its log from `said`."""

    def __init__(self, address):
        self.address = address
        self.admin_port = free_port(address)
        self.process = None

    def said(self):
        """What it has logged."""
        raise NotImplementedError

    def must_live(self):
        """Fails if it has ended."""
        if self.process.poll() is not None:
            raise AssertionError(f"raymesh has ended: {self.said()}")

    def is_ready(self):
        """Whether it says so."""
        self.must_live()
        return self.ask("/readyz") is not None

    def ask(self, path):
        """What the admin listener answers with 200, else None."""
        try:
            with urllib.request.urlopen(f"http://{self.address}:{self.admin_port}{path}", timeout=10) as response:
                return response.read().decode()
        except (urllib.error.URLError, OSError):
            return None

    def metric(self, name):
        """The sum of a metric's series, by the beginning of their lines."""
        text = eventually("metrics", lambda: self.ask("/metrics"))
        return sum(float(line.rsplit(" ", 1)[1]) for line in text.splitlines() if line.startswith(name))

    def stop(self):
        """Ends it as Kubernetes does; gives its exit code."""
        self.process.send_signal(signal.SIGTERM)
        try:
            self.wait()
        except subprocess.TimeoutExpired:
            self.kill()
            raise
        return self.process.returncode

    def wait(self):
        """Until it has ended."""
        self.process.wait(timeout=PATIENCE)

    def kill(self):
        """Ends it as a node does that burns."""
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.communicate()
