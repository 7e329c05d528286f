"""What tests of admission share: a control plane, a replica that it asks, and the manifests' configuration of that."""

import atexit
import base64
import functools
import itertools
import json
import pathlib
import subprocess
import tempfile
import unittest

import yaml
from certificates import Certificates
from control_plane import ControlPlane
from definitions import DEFINITIONS
from project import ROOT
from running import eventually
from server import RAYMESH, Server

# By both the API server reaches loopback. It does not know that of the second, on Linux, so it takes it for another
# machine's, to which it offers HTTP/1.1 alone, as it does within a cluster.
LOOPBACK, ELSEWHERE = "127.0.0.1", "0.0.0.0"
MESH = {"istio-injection": "enabled"}
SAMPLE = ROOT / "manifests/samples/raycluster.yaml"
COUNTER = itertools.count(1)
# Since Kubernetes 1.30 API servers evaluate ValidatingAdmissionPolicies (v1).
POLICIES_SINCE = 30


@functools.cache
def control_plane():
    """The one of this run."""
    plane = ControlPlane()
    atexit.register(plane.stop)
    plane.start()
    plane.apply(*DEFINITIONS)
    for each in DEFINITIONS:
        name = f"customresourcedefinition/{each['metadata']['name']}"
        plane.kubectl("wait", "--for=condition=Established", "--timeout=30s", name)
    return plane


@functools.cache
def manifests():
    """What the project's manifests make for such a server, by kind."""
    return {each["kind"]: each for each in overlay(control_plane())}


def overlay(plane, name=None):
    """The objects of the usual overlay for such a server, or of another one."""
    name = name or ("self-managed" if plane.minor >= 28 else "kubernetes-1.20")
    rendered = subprocess.run(
        ["kubectl", "kustomize", str(ROOT / "manifests/overlays" / name)], check=True, capture_output=True, text=True)
    # As components/kubernetes-1.28 has it.
    return [each for each in yaml.safe_load_all(rendered.stdout)
            if plane.minor >= POLICIES_SINCE or not each["kind"].startswith("ValidatingAdmissionPolicy")]


def configure(host, port, authorities):
    """Applies the manifests' configuration, with another address and whom to trust there, and nothing else changed."""
    configuration = json.loads(json.dumps(manifests()["MutatingWebhookConfiguration"]))
    bundle = base64.b64encode(pathlib.Path(authorities).read_bytes()).decode()
    for each in configuration["webhooks"]:
        path = each["clientConfig"]["service"]["path"]
        each["clientConfig"] = {"url": f"https://{host}:{port}{path}", "caBundle": bundle}
    control_plane().apply(configuration)


class Admission(unittest.TestCase):
    """Each test has a namespace of its own; each class has a replica."""

    host = LOOPBACK
    flags = ["--drain-delay", "0s"]

    @classmethod
    def setUpClass(cls):
        cls.plane = control_plane()
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.certificates = Certificates(folder.name, 3, LOOPBACK, ELSEWHERE)
        cls.server = Server(LOOPBACK, cls.certificates.mounted, cls.flags).start()
        cls.addClassCleanup(cls.server.kill)
        cls.configure(cls.server.port)

    @classmethod
    def configure(cls, port, count=None):
        """And waits until the API server goes by it, which hears of it a little later: until a count has grown."""
        count = count or cls.reviews
        configure(cls.host, port, cls.certificates.authorities)
        namespace = cls.make_namespace(MESH)
        before = count()

        def is_asked():
            cls.plane.kubectl("create", "-n", namespace, "--dry-run=server", "-f", str(SAMPLE), check=False)
            return count() > before

        eventually("the API server asks there", is_asked)

    @classmethod
    def make_namespace(cls, labels):
        """A new one, with such labels."""
        name = f"test-{next(COUNTER)}"
        cls.plane.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": labels}})
        return name

    @classmethod
    def reviews(cls):
        """How many the replica has answered."""
        return cls.server.metric("raymesh_admission_reviews_total")

    def setUp(self):
        self.namespace = self.make_namespace(MESH)

    def kubectl(self, *arguments, **options):
        """In the test's namespace."""
        return self.plane.kubectl("-n", self.namespace, *arguments, **options)

    def kubectl_run(self, *arguments, text=None):
        """The same, whichever way it ends."""
        return self.plane.kubectl_run("-n", self.namespace, *arguments, text=text)

    def cluster(self, name="demo"):
        """The RayCluster as it is stored."""
        return self.plane.stored("-n", self.namespace, "raycluster", name)

    def written(self, path=SAMPLE):
        """What a file says, of a RayCluster."""
        return next(each for each in documents(path.read_text()) if each["kind"] == "RayCluster")

    def promised(self, written=None):
        """What `raymesh render` makes of a RayCluster, by default of the sample."""
        text = json.dumps(written or self.written())
        run = subprocess.run(
            [RAYMESH, "render", "--namespace", self.namespace], input=text, check=True, capture_output=True, text=True)
        return documents(run.stdout)[0]

    def assert_promised(self, stored, promised):
        """What is stored is what was promised, up to what the API server and kubectl add of their own."""
        self.assertEqual(stored["spec"], promised["spec"])
        annotations = promised["metadata"].get("annotations", {})
        self.assertLessEqual(annotations.items(), stored["metadata"].get("annotations", {}).items())


def documents(text):
    """The objects of a YAML file."""
    return [each for each in yaml.safe_load_all(text) if each]
