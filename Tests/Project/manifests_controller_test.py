"""Whether the controller runs beside the webhook without getting into its way, and asks for what its roles name."""

import unittest

from manifests import CONTROLLER, Manifests, rendered
from project import ROOT, flags, raymesh, variable

SERVER_PORTS = [443, 6443]


class Apart(Manifests):
    """The controller's own Deployment."""

    def test_it_runs_the_controller_alone(self):
        container = self.container(self.self_managed, CONTROLLER)
        self.assertEqual(container["args"], ["control"])
        known = {variable(each) for each in flags("control")}
        self.assertLessEqual({each["name"] for each in container.get("env", [])}, known)
        for objects in [self.base, self.overlay, self.self_managed, self.cert_manager]:
            self.assertNotIn("RAYMESH_CONTROLLER", {each["name"] for each in self.container(objects)["env"]})

    def test_neither_selector_finds_the_pods_of_the_other(self):
        webhook, controller = (each["metadata"]["labels"] for each in self.pods())
        for objects in [self.overlay, self.self_managed, self.cert_manager]:
            for name, pod, other in [("", webhook, controller), (" raymesh-controller", controller, webhook)]:
                for kind, *path in [("Deployment", "matchLabels"), ("PodDisruptionBudget", "matchLabels")]:
                    selector = objects[f"{kind}{name}"]["spec"]["selector"][path[0]]
                    self.assertLessEqual(selector.items(), pod.items())
                    self.assertFalse(selector.items() <= other.items(), kind)
                selector = objects[f"NetworkPolicy{name}"]["spec"]["podSelector"]["matchLabels"]
                self.assertLessEqual(selector.items(), pod.items())
                self.assertFalse(selector.items() <= other.items())
            self.assertFalse(objects["Service"]["spec"]["selector"].items() <= controller.items())

    def test_the_webhook_s_selector_is_what_it_always_was(self):
        """A Deployment's selector cannot be changed: with another one nobody could upgrade."""
        for objects in [self.base, self.self_managed]:
            selector = objects["Deployment"]["spec"]["selector"]
            self.assertEqual(selector, {"matchLabels": {"app.kubernetes.io/name": "raymesh"}})

    def test_two_replicas_are_spread_and_one_may_be_taken(self):
        deployment = self.self_managed[CONTROLLER]["spec"]
        self.assertEqual(deployment["replicas"], 2)
        for spread in deployment["template"]["spec"]["topologySpreadConstraints"]:
            self.assertEqual(spread["labelSelector"], deployment["selector"])
            self.assertEqual(spread["whenUnsatisfiable"], "ScheduleAnyway")
        budget = self.self_managed["PodDisruptionBudget raymesh-controller"]["spec"]
        self.assertEqual((budget["maxUnavailable"], budget["selector"]), (1, deployment["selector"]))

    def test_it_has_the_webhook_s_limits_and_probes(self):
        ours, theirs = self.container(self.self_managed, CONTROLLER), self.container(self.self_managed)
        for field in ["livenessProbe", "readinessProbe", "securityContext", "image"]:
            self.assertEqual(ours[field], theirs[field], field)
        self.assertEqual(ours["resources"]["limits"], theirs["resources"]["limits"])
        [port] = ours["ports"]
        self.assertIn(port, theirs["ports"])
        self.assertIn(f"(default: [::]:{port['containerPort']})", " ".join(raymesh("control", "--help").split()))

    def test_only_prometheus_is_let_in_and_only_api_servers_are_asked(self):
        policy = self.self_managed["NetworkPolicy raymesh-controller"]["spec"]
        self.assertEqual(policy["ingress"], [{"from": [{"namespaceSelector": {}}], "ports": [{"port": "admin"}]}])
        self.assertEqual(self.egress("NetworkPolicy raymesh-controller", self.overlay), SERVER_PORTS)

    def egress(self, name, objects):
        return [port["port"] for rule in objects[name]["spec"]["egress"] for port in rule["ports"]]

    def test_a_webhook_that_needs_no_token_has_none_and_asks_nobody(self):
        for objects in [self.base, self.overlay, self.cert_manager]:
            self.assertFalse(self.pod(objects)["spec"]["automountServiceAccountToken"])
            self.assertEqual(self.egress("NetworkPolicy", objects), [])
        self.assertEqual(self.egress("NetworkPolicy", self.self_managed), SERVER_PORTS)

    def test_the_paths_it_asks_for_are_those_that_it_may(self):
        sources = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "Sources/Controller").rglob("*.swift"))]
        for resource in ["rayclusters", "services", "pods", "events", "leases"]:
            self.assertTrue(any(f"/{resource}" in source for source in sources), resource)


class Beside(Manifests):
    """The controller in the webhook's pods, as the overlay for kind has it."""

    def test_the_webhook_s_deployment_has_it_with_a_token_and_a_way_out(self):
        objects = rendered(ROOT / "manifests/overlays/kind")
        self.assertNotIn(CONTROLLER, objects)
        values = {each["name"]: each["value"] for each in self.container(objects)["env"]}
        self.assertEqual(values["RAYMESH_CONTROLLER"], "true")
        self.assertTrue(self.pod(objects)["spec"]["automountServiceAccountToken"])
        [rule] = objects["NetworkPolicy"]["spec"]["egress"]
        self.assertEqual([each["port"] for each in rule["ports"]], SERVER_PORTS)


if __name__ == "__main__":
    unittest.main()
