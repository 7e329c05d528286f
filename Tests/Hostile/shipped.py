"""`raymesh` as the manifests run it: with their arguments and environment, in a control group with their memory."""

import os
import pathlib
import subprocess

import yaml
from confined import MIB, SHIPPED, enter, make_group, peak_of
from project import ROOT
from running import Running, eventually, free_port
from server import RAYMESH, make_certificates

WEBHOOK = "manifests/base/deployment.yaml"
CONTROLLER = "manifests/components/controller/deployment.yaml"


def container(path):
    """The only container of a Deployment in the manifests."""
    deployment = yaml.safe_load((ROOT / path).read_text())
    [found] = deployment["spec"]["template"]["spec"]["containers"]
    if found["resources"]["limits"]["memory"] != f"{SHIPPED // MIB}Mi":
        raise AssertionError(f"{path}: found {found['resources']}, expected the memory that these tests give")
    return found


def environment(of_container):
    """This process's variables, but of Raymesh's only those of a container."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("RAYMESH_")}
    return own | {each["name"]: each["value"] for each in of_container.get("env", []) if "value" in each}


class Shipped(Running):
    """A process that the kernel ends if it takes more memory than its container has."""

    def __init__(self, path, folder):
        super().__init__("127.0.0.1")
        self.container = container(path)
        self.file = pathlib.Path(folder) / f"log-{self.admin_port}"
        self.group = None

    def run(self, *flags, **variables):
        """Starts it with flags and variables that say where this machine has what a pod would have."""
        self.group = make_group()
        if not self.group:
            print("no control group can be made here: only the peak of resident memory is checked")
        command = ["setpriv", "--pdeathsig", "KILL", RAYMESH, *self.container["args"], *flags]
        address = ["--admin-listen", f"{self.address}:{self.admin_port}"]
        with open(self.file, "ab") as log:
            self.process = subprocess.Popen(
                command + address, stdin=subprocess.DEVNULL, stderr=log, env=environment(self.container) | variables,
                preexec_fn=(lambda: enter(self.group)) if self.group else None)

    def said(self):
        """What it has logged."""
        return self.file.read_text(errors="replace")

    def peak(self):
        """The most bytes that have been resident."""
        return peak_of(self.process)

    def wait(self):
        """Waits until it has ended, and removes its control group."""
        super().wait()
        self.leave()

    def kill(self):
        """Ends it, and removes its control group."""
        super().kill()
        self.leave()

    def leave(self):
        """Removes the control group."""
        if self.group:
            self.group.rmdir()
            self.group = None


class ShippedServer(Shipped):
    """`raymesh serve`; only its addresses and files differ from the manifests."""

    def __init__(self, folder):
        super().__init__(WEBHOOK, folder)
        self.port = free_port(self.address)
        self.certificates = pathlib.Path(folder)
        make_certificates(folder, self.address)

    def start(self):
        """Starts it, and waits until it is ready."""
        self.run(
            "--listen", f"{self.address}:{self.port}",
            RAYMESH_TLS_CERTIFICATE=str(self.certificates / "tls.crt"),
            RAYMESH_TLS_KEY=str(self.certificates / "tls.key"))
        eventually("it is ready", self.is_ready)
        return self
