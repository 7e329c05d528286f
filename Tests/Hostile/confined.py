"""`raymesh` as the manifests run it: by their flags and environment, in their limit of memory as a control group."""

import atexit
import os
import pathlib
import re
import subprocess

import yaml
from project import ROOT
from running import Running, eventually, free_port
from server import RAYMESH, make_certificates

MIB = 1 << 20


def shipped(path="manifests/base/deployment.yaml"):
    """The container that the manifests have: the webhook's, or another's."""
    deployment = yaml.safe_load((ROOT / path).read_text())
    return deployment["spec"]["template"]["spec"]["containers"][0]


def memory_limit():
    """Bytes that the container may have."""
    return int(shipped()["resources"]["limits"]["memory"].removesuffix("Mi")) * MIB


class ControlGroup:
    """A control group of memory of its own, of version 1 or 2; without the right to make one, none."""

    def __init__(self, name):
        self.folder, self.version = None, 0
        for parent, version in hierarchies():
            folder = parent / name
            try:
                folder.mkdir()
                self.limit(folder, version)
            except OSError:
                continue
            self.folder, self.version = folder, version
            atexit.register(self.remove)
            return
        print("no control group of memory can be made here: none confines the process, which must stay below by itself")

    @staticmethod
    def limit(folder, version):
        """Puts the limit of the manifests on it, and none of it may be swapped out."""
        most = str(memory_limit())
        names = ["memory.limit_in_bytes", "memory.memsw.limit_in_bytes"] if version == 1 else ["memory.max"]
        for name in names:
            if (folder / name).exists() or name != "memory.memsw.limit_in_bytes":
                (folder / name).write_text(most)
        if version == 2 and (folder / "memory.swap.max").exists():
            (folder / "memory.swap.max").write_text("0")

    def command(self, command):
        """A command line that runs another in the group."""
        if not self.folder:
            return command
        return ["sh", "-c", 'echo $$ >"$0" && exec "$@"', str(self.folder / "cgroup.procs"), *command]

    def peak(self):
        """The most bytes that it has had, `None` where the kernel does not say."""
        for name in ["memory.max_usage_in_bytes", "memory.peak"]:
            if self.folder and (self.folder / name).exists():
                return int((self.folder / name).read_text())
        return None

    def remove(self):
        """Once nobody is in it."""
        if self.folder and self.folder.exists():
            eventually("the control group is left", lambda: not (self.folder / "cgroup.procs").read_text())
            self.folder.rmdir()


def hierarchies():
    """Where control groups of memory can be made, and by which version."""
    for line in pathlib.Path("/proc/mounts").read_text().splitlines():
        _, folder, kind, options, *_ = line.split()
        folder = pathlib.Path(folder)
        if kind == "cgroup" and "memory" in options.split(","):
            yield folder, 1
        if kind == "cgroup2" and "memory" in (folder / "cgroup.subtree_control").read_text().split():
            yield folder, 2


def peak_of(process):
    """The most bytes that a process has had in RAM."""
    status = pathlib.Path(f"/proc/{process.pid}/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) * 1024


class ConfinedServer(Running):
    """`raymesh serve` by the manifests' own arguments and environment; only addresses and files are others."""

    def __init__(self, address, folder):
        super().__init__(address)
        self.port = free_port(address)
        self.certificates = pathlib.Path(folder)
        make_certificates(folder, address)
        self.group = ControlGroup(f"raymesh-serve-{os.getpid()}")
        self.file = self.certificates / "log"

    def start(self):
        """Starts it, and waits until it is ready."""
        command = [
            RAYMESH, *shipped()["args"], "--listen", f"{self.address}:{self.port}",
            "--admin-listen", f"{self.address}:{self.admin_port}"]
        files = {
            "RAYMESH_TLS_CERTIFICATE": str(self.certificates / "tls.crt"),
            "RAYMESH_TLS_KEY": str(self.certificates / "tls.key")}
        self.process = start(self.group, command, self.file, environment(shipped()) | files)
        eventually("it is ready", self.is_ready)
        return self

    def said(self):
        """What it has logged."""
        return self.file.read_text(errors="replace")


def environment(container):
    """This process's, and of Raymesh's variables those of a container alone."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("RAYMESH_")}
    return own | {each["name"]: each["value"] for each in container.get("env", []) if "value" in each}


def start(group, command, file, variables):
    """A process in a control group that logs into a file."""
    with open(file, "ab") as log:
        return subprocess.Popen(
            group.command(["setpriv", "--pdeathsig", "KILL", *command]), stdin=subprocess.DEVNULL, stderr=log,
            env=variables)
