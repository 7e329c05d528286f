"""Whether the API server is told to ask about what Raymesh answers, and no more."""

import itertools
import json
import unittest

import cel
from manifests import WAYS, Manifests, matches
from project import ROOT, raymesh
from reviews import answer, cluster, group, stored

REVIEWS = [*(ROOT / "Tests/Fixtures/reviews").glob("*.json"), *(ROOT / "../shared/fixtures/admission").glob("*.json")]


class Webhooks(Manifests):
    """What the API server asks about, and what it does while nobody answers."""

    CLUSTERS = {"apiGroups": ["ray.io"], "apiVersions": ["v1", "v1alpha1"], "resources": ["rayclusters"]}
    SERVICES = {"apiGroups": [""], "apiVersions": ["v1"], "resources": ["services"]}
    KINDS = {
        "rayclusters": ("/mutate", CLUSTERS, "CREATE"),
        "rayclusters-update": ("/mutate", CLUSTERS, "UPDATE"),
        "head-services": ("/mutate-service", SERVICES, "CREATE"),
    }

    def test_each_is_asked_about_one_kind_of_write(self):
        self.assertEqual(list(self.webhooks()), [f"{kind}.{way}" for kind in self.KINDS for way in WAYS])
        for name, webhook in self.webhooks().items():
            path, resources, operation = self.KINDS[name.split(".")[0]]
            self.assertEqual(webhook["clientConfig"]["service"]["path"], path, name)
            rule = resources | {"operations": [operation], "scope": "Namespaced"}
            self.assertEqual(webhook["rules"], [rule], name)

    def test_the_three_of_a_kind_differ_in_their_namespaces_alone(self):
        for kind in self.KINDS:
            rest = [
                {key: value for key, value in self.webhooks()[f"{kind}.{way}"].items()
                 if key not in ("name", "namespaceSelector")} for way in WAYS]
            self.assertEqual(rest, [rest[0]] * 3, kind)

    def test_only_a_creation_of_a_raycluster_waits_for_an_answer(self):
        for name, webhook in self.webhooks().items():
            self.assertEqual(webhook["failurePolicy"], "Fail" if name.startswith("rayclusters.") else "Ignore", name)

    def test_good_practice_of_admission_webhooks(self):
        for name, webhook in self.webhooks().items():
            self.assertEqual((webhook["sideEffects"], webhook["matchPolicy"]), ("None", "Equivalent"), name)
            self.assertLessEqual(webhook["timeoutSeconds"], 5, name)
            self.assertEqual(webhook["admissionReviewVersions"], ["v1"], name)
            # A protocol that a later webhook says is somebody's word; a parameter that it drops is not.
            again = "Never" if name.startswith("head-services.") else "IfNeeded"
            self.assertEqual(webhook["reinvocationPolicy"], again, name)

    def test_of_services_only_those_that_raymesh_would_touch_are_sent(self):
        for name, webhook in self.webhooks().items():
            self.assertEqual("objectSelector" in webhook, name.startswith("head-services."))
        selector = self.webhooks()["head-services.injection"]["objectSelector"]
        touched = left = 0
        for path, request, response in reviews("services", "CREATE"):
            sent = matches(selector, request["object"]["metadata"]["labels"])
            self.assertTrue(sent or "patch" not in response, path.name)
            touched, left = touched + ("patch" in response), left + (not sent)
        self.assertGreater(touched, 2)
        self.assertGreater(left, 1)


class Namespaces(Manifests):
    """Which namespaces join, and by which webhook."""

    VALUES = {
        "istio-injection": [None, "enabled", "disabled"],
        "istio.io/rev": [None, "default", "canary"],
        "raymesh.io/inject": [None, "true", "false"],
    }

    def asked(self, kind, labels):
        """By which of the three webhooks of a kind such a namespace joins."""
        return [way for way in WAYS if matches(self.webhooks()[f"{kind}.{way}"]["namespaceSelector"], labels)]

    def combinations(self):
        """Each of the labels with each of its values, or without."""
        for values in itertools.product(*self.VALUES.values()):
            yield {key: value for key, value in zip(self.VALUES, values) if value is not None}

    def expected(self, labels):
        """Raymesh's own label first; then as Istio's injector goes by its two."""
        if labels.get("raymesh.io/inject"):
            return ["namespace"] if labels["raymesh.io/inject"] == "true" else []
        if labels.get("istio-injection"):
            return ["injection"] if labels["istio-injection"] == "enabled" else []
        return ["revision"] if "istio.io/rev" in labels else []

    def test_no_namespace_is_asked_about_twice(self):
        for kind in Webhooks.KINDS:
            for labels in self.combinations():
                named = labels | {"kubernetes.io/metadata.name": "ray"}
                self.assertEqual(self.asked(kind, named), self.expected(labels), labels)
                # Before Kubernetes 1.21 no namespace has its name as a label.
                self.assertEqual(self.asked(kind, labels), self.expected(labels), labels)

    def test_neither_kube_system_nor_raymesh_s_own_ever_joins(self):
        own = self.base["Namespace"]["metadata"]
        self.assertEqual(own["labels"]["kubernetes.io/metadata.name"], own["name"])
        for name in ["kube-system", own["name"]]:
            for kind in Webhooks.KINDS:
                for labels in self.combinations():
                    self.assertEqual(self.asked(kind, labels | {"kubernetes.io/metadata.name": name}), [])


class MatchConditions(Manifests):
    """The conditions, evaluated by another implementation of CEL than the API server's: that one is in servers from
    Kubernetes 1.28 on only."""

    def conditions(self):
        """Each expression by its name."""
        webhook = self.webhooks()["rayclusters-update.injection"]
        return {each["name"]: each["expression"] for each in webhook["matchConditions"]}

    def holds(self, name, new, old):
        """Whether a condition holds for an update."""
        return cel.evaluate(self.conditions()[name], {"object": new, "oldObject": old})

    def cluster(self, spec=None, **metadata):
        return {"metadata": {"name": "demo"} | metadata} | ({} if spec is None else {"spec": spec})

    def test_only_updates_have_conditions(self):
        self.assertEqual(list(self.conditions()), ["not-being-deleted", "managed-or-to-be-managed"])
        for name, webhook in self.webhooks().items():
            self.assertEqual("matchConditions" in webhook, name.startswith("rayclusters-update."))

    def test_what_is_being_deleted_is_not_asked_about(self):
        going = self.cluster(deletionTimestamp="2026-01-01T00:00:00Z")
        self.assertFalse(self.holds("not-being-deleted", going, self.cluster()))
        self.assertTrue(self.holds("not-being-deleted", self.cluster(), self.cluster()))

    def test_what_is_managed_suspended_or_asked_for_is_asked_about(self):
        managed = self.cluster(annotations={"raymesh.io/managed": "{}"})
        wished = self.cluster({}, annotations={"raymesh.io/inject": "true"})
        for new, old, expected in [
            (self.cluster(), self.cluster(), False),
            (self.cluster({}), self.cluster({}), False),
            (self.cluster({}, annotations={}), self.cluster({"suspend": False}, annotations={}), False),
            (self.cluster({}, annotations={"a": "b"}), self.cluster({}, annotations={"a": "b"}), False),
            (self.cluster({}), managed, True),
            (managed, self.cluster({}), False),
            (self.cluster({}), self.cluster({"suspend": True}), True),
            (self.cluster({"suspend": True}), self.cluster({}), False),
            (wished, self.cluster(), True),
            (self.cluster({}, annotations={"raymesh.io/inject": "false"}), self.cluster({}), False),
        ]:
            self.assertEqual(self.holds("managed-or-to-be-managed", new, old), expected, (new, old))

    def test_every_way_from_one_cluster_to_another_is_asked_about_where_raymesh_answers(self):
        wished = {"raymesh.io/inject": "true"}
        states = {
            "plain": cluster(), "managed": stored(cluster()), "suspended": cluster(suspend=True),
            "wished": cluster(annotations=wished), "declined": cluster(annotations={"raymesh.io/inject": "false"}),
            "wrong": cluster(group({"node-manager-port": "-1"}), annotations=wished),
            "going": cluster(metadata={"deletionTimestamp": "2026-01-01T00:00:00Z"}, annotations=wished)}
        answered = set()
        for (before, old), (after, new) in itertools.product(states.items(), repeat=2):
            response = answer(new, old)
            if not response["allowed"] or response["patch"] or "warnings" in response:
                answered.add((before, after))
                for name in self.conditions():
                    self.assertTrue(self.holds(name, new, old), (before, after))
        self.assertLessEqual({
            ("plain", "wished"), ("plain", "wrong"), ("managed", "plain"), ("suspended", "plain")}, answered)

    def test_whatever_raymesh_would_touch_is_asked_about(self):
        """Of what was recorded. A refusal or a warning counts as much as a patch."""
        updates = 0
        for path, request, response in reviews("rayclusters", "UPDATE"):
            if request.get("subResource"):
                continue
            sent = all(self.holds(name, request["object"], request["oldObject"]) for name in self.conditions())
            says = not response["allowed"] or "patch" in response or "warnings" in response
            self.assertTrue(sent or not says, path.name)
            updates += 1
        self.assertGreater(updates, 0)


def reviews(resource, operation):
    """The recorded reviews of such a write: where from, the request, and what Raymesh responds."""
    for path in sorted(REVIEWS):
        request = json.loads(path.read_text(encoding="utf-8"))["request"]
        if (request["resource"]["resource"], request["operation"]) == (resource, operation):
            yield path, request, json.loads(raymesh("review", str(path)))["response"]


if __name__ == "__main__":
    unittest.main()
