"""Pods on this machine: each has a network of its own, its own processes and its own names.

Everything lives in the namespaces that isolated.sh makes, and ends with them.
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
IPV4, IPV6 = ipaddress.ip_network("10.66.0.0/16"), ipaddress.ip_network("fd66::/64")
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

    def __init__(self, addresses=IPV4):
        self.folder = Path(tempfile.mkdtemp(prefix="raymesh-pods-"))
        self.addresses = addresses
        self._free = (str(address) for address in itertools.islice(addresses.hosts(), 1, None))
        self.own = str(addresses[1])
        command("ip", "link", "set", "lo", "up")
        command("ip", "link", "add", "pods", "address", BRIDGE, "type", "bridge")
        add_address("pods", f"{self.own}/{addresses.prefixlen}")
        command("ip", "link", "set", "pods", "up")
        self.names = NameServer(self.own)

    def next_address(self):
        return next(self._free)


def add_address(link, address, *namespace):
    """`nodad`: an IPv6 address can be used at once, as no other has it."""
    command("ip", *namespace, "addr", "add", address, "dev", link, *(["nodad"] if ":" in address else []))


class Pod:
    """One node of a Ray cluster, from its start to its end."""

    def __init__(self, network, node, *, is_known=True):
        self.network, self.node = network, node
        self.address = network.next_address()
        self.label = re.sub("[.:]", "-", self.address)
        self.name = f"pod-{self.label}"
        self.folder = network.folder / self.name
        (self.folder / "ray").mkdir(parents=True)
        self.output_file = self.folder / "output"
        (self.folder / "hosts").write_text(f"127.0.0.1 localhost\n::1 localhost\n{self.address} {self.name}\n")
        domains = f"{node.namespace}.{DOMAIN} {DOMAIN} {DOMAIN.removeprefix('svc.')}"
        (self.folder / "resolv.conf").write_text(f"search {domains}\nnameserver {network.own}\noptions ndots:5\n")
        if is_known:
            self.become_known()
        self._connect()
        self.variables = {
            "PATH": f"{RAY}/bin:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin", "HOME": str(self.folder),
            "LANG": "C.UTF-8", "PYTHONUNBUFFERED": "1",
            # There is nobody to report to.
            "RAY_USAGE_STATS_ENABLED": "0",
        } | node.environment(self.name, self.address)
        self.process = self._begin()

    def _begin(self):
        """The process outside that waits for the pod's first one."""
        with self.output_file.open("wb") as output:
            return subprocess.Popen(
                ["ip", "netns", "exec", self.label, "unshare", "--mount", "--pid", "--uts", "--ipc", "--fork",
                 "--kill-child=SIGKILL", "--mount-proc", str(ENTRY), str(self.folder), self.name, self.node.line],
                env=self.variables, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT)

    def become_known(self):
        """From now on there is the name that CoreDNS gives a pod under the headless Service."""
        service = f"{self.node.name}-headless-svc.{self.node.namespace}.{DOMAIN}"
        self.network.names.add(f"{self.label}.{service}", self.address)

    @property
    def link(self):
        """The end of the pod's link that is on the bridge. The kernel takes names of 15 characters."""
        return f"v{self.label}"[-15:]

    def _connect(self):
        """The pod's network, as it is before anything runs in it."""
        inside = ["-n", self.label]
        command("ip", "netns", "add", self.label)
        command("ip", "link", "add", self.link, "type", "veth", "peer", "name", "eth0", "netns", self.label)
        command("ip", "link", "set", self.link, "master", "pods", "up")
        command("ip", *inside, "link", "set", "lo", "up")
        add_address("eth0", f"{self.address}/{self.network.addresses.prefixlen}", *inside)
        command("ip", *inside, "link", "set", "eth0", "up")

    def stop(self):
        """Ends every process of the pod: its first one takes all others of its namespace along."""
        self.process.kill()
        self.process.wait()
        # The kernel takes its time with a namespace, but not with a link.
        command("ip", "link", "delete", self.link)
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

