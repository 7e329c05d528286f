"""What is stored if another webhook changes the object after Raymesh: Raymesh is asked again."""

import json
import unittest

from admission import MESH, SAMPLE, Admission
from neighbor import Neighbor
from running import eventually

MARK = {"op": "add", "path": "/metadata/labels", "value": {"neighbor": "was-here"}}
ADDED = "added-by-neighbor"


def adds_a_group(cluster):
    """One more worker group, like the first but without a parameter, unless it is there."""
    groups = cluster["spec"]["workerGroupSpecs"]
    if any(each["groupName"] == ADDED for each in groups):
        return [MARK]
    group = {key: value for key, value in groups[0].items() if key != "rayStartParams"} | {"groupName": ADDED}
    return [MARK, {"op": "add", "path": "/spec/workerGroupSpecs/-", "value": group}]


def drops_parameters(cluster):
    """All of the head's."""
    remove = {"op": "remove", "path": "/spec/headGroupSpec/rayStartParams"}
    return [MARK, remove] if "rayStartParams" in cluster["spec"]["headGroupSpec"] else [MARK]


class Neighbors(Admission):
    """Each test has a neighbor of its own."""

    def among(self, patch):
        """Creates a namespace that matches the neighbor too, and waits until the API server calls the neighbor."""
        neighbor = Neighbor(patch)
        self.enterContext(neighbor)
        self.namespace = self.make_namespace(MESH | {"neighbor": "here"})
        self.addCleanup(self.plane.kubectl, "delete", "mutatingwebhookconfiguration", Neighbor.NAME)
        self.plane.apply(neighbor.configuration("here"))
        eventually("the neighbor is asked", lambda: "was-here" in self.create(
            "--dry-run=server", "-o", "json", check=False))

    def create(self, *flags, check=True):
        """Creates the sample. For a moment, the API server may still call the neighbor of an earlier test, and fail."""
        return self.kubectl("create", "-f", str(SAMPLE), *flags, check=check)

    def test_a_group_that_it_adds_is_planned_too(self):
        self.among(adds_a_group)
        self.create()
        stored = self.cluster()
        first, added = stored["spec"]["workerGroupSpecs"]
        self.assertEqual(added["groupName"], ADDED)
        self.assertEqual(added["rayStartParams"], first["rayStartParams"])
        self.assertEqual(first, self.promised()["spec"]["workerGroupSpecs"][0])
        record = json.loads(stored["metadata"]["annotations"]["raymesh.io/managed"])
        self.assertEqual(record["workers"][ADDED], record["workers"][first["groupName"]])

    def test_what_it_drops_is_added_again(self):
        self.among(drops_parameters)
        self.create()
        self.assert_promised(self.cluster(), self.promised())

    def test_what_it_drops_of_a_managed_cluster_is_restored(self):
        self.among(drops_parameters)
        self.create()
        before = self.cluster()
        scaled = [{"op": "replace", "path": "/spec/workerGroupSpecs/0/replicas", "value": 3}]
        self.kubectl("patch", "raycluster", "demo", "--type=json", "-p", json.dumps(scaled))
        after = self.cluster()
        self.assertEqual(after["spec"]["headGroupSpec"], before["spec"]["headGroupSpec"])
        self.assertEqual(after["spec"]["workerGroupSpecs"][0]["replicas"], 3)


if __name__ == "__main__":
    unittest.main()
