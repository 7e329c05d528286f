"""What kustomize makes of the manifests, for the tests of them."""

import atexit
import copy
import functools
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
# The key of the controller's Deployment; the webhook's is "Deployment".
CONTROLLER = "Deployment raymesh-controller"
# Objects of these names have their kinds alone as keys: the webhook's own, and what there is one of.
PLAIN = ("raymesh", "raymesh-system", "raymesh-tls", "raymesh-dashboard")
# From when on Kubernetes serves a kind. Of all others it has been there for longer than the manifests need.
SINCE = {"ValidatingAdmissionPolicy": 30, "ValidatingAdmissionPolicyBinding": 30}
# Whom the API server asks for.
CERTIFICATE_HOST = "raymesh.raymesh-system.svc"
# How a namespace may join, each with a webhook of its own.
WAYS = ["injection", "revision", "namespace"]


def rendered(folder):
    """The objects of a kustomization, by kind, and by name if they have another than the webhook's."""
    if not shutil.which("kubectl"):
        raise AssertionError("no kubectl on the search path; hack/python-tools installs one")
    run = subprocess.run(["kubectl", "kustomize", str(folder)], capture_output=True, text=True)
    if run.returncode:
        raise AssertionError(run.stderr)
    objects = list(yaml.safe_load_all(run.stdout))
    keyed = {key(each): each for each in objects}
    if len(keyed) < len(objects):
        raise AssertionError(f"two objects of one key among {[key(each) for each in objects]}")
    return keyed


def key(each):
    """How the tests call an object."""
    kind, name = each["kind"], each["metadata"]["name"]
    # kustomize adds a hash to the name of a Secret that it makes.
    is_plain = name in PLAIN or kind == "Secret" and name.rsplit("-", 1)[0] in PLAIN
    return kind if is_plain and "cert-manager" not in each["apiVersion"] else f"{kind} {name}"


def is_known(each, version):
    """Whether a version of Kubernetes, such as 1.28, serves the kind of an object."""
    return int(version.split(".")[1]) >= SINCE.get(each["kind"], 0)


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


@functools.cache
def shipped():
    """The certificates made for the overlays, and what kustomize makes of each, once for all classes.

    It is a copy that is rendered, so that certificates leave the checkout alone.
    """
    folder = tempfile.TemporaryDirectory()
    atexit.register(folder.cleanup)
    manifests = Path(folder.name) / "manifests"
    shutil.copytree(ROOT / "manifests", manifests, ignore=shutil.ignore_patterns("certs"))
    certificates = manifests / OVERLAY / "certs"
    raymesh("certificates", "--host", CERTIFICATE_HOST, "--directory", str(certificates))
    return certificates, {
        name: rendered(manifests / folder) for name, folder in [
            ("base", "base"), ("overlay", OVERLAY), ("self_managed", SELF_MANAGED), ("old", OLD),
            ("cert_manager", CERT_MANAGER)]}


class Manifests(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        """Each class has the objects for itself, to change them as it likes."""
        cls.certificates, objects = shipped()
        cls.host = CERTIFICATE_HOST
        for name, each in objects.items():
            setattr(cls, name, copy.deepcopy(each))

    def pod(self, objects=None, deployment="Deployment"):
        return (objects or self.base)[deployment]["spec"]["template"]

    def container(self, objects=None, deployment="Deployment"):
        return self.pod(objects, deployment)["spec"]["containers"][0]

    def pods(self):
        """The webhook's pod and the controller's, as the usual overlay has them."""
        return [self.pod(self.self_managed), self.pod(self.self_managed, CONTROLLER)]

    def webhooks(self, objects=None):
        """The webhooks by their names' first label."""
        webhooks = (objects or self.base)["MutatingWebhookConfiguration"]["webhooks"]
        return {each["name"].removesuffix(".raymesh.io"): each for each in webhooks}

    def client(self):
        """Where all webhooks are asked; an error if they differ in more than their paths."""
        clients = [each["clientConfig"]["service"] | {"path": ""} for each in self.webhooks().values()]
        self.assertEqual(clients, [clients[0]] * len(clients))
        return clients[0]
