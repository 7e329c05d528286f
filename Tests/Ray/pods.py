"""Pods on this machine: each has a network of its own, its own processes and its own names.

Everything lives in the namespaces that Tests/Ray/run has made, and ends with them.
"""

import ipaddress
import itertools
import re
import subprocess
import tempfile
import time
from pathlib import Path

import listening
from environment import RAY
from kuberay import DOMAIN
from names import NameServer

# Addresses of the project's own, on a bridge that leads nowhere.
ADDRESSES = ipaddress.ip_network("10.66.0.0/16")
# One that stays. Else a bridge takes the least of its ports' as pods come and go, and for those that remember the old
# one the name server is gone for a minute.
BRIDGE = "02:00:00:00:00:01"
ENTRY = Path(__file__).with_name("pod")
# The logs that say why a node does not come up.
TELLING = r"raylet|gcs_server|dashboard(_agent)?\.|runtime_env|monitor"


def command(*words):
    run = subprocess.run(words, capture_output=True, text=True)
    if run.returncode != 0:
        raise RuntimeError(f"{' '.join(words)} ended with {run.returncode}: {run.stderr}")


class Network:
    """A bridge, and a name server for all pods on it. They end with the namespaces around them."""

    def __init__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="raymesh-ray-"))
        self._addresses = (str(address) for address in itertools.islice(ADDRESSES.hosts(), 1, None))
        command("ip", "link", "set", "lo", "up")
        command("ip", "link", "add", "pods", "address", BRIDGE, "type", "bridge")
        command("ip", "addr", "add", f"{ADDRESSES[1]}/{ADDRESSES.prefixlen}", "dev", "pods")
        command("ip", "link", "set", "pods", "up")
        self.names = NameServer(str(ADDRESSES[1]))

    def next_address(self):
        return next(self._addresses)


class Pod:
    """One node of a Ray cluster, from its start to its end."""

    def __init__(self, network, node, *, is_known=True):
        self.network, self.node = network, node
        self.address = network.next_address()
        self.label = self.address.replace(".", "-")
        self.name = f"pod-{self.label}"
        self.folder = network.folder / self.name
        (self.folder / "ray").mkdir(parents=True)
        self.output_file = self.folder / "output"
        (self.folder / "hosts").write_text(f"127.0.0.1 localhost\n::1 localhost\n{self.address} {self.name}\n")
        domains = f"{node.namespace}.{DOMAIN} {DOMAIN} {DOMAIN.removeprefix('svc.')}"
        (self.folder / "resolv.conf").write_text(f"search {domains}\nnameserver {ADDRESSES[1]}\noptions ndots:5\n")
        if is_known:
            self.become_known()
        self._connect()
        variables = {
            "PATH": f"{RAY}/bin:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin", "HOME": str(self.folder),
            "LANG": "C.UTF-8", "PYTHONUNBUFFERED": "1",
            # There is nobody to report to.
            "RAY_USAGE_STATS_ENABLED": "0",
        } | node.environment(self.name, self.address)
        with self.output_file.open("wb") as output:
            self.process = subprocess.Popen(
                ["ip", "netns", "exec", self.label, "unshare", "--mount", "--pid", "--uts", "--ipc", "--fork",
                 "--kill-child=SIGKILL", "--mount-proc", str(ENTRY), str(self.folder), self.name, node.line],
                env=variables, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT)
        self.variables = variables

    def become_known(self):
        """From now on there is the name that CoreDNS gives a pod under the headless Service."""
        service = f"{self.node.name}-headless-svc.{self.node.namespace}.{DOMAIN}"
        self.network.names.add(f"{self.label}.{service}", self.address)

    def _connect(self):
        inside = ["ip", "-n", self.label]
        command("ip", "netns", "add", self.label)
        command("ip", "link", "add", f"v{self.label}", "type", "veth", "peer", "name", "eth0", "netns", self.label)
        command("ip", "link", "set", f"v{self.label}", "master", "pods", "up")
        command(*inside, "link", "set", "lo", "up")
        command(*inside, "addr", "add", f"{self.address}/{ADDRESSES.prefixlen}", "dev", "eth0")
        command(*inside, "link", "set", "eth0", "up")

    def stop(self):
        """Ends every process of the pod: its first one takes all others of its namespace along."""
        self.process.kill()
        self.process.wait()
        # The kernel takes its time with a namespace, but not with a link.
        command("ip", "link", "delete", f"v{self.label}")
        command("ip", "netns", "delete", self.label)

    @property
    def output(self):
        text = self.output_file.read_text(errors="replace")
        return re.sub(r"\x1b\[[0-9;]*m", "", text)

    @property
    def first_process(self):
        """The pod's first process, as it is numbered out here, or `None` before it is there."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return int(children[0]) if children else None

    def listening(self):
        """The ports beyond loopback that the pod listens on, and who does."""
        return listening.beyond_loopback(self.first_process) if self.first_process else {}

    def runs(self, program):
        """Whether a program of this name runs in the pod."""
        if not self.first_process:
            return False
        namespace = Path(f"/proc/{self.first_process}/ns/pid").readlink()
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                if (folder / "comm").read_text() == f"{program}\n" and (folder / "ns/pid").readlink() == namespace:
                    return True
            except OSError:
                continue
        return False

    def wait_for_end(self, seconds):
        """The pod's exit code."""
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"still running after {seconds} s: {self.node.line}\n{self.output}") from None

    def wait_until(self, what, condition, seconds):
        """Waits for a condition, as long as the pod runs."""
        end = time.monotonic() + seconds
        while not condition():
            if (code := self.process.poll()) is not None:
                raise Ended(f"ended with {code} before {what}: {self.node.line}\n{self.output}\n{self.logs()}")
            if time.monotonic() > end:
                raise TookTooLong(f"no {what} within {seconds} s: {self.node.line}\n{self.output}\n{self.logs()}")
            time.sleep(0.1)

    def logs(self):
        """The ends of the logs in which Ray says why a node does not come up."""
        ends = []
        for file in sorted((self.folder / "ray").glob("session_2*/logs/*.*")):
            is_telling = file.is_file() and re.match(TELLING, file.name)
            lines = file.read_text(errors="replace").splitlines()[-8:] if is_telling else []
            ends += [f"── {file.name}", *(line[:300] for line in lines)] if lines else []
        return "\n".join(ends)

    def popen(self, *words, **options):
        """Starts a command in the pod, as `kubectl exec` would."""
        return subprocess.Popen(
            ["nsenter", "--target", str(self.first_process), "--mount", "--net", "--pid", "--uts", "--ipc", *words],
            env=self.variables, text=True, **options)


class Ended(AssertionError):
    """A pod that should run has ended."""


class TookTooLong(AssertionError):
    """Something that should come to pass has not."""

