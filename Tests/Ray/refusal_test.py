"""What Raymesh refuses because Ray does, Ray refuses; and what it takes beside that, Ray starts with."""

import re
import unittest

import environment
from case import Case, Refused, Warned
from cases import ALL, TRIED
from environment import IS_MATRIX, render, tcp_ports
from kuberay import Node
from pods import Pod
from starts import SECONDS, TRIES, network, start


class Lines(unittest.TestCase):
    """Each case, tried by Raymesh and by Ray. All workers have one plain head."""

    @classmethod
    def setUpClass(cls):
        rest = "" if IS_MATRIX else "; `make ray-matrix` tries all, with dashboards"
        print(f"{len(TRIED)} of {len(ALL)} cases{rest}", flush=True)
        patched, _ = render(Case("plain", worker={}).cluster("plain"))
        cls.start_head = staticmethod(lambda: start(patched))
        cls.head, cls.heads = cls.start_head(), 1
        cls.addClassCleanup(lambda: cls.head.stop())

    @classmethod
    def living_head(cls):
        """The head. On a machine that is too busy a raylet misses heartbeats and ends, and its head with it."""
        if cls.head.process.poll() is None:
            return cls.head
        ended = f"head {cls.heads} of {TRIES} has ended: {cls.head.output}\n{cls.head.logs()}"
        if cls.heads == TRIES:
            raise AssertionError(ended)
        print(f"{ended}\nHere is another", flush=True)
        cls.head.stop()
        cls.head, cls.heads = cls.start_head(), cls.heads + 1
        return cls.head

    def try_case(self, number, case):
        cluster = case.cluster(f"demo-{number}")
        node = Node(cluster, case.node)
        if not node.is_head:
            network().names.add(node.head_service, self.living_head().address)
        match case:
            case Refused():
                self.assert_raymesh_refuses(cluster, case.places)
                self.assert_ray_refuses(node, case.ray)
            case Warned():
                self.assertIn(case.warning, environment.warnings(cluster))
                patched, _ = render(cluster)
                self.assert_ray_refuses(Node(patched, case.node), case.ray)
            case _:
                self.assert_ray_takes(*render(cluster), case)

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

    def assert_ray_takes(self, patched, service, case):
        pod = start(patched, case.node)
        self.addCleanup(pod.stop)
        if case.on_host:
            return
        unlisted = {port: who for port, who in pod.listening().items() if port not in tcp_ports(service)}
        self.assertEqual(unlisted, {}, f"ports beyond loopback on {pod.node.line}")


def test_of(number, case):
    def test(self):
        self.try_case(number, case)

    test.__doc__ = str(case)
    return test


for number, case in enumerate(TRIED):
    setattr(Lines, f"test_{number:02}", test_of(number, case))

if __name__ == "__main__":
    unittest.main()
