"""Which cluster an authority leads to."""

import unittest

from . import routes
from .registry import seen_by
from .sample import HOST, PODS, head_service, service


def hosts(number, *services, namespace="default"):
    found = routes.of_port(number, seen_by(PODS[0], services), namespace)
    return {
        domain: host["routes"][0]["route"]["cluster"] for host in found["virtual_hosts"] for domain in host["domains"]
    }


class RoutesTest(unittest.TestCase):
    def test_a_headless_service_is_known_by_its_names_and_those_of_its_pods(self):
        found = hosts(6379, service({6379: "grpc"}))
        names = [HOST, "demo-headless-svc.default.svc", "demo-headless-svc.default", "demo-headless-svc"]
        self.assertEqual(set(found), {"*", *names, *(f"*.{name}" for name in names)})
        self.assertEqual({found[name] for name in names}, {f"outbound|6379||{HOST}"})

    def test_an_address_or_a_stranger_goes_where_it_was_dialled(self):
        self.assertEqual(hosts(6379, service({6379: "grpc"}))["*"], "PassthroughCluster")

    def test_the_short_name_is_for_the_namespace_alone(self):
        self.assertNotIn("demo-headless-svc", hosts(6379, service({6379: "grpc"}), namespace="other"))

    def test_a_service_with_an_address_is_known_by_it_and_has_no_names_of_pods(self):
        found = hosts(8265, head_service({8265: "http"}, address="10.96.0.7"))
        self.assertIn("10.96.0.7", found)
        self.assertFalse([name for name in found if name.startswith("*.")])

    def test_a_port_of_tcp_has_no_names(self):
        self.assertEqual(set(hosts(6379, service({6379: "tcp"}))), {"*"})

    def test_no_request_has_a_limit_of_time_and_what_fails_is_tried_twice_more(self):
        found = routes.of_port(6379, seen_by(PODS[0], [service({6379: "grpc"})]), "default")
        action = found["virtual_hosts"][0]["routes"][0]["route"]
        self.assertEqual(action["timeout"], "0s")
        self.assertEqual(action["retry_policy"]["num_retries"], 2)
