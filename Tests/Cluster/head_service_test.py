"""The Service that KubeRay makes for a head, as a real API server stores it."""

import copy
import json
import unittest

from admission import ELSEWHERE, LOOPBACK, Admission
from project import ROOT
from reviews import stored

RECORDED = ROOT / "Tests/Fixtures/reviews/head-service.json"


class HeadServices:
    """By whichever address the API server asks."""

    def setUp(self):
        super().setUp()
        written = json.loads(RECORDED.read_text(encoding="utf-8"))["request"]["object"]
        written["metadata"].pop("namespace")
        self.written = written

    def protocols(self, service):
        """What each port says that it speaks."""
        return {each["name"]: each["appProtocol"] for each in service["spec"]["ports"]}

    def create(self, service):
        """As it is stored then."""
        self.kubectl("create", "-f", "-", text=json.dumps(service))
        return self.plane.stored("-n", self.namespace, "service", service["metadata"]["name"])

    def test_its_ports_say_what_they_speak(self):
        expected = self.protocols(stored(self.written))
        self.assertEqual(set(expected.values()), {"grpc", "http"})
        created = self.create(self.written)
        self.assertEqual(self.protocols(created), expected)
        self.assertEqual(created["metadata"]["labels"], self.written["metadata"]["labels"])

    def test_no_other_service_is_asked_about(self):
        before = self.reviews()
        other = copy.deepcopy(self.written)
        del other["metadata"]["labels"]["ray.io/node-type"]
        self.assertEqual(set(self.protocols(self.create(other)).values()), {"tcp"})
        self.assertEqual(self.reviews(), before)

    def test_a_service_that_is_to_be_left_alone_stays_as_it_is(self):
        left = copy.deepcopy(self.written)
        left["metadata"]["annotations"] = {"raymesh.io/inject": "false"}
        self.assertEqual(set(self.protocols(self.create(left)).values()), {"tcp"})

    def test_protocols_that_somebody_changes_stay_so(self):
        self.create(self.written)
        patch = [{"op": "replace", "path": "/spec/ports/0/appProtocol", "value": "tcp"}]
        name = self.written["metadata"]["name"]
        self.kubectl("patch", "service", name, "--type=json", "-p", json.dumps(patch))
        service = self.plane.stored("-n", self.namespace, "service", name)
        self.assertEqual(service["spec"]["ports"][0]["appProtocol"], "tcp")


class Elsewhere(HeadServices, Admission):
    """As the API server asks what is on another machine."""

    host = ELSEWHERE


class OnLoopback(HeadServices, Admission):
    """As the API server asks what is on its own machine."""

    host = LOOPBACK


if __name__ == "__main__":
    unittest.main()
