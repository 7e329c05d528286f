"""What the manifests' two accounts may do on a real API server: what each needs, and nothing of what the other does.
Whether the policies refuse what roles cannot refuse."""

import atexit
import functools
import json
import unittest

from admission import POLICIES_SINCE, overlay
from controller import CONTROLLER, WEBHOOK, managed
from running import eventually
from self_managed import CONFIGURATION, NAMESPACE, SECRET, SelfManagedPlane

BUNDLE = "Q0VSVElGSUNBVEU="
PATHS = {
    "configuration": f"/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/{CONFIGURATION}",
    "secrets": f"/api/v1/namespaces/{NAMESPACE}/secrets",
    "leases": f"/apis/coordination.k8s.io/v1/namespaces/{NAMESPACE}/leases",
}


@functools.cache
def control_plane():
    """The one of this run, with the whole overlay."""
    plane = SelfManagedPlane()
    atexit.register(plane.stop)
    return plane.start()


class WithAccounts(unittest.TestCase):
    """The whole overlay, and kubectl as each of its accounts."""

    @classmethod
    def setUpClass(cls):
        cls.plane = control_plane()
        cls.kubeconfigs = {name: str(cls.plane.account(name)) for name in [WEBHOOK, CONTROLLER]}

    @classmethod
    def run_as(cls, account, *arguments, text=None):
        """A run of kubectl by one of the accounts."""
        return cls.plane.kubectl_run("--kubeconfig", cls.kubeconfigs[account], *arguments, text=text)

    def assert_may(self, account, *arguments, text=None):
        run = self.run_as(account, *arguments, text=text)
        self.assertEqual(run.returncode, 0, f"{account}: kubectl {' '.join(arguments)}: {run.stderr}")
        return run.stdout

    def assert_may_not(self, account, *arguments, text=None):
        """A 403 of the API server's, and nothing else that goes wrong."""
        run = self.run_as(account, *arguments, text=text)
        self.assertNotEqual(run.returncode, 0, f"{account}: kubectl {' '.join(arguments)}: {run.stdout}")
        self.assertRegex(run.stderr, "[Ff]orbidden", f"{account}: kubectl {' '.join(arguments)}")

    @staticmethod
    def patch(*operations):
        """Arguments for a patch of the configuration."""
        name = ["mutatingwebhookconfiguration", CONFIGURATION]
        return ["patch", *name, "--type=json", "--patch", json.dumps(operations)]

    @staticmethod
    def bundle(index=0, value=BUNDLE):
        return {"op": "add", "path": f"/webhooks/{index}/clientConfig/caBundle", "value": value}


class Accounts(WithAccounts):
    def test_the_webhook_keeps_its_certificate(self):
        self.assert_may(WEBHOOK, "get", "--raw", PATHS["configuration"])
        self.assert_may(WEBHOOK, *self.patch(self.bundle()))
        self.addCleanup(self.plane.kubectl, "-n", NAMESPACE, "delete", "secret", SECRET)
        secret = {"apiVersion": "v1", "kind": "Secret", "type": "kubernetes.io/tls",
                  "metadata": {"name": SECRET, "namespace": NAMESPACE}, "data": {"tls.crt": "", "tls.key": ""}}
        self.assert_may(WEBHOOK, "create", "-f", "-", text=json.dumps(secret))
        read = json.loads(self.assert_may(WEBHOOK, "get", "--raw", f"{PATHS['secrets']}/{SECRET}"))
        self.assert_may(WEBHOOK, "replace", "-f", "-", text=json.dumps(
            secret | {"metadata": read["metadata"], "data": {"tls.crt": BUNDLE, "tls.key": BUNDLE}}))

    def test_the_webhook_may_not_do_what_the_controller_does(self):
        for resource in ["rayclusters", "services", "pods", "events", "leases", "namespaces"]:
            self.assert_may_not(WEBHOOK, "get", resource, "--all-namespaces")
        self.assert_may_not(WEBHOOK, "get", "services", "--namespace", NAMESPACE)
        self.assert_may_not(WEBHOOK, "create", "service", "clusterip", "mine", "--tcp=80", "--namespace", "default")
        patch = json.dumps({"metadata": {"labels": {"a": "b"}}})
        self.assert_may_not(WEBHOOK, "patch", "service", "kubernetes", "--namespace", "default", "--patch", patch)
        self.assert_may_not(WEBHOOK, "get", "--raw", f"{PATHS['leases']}/raymesh")
        lease = {"apiVersion": "coordination.k8s.io/v1", "kind": "Lease",
                 "metadata": {"name": "raymesh", "namespace": NAMESPACE}}
        self.assert_may_not(WEBHOOK, "create", "-f", "-", text=json.dumps(lease))

    def test_the_webhook_may_touch_no_other_secret_and_no_other_configuration(self):
        self.assert_may_not(WEBHOOK, "get", "secrets", "--namespace", NAMESPACE)
        self.assert_may_not(WEBHOOK, "get", "--raw", f"{PATHS['secrets']}/other")
        self.assert_may_not(WEBHOOK, "delete", "--raw", f"{PATHS['secrets']}/{SECRET}")
        self.assert_may_not(WEBHOOK, "delete", "--raw", PATHS["configuration"])
        self.assert_may_not(WEBHOOK, "get", "--raw", PATHS["configuration"].replace("/raymesh", "/other"))
        self.assert_may_not(WEBHOOK, "get", "--raw", PATHS["configuration"].removesuffix("/raymesh"))
        self.assert_may_not(WEBHOOK, "get", "--raw", PATHS["configuration"].replace("mutating", "validating"))
        configuration = {"apiVersion": "admissionregistration.k8s.io/v1", "kind": "MutatingWebhookConfiguration",
                         "metadata": {"name": "mine"}, "webhooks": []}
        self.assert_may_not(WEBHOOK, "create", "-f", "-", text=json.dumps(configuration))

    def test_the_controller_applies_services_and_tells_of_it(self):
        cluster, service = managed("accounts")
        self.plane.kubectl("create", "namespace", "ray")
        self.plane.apply(cluster)
        self.assert_may(CONTROLLER, "get", "rayclusters", "--all-namespaces")
        self.assert_may(CONTROLLER, "create", "-f", "-", text=json.dumps(service))
        self.assert_may(
            CONTROLLER, "apply", "--server-side", "--force-conflicts", "-f", "-", text=json.dumps(service))
        self.assert_may(CONTROLLER, "get", "pods", "--all-namespaces")
        event = {"apiVersion": "v1", "kind": "Event", "metadata": {"name": "e", "namespace": "ray"},
                 "involvedObject": {"namespace": "ray", "name": "accounts"}}
        self.assert_may(CONTROLLER, "create", "-f", "-", text=json.dumps(event))
        lease = {"apiVersion": "coordination.k8s.io/v1", "kind": "Lease",
                 "metadata": {"name": "raymesh", "namespace": NAMESPACE}, "spec": {"holderIdentity": "one"}}
        self.assert_may(CONTROLLER, "create", "-f", "-", text=json.dumps(lease))
        read = json.loads(self.assert_may(CONTROLLER, "get", "--raw", f"{PATHS['leases']}/raymesh"))
        self.assert_may(CONTROLLER, "replace", "-f", "-", text=json.dumps(read))

    def test_the_controller_may_not_do_what_the_webhook_does_nor_change_clusters(self):
        self.assert_may_not(CONTROLLER, "get", "--raw", PATHS["configuration"])
        self.assert_may_not(CONTROLLER, *self.patch(self.bundle()))
        self.assert_may_not(CONTROLLER, "get", "--raw", f"{PATHS['secrets']}/{SECRET}")
        self.assert_may_not(CONTROLLER, "get", "secrets", "--all-namespaces")
        cluster, _ = managed("mine")
        cluster["metadata"]["namespace"] = "default"
        self.assert_may_not(CONTROLLER, "create", "-f", "-", text=json.dumps(cluster))
        for resource in ["configmaps", "namespaces", "deployments", "serviceaccounts"]:
            self.assert_may_not(CONTROLLER, "get", resource, "--all-namespaces")


class Upgrade(WithAccounts):
    """From one Deployment, which is the shape of the overlay for kind, to two."""

    def test_applying_the_manifests_moves_the_controller_and_its_rights(self):
        for flags in [[], ["--server-side", "--force-conflicts"]]:
            with self.subTest(flags=flags):
                self.plane.apply_objects(self.together(), *flags)
                self.assert_may(WEBHOOK, "get", "rayclusters", "--all-namespaces")
                self.assertIn("RAYMESH_CONTROLLER", self.variables())
                self.plane.apply_overlay(*flags)
                eventually("the right is gone", lambda: self.run_as(
                    WEBHOOK, "get", "rayclusters", "--all-namespaces").returncode)
                self.assert_may_not(WEBHOOK, "get", "services", "--all-namespaces")
                self.assert_may_not(WEBHOOK, "get", "--raw", f"{PATHS['leases']}/raymesh")
                self.assert_may(CONTROLLER, "get", "rayclusters", "--all-namespaces")
                self.assertNotIn("RAYMESH_CONTROLLER", self.variables())

    def together(self):
        """The objects with the controller in the webhook's pods, as this API server takes them."""
        return [each for each in overlay(self.plane, "kind") if each["kind"] != "MutatingWebhookConfiguration"]

    def variables(self):
        pod = self.plane.stored("deployment", "raymesh", "-n", NAMESPACE)["spec"]["template"]["spec"]
        return {each["name"] for each in pod["containers"][0]["env"]}


class Policies(WithAccounts):
    """The ValidatingAdmissionPolicies, by the API server itself."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if cls.plane.minor < POLICIES_SINCE:
            raise unittest.SkipTest(
                f"not run: Kubernetes 1.{cls.plane.minor} evaluates no ValidatingAdmissionPolicy (v1), 1.30 does; "
                "KUBEBUILDER_ASSETS names another")
        # An API server hears of policies a little later.
        eventually("the policy is in force", lambda: cls.run_as(WEBHOOK, *cls.patch(*FORGED[0])).returncode)

    def refusal(self, *operations):
        run = self.run_as(WEBHOOK, *self.patch(*operations))
        self.assertNotEqual(run.returncode, 0, operations)
        return run.stderr

    def test_a_bundle_is_let_through_in_one_webhook_and_in_all(self):
        self.assert_may(WEBHOOK, *self.patch(self.bundle(3)))
        self.assert_may(WEBHOOK, *self.patch(*(self.bundle(index) for index in range(9))))
        self.assert_may(WEBHOOK, *self.patch(*(self.bundle(index, "T1RIRVI=") for index in range(9))))

    def test_everything_else_is_refused_also_beside_a_bundle(self):
        for operations in FORGED:
            with self.subTest(operations=operations):
                self.assertIn("may change", self.refusal(*operations))
                self.assertIn("may change", self.refusal(self.bundle(), *operations))

    def test_an_administrator_may_still_change_it(self):
        self.addCleanup(self.plane.apply_overlay)
        self.plane.kubectl(*self.patch({"op": "add", "path": "/webhooks/0/timeoutSeconds", "value": 7}))

    def test_no_secret_of_another_name_or_type(self):
        for name, kind in [("mine", "kubernetes.io/tls"), (SECRET, "kubernetes.io/service-account-token")]:
            secret = {"apiVersion": "v1", "kind": "Secret", "type": kind, "data": {"tls.crt": "", "tls.key": ""},
                      "metadata": {"name": name, "namespace": NAMESPACE,
                                   "annotations": {"kubernetes.io/service-account.name": CONTROLLER}}}
            run = self.run_as(WEBHOOK, "create", "-f", "-", text=json.dumps(secret))
            self.assertNotEqual(run.returncode, 0, name)
            self.assertIn("the webhook of Raymesh may", run.stderr)


FORGED = [
    [{"op": "replace", "path": "/webhooks/0/clientConfig/service/name", "value": "mine"}],
    [{"op": "replace", "path": "/webhooks/0/clientConfig/service/path", "value": "/mine"}],
    [{"op": "remove", "path": "/webhooks/0/clientConfig/service"},
     {"op": "add", "path": "/webhooks/0/clientConfig/url", "value": "https://mine.example.com/"}],
    [{"op": "replace", "path": "/webhooks/0/rules/0/resources/0", "value": "*"}],
    [{"op": "replace", "path": "/webhooks/0/failurePolicy", "value": "Ignore"}],
    [{"op": "replace", "path": "/webhooks/0/timeoutSeconds", "value": 30}],
    [{"op": "remove", "path": "/webhooks/0/namespaceSelector"}],
    [{"op": "add", "path": "/webhooks/0/objectSelector", "value": {"matchLabels": {"a": "b"}}}],
    [{"op": "remove", "path": "/webhooks/3/matchConditions"}],
    [{"op": "remove", "path": "/webhooks/8"}],
    [{"op": "move", "from": "/webhooks/0", "path": "/webhooks/1"}],
    [{"op": "add", "path": "/metadata/labels/mine", "value": "a"}],
    [{"op": "add", "path": "/metadata/finalizers", "value": ["mine.example.com/a"]}],
]


if __name__ == "__main__":
    unittest.main()
