"""Whether the controller may do what it does and no more."""

import unittest

from manifests import Manifests
from project import ROOT


class Controller(Manifests):
    def rules(self, kind):
        """Verbs by resource, and by name where rules have names."""
        found = {}
        for rule in self.overlay[kind]["rules"]:
            for resource in rule["resources"]:
                for name in rule.get("resourceNames", [""]):
                    found["/".join(filter(None, [resource, name]))] = set(rule["verbs"])
        return found

    def test_it_may_do_this_and_no_more(self):
        watch = {"list", "watch"}
        self.assertEqual(self.rules("ClusterRole"), {
            "rayclusters": watch | {"get"},
            "services": watch | {"get", "create", "patch"},
            "pods": watch,
            "events": {"create", "patch"},
        })
        self.assertEqual(self.rules("Role"), {"leases": {"create"}, "leases/raymesh": {"get", "update"}})

    def test_roles_are_the_service_account_s_of_the_pods(self):
        for kind in ["ClusterRole", "Role"]:
            binding = self.overlay[f"{kind}Binding"]
            self.assertEqual(binding["roleRef"]["name"], self.overlay[kind]["metadata"]["name"])
            [subject] = binding["subjects"]
            account = self.overlay["ServiceAccount"]["metadata"]
            self.assertEqual((subject["name"], subject["namespace"]), (account["name"], account["namespace"]))
        self.assertEqual(self.overlay["Role"]["metadata"]["namespace"], self.overlay["Namespace"]["metadata"]["name"])

    def test_only_pods_that_control_have_a_token(self):
        for objects, controls in [(self.base, False), (self.overlay, True)]:
            pod = self.pod(objects)["spec"]
            self.assertEqual(pod["automountServiceAccountToken"], controls)
            names = {each["name"]: each["value"] for each in pod["containers"][0]["env"]}
            self.assertEqual(names.get("RAYMESH_CONTROLLER"), "true" if controls else None)

    def test_the_network_lets_only_pods_that_control_out_and_only_to_api_servers(self):
        self.assertEqual(self.base["NetworkPolicy"]["spec"]["egress"], [])
        for objects in [self.overlay, self.self_managed, self.cert_manager]:
            [egress] = objects["NetworkPolicy"]["spec"]["egress"]
            self.assertEqual([each["port"] for each in egress["ports"]], [443, 6443])

    def test_the_paths_it_asks_for_are_those_that_it_may(self):
        sources = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "Sources/Controller").rglob("*.swift"))]
        for resource in ["rayclusters", "services", "pods", "events", "leases"]:
            self.assertTrue(any(f"/{resource}" in source for source in sources), resource)


if __name__ == "__main__":
    unittest.main()
