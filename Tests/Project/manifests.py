"""What kustomize makes of the manifests, for the tests of them."""

import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

import yaml
from project import ROOT, raymesh

OVERLAY = "overlays/own-authority"
SELF_MANAGED = "overlays/self-managed"
OLD = "overlays/kubernetes-1.20"
CERT_MANAGER = "overlays/cert-manager"
# Whom the API server asks for.
CERTIFICATE_HOST = "raymesh.raymesh-system.svc"
# How a namespace may join, each with a webhook of its own.
WAYS = ["injection", "revision", "namespace"]


def rendered(folder):
    """The objects of a kustomization, by kind."""
    if not shutil.which("kubectl"):
        raise AssertionError("no kubectl on the search path; hack/python-tools installs one")
    run = subprocess.run(["kubectl", "kustomize", str(folder)], capture_output=True, text=True)
    if run.returncode:
        raise AssertionError(run.stderr)
    objects = list(yaml.safe_load_all(run.stdout))
    # Of some kinds there is more than one each; they have their names with them.
    return {
        f"{each['kind']} {each['metadata']['name']}" if has_name(each) else each["kind"]: each
        for each in yaml.safe_load_all(run.stdout)}


def has_name(each):
    """Whether an object is one of several of its kind: cert-manager's, and roles beside the controller's."""
    return "cert-manager" in each["apiVersion"] or each["metadata"]["name"] == "raymesh-certificates"


def matches(selector, labels):
    """Whether a label selector of Kubernetes selects what has such labels."""
    tests = {
        "In": lambda value, values: value in values,
        "NotIn": lambda value, values: value not in values,
        "Exists": lambda value, _: value is not None,
        "DoesNotExist": lambda value, _: value is None,
    }
    wanted = selector.get("matchLabels", {}).items()
    expressions = selector.get("matchExpressions", [])
    return wanted <= labels.items() and all(
        tests[each["operator"]](labels.get(each["key"]), each.get("values")) for each in expressions)


class Manifests(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        """Renders a copy, so that certificates for the overlay leave the checkout alone."""
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        manifests = Path(folder.name) / "manifests"
        shutil.copytree(ROOT / "manifests", manifests, ignore=shutil.ignore_patterns("certs"))
        cls.certificates = manifests / OVERLAY / "certs"
        cls.host = CERTIFICATE_HOST
        raymesh("certificates", "--host", cls.host, "--directory", str(cls.certificates))
        cls.base = rendered(manifests / "base")
        cls.overlay = rendered(manifests / OVERLAY)
        cls.self_managed = rendered(manifests / SELF_MANAGED)
        cls.old = rendered(manifests / OLD)
        cls.cert_manager = rendered(manifests / CERT_MANAGER)

    def pod(self, objects=None):
        return (objects or self.base)["Deployment"]["spec"]["template"]

    def container(self, objects=None):
        return self.pod(objects)["spec"]["containers"][0]

    def webhooks(self, objects=None):
        """The webhooks by their names' first label."""
        webhooks = (objects or self.base)["MutatingWebhookConfiguration"]["webhooks"]
        return {each["name"].removesuffix(".raymesh.io"): each for each in webhooks}

    def client(self):
        """Where all webhooks are asked; an error where they differ in more than their paths."""
        clients = [each["clientConfig"]["service"] | {"path": ""} for each in self.webhooks().values()]
        self.assertEqual(clients, [clients[0]] * len(clients))
        return clients[0]
