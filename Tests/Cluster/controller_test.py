"""The controller with the manifests' own roles: what becomes of Services, whatever becomes of the API server."""

import json
import unittest

from controller import Replica, WithReplica, managed
from running import eventually


class Controller(WithReplica):
    def service(self):
        """The cluster's Service, None if there is none."""
        text = self.kubectl("get", "service", f"{self.name}-headless-svc", "-o", "json", check=False)
        return json.loads(text) if text else None

    def numbers(self):
        return {port["port"] for port in (self.service() or {"spec": {"ports": []}})["spec"]["ports"]}

    def reasons(self):
        """Those of the Events about the cluster."""
        events = json.loads(self.kubectl(
            "get", "events", "--field-selector", f"involvedObject.name={self.name}", "-o", "json"))
        return {event["reason"] for event in events["items"]}

    def make(self, **parameters):
        """A cluster and its Service, as it was promised."""
        cluster, promised = managed(self.name, **parameters)
        self.plane.apply(cluster)
        eventually("its Service", self.service)
        return promised

    def assert_promised(self, promised):
        def ports(service):
            return [(each["name"], each["port"], each["protocol"], each.get("appProtocol"))
                    for each in service["spec"]["ports"]]

        def is_so():
            service = self.service()
            return service and ports(service) == ports(promised) \
                and service["spec"]["selector"] == promised["spec"]["selector"]

        eventually(f"{self.name} has what was promised", is_so)

    def test_it_is_created_with_an_owner_and_an_event(self):
        self.assert_promised(self.make())
        [owner] = self.service()["metadata"]["ownerReferences"]
        cluster = self.plane.stored("-n", "ray", "raycluster", self.name)
        self.assertEqual((owner["kind"], owner["uid"]), ("RayCluster", cluster["metadata"]["uid"]))
        self.assertFalse(owner["controller"])
        eventually("the Event", lambda: self.reasons() == {"ServiceCreated"})

    def test_manual_changes_are_reverted(self):
        promised = self.make()
        name = f"{self.name}-headless-svc"
        self.kubectl("patch", "service", name, "--type=json", "-p", json.dumps([
            {"op": "add", "path": "/spec/ports/-", "value": {"name": "x", "port": 1, "protocol": "TCP"}},
            {"op": "replace", "path": "/spec/ports/0/appProtocol", "value": "tcp"},
            {"op": "remove", "path": "/spec/ports/1"},
            {"op": "add", "path": "/spec/selector/app", "value": "other"}]))
        self.assert_promised(promised)
        self.kubectl("delete", "service", name)
        self.assert_promised(promised)

    def test_ports_of_running_pods_stay_until_those_are_gone(self):
        self.make(**{"node-manager-port": "7001"})
        pod = {
            "apiVersion": "v1", "kind": "Pod",
            "metadata": {"name": self.name, "namespace": "ray", "labels": {"ray.io/cluster": self.name}},
            "spec": {"containers": [{"name": "ray", "image": "ray"}], "automountServiceAccountToken": False}}
        self.plane.apply(pod)
        moved, promised = managed(self.name, **{"node-manager-port": "7002"})
        self.plane.apply(moved)
        eventually("the port more", lambda: 7002 in self.numbers())
        self.assertIn(7001, self.numbers())
        eventually("the Event", lambda: "PortsWait" in self.reasons())
        self.kubectl("delete", "pod", self.name, "--grace-period=0", "--force")
        self.assert_promised(promised)

    def test_another_s_service_is_left_alone_until_it_is_handed_over(self):
        name = f"{self.name}-headless-svc"
        foreign = {
            "apiVersion": "v1", "kind": "Service", "metadata": {"name": name, "namespace": "ray"},
            "spec": {"clusterIP": "None", "selector": {"app": "mine"},
                     "ports": [{"name": "node-manager-port", "port": 7777}]}}
        self.plane.apply(foreign)
        cluster, promised = managed(self.name)
        self.plane.apply(cluster)
        eventually("the Event", lambda: self.reasons() == {"ServiceConflict"})
        self.assertEqual((self.numbers(), self.service()["spec"]["selector"]), ({7777}, {"app": "mine"}))
        self.kubectl("annotate", "service", name, "raymesh.io/adopt=true")
        self.assert_promised(promised)
        eventually("the Event", lambda: "ServiceAdopted" in self.reasons())

    def test_the_api_server_is_killed_and_etcd_has_forgotten(self):
        for compacting in [False, True]:
            self.plane.lose_api_server(compacting)
            self.name = next(self.names)
            self.assert_promised(self.make())

    def test_when_the_leader_is_killed_or_ends_the_other_goes_on(self):
        for end in ["kill", "stop"]:
            other = Replica(self.plane)
            self.addCleanup(other.kill)
            self.assertFalse(other.leads())
            leader, type(self).replica = self.replica, other
            code = getattr(leader, end)()
            self.assertIn(code, [0, None])
            eventually("the other leads", other.leads)
            self.name = next(self.names)
            self.assert_promised(self.make())
            self.assertEqual(other.metric("raymesh_leader"), 1)


if __name__ == "__main__":
    unittest.main()
