"""What `raymesh doctor` says of a real API server: nothing if all is well, and what is broken if something is."""

import base64
import json
import subprocess
import unittest

import yaml
from controller import SAMPLE
from examined import OWN, Examined
from project import read
from running import eventually
from server import RAYMESH, make_certificates

CONFIGURATION = ("mutatingwebhookconfiguration", "raymesh")


class Doctor(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.plane = Examined()
        cls.addClassCleanup(cls.plane.stop)
        cls.plane.start()
        # Until the API server has heard of the webhooks, a cluster would slip in.
        eventually("a dry run meets Raymesh", lambda: not cls.plane.doctor().has("dry-run", "failure"))
        cls.make("demo")

    @classmethod
    def make(cls, name):
        """The sample, under a name, and its Service."""
        cluster = yaml.safe_load(SAMPLE.read_text())
        cluster["metadata"] = {"name": name, "namespace": "ray"}
        cls.plane.apply(cluster)
        eventually("its Service", lambda: cls.plane.kubectl(
            "get", "service", "-n", "ray", f"{name}-headless-svc", check=False))

    def kubectl(self, *arguments, **options):
        return self.plane.kubectl(*arguments, **options)

    def expect(self, code, *finding, **options):
        """Until it finds that, as an API server hears of a change a little later."""
        found = []

        def is_found():
            found[:] = [self.plane.doctor(**options)]
            return found[0].code == code and (not finding or found[0].has(*finding))

        try:
            eventually(f"exit {code} with {finding}", is_found)
        except AssertionError as error:
            raise AssertionError(f"{error}; found {found}") from error
        return found[0]

    def expect_health(self):
        self.expect(0)

    def broken(self, *target, undo=None):
        """Puts an object back at the end of the test, and waits until all is well."""
        before = json.loads(self.kubectl("get", "-o", "json", *target))
        for name in ("resourceVersion", "uid", "creationTimestamp", "managedFields", "generation"):
            before["metadata"].pop(name, None)
        text = json.dumps(before)
        self.addCleanup(self.expect_health)
        self.addCleanup(undo or (lambda: self.kubectl("replace", "-f", "-", text=text)))
        return before

    def trust(self, bundle):
        """Has all webhooks trust another authority, or nobody."""
        configuration = self.broken(*CONFIGURATION)
        for each in configuration["webhooks"]:
            each["clientConfig"].pop("caBundle")
            if bundle:
                each["clientConfig"]["caBundle"] = base64.b64encode(bundle).decode()
        self.kubectl("replace", "-f", "-", text=json.dumps(configuration))

    def test_if_all_is_well_nothing_is_amiss(self):
        found = self.plane.doctor()
        self.assertEqual((found.code, found.amiss()), (0, []))
        self.assertEqual(found.report["worst"], "ok")
        checks = {each["check"] for each in found.report["findings"]}
        self.assertEqual(len(checks), 13, checks)
        text = subprocess.run(
            [RAYMESH, "doctor", "--kubeconfig", str(self.plane.kubeconfig)], capture_output=True, text=True)
        self.assertIn("No problems found.", text.stdout)
        self.assertLessEqual(max(map(len, text.stdout.splitlines())), 100)

    def test_it_writes_nothing(self):
        def versions():
            kinds = "rayclusters,services,namespaces,mutatingwebhookconfigurations"
            listed = json.loads(self.kubectl("get", kinds, "-A", "-o", "json"))
            return {(each["kind"], each["metadata"]["uid"], each["metadata"]["resourceVersion"])
                    for each in listed["items"]}

        before = versions()
        self.assertEqual(self.plane.doctor().code, 0)
        self.assertEqual(versions(), before)

    def test_a_bundle_that_is_wiped_or_another_s(self):
        self.trust(b"")
        self.expect(3, "ca-bundle", "failure", "empty")
        self.expect(3, "dry-run", "failure", "x509")
        self.doCleanups()
        make_certificates(self.plane.folder / "other", f"raymesh.{OWN}.svc")
        self.trust((self.plane.folder / "other/ca.crt").read_bytes())
        self.expect(3, "ca-bundle", "failure", "does not verify the certificate of Secret raymesh-tls-")
        self.expect(3, "dry-run", "failure", "unknown authority")

    def test_a_webhook_that_is_gone(self):
        configuration = self.broken(*CONFIGURATION)
        del configuration["webhooks"][0]
        self.kubectl("replace", "-f", "-", text=json.dumps(configuration))
        self.expect(3, "webhooks", "failure", "has no rayclusters.injection.raymesh.io")
        self.addCleanup(self.kubectl, "create", "-f", "-", text=json.dumps(configuration))
        self.kubectl("delete", *CONFIGURATION)
        self.expect(3, "webhooks", "failure", "no API server calls Raymesh")

    def test_no_pod_answers(self):
        self.addCleanup(self.expect_health)
        self.addCleanup(self.plane.answer, 2)
        self.addCleanup(self.plane.server.start)
        self.plane.answer(0)
        self.expect(3, "webhook-service", "failure", "no pod is ready")
        # The API server goes on with a connection that it has, until that ends.
        self.plane.server.kill()
        self.expect(3, "dry-run", "failure", "no endpoints available")

    def test_a_namespace_loses_its_label_and_one_has_two(self):
        self.broken("namespace", "ray", undo=lambda: self.kubectl(
            "label", "namespace", "ray", "istio-injection=enabled", "istio.io/rev-"))
        self.kubectl("label", "namespace", "ray", "istio.io/rev=canary")
        self.expect(2, "namespaces", "warning", "Istio uses only the first")
        self.kubectl("label", "namespace", "ray", "istio.io/rev-", "istio-injection-")
        found = self.expect(2, "namespaces", "warning", "namespace ray: has ")
        self.assertTrue(found.has("dry-run", "notice", "skipped"), found)

    def test_a_cluster_made_before_raymesh_and_its_way_in(self):
        before = yaml.safe_load(SAMPLE.read_text())
        before["metadata"] = {"name": "before", "namespace": "older"}
        self.addCleanup(self.expect_health)
        self.addCleanup(self.kubectl, "delete", "namespace", "older", "--wait=false")
        self.addCleanup(self.kubectl, "delete", "raycluster", "-n", "older", "before")
        self.kubectl("create", "namespace", "older")
        self.plane.apply(before)
        self.expect(2, "namespaces", "warning", "namespace older: has 1 RayCluster")
        self.kubectl("label", "namespace", "older", "istio-injection=enabled")
        found = self.expect(2, "rayclusters", "warning", "was created before Raymesh")
        [fix] = [each["fix"] for each in found.report["findings"] if each["subject"] == "RayCluster older/before"]
        self.assertEqual(fix.split(",")[0].split()[0], "kubectl")
        self.kubectl(*fix.split(",")[0].split()[1:])
        self.expect_health()

    def test_a_foreign_service_and_its_way_out(self):
        foreign = {
            "apiVersion": "v1", "kind": "Service", "metadata": {"name": "taken-headless-svc", "namespace": "ray"},
            "spec": {"clusterIP": "None", "selector": {"app": "mine"}, "ports": [{"name": "a", "port": 7777}]}}
        self.plane.apply(foreign)
        self.addCleanup(self.kubectl, "delete", "raycluster", "-n", "ray", "taken")
        self.make("taken")
        found = self.expect(3, "services", "failure", "is not Raymesh's")
        [fix] = [each["fix"] for each in found.report["findings"] if "taken" in each["subject"] and each["fix"]]
        self.kubectl(*fix.split(",")[0].split()[1:])
        self.expect_health()

    def test_strict_tls_and_kuberay_s_init_container(self):
        strict = {
            "apiVersion": "security.istio.io/v1", "kind": "PeerAuthentication",
            "metadata": {"name": "default", "namespace": "ray"}, "spec": {"mtls": {"mode": "STRICT"}}}
        self.addCleanup(self.expect_health)
        self.addCleanup(self.kubectl, "delete", "peerauthentication", "-n", "ray", "default")
        self.plane.apply(strict)
        self.assertEqual(self.plane.doctor().amiss(), [])
        self.addCleanup(self.plane.kuberay)
        self.plane.kuberay(waits="true")
        code, severity = (3, "failure") if self.plane.minor < 29 else (0, "notice")
        self.expect(code, "strict-mtls", severity, "namespace ray: is strict")

    def test_an_account_with_all_rights_finds_no_problem_and_each_missing_right_is_named(self):
        account = self.plane.account("raymesh-doctor")
        eventually("the account is let in", lambda: self.plane.doctor(kubeconfig=account).amiss() == [])
        roles = [each for each in yaml.safe_load_all(read("manifests/doctor/rbac.yaml")) if "rules" in each]
        self.addCleanup(self.plane.apply, *roles)
        for role in roles:
            for index, rule in enumerate(role["rules"]):
                self.plane.apply(*roles, role | {"rules": role["rules"][:index] + role["rules"][index + 1:]})
                [resource] = rule["resources"]
                words = f"no permission to {rule['verbs'][-1]} {resource}"
                code, severity = (0, "notice") if resource == "secrets" else (2, "warning")
                with self.subTest(missing=words):
                    found = self.expect_gap(account, code, severity, words)
                    self.assertEqual(found.amiss("failure"), [])

    def expect_gap(self, account, code, severity, words):
        found = []

        def is_found():
            found[:] = [self.plane.doctor(kubeconfig=account)]
            return found[0].code == code and any(
                grade == severity and words in text for _, grade, text in found[0].amiss())

        try:
            eventually(words, is_found)
        except AssertionError as error:
            raise AssertionError(f"{error}; found {found}") from error
        return found[0]

    def test_one_namespace_may_be_asked_for_and_the_dry_run_left_out(self):
        found = self.plane.doctor("--namespace", "ray", "--no-dry-run")
        self.assertEqual((found.code, [each[0] for each in found.amiss()]), (0, ["dry-run"]))
        found = self.plane.doctor("--namespace", "default")
        self.assertEqual((found.code, [each[0] for each in found.amiss("warning")]), (2, ["namespaces"]))

    def test_who_cannot_ask_at_all_is_told_so(self):
        config = json.loads(self.plane.kubeconfig.read_text())
        config["users"][0]["user"]["token"] = "nobody"
        path = self.plane.folder / "nobody.json"
        path.write_text(json.dumps(config))
        run = subprocess.run([RAYMESH, "doctor", "--kubeconfig", str(path)], capture_output=True, text=True)
        self.assertEqual((run.returncode, run.stdout), (1, ""))
        self.assertIn("401 Unauthorized", run.stderr)


if __name__ == "__main__":
    unittest.main()
