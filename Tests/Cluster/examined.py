"""A cluster for `raymesh doctor` to examine: the manifests as they are shipped, asked by Service, with a controller."""

import json
import pathlib
import shutil
import socket
import subprocess
import tempfile

import yaml
from controller import Plane, Replica
from project import ROOT, raymesh, read
from running import eventually
from server import RAYMESH, Server

OWN = "raymesh-system"
# Of what the overlay renders: what an API server alone can do something with, and what the controller has already.
LEFT_OUT = {"PodDisruptionBudget", "NetworkPolicy", "ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding"}


def own_address():
    """The machine's own, which Endpoints may have: they may not have one of loopback. Nothing is sent to the other."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
            return probe.getsockname()[0]
        except OSError as error:
            raise AssertionError("this needs an address of the machine that is not loopback's") from error


class Examined(Plane):
    """One whose API server calls webhooks at the addresses of Endpoints; that of a Service is none here."""

    flags = {"enable-aggregator-routing": "true"}

    def start(self):
        super().start()
        self.address = own_address()
        self.certificates = self.folder / "certificates"
        rendered = self.render()
        # As kubelet mounts it, from the Secret.
        self.server = Server(self.address, self.certificates, ["--drain-delay", "0s"]).start()
        self.apply(*(each for each in rendered if each["kind"] not in LEFT_OUT))
        self.kubectl("label", "namespace", "ray", "istio-injection=enabled")
        self.apply(*yaml.safe_load_all(read("manifests/doctor/rbac.yaml")))
        self.answer(2)
        self.kuberay()
        self.replica = Replica(self)
        eventually("it leads", self.replica.leads)
        return self

    def render(self):
        """The overlay for such a server, with certificates made for it."""
        with tempfile.TemporaryDirectory() as folder:
            copy = pathlib.Path(folder) / "manifests"
            shutil.copytree(ROOT / "manifests", copy, ignore=shutil.ignore_patterns("certs"))
            own = copy / "overlays/own-authority/certs"
            raymesh("certificates", "--host", f"raymesh.{OWN}.svc", "--directory", str(own))
            shutil.copytree(own, self.certificates)
            overlay = copy / "overlays/own-authority"
            if self.minor < 28:
                file, known = overlay / "kustomization.yaml", "components:\n"
                component = "kubernetes-1.20" if self.minor < 21 else "kubernetes-1.21"
                file.write_text(file.read_text().replace(known, f"{known}  - ../../components/{component}\n", 1))
            run = subprocess.run(
                ["kubectl", "kustomize", str(overlay)], check=True, capture_output=True, text=True)
        return list(yaml.safe_load_all(run.stdout))

    def answer(self, count):
        """Makes `count` pods ready behind the Service. One server stands for all of them."""
        ports = [{"name": "https", "port": self.server.port}]
        addresses = [{"ip": self.address}, {"ip": "198.51.100.1"}][:count]
        # A second one that answers is only counted, as it is behind a port that nobody calls.
        subsets = [{"addresses": addresses[:1], "ports": ports}] if count else []
        if count > 1:
            subsets.append({"addresses": addresses[1:], "ports": [{"name": "other", "port": 9}]})
        self.apply({
            "apiVersion": "v1", "kind": "Endpoints", "metadata": {"name": "raymesh", "namespace": OWN},
            "subsets": subsets})
        if self.minor >= 21:
            endpoints = [{"addresses": [self.address], "conditions": {"ready": True}}] if count else []
            self.apply({
                "apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice", "addressType": "IPv4",
                "metadata": {"name": "raymesh", "namespace": OWN, "labels": {"kubernetes.io/service-name": "raymesh"}},
                "endpoints": endpoints, "ports": ports})

    def kuberay(self, waits="false"):
        """Creates KubeRay's pod in the mesh. A pod's environment cannot be changed, so the pod is replaced."""
        self.kubectl("delete", "pod", "-n", "default", "kuberay-operator", "--force", "--grace-period=0", check=False)
        variable = {"name": "ENABLE_INIT_CONTAINER_INJECTION", "value": waits}
        self.apply({
            "apiVersion": "v1", "kind": "Pod",
            "metadata": {
                "name": "kuberay-operator", "namespace": "default",
                "labels": {"app.kubernetes.io/component": "kuberay-operator"}},
            "spec": {"automountServiceAccountToken": False, "containers": [
                {"name": "kuberay-operator", "image": "quay.io/kuberay/operator:v1.4.2", "env": [variable]},
                {"name": "istio-proxy", "image": "istio/proxyv2"}]}})

    def doctor(self, *flags, kubeconfig=None):
        """What it finds, and its exit code."""
        command = [RAYMESH, "doctor", "--kubeconfig", str(kubeconfig or self.kubeconfig), "--output", "json", *flags]
        run = subprocess.run(command, capture_output=True, text=True, timeout=120)
        if not run.stdout:
            raise AssertionError(f"the doctor says nothing: {run.stderr}")
        return Findings(json.loads(run.stdout), run.returncode)

    def stop(self):
        for name in ("replica", "server"):
            if hasattr(self, name):
                getattr(self, name).kill()
        super().stop()


class Findings:
    """What one run has found."""

    def __init__(self, report, code):
        self.report, self.code = report, code

    def amiss(self, least="notice"):
        """Of what is graver than ok: check, severity, and all its words."""
        grades = ["ok", "notice", "warning", "failure"]
        return [
            (each["check"], each["severity"], f"{each['subject']}: {each['found']} fix: {each['fix']}")
            for each in self.report["findings"] if grades.index(each["severity"]) >= grades.index(least)]

    def has(self, check, severity, words=""):
        """Whether something is amiss so."""
        return any(one == check and grade == severity and words in text for one, grade, text in self.amiss())

    def __repr__(self):
        return f"exit {self.code}: " + "\n".join(map(str, self.amiss()))
