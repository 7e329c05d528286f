"""What is stored when somebody writes again, and what passes as it is."""

import json
import unittest

from admission import ELSEWHERE, LOOPBACK, SAMPLE, Admission
from running import eventually


class Updates:
    """By whichever address the API server asks. Each test begins with a cluster that is managed."""

    def setUp(self):
        super().setUp()
        self.kubectl("apply", "-f", str(SAMPLE))
        self.before = self.cluster()

    def patch(self, patch, *flags, kind="merge"):
        """Patches the cluster."""
        self.kubectl("patch", "raycluster", "demo", f"--type={kind}", "-p", json.dumps(patch), *flags)

    def assert_changed(self, *changes):
        """Expects what was promised, except for these changes. Each is a path within the spec and a value."""
        expected = json.loads(json.dumps(self.before["spec"]))
        for *path, last, value in changes:
            place = expected
            for each in path:
                place = place[each]
            place[last] = value
        stored = self.cluster()
        self.assertEqual(stored["spec"], expected)
        self.assertEqual(
            stored["metadata"]["annotations"]["raymesh.io/managed"],
            self.before["metadata"]["annotations"]["raymesh.io/managed"])

    def test_client_side_apply_again_changes_nothing(self):
        self.kubectl("apply", "-f", str(SAMPLE))
        self.assertEqual(self.cluster()["metadata"]["generation"], self.before["metadata"]["generation"])
        self.assert_changed()

    def test_there_is_no_difference_to_what_was_applied(self):
        self.assertEqual(self.kubectl_run("diff", "-f", str(SAMPLE)).stdout, "")

    def test_server_side_apply_again_meets_no_conflict_and_changes_nothing(self):
        other = self.written()
        other["metadata"]["name"] = "other"
        text = json.dumps(other)
        self.kubectl("apply", "--server-side", "-f", "-", text=text)
        first = self.cluster("other")
        for _ in range(2):
            self.kubectl("apply", "--server-side", "-f", "-", text=text)
            again = self.cluster("other")
            self.assertEqual(again["spec"], first["spec"])
            self.assertEqual(again["metadata"]["generation"], first["metadata"]["generation"])
            self.assertEqual(again["metadata"]["annotations"], first["metadata"]["annotations"])
        self.assert_promised(again, self.promised(other))

    def test_what_raymesh_added_is_restored_after_a_writer_drops_it(self):
        """RayService overwrites the cluster with its own template."""
        original = self.written() | {"metadata": {"name": "demo"}}
        self.kubectl("replace", "-f", "-", text=json.dumps(original))
        self.assert_changed()
        self.assertEqual(self.cluster()["metadata"]["generation"], self.before["metadata"]["generation"])

    def test_a_dry_run_of_an_update_answers_the_same_and_changes_nothing(self):
        original = self.written() | {"metadata": {"name": "demo"}}
        original["spec"]["workerGroupSpecs"][0]["replicas"] = 3
        replace = ["replace", "-o", "json", "-f", "-"]
        dry = json.loads(self.kubectl(*replace, "--dry-run=server", text=json.dumps(original)))
        self.assertEqual(self.cluster()["metadata"]["resourceVersion"], self.before["metadata"]["resourceVersion"])
        real = json.loads(self.kubectl(*replace, text=json.dumps(original)))
        self.assertEqual(dry["spec"], real["spec"])
        self.assert_changed(("workerGroupSpecs", 0, "replicas", 3))

    def test_a_new_worker_group_is_planned(self):
        original = self.written() | {"metadata": {"name": "demo"}}
        added = json.loads(json.dumps(original["spec"]["workerGroupSpecs"][0])) | {"groupName": "added"}
        original["spec"]["workerGroupSpecs"].append(added)
        self.kubectl("replace", "-f", "-", text=json.dumps(original))
        old, new = self.cluster()["spec"]["workerGroupSpecs"]
        self.assertEqual(old, self.before["spec"]["workerGroupSpecs"][0])
        self.assertEqual(new["rayStartParams"], old["rayStartParams"])

    def test_the_autoscaler_scales(self):
        """By index, as it does."""
        self.patch([{"op": "replace", "path": "/spec/workerGroupSpecs/0/replicas", "value": 4}], kind="json")
        self.assert_changed(("workerGroupSpecs", 0, "replicas", 4))

    def test_it_is_suspended_and_resumed(self):
        for suspend in [True, False]:
            self.patch({"spec": {"suspend": suspend}})
            self.assert_changed(("suspend", suspend))

    def test_its_status_is_no_subject(self):
        before = self.reviews()
        self.patch({"status": {"state": "ready"}}, "--subresource=status")
        self.assertEqual(self.cluster()["status"], {"state": "ready"})
        self.assertEqual(self.reviews(), before)
        self.assert_changed()

    def test_a_finalizer_comes_and_goes_and_the_cluster_with_it(self):
        self.patch({"metadata": {"finalizers": ["ray.io/gcs-ft-redis-cleanup-finalizer"]}})
        self.assert_changed()
        self.kubectl("delete", "--wait=false", "raycluster", "demo")
        self.assertIn("deletionTimestamp", self.cluster()["metadata"])
        self.patch({"metadata": {"finalizers": None}})
        self.assertEqual(self.kubectl("get", "raycluster", "-o", "name"), "")

    def test_a_cluster_that_was_made_without_raymesh_stays_so_until_somebody_asks(self):
        self.kubectl("delete", "raycluster", "demo")
        self.plane.kubectl("label", "namespace", self.namespace, "istio-injection-")
        eventually("the namespace has left the mesh", lambda: not self.is_patched())
        self.kubectl("create", "-f", str(SAMPLE))
        self.plane.kubectl("label", "namespace", self.namespace, "istio-injection=enabled")
        eventually("the namespace is of the mesh", self.is_patched)
        self.patch({"spec": {"workerGroupSpecs": self.written()["spec"]["workerGroupSpecs"]}})
        self.assertEqual(self.cluster()["spec"], self.written()["spec"])
        self.patch({"metadata": {"annotations": {"raymesh.io/inject": "true"}}})
        self.assert_promised(self.cluster(), self.promised())

    def is_patched(self):
        """Whether a cluster that is created now would be."""
        new = self.written()
        new["metadata"]["name"] = "new"
        return "raymesh.io/managed" in self.kubectl(
            "create", "--dry-run=server", "-o", "json", "-f", "-", text=json.dumps(new))


class Elsewhere(Updates, Admission):
    """As the API server asks what is on another machine."""

    host = ELSEWHERE


class OnLoopback(Updates, Admission):
    """As the API server asks what is on its own machine."""

    host = LOOPBACK


if __name__ == "__main__":
    unittest.main()
