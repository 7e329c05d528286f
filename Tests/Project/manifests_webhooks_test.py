"""Whether the API server is told to ask about what Raymesh answers, and no more."""

import json
import unittest

from manifests import Manifests
from project import ROOT, raymesh


class Webhooks(Manifests):
    """What the API server asks about, and what it does while nobody answers."""

    CLUSTERS = {"apiGroups": ["ray.io"], "apiVersions": ["v1", "v1alpha1"], "resources": ["rayclusters"]}
    SERVICES = {"apiGroups": [""], "apiVersions": ["v1"], "resources": ["services"]}

    def test_each_is_asked_about_one_kind_of_write(self):
        expected = {
            "rayclusters": ("/mutate", self.CLUSTERS, "CREATE"),
            "rayclusters-update": ("/mutate", self.CLUSTERS, "UPDATE"),
            "head-services": ("/mutate-service", self.SERVICES, "CREATE"),
        }
        self.assertEqual(list(self.webhooks()), list(expected))
        for name, (path, resources, operation) in expected.items():
            webhook = self.webhooks()[name]
            self.assertEqual(webhook["clientConfig"]["service"]["path"], path, name)
            rule = resources | {"operations": [operation], "scope": "Namespaced"}
            self.assertEqual(webhook["rules"], [rule], name)

    def test_only_a_creation_of_a_raycluster_waits_for_an_answer(self):
        policies = {name: each["failurePolicy"] for name, each in self.webhooks().items()}
        self.assertEqual(
            policies, {"rayclusters": "Fail", "rayclusters-update": "Ignore", "head-services": "Ignore"})

    def test_all_are_asked_in_the_same_namespaces_of_the_mesh_and_never_about_raymesh(self):
        for name, webhook in self.webhooks().items():
            selector = webhook["namespaceSelector"]
            self.assertEqual(selector, self.webhooks()["rayclusters"]["namespaceSelector"], name)
            self.assertEqual(selector["matchLabels"], {"istio-injection": "enabled"})
            [exempt] = selector["matchExpressions"]
            self.assertEqual((exempt["key"], exempt["operator"]), ("kubernetes.io/metadata.name", "NotIn"))
            self.assertEqual(exempt["values"], ["kube-system", self.base["Namespace"]["metadata"]["name"]])

    def test_good_practice_of_admission_webhooks(self):
        for name, webhook in self.webhooks().items():
            self.assertEqual((webhook["sideEffects"], webhook["matchPolicy"]), ("None", "Equivalent"), name)
            self.assertLessEqual(webhook["timeoutSeconds"], 5, name)
            self.assertEqual(webhook["admissionReviewVersions"], ["v1"], name)
            # A protocol that a later webhook says is somebody's word; a parameter that it drops is not.
            again = "Never" if name == "head-services" else "IfNeeded"
            self.assertEqual(webhook["reinvocationPolicy"], again, name)

    def test_of_services_only_those_that_raymesh_would_touch_are_sent(self):
        self.assertNotIn("objectSelector", self.webhooks()["rayclusters"])
        self.assertNotIn("objectSelector", self.webhooks()["rayclusters-update"])
        selector = self.webhooks()["head-services"]["objectSelector"]

        def matches(labels):
            [exists] = selector["matchExpressions"]
            self.assertEqual(exists["operator"], "Exists")
            return selector["matchLabels"].items() <= labels.items() and exists["key"] in labels

        touched = left = 0
        for path in sorted((ROOT / "Tests/Fixtures/reviews").glob("*.json")):
            request = json.loads(path.read_text(encoding="utf-8"))["request"]
            if request["resource"]["resource"] != "services" or request["operation"] != "CREATE":
                continue
            response = json.loads(raymesh("review", str(path)))["response"]
            sent = matches(request["object"]["metadata"]["labels"])
            self.assertTrue(sent or "patch" not in response, path.name)
            touched, left = touched + ("patch" in response), left + (not sent)
        self.assertGreater(touched, 2)
        self.assertGreater(left, 1)


if __name__ == "__main__":
    unittest.main()
