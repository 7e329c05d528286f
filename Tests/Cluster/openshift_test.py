"""The controller where owners of objects that are there need the right to delete them, as on OpenShift."""

import json
import unittest

import yaml
from controller import Plane, Replica, managed
from project import read
from running import eventually


class Enforcing(Plane):
    flags = {"enable-admission-plugins": "OwnerReferencesPermissionEnforcement"}


class OpenShift(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.plane = Enforcing()
        cls.addClassCleanup(cls.plane.stop)
        cls.plane.start()
        cls.replica = Replica(cls.plane)
        cls.addClassCleanup(cls.replica.kill)
        eventually("it leads", cls.replica.leads)

    def kubectl(self, *arguments, **options):
        return self.plane.kubectl("-n", "ray", *arguments, **options)

    def owners(self, name):
        """The kinds and names of a Service's owners, None if there is no Service."""
        text = self.kubectl("get", "service", name, "-o", "json", "--ignore-not-found")
        return [(each["kind"], each["name"]) for each in json.loads(text)["metadata"].get("ownerReferences", [])] \
            if text else None

    def events(self, name):
        """Messages of the warnings about a cluster, by reason."""
        found = json.loads(self.kubectl(
            "get", "events", "--field-selector", f"involvedObject.name={name},type=Warning", "-o", "json"))
        return {each["reason"]: each["message"] for each in found["items"]}

    def test_services_are_made_with_their_owner_and_taken_over_once_that_is_allowed(self):
        made, _ = managed("made")
        self.plane.apply(made)
        eventually("a Service with its owner", lambda: self.owners("made-headless-svc") == [("RayCluster", "made")])

        rendered, service = managed("rendered")
        self.plane.apply(service)
        self.plane.apply(rendered)
        warning = eventually("an Event", lambda: self.events("rendered").get("ServiceRejected"))
        self.assertIn("403 Forbidden", warning)
        self.assertIn("cannot set an ownerRef on a resource you can't delete", warning)
        self.assertEqual(self.owners("rendered-headless-svc"), [])
        self.assertGreater(self.replica.metric('raymesh_reconciles_total{result="rejected"}'), 0)

        component = yaml.safe_load(read("manifests/components/openshift/kustomization.yaml"))
        self.plane.kubectl(
            "patch", "clusterrole", "raymesh-controller", "--type=json",
            "-p", json.dumps(yaml.safe_load(component["patches"][0]["patch"])))
        # It comes back by itself, and at once if the cluster changes.
        self.kubectl("annotate", "raycluster", "rendered", "note=now")
        eventually("its owner", lambda: self.owners("rendered-headless-svc") == [("RayCluster", "rendered")])


if __name__ == "__main__":
    unittest.main()
