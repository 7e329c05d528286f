"""The controller in a cluster full of objects that are made to cost a great deal: it serves every honest cluster."""

import json
import tempfile
import unittest

from confined import MIB, SHIPPED
from controller import CONTROLLER as ACCOUNT
from controller import Plane, managed
from running import eventually
from shipped import CONTROLLER, Shipped
from stored import forged_records, hostile_clusters, large_clusters, store, wide_ranges

# What the process keeps once it has read everything.
KEPT = 128 * MIB
# Listeners, watches and calls of the API server.
DESCRIPTORS = 32


class ShippedController(Shipped):
    """`raymesh control` with the manifests' arguments, memory and roles."""

    def __init__(self, plane, folder):
        super().__init__(CONTROLLER, folder)
        self.kubeconfig = str(plane.account(ACCOUNT))

    def start(self):
        """Starts it, and waits until it holds the Lease."""
        self.run("--kubeconfig", self.kubeconfig, "--log-format", "text")
        eventually("it leads", self.leads)
        return self

    def leads(self):
        """Whether it has said so."""
        self.must_live()
        return " became leader identity=" in self.said()


class ControllerTest(unittest.TestCase):
    """One control plane; each test adds to what it stores."""

    @classmethod
    def setUpClass(cls):
        cls.plane = Plane()
        cls.addClassCleanup(cls.plane.stop)
        cls.plane.start()

    def has_service(self, name):
        """Whether a cluster has its Service."""
        return self.plane.kubectl(
            "-n", "ray", "get", "service", f"{name}-headless-svc", "--ignore-not-found", "-o", "name")

    def assert_serves(self, what, *older):
        """Two controllers, one after the other, serve clusters that were there and one that is new."""
        for number in [1, 2]:
            folder = tempfile.TemporaryDirectory()
            self.addCleanup(folder.cleanup)
            controller = ShippedController(self.plane, folder.name)
            self.addCleanup(controller.kill)
            controller.start()
            name = f"{what.replace(' ', '-')}-{number}"
            self.plane.apply(managed(name)[0])
            for each in [*older, name]:
                eventually(f"{what}: the Service of {each}", lambda each=each: self.goes_on(controller, each))
            eventually(f"{what}: /livez is green", lambda: controller.ask("/livez") == "ok\n")
            eventually(f"{what}: nothing is left to do", lambda: controller.metric("raymesh_queue_depth") == 0)
            self.assertLess(controller.metric("process_open_fds"), DESCRIPTORS)
            eventually(f"{what}: memory is back", lambda: controller.metric("process_resident_memory_bytes") < KEPT)
            print(f"{what}, start {number}: at most {controller.peak() / MIB:.0f} MiB", flush=True)
            self.assertLess(controller.peak(), SHIPPED)
            self.assertEqual(controller.stop(), 0, controller.said()[-2000:])

    def goes_on(self, controller, name):
        """Whether a cluster has its Service; the controller must live meanwhile."""
        controller.must_live()
        return self.has_service(name)

    def test_objects_that_cost_a_great_deal(self):
        """Hostile clusters, wide ranges, and records that stand for millions of ports."""
        print(f"{store(self.plane, hostile_clusters())} hostile clusters are stored")
        self.assertEqual(store(self.plane, forged_records(50)), 100)
        self.assertEqual(store(self.plane, wide_ranges(100)), 100)
        self.assert_serves("hostile objects", "wide-50", "wide-99")
        service = json.loads(self.plane.kubectl("-n", "ray", "get", "service", "wide-50-headless-svc", "-o", "json"))
        self.assertLessEqual(len(service["spec"]["ports"]), 1100)
        forged = json.loads(self.plane.kubectl("-n", "ray", "get", "service", "forged-1", "-o", "json"))
        self.assertEqual(forged["spec"]["ports"][0]["name"], "a", "a Service of no cluster was written")

    def test_objects_as_large_as_they_can_be(self):
        """Together they are more than 64 MiB."""
        self.assertEqual(store(self.plane, large_clusters(20, 30)), 50)
        self.assert_serves("large objects", "large-0", "large-49")


if __name__ == "__main__":
    unittest.main()
