"""What becomes of a Service when its RayCluster is deleted, by Kubernetes' own garbage collector."""

import json
import os
import unittest

from controller import WithReplica, managed
from running import eventually


@unittest.skipUnless(os.environ.get("KUBE_CONTROLLER_MANAGER"), "no kube-controller-manager is beside the API server")
class Ownership(WithReplica):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.plane.start_garbage_collector()

    def found(self, kind, name):
        """An object, None if there is none."""
        text = self.kubectl("get", kind, name, "-o", "json", "--ignore-not-found")
        return json.loads(text) if text else None

    def service(self):
        return self.found("service", f"{self.name}-headless-svc")

    def owners(self):
        """The uids of what its Service belongs to."""
        return [each["uid"] for each in (self.service() or {"metadata": {}})["metadata"].get("ownerReferences", [])]

    def make(self):
        """A cluster that has its Service; gives its uid."""
        cluster, _ = managed(self.name)
        self.plane.apply(cluster)
        uid = self.found("raycluster", self.name)["metadata"]["uid"]
        eventually("its Service", lambda: self.owners() == [uid])
        return uid

    def delete(self, *flags):
        self.kubectl("delete", "raycluster", self.name, *flags)
        self.assertIsNone(self.found("raycluster", self.name))

    def assert_gone_for_good(self):
        """The Service is deleted, and what the controller has done since for another cluster did not bring it back."""
        eventually("its Service is gone", lambda: not self.service())
        gone, self.name = self.name, next(self.names)
        self.make()
        self.assertIsNone(self.found("service", f"{gone}-headless-svc"))

    def test_it_goes_with_its_cluster(self):
        self.make()
        self.delete()
        self.assert_gone_for_good()

    def test_it_goes_before_a_cluster_that_waits_for_all_it_owns(self):
        self.make()
        self.delete("--cascade=foreground")
        self.assert_gone_for_good()

    def test_it_stays_if_the_cluster_is_to_leave_it_and_is_a_new_cluster_s_then(self):
        self.make()
        self.delete("--cascade=orphan")
        left = self.service()
        self.assertNotIn("ownerReferences", left["metadata"])
        self.make()
        self.assertEqual(self.service()["metadata"]["uid"], left["metadata"]["uid"])

    def test_a_cluster_that_is_recreated_at_once_has_it(self):
        """The garbage collector may delete the Service after the new cluster owns it. Then it is created again."""
        old = self.make()
        self.delete("--wait=false")
        eventually("the old one is gone", lambda: not self.found("raycluster", self.name))
        new = self.make()
        self.assertNotEqual(old, new)
        other, self.name = self.name, next(self.names)
        self.make()
        self.name = other
        eventually("it has it still", lambda: self.owners() == [new])


if __name__ == "__main__":
    unittest.main()
