"""Clusters as Raymesh patches them start in real Ray, do what users do, and listen on nothing that is not listed."""

import subprocess
import threading
import unittest
from pathlib import Path

import yaml

from environment import RAY, ROOT, VERSION, render, tcp_ports
from starts import start

SAMPLE = "manifests/samples/raycluster.yaml"
WORKLOAD = Path(__file__).with_name("workload.py")
# Sessions of Ray Client are dialled over 127.0.0.1 only, by the proxy on the same node (`proxier.py`).
CLIENT_SESSIONS = range(23000, 24000)
# Actors, a job and up to three sessions: a quiet machine needs fifteen.
WORKLOAD_SECONDS = 300


def sample(path=SAMPLE):
    """A cluster of a file, for the Ray that is tried."""
    cluster = yaml.safe_load((ROOT / path).read_text())
    cluster["spec"]["rayVersion"] = VERSION
    for group in [cluster["spec"]["headGroupSpec"], *cluster["spec"]["workerGroupSpecs"]]:
        group["template"]["spec"]["containers"][0]["image"] = f"rayproject/ray:{VERSION}"
    return cluster


class Start(unittest.TestCase):
    def test_a_patched_cluster_starts_and_listens_on_nothing_but_what_its_service_lists(self):
        patched, service = render(sample())
        head, worker = self.until_the_end(patched), self.until_the_end(patched, 1)
        # Without its wait Ray would lose a worker whose name comes late.
        nodes = [head, worker, self.until_the_end(patched, 1, is_late=True)]
        driver = self.workload(head)
        self.assertEqual(self.read_until_ready(driver, head), len(nodes), "actors, one on each node")
        for pod in nodes:
            self.assert_listens_as_listed(pod, tcp_ports(service))
        driver.communicate()

    def until_the_end(self, *group, **how):
        pod = start(*group, **how)
        self.addCleanup(pod.stop)
        return pod

    def workload(self, pod):
        driver = pod.popen(
            f"{RAY}/bin/python", str(WORKLOAD), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT)
        self.addCleanup(driver.kill)
        # The whole pod, for whatever the driver has started holds its output open.
        watch = threading.Timer(WORKLOAD_SECONDS, pod.process.kill)
        watch.start()
        self.addCleanup(watch.cancel)
        return driver

    def read_until_ready(self, driver, head):
        """How many nodes the workload runs on; what else it says is passed on."""
        said = []
        for line in driver.stdout:
            said.append(line)
            if line.startswith("ready "):
                return int(line.split()[1])
            if line.startswith("Ray Client: "):
                print(line, end="", flush=True)
        self.fail(f"the workload ended, or took {WORKLOAD_SECONDS} s: {''.join(said)}{head.logs()}")

    def assert_listens_as_listed(self, pod, listed):
        ports = pod.listening()
        workers = range(*(int(pod.node.parameters[name]) for name in ("min-worker-port", "max-worker-port")))
        self.assertTrue(ports.keys() & set(workers), "no worker process listens, so nothing was tried")
        unlisted = {port: who for port, who in ports.items() if port not in listed and port not in CLIENT_SESSIONS}
        self.assertEqual(unlisted, {}, f"ports beyond loopback on {pod.node.line}")


if __name__ == "__main__":
    unittest.main()
