"""What becomes of writes while Raymesh is down, while its certificate changes, and while its replicas are replaced."""

import json
import threading
import unittest

from admission import ELSEWHERE, SAMPLE, Admission
from balancer import Balancer
from project import ROOT
from running import eventually
from server import Server

REPLACED = 'raymesh_certificate_reloads_total{result="replaced"'
AT_ONCE = 20
# If the disruption has not ended by then, the load has failed.
MOST_ROUNDS = 200


class Load(threading.Thread):
    """Applies new clusters, and then all of them again, round after round, until it is stopped."""

    def __init__(self, test, number):
        super().__init__(daemon=True)
        self.test, self.number = test, number
        self.rounds = 0
        self.failures = []
        self.stopping = threading.Event()

    def names(self, round_):
        """Of the clusters of one round."""
        return [f"load-{self.number}-{round_}-{index}" for index in range(AT_ONCE)]

    def run(self):
        while not self.stopping.is_set() and not self.failures and self.rounds < MOST_ROUNDS:
            clusters = [self.test.written() | {"metadata": {"name": name}} for name in self.names(self.rounds)]
            text = json.dumps({"apiVersion": "v1", "kind": "List", "items": clusters})
            for _ in range(2):
                run = self.test.kubectl_run("apply", "-f", "-", text=text)
                if run.returncode:
                    self.failures.append(run.stderr)
            self.rounds += 1

    def finish(self):
        """The names of all that it has applied; an error if anything failed."""
        self.stopping.set()
        self.join()
        self.test.assertEqual(self.failures, [])
        self.test.assertLess(self.rounds, MOST_ROUNDS)
        return {name for round_ in range(self.rounds) for name in self.names(round_)}


class Down(Admission):
    """While no replica answers."""

    host = ELSEWHERE

    def setUp(self):
        super().setUp()
        self.addCleanup(self.bring_up)

    def bring_up(self):
        """Also if a test has failed."""
        if self.server.process.poll() is not None:
            self.server.start()

    def test_creations_wait_and_all_else_passes(self):
        self.kubectl("create", "-f", str(SAMPLE))
        self.server.kill()
        new = self.written() | {"metadata": {"name": "new"}}
        run = self.kubectl_run("create", "-f", "-", text=json.dumps(new))
        self.assertEqual(run.returncode, 1)
        self.assertIn('failed calling webhook "rayclusters.injection.raymesh.io"', run.stderr)
        self.assertEqual(self.kubectl("get", "raycluster", "-o", "name"), "raycluster.ray.io/demo\n")

        scaled = [{"op": "replace", "path": "/spec/workerGroupSpecs/0/replicas", "value": 5}]
        self.kubectl("patch", "raycluster", "demo", "--type=json", "-p", json.dumps(scaled))
        self.assertEqual(self.cluster()["spec"]["workerGroupSpecs"][0]["replicas"], 5)
        recorded = json.loads((ROOT / "Tests/Fixtures/reviews/head-service.json").read_text(encoding="utf-8"))
        service = recorded["request"]["object"]
        del service["metadata"]["namespace"]
        self.kubectl("create", "-f", "-", text=json.dumps(service))

        self.server.start()
        self.kubectl("create", "-f", "-", text=json.dumps(new))
        self.assert_promised(self.cluster("new"), self.promised(new))
        self.kubectl("delete", "raycluster", "--all")


class Rotation(Admission):
    """While the certificate changes on disk. Connections end early, so that new ones meet the new certificates."""

    host = ELSEWHERE
    flags = ["--drain-delay", "0s", "--connection-age", "1s"]

    def test_a_new_certificate_fails_no_admission(self):
        load = Load(self, 0)
        load.start()
        for number in range(1, 7):
            begun = load.rounds
            self.certificates.mount(number)
            eventually("the new pair", lambda: self.server.metric(REPLACED) >= number or load.failures)
            eventually("a whole round with it", lambda: load.rounds > begun + 1 or load.failures)
        load.finish()
        print(f"{load.rounds * AT_ONCE} clusters applied twice, while a certificate was replaced 6 times")


class Replacement(Admission):
    """While replicas are replaced one after the other, as a Deployment does it."""

    host = ELSEWHERE
    flags = ["--drain-delay", "2s"]

    def await_rounds(self, loads):
        """Until each load has begun another round."""
        begun = [load.rounds for load in loads]
        eventually("a round beside it", lambda: all(
            load.rounds > count or load.failures for load, count in zip(loads, begun)))

    def test_replicas_that_are_replaced_lose_no_write(self):
        other = Server("127.0.0.2", self.certificates.mounted, self.flags).start()
        self.addCleanup(other.kill)
        with Balancer([self.server, other]) as balancer:
            self.configure(balancer.port, balancer.count)
            loads = [Load(self, number) for number in range(2)]
            for load in loads:
                load.start()
            for server in [self.server, other] * 2:
                self.assertEqual(server.stop(), 0, server.log)
                self.await_rounds(loads)
                server.start()
                eventually("connections may go to it", lambda: len(balancer.ready) == 2)
                self.await_rounds(loads)
            names = set().union(*(load.finish() for load in loads))
            self.assertGreater(min(balancer.passed.values()), 0)
        stored = self.plane.stored("-n", self.namespace, "rayclusters")["items"]
        self.assertEqual({each["metadata"]["name"] for each in stored}, names)
        for each in stored:
            self.assertIn("raymesh.io/managed", each["metadata"]["annotations"])
        print(f"{len(names)} clusters applied twice, while two replicas were replaced twice each")


if __name__ == "__main__":
    unittest.main()
