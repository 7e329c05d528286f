"""What the policies let the webhook's account do: change caBundle and keep its Secret, and nothing that is forged."""

import copy
import itertools
import unittest

from chart import charted
from manifests import Manifests
from policies import Request, files, policy

ALONE = "the webhook of Raymesh may change caBundle alone"
METADATA = "the webhook of Raymesh may change no label, annotation, owner or finalizer"
UPDATE = "the webhook of Raymesh may update the MutatingWebhookConfiguration raymesh; it may create and delete none"
NAME = "the webhook of Raymesh may write the Secret raymesh-certificates and no other"
TYPE = "the webhook of Raymesh may create a Secret of the type kubernetes.io/tls alone"
# What an API server fills in, and what a later one may know.
FILLED_IN = {"objectSelector": {}}
OTHERS = {
    "name": "other.raymesh.io", "rules": [], "failurePolicy": "Ignore", "matchPolicy": "Exact",
    "namespaceSelector": {}, "objectSelector": {"matchLabels": {"a": "b"}}, "sideEffects": "NoneOnDryRun",
    "timeoutSeconds": 30, "admissionReviewVersions": ["v1", "v1beta1"], "reinvocationPolicy": "Always",
    "matchConditions": [{"name": "never", "expression": "false"}], "whatEverComes": 1}


class Policies(Manifests):
    def stored(self, **metadata):
        """The configuration as an API server has it, before anybody has written a caBundle."""
        stored = copy.deepcopy(self.self_managed["MutatingWebhookConfiguration"])
        stored["metadata"] |= {
            "uid": "u", "resourceVersion": "1", "generation": 1, "creationTimestamp": "2026-01-01T00:00:00Z",
            "managedFields": [{"manager": "kubectl"}]} | metadata
        stored["webhooks"] = [FILLED_IN | each for each in stored["webhooks"]]
        return stored

    def bundled(self, stored, bundle="Q0VSVElGSUNBVEU="):
        """The same with a caBundle in each webhook, and with what the API server counts up."""
        new = copy.deepcopy(stored)
        new["metadata"] |= {
            "resourceVersion": "2", "generation": 2, "managedFields": [{"manager": "raymesh"}, {"manager": "kubectl"}]}
        for each in new["webhooks"]:
            each["clientConfig"]["caBundle"] = bundle
        return new

    def refused(self, new, old, **options):
        return Request("UPDATE", new, old, **options).refusals(policy("ca-bundle"))


class Honest(Policies):
    def test_a_first_bundle_another_one_and_none_are_let_through(self):
        stored = self.stored()
        bundled = self.bundled(stored)
        for old, new in [(stored, bundled), (bundled, self.bundled(stored, "T1RIRVI=")), (bundled, stored),
                         (bundled, bundled)]:
            self.assertEqual(self.refused(new, old), [])

    def test_a_bundle_in_one_webhook_alone_is_let_through(self):
        new = self.stored()
        new["webhooks"][4]["clientConfig"]["caBundle"] = "Q0VSVElGSUNBVEU="
        self.assertEqual(self.refused(new, self.stored()), [])

    def test_labels_and_owners_that_are_there_already_may_be_there(self):
        owned = self.stored(
            annotations={"a": "b"}, ownerReferences=[{"uid": "o"}], finalizers=["f"], labels={"c": "d"})
        self.assertEqual(self.refused(self.bundled(owned), owned), [])

    def test_a_configuration_without_webhooks_stays_so(self):
        none = self.stored()
        del none["webhooks"]
        self.assertEqual(self.refused(none, none), [])
        self.assertEqual(self.refused(self.stored(), none), [ALONE])

    def test_nobody_else_is_asked_anything(self):
        """An administrator, Helm, a GitOps tool, cert-manager: whatever they do."""
        new = self.bundled(self.stored())
        new["webhooks"] = []
        others = ["admin", "system:serviceaccount:raymesh-system:raymesh-controller",
                  "system:serviceaccount:raymesh:raymesh", "system:serviceaccount:raymesh-system:raymesh2", ""]
        for user, operation, name in itertools.product(others, ["CREATE", "UPDATE", "DELETE"], files()):
            self.assertEqual(Request(operation, new, self.stored(), user=user).refusals(policy(name)), [], user)


class Forged(Policies):
    def test_whichever_field_is_changed_added_or_dropped(self):
        """One webhook of each kind: another implementation of CEL is slow with all of them."""
        stored = self.stored()
        stored["webhooks"] = stored["webhooks"][::3]
        for index, each in enumerate(stored["webhooks"]):
            fields = set(each) - {"clientConfig"}
            self.assertGreater(len(fields), 9)
            for field in fields | set(OTHERS):
                with self.subTest(webhook=each["name"], field=field):
                    new = self.bundled(stored)
                    new["webhooks"][index][field] = self.other(each, field)
                    self.assertEqual(self.refused(new, stored), [ALONE])
            for field in fields:
                with self.subTest(webhook=each["name"], dropped=field):
                    new = self.bundled(stored)
                    del new["webhooks"][index][field]
                    self.assertEqual(self.refused(new, stored), [ALONE])

    def other(self, webhook, field):
        """A value that the webhook does not have there."""
        return next(each for each in [OTHERS[field], "Fail"] if each != webhook.get(field))

    def test_whichever_webhook_is_changed(self):
        stored = self.stored()
        for index, each in enumerate(stored["webhooks"]):
            new = self.bundled(stored)
            new["webhooks"][index]["timeoutSeconds"] = 30
            self.assertEqual(self.refused(new, stored), [ALONE], each["name"])

    def test_where_reviews_are_sent(self):
        stored = self.stored()
        for client in [
            {"service": {"name": "mine", "namespace": "mine", "path": "/mutate", "port": 443}},
            {"service": {**stored["webhooks"][0]["clientConfig"]["service"], "path": "/other"}},
            {"service": {**stored["webhooks"][0]["clientConfig"]["service"], "port": 8443}},
            {"url": "https://mine.example.com/"}, {},
            {**stored["webhooks"][0]["clientConfig"], "url": "https://mine.example.com/"},
        ]:
            with self.subTest(client=client):
                new = self.bundled(stored)
                new["webhooks"][0]["clientConfig"] = client | {"caBundle": "Q0VSVElGSUNBVEU="}
                self.assertEqual(self.refused(new, stored), [ALONE])

    def test_a_rule_for_more_than_rayclusters(self):
        new = self.bundled(self.stored())
        new["webhooks"][0]["rules"][0]["resources"].append("secrets")
        self.assertEqual(self.refused(new, self.stored()), [ALONE])

    def test_webhooks_more_fewer_renamed_or_in_another_order(self):
        stored = self.stored()
        hooks = self.bundled(stored)["webhooks"]
        for wrong in [
            hooks + [hooks[0] | {"name": "more.raymesh.io"}], hooks[1:], hooks[:-1], [], list(reversed(hooks)),
            [hooks[1], hooks[0], *hooks[2:]], [hooks[0] | {"name": "z.raymesh.io"}, *hooks[1:]],
            [hooks[0], hooks[0], *hooks[2:]], hooks * 40,
        ]:
            self.assertEqual(self.refused(self.bundled(stored) | {"webhooks": wrong}, stored), [ALONE], len(wrong))

    def test_the_metadata(self):
        stored = self.stored(annotations={"a": "b"}, finalizers=["f"])
        for field, value in [
            ("labels", {}), ("labels", {"app.kubernetes.io/name": "other"}), ("annotations", {"a": "c"}),
            ("annotations", {"a": "b", "c": "d"}), ("ownerReferences", [{"uid": "mine"}]), ("finalizers", []),
            ("finalizers", ["f", "g"]), ("name", "other"), ("deletionTimestamp", "2026-01-01T00:00:00Z"),
            ("whatEverComes", "1"),
        ]:
            with self.subTest(field=field, value=value):
                new = self.bundled(stored)
                new["metadata"][field] = value
                self.assertIn(METADATA, self.refused(new, stored))
        for field in ["labels", "annotations", "finalizers", "uid"]:
            new = self.bundled(stored)
            del new["metadata"][field]
            self.assertIn(METADATA, self.refused(new, stored), field)

    def test_a_creation_a_deletion_and_another_configuration(self):
        stored = self.stored()
        self.assertIn(UPDATE, Request("CREATE", stored).refusals(policy("ca-bundle")))
        self.assertEqual(Request("DELETE", None, stored).refusals(policy("ca-bundle")), [UPDATE])
        other = self.stored(name="other")
        self.assertEqual(self.refused(self.bundled(other), other), [UPDATE])


class Secrets(Policies):
    def secret(self, name="raymesh-certificates", kind="kubernetes.io/tls", **metadata):
        return {"kind": "Secret", "metadata": {"name": name, "namespace": "raymesh-system"} | metadata, "type": kind}

    def refused(self, operation, new, old=None):
        return Request(operation, new, old).refusals(policy("secret"))

    def test_its_own_is_let_through(self):
        self.assertEqual(self.refused("CREATE", self.secret()), [])
        self.assertEqual(self.refused("UPDATE", self.secret(), self.secret()), [])
        # Restored from a backup by hand, perhaps; Kubernetes lets nobody change a type.
        opaque = self.secret(kind="Opaque")
        self.assertEqual(self.refused("UPDATE", opaque, opaque), [])

    def test_no_token_of_another_account_can_be_had(self):
        token = self.secret(
            kind="kubernetes.io/service-account-token",
            annotations={"kubernetes.io/service-account.name": "raymesh-controller"})
        self.assertEqual(self.refused("CREATE", token), [TYPE])

    def test_no_other_secret(self):
        self.assertEqual(self.refused("CREATE", self.secret("mine")), [NAME])
        nameless = self.secret()
        del nameless["metadata"]["name"]
        self.assertIn(NAME, self.refused("CREATE", nameless))
        self.assertEqual(self.refused("UPDATE", self.secret("mine"), self.secret("mine")), [NAME])
        self.assertEqual(self.refused("DELETE", None, self.secret()), [NAME])


class Shipped(Policies):
    def test_each_policy_is_bound_and_denies(self):
        self.assertEqual(files(), ["ca-bundle", "secret"])
        for name in files():
            binding = self.self_managed[f"ValidatingAdmissionPolicyBinding raymesh-{name}"]["spec"]
            self.assertEqual(binding, {"policyName": f"raymesh-{name}", "validationActions": ["Deny"]})
            self.assertEqual(policy(name)["spec"]["failurePolicy"], "Fail")

    def test_they_are_about_the_account_and_the_names_that_the_roles_have(self):
        account = self.self_managed["ServiceAccount"]["metadata"]
        caller = f"system:serviceaccount:{account['namespace']}:{account['name']}"
        for name in files():
            [condition] = policy(name)["spec"]["matchConditions"]
            self.assertEqual(condition["expression"], f"request.userInfo.username == '{caller}'")
        [rule] = self.self_managed["ClusterRole raymesh-certificates"]["rules"]
        self.assertIn(f"request.name == '{rule['resourceNames'][0]}'", str(policy("ca-bundle")["spec"]["validations"]))

    def test_in_the_chart_namespace_and_account_are_the_release_s(self):
        release = charted({"serviceAccounts": {"webhook": "hook"}}, namespace="elsewhere")
        for name in files():
            spec = release[f"ValidatingAdmissionPolicy raymesh-{name}"]["spec"]
            [condition] = spec["matchConditions"]
            caller = "system:serviceaccount:elsewhere:hook"
            self.assertEqual(condition["expression"], f"request.userInfo.username == '{caller}'")
        selector = release["ValidatingAdmissionPolicy raymesh-secret"]["spec"]["matchConstraints"]["namespaceSelector"]
        self.assertEqual(selector, {"matchLabels": {"kubernetes.io/metadata.name": "elsewhere"}})

    def test_the_chart_leaves_them_out_for_older_servers_for_other_certificates_and_if_told_so(self):
        cert_manager = {"certificates": {"mode": "cert-manager"}}
        for values in [{"kubeVersion": "1.29.9"}, {"callerPolicies": False}, cert_manager]:
            self.assertFalse([name for name in charted(values) if "AdmissionPolicy" in name], values)
        self.assertTrue([name for name in charted({"kubeVersion": "1.30.0"}) if "AdmissionPolicy" in name])


if __name__ == "__main__":
    unittest.main()
