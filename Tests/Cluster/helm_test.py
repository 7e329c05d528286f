"""The chart on a real API server, by Helm's own packages: what an upgrade and a rollback leave alone, and what an end
leaves behind."""

import atexit
import functools
import json
import unittest

import helm_python as helm
from admission import POLICIES_SINCE
from control_plane import ControlPlane
from definitions import definition
from project import ROOT

NAMESPACE = "raymesh-system"
BUNDLE = "Q0VSVElGSUNBVEU="


@functools.cache
def control_plane():
    """The one of this run, with cert-manager's kinds."""
    plane = ControlPlane()
    atexit.register(plane.stop)
    plane.start()
    kinds = [definition("cert-manager.io", kind, plural, "v1")
             for kind, plural in [("Issuer", "issuers"), ("Certificate", "certificates")]]
    plane.apply(*kinds)
    for each in kinds:
        name = f"customresourcedefinition/{each['metadata']['name']}"
        plane.kubectl("wait", "--for=condition=Established", "--timeout=30s", name)
    return plane


class SelfManaged(unittest.TestCase):
    values = {}
    # Whose certificate somebody else than Helm writes.
    secret = "raymesh-certificates"

    @classmethod
    def setUpClass(cls):
        cls.plane = control_plane()
        cls.helm = helm.Config(kubeconfig_path=cls.plane.kubeconfig, namespace=NAMESPACE)
        cls.addClassCleanup(cls.helm.close)

    def setUp(self):
        self.helm.install(str(ROOT / "manifests/chart"), "raymesh", self.values, create_namespace=True)

    def tearDown(self):
        self.helm.uninstall("raymesh", ignore_not_found=True)

    def upgrade(self, **values):
        self.helm.upgrade(str(ROOT / "manifests/chart"), "raymesh", self.values | values)

    def webhooks(self):
        return self.plane.stored("mutatingwebhookconfiguration", "raymesh")["webhooks"]

    def bundles(self):
        return {each["clientConfig"].get("caBundle") for each in self.webhooks()}

    def inject(self):
        """Puts an authority into every webhook, as Raymesh or cert-manager does."""
        patch = [{"op": "add", "path": f"/webhooks/{index}/clientConfig/caBundle", "value": BUNDLE}
                 for index in range(len(self.webhooks()))]
        self.plane.kubectl(
            "patch", "mutatingwebhookconfiguration", "raymesh", "--type=json", "--patch", json.dumps(patch),
            "--field-manager=somebody-else")
        self.assertEqual(self.bundles(), {BUNDLE})

    def test_an_upgrade_and_a_rollback_keep_the_bundle_that_somebody_has_put_in(self):
        self.inject()
        self.upgrade(replicas=3, webhooks={"timeoutSeconds": 4, "excludedNamespaces": ["apart"]})
        self.assertEqual({each["timeoutSeconds"] for each in self.webhooks()}, {4})
        self.assertEqual(self.plane.stored("deployment", "raymesh", "-n", NAMESPACE)["spec"]["replicas"], 3)
        self.assertEqual(self.bundles(), {BUNDLE})
        self.helm.rollback("raymesh", version=1)
        self.assertEqual({each["timeoutSeconds"] for each in self.webhooks()}, {5})
        self.assertEqual(self.bundles(), {BUNDLE})

    def test_an_upgrade_changes_no_secret(self):
        secret = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": self.secret, "namespace": NAMESPACE},
                  "type": "kubernetes.io/tls", "data": {"tls.crt": BUNDLE, "tls.key": BUNDLE}}
        self.plane.apply(secret)
        before = self.plane.stored("secret", self.secret, "-n", NAMESPACE)
        self.upgrade(replicas=3)
        self.assertEqual(self.plane.stored("secret", self.secret, "-n", NAMESPACE), before)

    def test_an_upgrade_moves_the_controller_out_of_the_webhook_and_a_rollback_moves_it_back(self):
        self.upgrade(controller="beside-webhook")
        self.assertEqual(self.controls(), ({"raymesh"}, {"raymesh"}))
        # With no values at all Helm would keep those that it has.
        self.upgrade(controller=True)
        self.assertEqual(self.controls(), ({"raymesh-controller"}, {"raymesh-controller"}))
        self.helm.rollback("raymesh", version=2)
        self.assertEqual(self.controls(), ({"raymesh"}, {"raymesh"}))

    def controls(self):
        """The Deployments that have the controller, and the accounts that have its rights."""
        deployments = self.plane.stored("deployments", "-n", NAMESPACE)["items"]
        containers = {
            each["metadata"]["name"]: each["spec"]["template"]["spec"]["containers"][0] for each in deployments}
        having = {name for name, each in containers.items() if each["args"] == ["control"] or "RAYMESH_CONTROLLER" in {
            variable["name"] for variable in each.get("env", [])}}
        bindings = [self.plane.stored("clusterrolebinding", "raymesh-controller"),
                    self.plane.stored("rolebinding", "raymesh-controller", "-n", NAMESPACE)]
        return having, {subject["name"] for each in bindings for subject in each["subjects"]}

    def test_nothing_of_a_release_stays(self):
        kinds = ",".join([
            "mutatingwebhookconfigurations", "clusterroles", "clusterrolebindings", "roles", "rolebindings",
            "deployments", "services", "serviceaccounts", "poddisruptionbudgets", "networkpolicies", "issuers",
            "certificates"])
        if self.plane.minor >= POLICIES_SINCE:
            kinds += ",validatingadmissionpolicies,validatingadmissionpolicybindings"
        labelled = ["get", kinds, "-A", "-l", "app.kubernetes.io/name=raymesh", "-o", "name"]
        self.assertGreater(len(self.plane.kubectl(*labelled).split()), 10)
        self.helm.uninstall("raymesh")
        self.assertEqual(self.plane.kubectl(*labelled), "")


class CertManager(SelfManaged):
    values = {"certificates": {"mode": "cert-manager"}}
    secret = "raymesh-tls"


if __name__ == "__main__":
    unittest.main()
