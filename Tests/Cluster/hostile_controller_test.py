"""The controller, as it starts where somebody has stored objects in order to stop it."""

import json
import unittest

from controller import Plane, Replica, managed
from running import eventually
from scale import memory

# What a container has, in megabytes (10^6 bytes).
CONTAINER = 268
LARGE = 20
BYTES = 1_400_000


class HostileController(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.plane = Plane()
        cls.addClassCleanup(cls.plane.stop)
        cls.plane.start()

    def create(self, each):
        self.plane.kubectl("create", "-f", "-", text=json.dumps(each, separators=(",", ":")))

    def large(self, name):
        """A managed RayCluster of 1.4 MB: most of it numbers, which cost most when they are parsed."""
        cluster, _ = managed(name)
        cluster["spec"]["filler"] = [1] * (BYTES // 2)
        return cluster

    def forged(self, namespace):
        """A Service with Raymesh's label, and a record of very many ports."""
        record = "a 2026-11-25T00:00:00Z" + " 1-65535/TCP/grpc" * 58
        self.plane.kubectl("create", "namespace", namespace)
        return {
            "apiVersion": "v1", "kind": "Service",
            "metadata": {
                "name": "forged-headless-svc", "namespace": namespace, "annotations": {"raymesh.io/ports": record},
                "labels": {"app.kubernetes.io/managed-by": "raymesh"}},
            "spec": {"clusterIP": "None", "ports": [{"name": "a", "port": 1}]}}

    def test_it_starts_within_its_memory_and_serves_the_honest_ones(self):
        for number in range(LARGE):
            self.create(self.large(f"large-{number}"))
        wide, _ = managed("wide")
        for number in range(50):
            wide["metadata"]["name"] = f"wide-{number}"
            parameters = wide["spec"]["headGroupSpec"].setdefault("rayStartParams", {})
            parameters |= {"min-worker-port": "16000", "max-worker-port": "44000"}
            self.create(wide)
        self.create(self.forged("elsewhere"))
        honest, _ = managed("honest")
        self.create(honest)

        replica = Replica(self.plane)
        self.addCleanup(replica.kill)
        eventually("it leads", replica.leads)
        names = [f"large-{number}" for number in range(LARGE)] + ["honest"]
        for name in names:
            eventually(f"the Service of {name}", lambda: self.plane.kubectl(
                "-n", "ray", "get", "service", f"{name}-headless-svc", "--ignore-not-found"))
        eventually("nothing is left to do", lambda: replica.metric("raymesh_queue_depth") == 0)
        used = memory(replica.process)
        print(f"{used:.0f} MB at most")
        self.assertLess(used, CONTAINER)
        self.assertEqual(replica.stop(), 0)


if __name__ == "__main__":
    unittest.main()
