"""A server in a control group of its own, with as much memory as the shipped pods have."""

import os
import pathlib
import re
import tempfile

from server import Server

MIB = 1 << 20
SHIPPED = 256 * MIB


class ConfinedServer(Server):
    """One that the kernel ends if it takes more; if no group can be made, its peak is looked at instead."""

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.group = make_group()

    def spawn(self):
        """Starts it within the group."""
        self.preexec = self.enter if self.group else None
        super().spawn()

    def enter(self):
        """Joins the group."""
        enter(self.group)

    def peak(self):
        """The most that has been resident, in bytes."""
        return peak_of(self.process)

    def kill(self):
        """Ends it, and takes the group away."""
        super().kill()
        if self.group:
            self.group.rmdir()
            self.group = None


def enter(group):
    """Moves this process into a group."""
    (group / "cgroup.procs").write_text(str(os.getpid()), encoding="ascii")


def peak_of(process):
    """The most bytes of a process that have been resident."""
    status = pathlib.Path(f"/proc/{process.pid}/status").read_text(encoding="ascii")
    return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) * 1024


def make_group():
    """A control group of 256 MiB below our own, None if that cannot be."""
    for parent, limit in parents():
        try:
            group = pathlib.Path(tempfile.mkdtemp(prefix="raymesh-", dir=parent))
        except OSError:
            continue
        try:
            (group / limit).write_text(str(SHIPPED), encoding="ascii")
            return group
        except OSError:
            group.rmdir()
    return None


def parents():
    """The folders of our own control groups, and the file that bounds memory there."""
    for line in pathlib.Path("/proc/self/cgroup").read_text(encoding="ascii").splitlines():
        _, controllers, path = line.split(":", 2)
        if "memory" in controllers.split(","):
            yield pathlib.Path("/sys/fs/cgroup/memory") / path.lstrip("/"), "memory.limit_in_bytes"
        elif not controllers:
            yield pathlib.Path("/sys/fs/cgroup") / path.lstrip("/"), "memory.max"
