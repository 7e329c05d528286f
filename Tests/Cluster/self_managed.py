"""What tests of self-managed certificates share: a control plane, the whole overlay, and replicas.

The API server calls the webhook by its Service, as in any cluster. The replicas have the settings and roles of the
manifests.
"""

import base64
import contextlib
import json
import os
import ssl
import subprocess
import tempfile
import threading

import yaml
from admission import SAMPLE, overlay
from control_plane import ControlPlane
from controller import WEBHOOK, Plane
from definitions import DEFINITIONS
from running import Running, eventually, free_port
from server import RAYMESH

# The API server dials a Service's address, and on Linux every one of these is this machine's.
SERVICES, SERVICE = "127.0.64.0/24", "127.0.64.64"
NAMESPACE, SECRET, CONFIGURATION = "raymesh-system", "raymesh-certificates", "raymesh"


class SelfManagedPlane(Plane):
    """A plane to which the overlay has been applied. Only the Service's port differs: it must be free here."""

    flags = {"service-cluster-ip-range": SERVICES}

    def start(self):
        ControlPlane.start(self)
        self.apply(*DEFINITIONS)
        for each in DEFINITIONS:
            name = f"customresourcedefinition/{each['metadata']['name']}"
            self.kubectl("wait", "--for=condition=Established", "--timeout=30s", name)
        self.service_port = free_port(SERVICE)
        self.objects = overlay(self)
        self.apply(*(each for each in self.objects if each["kind"] == "Namespace"))
        self.apply_overlay()
        self.apply({
            "apiVersion": "v1", "kind": "Namespace",
            "metadata": {"name": "mesh", "labels": {"istio-injection": "enabled"}}})
        return self

    def apply_overlay(self, *flags):
        """As somebody does who installs it, or whose GitOps does so again and again."""
        self.apply_objects(self.objects, *flags)

    def apply_objects(self, objects, *flags):
        """The same with objects of another overlay."""
        for each in objects:
            if each["kind"] == "Service":
                each["spec"]["clusterIP"] = SERVICE
                each["spec"]["ports"][0]["port"] = self.service_port
            for webhook in each.get("webhooks", []):
                webhook["clientConfig"]["service"]["port"] = self.service_port
        self.apply(*objects, flags=flags)

    def environment(self):
        """What the manifests' Deployment gives a pod of the webhook."""
        [deployment] = [each for each in self.objects
                        if (each["kind"], each["metadata"]["name"]) == ("Deployment", "raymesh")]
        [container] = deployment["spec"]["template"]["spec"]["containers"]
        return {each["name"]: each["value"] for each in container["env"]}

    def secret(self):
        """The Secret's data and metadata, None if there is none."""
        text = self.kubectl("-n", NAMESPACE, "get", "secret", SECRET, "-o", "json", check=False)
        return json.loads(text) if text else None

    def data(self, key):
        """One entry of the Secret, b"" if there is none."""
        return base64.b64decode(((self.secret() or {}).get("data") or {}).get(key, ""))

    def write(self, data):
        """Puts entries into the Secret, and makes it if there is none."""
        entries = {key: base64.b64encode(value).decode() if value else None for key, value in data.items()}
        if self.secret():
            self.kubectl("-n", NAMESPACE, "patch", "secret", SECRET, "-p", json.dumps({"data": entries}))
        else:
            self.kubectl("create", "-f", "-", text=json.dumps({
                "apiVersion": "v1", "kind": "Secret", "type": "kubernetes.io/tls",
                "metadata": {"name": SECRET, "namespace": NAMESPACE}, "data": entries}))

    def bundles(self):
        """The caBundle of each webhook."""
        webhooks = self.stored("mutatingwebhookconfiguration", CONFIGURATION)["webhooks"]
        return [base64.b64decode(each["clientConfig"].get("caBundle", "")) for each in webhooks]

    def trusts(self, count):
        """Whether every webhook has the same caBundle, with `count` authorities."""
        bundles = self.bundles()
        return len(set(bundles)) == 1 and bundles[0].count(b"BEGIN CERTIFICATE") == count

    def patch_for(self, version):
        """Changes the configuration in such a version, as a replica does, and in no other; whether it was that one."""
        patch = [
            {"op": "replace", "path": "/metadata/resourceVersion", "value": version},
            {"op": "add", "path": "/webhooks/0/timeoutSeconds", "value": 7}]
        run = self.kubectl_run(
            "patch", "mutatingwebhookconfiguration", CONFIGURATION, "--type=json", "-p", json.dumps(patch))
        if run.returncode and "the object has been modified" not in run.stderr:
            raise AssertionError(run.stderr)
        return run.returncode == 0

    def wipe(self):
        """Drops every caBundle, as a tool does that writes what Git has."""
        self.kubectl("patch", "mutatingwebhookconfiguration", CONFIGURATION, "--type=json", "-p", json.dumps([
            {"op": "remove", "path": f"/webhooks/{index}/clientConfig/caBundle"}
            for index, bundle in enumerate(self.bundles()) if bundle]))


class Replica(Running):
    """One `raymesh serve`, on an address of its own, as the Deployment has it."""

    def __init__(self, plane, address):
        super().__init__(address)
        self.port = free_port(address)
        self.log = tempfile.NamedTemporaryFile(dir=plane.folder, prefix="replica-", delete=False)
        self.environment = plane.environment()
        self.kubeconfig = str(plane.account(WEBHOOK))
        self.start()

    def start(self):
        """Starts it."""
        command = [
            "setpriv", "--pdeathsig", "KILL", RAYMESH, "serve", "--kubeconfig", self.kubeconfig,
            "--listen", f"{self.address}:{self.port}", "--admin-listen", f"{self.address}:{self.admin_port}",
            # Connections end early, so that new ones meet new certificates.
            "--connection-age", "1s", "--drain-delay", "0s", "--log-format", "text", "--log-level", "notice"]
        others = {name: value for name, value in os.environ.items() if not name.startswith("RAYMESH_")}
        self.process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stderr=self.log, env=others | self.environment)

    def said(self):
        """What it has logged."""
        with open(self.log.name, encoding="utf-8") as log:
            return log.read()

    def certificate(self):
        """What it serves, as PEM; None if it serves nothing."""
        with contextlib.suppress(OSError, ssl.SSLError):
            return ssl.get_server_certificate((self.address, self.port), timeout=10)
        return None


class Load(threading.Thread):
    """Has RayClusters admitted, in dry runs, round after round, until it is stopped."""

    AT_ONCE = 10

    def __init__(self, plane):
        super().__init__(daemon=True)
        self.plane = plane
        self.rounds = 0
        self.failures = []
        self.stopping = threading.Event()
        cluster = yaml.safe_load(SAMPLE.read_text())
        names = [f"load-{index}" for index in range(self.AT_ONCE)]
        items = [cluster | {"metadata": {"name": name, "namespace": "mesh"}} for name in names]
        self.text = json.dumps({"apiVersion": "v1", "kind": "List", "items": items})

    def __enter__(self):
        self.start()
        self.await_rounds(1)
        return self

    def __exit__(self, kind, *_):
        self.stopping.set()
        self.join()
        if not kind and self.failures:
            raise AssertionError(f"{len(self.failures)} of {self.rounds} rounds failed: {self.failures[0]}")

    def run(self):
        while not self.stopping.is_set():
            run = self.plane.kubectl_run("create", "--dry-run=server", "-o", "json", "-f", "-", text=self.text)
            patched = run.stdout.count('"raymesh.io/managed"')
            if run.returncode or patched != self.AT_ONCE:
                self.failures.append(run.stderr or f"{patched} of {self.AT_ONCE} are patched")
            self.rounds += 1

    def await_rounds(self, count=2):
        """Waits until `count` more rounds are over, or one has failed."""
        begun = self.rounds
        eventually("more admissions", lambda: self.rounds >= begun + count or self.failures)

    @property
    def admitted(self):
        return self.rounds * self.AT_ONCE
