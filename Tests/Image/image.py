"""The image as others unpack it, and processes in it as others run them."""

import atexit
import functools
import json
import os
import pathlib
import subprocess
import tarfile
import tempfile

IMAGE = pathlib.Path(os.environ["IMAGE"])
PATIENCE = 60


def say(*command, **options):
    """What a command prints; an error with what it said if it fails."""
    run = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, **options)
    if run.returncode:
        raise AssertionError(f"{' '.join(map(str, command))}: {run.stderr}")
    return run.stdout


@functools.cache
def bundle():
    """What umoci makes of the image: its root filesystem, and what runc is told by its configuration."""
    temporary = tempfile.TemporaryDirectory()
    atexit.register(temporary.cleanup)
    folder = pathlib.Path(temporary.name)
    with tarfile.open(IMAGE) as files:
        files.extractall(folder / "layout")
    [manifest] = json.loads((folder / "layout/index.json").read_text())["manifests"]
    tag = manifest["annotations"]["org.opencontainers.image.ref.name"]
    say("umoci", "unpack", "--image", f"{folder / 'layout'}:{tag}", folder / "bundle")
    return folder / "bundle"


def root():
    """The root filesystem."""
    return bundle() / "rootfs"


class Process:
    """One in a container, as a pod's security context has it: nothing can be written and no capability is left. Of the
    network it has loopback alone."""

    def __init__(self, *arguments, mounts=(), environment=()):
        self.temporary = tempfile.TemporaryDirectory()
        self.folder = pathlib.Path(self.temporary.name)
        self.name = f"raymesh-test-{os.getpid()}-{self.folder.name}"
        specification = json.loads((bundle() / "config.json").read_text())
        specification["root"] = {"path": str(root()), "readonly": True}
        specification["process"] |= {"terminal": False, "capabilities": {}, "noNewPrivileges": True}
        specification["process"]["args"] += arguments
        specification["process"]["env"] += environment
        specification["mounts"] += [
            {"destination": inside, "source": str(outside), "type": "bind", "options": ["bind", "ro"]}
            for outside, inside in mounts]
        (self.folder / "config.json").write_text(json.dumps(specification))
        self.process = None

    def runc(self, *arguments):
        return ["runc", "--root", str(self.folder / "state"), *arguments]

    def run(self, text=None):
        """Runs it to its end."""
        source = {"input": text} if text is not None else {"stdin": subprocess.DEVNULL}
        return subprocess.run(
            self.runc("run", "--bundle", str(self.folder), self.name), capture_output=True, text=True,
            timeout=PATIENCE, **source)

    def start(self):
        """Starts it; its log is in a file."""
        with open(self.folder / "log", "wb") as log:
            self.process = subprocess.Popen(
                self.runc("run", "--bundle", str(self.folder), self.name), stdin=subprocess.DEVNULL, stdout=log,
                stderr=log)
        return self

    @property
    def log(self):
        return (self.folder / "log").read_text(errors="replace")

    def pid(self):
        """As the machine counts; 0 while it has not started."""
        if self.process.poll() is not None:
            raise AssertionError(f"it has ended: {self.log}")
        run = subprocess.run(self.runc("state", self.name), capture_output=True, text=True)
        state = json.loads(run.stdout) if run.returncode == 0 else {}
        return state["pid"] if state.get("status") == "running" else 0

    def ask(self, *command, check=True, **options):
        """Runs a command of the machine in the container's network."""
        run = subprocess.run(
            ["nsenter", "--net", "--target", str(self.pid()), *command], capture_output=True, timeout=PATIENCE,
            **options)
        if check and run.returncode:
            raise AssertionError(f"{' '.join(command)}: {run.stderr.decode()}\n{self.log}")
        return run.stdout if run.returncode == 0 else b""

    def end(self):
        """Asks it to end, as Kubernetes does; gives its exit code."""
        say(*self.runc("kill", self.name, "TERM"))
        return self.process.wait(timeout=PATIENCE)

    def discard(self):
        """Whatever has become of it."""
        subprocess.run(self.runc("delete", "--force", self.name), capture_output=True)
        if self.process:
            self.process.wait(timeout=PATIENCE)
        self.temporary.cleanup()
