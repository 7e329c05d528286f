"""What many RayClusters cost the controller and the API server: run by `make scale`, which prints the figures."""

import collections
import json
import os
import re
import time
import unittest

from controller import Plane, Replica, managed
from running import eventually

CLUSTERS = int(os.environ.get("SCALE_CLUSTERS", "2000"))
AT_ONCE = 100
ACCOUNT = "system:serviceaccount:raymesh-system:raymesh"


class Recorded(Plane):
    """One that writes down each request once, when it has been answered."""

    def start_api_server(self, etcd):
        policy = self.folder / "audit.json"
        policy.write_text(json.dumps({
            "apiVersion": "audit.k8s.io/v1", "kind": "Policy", "omitStages": ["RequestReceived"],
            "rules": [{"level": "Metadata", "users": [ACCOUNT]}]}))
        self.flags = {"audit-policy-file": policy, "audit-log-path": self.folder / "audit.log"}
        super().start_api_server(etcd)

    def requests(self):
        """How many of each kind the controller has made. A watch counts as it begins."""
        found, log = collections.Counter(), self.folder / "audit.log"
        # It is there with the first request.
        for line in log.read_text().splitlines() if log.exists() else []:
            event = json.loads(line)
            verb, resource = event["verb"], event["objectRef"]["resource"]
            if (event["stage"] == "ResponseStarted") == (verb == "watch"):
                found[f"{verb} {resource}"] += 1
        return found


def memory(process):
    """Megabytes that a process has had in memory at most."""
    with open(f"/proc/{process.pid}/status", encoding="utf-8") as status:
        return int(re.search(r"^VmHWM:\s+(\d+) kB", status.read(), re.MULTILINE)[1]) * 1024 / 1e6


def processor(process):
    """Seconds that it has computed for, itself and the kernel for it."""
    with open(f"/proc/{process.pid}/stat", encoding="utf-8") as status:
        fields = status.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Scale(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.plane = Recorded()
        cls.addClassCleanup(cls.plane.stop)
        cls.plane.start()
        model, _ = managed("name-of-one")
        text = json.dumps(model)
        cls.clusters = [json.loads(text.replace("name-of-one", f"many-{number}")) for number in range(CLUSTERS)]
        for first in range(0, CLUSTERS, AT_ONCE):
            some = {"apiVersion": "v1", "kind": "List", "items": cls.clusters[first:first + AT_ONCE]}
            cls.plane.kubectl("create", "-f", "-", text=json.dumps(some))

    def measure(self, what, result):
        """A new controller, until all clusters have come to that result; gives the requests that it has made."""
        before = self.plane.requests()
        replica = Replica(self.plane)
        self.addCleanup(replica.kill)
        eventually("it leads", replica.leads)
        begun, done = time.monotonic(), 0
        while done < CLUSTERS:
            done = eventually("another cluster", lambda: self.more_than(done, replica, result))
        took = time.monotonic() - begun
        eventually("nothing is left to do", lambda: replica.metric("raymesh_queue_depth") == 0)
        self.assertEqual(replica.metric("raymesh_clusters_managed"), CLUSTERS)
        used = f"{memory(replica.process):.0f} MB at most, {processor(replica.process):.1f} s of CPU"
        self.assertEqual(replica.stop(), 0)
        made = self.plane.requests() - before
        print(f"{what}: {took:.1f} s, {used}, {dict(sorted(made.items()))}")
        return made

    def more_than(self, done, replica, result):
        """How many clusters have come to a result, if they are more than before."""
        count = replica.metric(f'raymesh_reconciles_total{{result="{result}"}}')
        return count if count > done else None

    def test_each_cluster_costs_three_requests_once(self):
        made = self.measure(f"{CLUSTERS} clusters without a Service", "created")
        services = self.plane.stored("-n", "ray", "services")["items"]
        self.assertEqual(
            {each["metadata"]["name"] for each in services},
            {f"{each['metadata']['name']}-headless-svc" for each in self.clusters})
        # The first asks whether somebody else has made a Service of that name.
        each = {kind: count for kind, count in made.items() if count >= CLUSTERS}
        self.assertEqual(each, dict.fromkeys(["get services", "create services", "create events"], CLUSTERS))

        made = self.measure(f"{CLUSTERS} clusters with their Services", "unchanged")
        asked = {kind for kind in made if kind.split()[0] not in ("list", "watch") and not kind.endswith(" leases")}
        self.assertEqual(asked, set())


if __name__ == "__main__":
    unittest.main()
