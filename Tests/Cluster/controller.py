"""What tests of the controller share: a control plane of their own, and replicas with the manifests' own account and
roles."""

import itertools
import json
import os
import pathlib
import subprocess
import unittest
import urllib.request

import yaml
from control_plane import ControlPlane
from definitions import DEFINITIONS
from project import ROOT, read
from running import Running, eventually, free_port
from server import RAYMESH

SAMPLE = ROOT / "manifests/samples/raycluster.yaml"
# The accounts of the manifests.
CONTROLLER, WEBHOOK = "raymesh-controller", "raymesh"


class Plane(ControlPlane):
    """One that can lose its API server, and what etcd remembers."""

    def start(self):
        super().start()
        self.apply(*DEFINITIONS)
        for each in DEFINITIONS:
            name = f"customresourcedefinition/{each['metadata']['name']}"
            self.kubectl("wait", "--for=condition=Established", "--timeout=30s", name)
        self.kubectl("create", "namespace", "raymesh-system")
        self.kubectl("create", "namespace", "ray")
        self.apply(*yaml.safe_load_all(read("manifests/components/controller/service-account.yaml")))
        self.apply(*yaml.safe_load_all(read("manifests/components/controller-roles/rbac.yaml")))
        return self

    def start_etcd(self):
        self.etcd = super().start_etcd()
        return self.etcd

    def start_garbage_collector(self):
        """Kubernetes' own, which deletes what belonged to what is gone."""
        port = free_port("127.0.0.1")
        flags = {
            "kubeconfig": self.kubeconfig, "controllers": "garbagecollector", "leader-elect": "false",
            "bind-address": "127.0.0.1", "secure-port": port, "cert-dir": self.folder / "managers"}
        if self.minor < 24:
            # Later ones serve nothing in plain text.
            flags["port"] = 0
        self.run("kube-controller-manager", os.environ["KUBE_CONTROLLER_MANAGER"], flags)
        # The certificate is its own.
        health = ["curl", "--silent", "--insecure", f"https://127.0.0.1:{port}/healthz"]
        eventually("the garbage collector runs", lambda: self.is_ready() and subprocess.run(
            health, capture_output=True).stdout == b"ok")

    def account(self, name):
        """A kubeconfig for an account of Raymesh's namespace: its own token, in a file."""
        request = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {}}
        path = f"/api/v1/namespaces/raymesh-system/serviceaccounts/{name}/token"
        token = json.loads(self.kubectl("create", "--raw", path, "-f", "-", text=json.dumps(request)))
        (self.folder / f"token-{name}").write_text(token["status"]["token"])
        config = json.loads(self.kubeconfig.read_text())
        config["users"] = [{"name": "admin", "user": {"tokenFile": f"token-{name}"}}]
        config["contexts"][0]["context"]["namespace"] = "raymesh-system"
        path = self.folder / f"{name}.json"
        path.write_text(json.dumps(config))
        return path

    def lose_api_server(self, compacting=False):
        """Kills it, perhaps has etcd forget meanwhile, and starts it again at the same place."""
        name, process = self.processes.pop()
        assert name == "kube-apiserver"
        process.kill()
        process.wait()
        if compacting:
            self.compact()
        self.start_api_server(self.etcd)
        eventually("the API server is ready again", self.is_ready)

    def compact(self):
        """Has etcd forget all that was before."""
        revision = self.ask_etcd("/v3/kv/range", {"key": "AA=="})["header"]["revision"]
        self.ask_etcd("/v3/kv/compaction", {"revision": revision, "physical": True})

    def ask_etcd(self, path, body):
        request = urllib.request.Request(self.etcd + path, json.dumps(body).encode())
        with urllib.request.urlopen(request, timeout=30) as response:
            return json.load(response)


class Replica(Running):
    """A `raymesh control` of its own."""

    def __init__(self, plane):
        super().__init__("127.0.0.1")
        self.log = pathlib.Path(plane.folder) / f"control-{self.admin_port}.log"
        command = [
            "setpriv", "--pdeathsig", "KILL", RAYMESH, "control", "--kubeconfig", str(plane.account(CONTROLLER)),
            "--admin-listen", f"{self.address}:{self.admin_port}", "--log-format", "text"]
        environment = {name: value for name, value in os.environ.items() if not name.startswith("RAYMESH_")}
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=log, env=environment)

    def said(self):
        """What it has logged."""
        return self.log.read_text()

    def leads(self):
        """Whether it has said so; an error if it has ended."""
        self.must_live()
        return " became leader identity=" in self.said()


class WithReplica(unittest.TestCase):
    """A control plane and a replica that leads, for all tests of a class, and a name of a cluster for each test."""

    @classmethod
    def setUpClass(cls):
        cls.plane = Plane()
        cls.addClassCleanup(cls.plane.stop)
        cls.plane.start()
        cls.replica = Replica(cls.plane)
        cls.addClassCleanup(cls.replica.kill)
        eventually("it leads", cls.replica.leads)
        cls.names = (f"{cls.__name__.lower()}-{number}" for number in itertools.count(1))

    def setUp(self):
        self.name = next(self.names)

    def kubectl(self, *arguments, **options):
        return self.plane.kubectl("-n", "ray", *arguments, **options)


def managed(name, **parameters):
    """The sample under a name as the webhook leaves it, with parameters of its head group."""
    cluster = yaml.safe_load(SAMPLE.read_text())
    cluster["metadata"] |= {"name": name, "namespace": "ray"}
    cluster["spec"]["headGroupSpec"]["rayStartParams"] = parameters
    run = subprocess.run(
        [RAYMESH, "render"], input=json.dumps(cluster), check=True, capture_output=True, text=True)
    return list(yaml.safe_load_all(run.stdout))
