"""What Raymesh refuses because Ray does, Ray refuses; and what it takes beside that, Ray starts with."""

import re
import unittest

import environment
from cases import ALL, Case, Refused
from environment import render, tcp_ports
from kuberay import Node
from pods import Pod
from starts import SECONDS, network, start


class Lines(unittest.TestCase):
    """Each case, tried by Raymesh and by Ray. All workers have one plain head."""

    @classmethod
    def setUpClass(cls):
        patched, _ = render(Case("plain", worker={}).cluster("plain"))
        cls.head = start(patched)
        cls.addClassCleanup(cls.head.stop)

    def try_case(self, number, case):
        cluster = case.cluster(f"demo-{number}")
        node = Node(cluster, case.node)
        if not node.is_head:
            network().know(self.head.address, node.head_service)
        if isinstance(case, Refused):
            self.assert_raymesh_refuses(cluster, case.places)
            self.assert_ray_refuses(node, case.ray)
        else:
            self.assert_ray_takes(*render(cluster), case.node)

    def assert_raymesh_refuses(self, cluster, places):
        with self.assertRaises(environment.Refused) as refusal:
            render(cluster)
        for place in places:
            self.assertIn(place, str(refusal.exception))

    def assert_ray_refuses(self, node, words):
        pod = Pod(network(), node)
        self.addCleanup(pod.stop)
        self.assertNotEqual(pod.wait_for_end(SECONDS), 0, node.line)
        said = " ".join(pod.output.split())
        self.assertTrue(re.search(words, said), f"Ray does not say '{words}' of {node.line}: {said}")

    def assert_ray_takes(self, patched, service, group):
        pod = start(patched, group)
        self.addCleanup(pod.stop)
        unlisted = {port: who for port, who in pod.listening().items() if port not in tcp_ports(service)}
        self.assertEqual(unlisted, {}, f"ports beyond loopback on {pod.node.line}")


def test_of(number, case):
    def test(self):
        self.try_case(number, case)

    test.__doc__ = str(case)
    return test


for number, case in enumerate(ALL):
    setattr(Lines, f"test_{number:02}", test_of(number, case))

if __name__ == "__main__":
    unittest.main()
