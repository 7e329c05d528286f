"""Whether the tables about reviews say what the binary answers: a case for each row, in the same order."""

import re
import unittest

from behaviour import PAGE, table
from reviews import answer, cluster, group, head_service, stored


def named(parameters):
    """A group with such parameters, `_` standing for `-`."""
    return group({name.replace("_", "-"): value for name, value in parameters.items()})


def head(**parameters):
    return cluster(named(parameters))


def worker(**parameters):
    return cluster(workers=[named(parameters)])


class WhichClusters(unittest.TestCase):
    ROWS = table("Which clusters it touches", "write")
    NO = {"raymesh.io/inject": "false"}
    YES = {"raymesh.io/inject": "true"}

    @classmethod
    def setUpClass(cls):
        cls.plain = cluster(workers=[group()])
        cls.managed = stored(cls.plain)
        cls.elsewhere = cluster(managedBy="kueue.x-k8s.io/multikueue")
        service = {"ownerReferences": [{"apiVersion": "ray.io/v1", "kind": "RayService", "name": "demo"}]}
        cls.of_old_kuberay = [
            cluster(metadata=service, annotations=annotations)
            for annotations in [{}, {"ray.io/kuberay-version": "1.2.2"}]]
        cls.broken = cluster({"template": {"spec": {"containers": ["ray"]}}})
        cls.large = stored(cls.plain)
        cls.large["spec"]["headGroupSpec"]["status"] = [0] * 2_000_000
        cls.of_new_kuberay = [
            cluster(metadata=service, annotations={"ray.io/kuberay-version": version})
            for version in ["1.3.0", "nightly"]]

    def cases(self):
        """For each row whether there is a patch, and the writes that it speaks of."""
        queued = {"labels": {"kueue.x-k8s.io/queue-name": "queue"}}
        going = cluster(metadata={"deletionTimestamp": "2026-01-01T00:00:00Z"})
        suspended = cluster(suspend=True)
        return [
            (True, [(self.plain,)]),
            (True, [(self.plain, self.managed), (cluster(workers=[group(), group()]), self.managed)]),
            (False, [(self.plain, self.plain), (cluster(metadata=queued), suspended)]),
            (True, [(cluster(annotations=self.YES), self.plain)]),
            (True, [(cluster(), suspended)]),
            (False, [(cluster(annotations=self.NO),), (cluster(annotations=self.NO), self.managed)]),
            (False, [(self.elsewhere,), (self.elsewhere, self.managed)]),
            (False, [(each,) for each in self.of_old_kuberay]),
            (False, [(self.broken,), (self.broken, self.managed)]),
            (False, [(self.large, self.managed)]),
            (False, [
                (going, self.managed), (None, self.managed, "DELETE"), (self.plain, self.managed, None, "status")]),
            (True, [(head_service([("client", 10001)]),)]),
        ]

    def test_each_row_is_so(self):
        self.assertEqual(len(self.ROWS), len(self.cases()))
        for (write, happens), (is_patched, writes) in zip(self.ROWS, self.cases()):
            for each in writes:
                with self.subTest(write):
                    response = answer(*each)
                    self.assertTrue(response["allowed"])
                    self.assertEqual(bool(response["patch"]), is_patched, response)
                    warnings = " ".join(response.get("warnings", []))
                    for said in re.findall("`(now managed[^`]*|untouched: [^…`]*)", happens):
                        self.assertIn(said, warnings)
        for each in self.of_new_kuberay:
            self.assertTrue(answer(each)["patch"])

    def test_a_refusal_and_a_dry_run_are_answers_to_a_creation(self):
        self.assertFalse(answer(head(node_manager_port="-1"))["allowed"])

    def test_what_changes_in_a_running_cluster_is_told_in_these_words(self):
        taken = stored(self.plain)
        taken["spec"]["headGroupSpec"]["rayStartParams"]["ray-client-server-port"] = "6380"
        older = stored(cluster(version="2.10.0"))
        newer = stored(cluster(version="2.10.0"))
        newer["spec"]["rayVersion"] = "2.48.0"
        newer["spec"]["headGroupSpec"]["template"]["spec"]["containers"][0]["image"] = "rayproject/ray:2.48.0"
        for new, old in [(taken, self.managed), (newer, older)]:
            [warning] = answer(new, old)["warnings"]
            self.assertIn(f"`{warning.removeprefix('raymesh: ')}`", PAGE.replace("\n", " "))
        recreated = cluster(annotations=self.YES, upgradeStrategy={"type": "Recreate"})
        [warning] = answer(recreated, self.plain)["warnings"]
        self.assertIn("restarts all pods", warning)

    def test_annotations_do_what_their_table_says(self):
        table_of_annotations = table("Which clusters it touches", "annotation of a RayCluster")
        self.assertEqual([row[0] for row in table_of_annotations], ["`raymesh.io/inject`"] * 2 + [
            "`raymesh.io/node-address`"] * 2 + ["`raymesh.io/managed`"])
        shared = group(hostNetwork=True)
        self.assertNotIn("node-manager-port", str(answer(cluster(shared))["patch"]))
        self.assertIn("node-manager-port", str(answer(cluster(shared, annotations=self.YES))["patch"]))
        for wish, is_added in [("always", True), ("never", False)]:
            asked = cluster(annotations={"raymesh.io/node-address": wish, "ray.io/overwrite-container-cmd": "true"})
            self.assertEqual("node-ip-address" in str(answer(asked)["patch"]), is_added)
        self.assertIn("raymesh.io/managed", self.managed["metadata"]["annotations"])


class WhatIsLeftOut(unittest.TestCase):
    ROWS = table("What it leaves out", "what is left out, or as it is")

    @staticmethod
    def cases():
        tls = [cluster(tlsOptions={"enabled": True})]
        tls += [cluster(workers=[group(env=[{"name": "RAY_USE_TLS", "value": "1"}])])]
        first = [cluster(enableInTreeAutoscaling=True, version=version) for version in ["2.46.0", "nightly"]]
        first += [cluster(enableInTreeAutoscaling=True, autoscalerOptions={"version": "v1"})]
        variable = {"name": "RAY_enable_autoscaler_v2", "value": "0"}
        first += [cluster(group(env=[variable]), enableInTreeAutoscaling=True)]
        unnamed = {"name": "", "generateName": "a" * 46}
        guides = '$(hostname -I | sed "s/\\./-/g").demo-headless-svc.ray.svc.cluster.local'
        disputed = [{"containerPort": 6379, "name": "http"}]
        serve = re.findall("`(RAY_SERVE_[A-Z_]+)`", str(WhatIsLeftOut.ROWS))
        return [
            [cluster(annotations={"ray.io/overwrite-container-cmd": "true"})],
            tls,
            first,
            [cluster(group(hostNetwork=True), annotations={"raymesh.io/inject": "true"})],
            [cluster(podFQDN={})],
            [cluster(metadata=unnamed)],
            [head(node_ip_address="10.0.0.1")],
            [head(node_ip_address=guides)],
            [cluster(group(command=["ray start --head"])), cluster(workers=[group(command=["ray start"])])],
            [cluster(group(hostNetwork=True))],
            [head(min_worker_port="20000", max_worker_port="20082"), head(num_cpus="1000")],
            [head(min_worker_port="20000", max_worker_port="22000")],
            [head(min_worker_port="14500", max_worker_port="15100")],
            [cluster(group(ports=[{"containerPort": port} for port in range(40000, 41100)]))],
            [head(node_manager_port="0"), cluster(group(env=[{"name": "AUTOSCALER_METRIC_PORT", "value": "0"}]))],
            [head(node_manager_port="$(NOWHERE)")],
            [head(dashboard_grpc_port="8266")],
            [cluster(workers=[group(env=[{"name": name, "value": "1"}])]) for name in serve],
            [cluster(group(ports=disputed))],
        ]

    def test_each_row_is_warned_of_in_these_words(self):
        self.assertEqual(len(self.ROWS), len(self.cases()))
        for (what, where, warning), clusters in zip(self.ROWS, self.cases()):
            for each in clusters:
                with self.subTest(where):
                    response = answer(each)
                    self.assertTrue(response["allowed"])
                    self.assertIn(warning.strip("`"), " ".join(response["warnings"]))
                    if what == "node address":
                        self.assertNotIn("/node-ip-address", str(response["patch"]))

    def test_next_to_each_limit_nothing_is_warned_of(self):
        for each in [
            cluster(),
            cluster(enableInTreeAutoscaling=True, version="2.47.0"),
            cluster(enableInTreeAutoscaling=True, version="2.46.0", autoscalerOptions={"version": "v2"}),
            cluster(metadata={"name": "", "generateName": "a" * 45}),
            head(node_ip_address="$(hostname).demo-headless-svc.ray.svc.cluster.local"),
            head(min_worker_port="20000", max_worker_port="20083"),
            cluster(head(dashboard_grpc_port="8266")["spec"]["headGroupSpec"], version="2.47.0"),
        ]:
            self.assertNotIn("warnings", answer(each))


class WhatIsRefused(unittest.TestCase):
    ROWS = table("What it refuses", "class")

    @staticmethod
    def cases():
        numbers = ["-1", "70000", "abc"]
        bad_name = cluster(metadata={"name": "1abc"})
        two = cluster(group({"node-manager-port": "7000"}), [group({"metrics-export-port": "7000"})])
        return [
            [head(node_manager_port="6379")],
            [head(node_manager_port="10005", min_worker_port="10002", max_worker_port="10099")],
            [each(node_manager_port=port) for each in [head, worker] for port in ["8265", "10001", "52365"]],
            [head(min_worker_port="20000", max_worker_port="20000"), head(worker_port_list="20000,20000")],
            [head(runtime_env_agent_port="80"), head(ray_client_server_port="80"), worker(min_worker_port="80")],
            [worker(port="6379")],
            [head(node_manager_port=each) for each in numbers],
            [head(node_manager_port="15001"), head(min_worker_port="15000", max_worker_port="15090")],
            [two],
            [head(port=6379), bad_name],
        ]

    def test_each_row_is_refused_with_its_class(self):
        self.assertEqual(len(self.ROWS), len(self.cases()))
        for (name, what, _), clusters in zip(self.ROWS, self.cases()):
            for each in clusters:
                with self.subTest(what):
                    response = answer(each)
                    self.assertFalse(response["allowed"])
                    self.assertEqual(response["status"]["code"], 422)
                    self.assertIn(name.strip("`"), response["auditAnnotations"]["refused"].split(","))
                    self.assertIn("/", response["status"]["message"])

    def test_numbers_of_raymesh_move(self):
        for number in ["6380", "6381", "6382", "6383", "8266", "10002"]:
            self.assertIn(f"'{number}'", str(answer(cluster(version="2.10.0"))["patch"]))
            taken = head(dashboard_port=number)["spec"]["headGroupSpec"]
            self.assertNotIn(f"'{number}'", str(answer(cluster(taken, version="2.10.0"))["patch"]))

    def test_an_update_is_refused_only_for_a_fault_of_its_own(self):
        fault = head(port="7000", ray_client_server_port="7000")
        managed = stored(head())
        broken = stored(head())
        broken["spec"]["headGroupSpec"]["rayStartParams"] |= fault["spec"]["headGroupSpec"]["rayStartParams"]
        self.assertFalse(answer(broken, managed)["allowed"])
        scaled = broken | {"spec": broken["spec"] | {"suspend": True}}
        response = answer(scaled, broken)
        self.assertTrue(response["allowed"])
        self.assertIn("not changed by this update, but wrong", " ".join(response["warnings"]))


if __name__ == "__main__":
    unittest.main()
