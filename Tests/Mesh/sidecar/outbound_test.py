"""Which listener takes what a pod sends."""

import unittest

from . import outbound
from .log import Log
from .registry import Pod, seen_by
from .sample import CLUSTER, HOST, NEWER, OLDER, PODS, by_name, head_service, proxies, service


def listeners(*services, pod=PODS[0], pods=PODS):
    return by_name(outbound.listeners(pod, seen_by(pod, services), pods, Log()))


class OutboundTest(unittest.TestCase):
    def test_a_port_of_http_has_one_listener_for_any_address(self):
        found = listeners(service({8265: "http", 6379: "grpc"}))
        self.assertEqual(set(found), {"0.0.0.0_8265", "0.0.0.0_6379", "virtualOutbound"})

    def test_what_is_not_http_on_a_port_of_http_passes_as_it_is(self):
        found = listeners(service({6379: "grpc"}))["0.0.0.0_6379"]
        self.assertEqual(found["filter_chains"][0]["filter_chain_match"], outbound.PLAIN_HTTP)
        self.assertEqual(proxies(found["default_filter_chain"]), ("tcp_proxy", "PassthroughCluster"))

    def test_a_headless_port_of_tcp_has_one_for_each_other_pod(self):
        found = listeners(service({6379: "tcp"}))
        self.assertEqual(set(found), {"10.66.0.3_6379", "10.66.0.4_6379", "virtualOutbound"})
        chain = found["10.66.0.3_6379"]["filter_chains"]
        self.assertEqual([proxies(each) for each in chain], [("tcp_proxy", f"outbound|6379||{HOST}")])
        self.assertNotIn("listener_filters", found["10.66.0.3_6379"])

    def test_a_sniffed_one_takes_http_by_any_authority_and_the_rest_as_tcp(self):
        found = listeners(service({6379: None}))["10.66.0.3_6379"]
        kind, routes = proxies(found["filter_chains"][0])
        self.assertEqual((kind, routes["name"]), ("http_connection_manager", f"{HOST}:6379"))
        self.assertEqual([host["domains"] for host in routes["virtual_hosts"]], [["*"]])
        self.assertEqual(proxies(found["default_filter_chain"]), ("tcp_proxy", f"outbound|6379||{HOST}"))

    def test_a_service_with_an_address_is_taken_there(self):
        found = listeners(head_service({6379: "tcp"}, address="10.96.0.7"))
        self.assertEqual(set(found), {"10.96.0.7_6379", "virtualOutbound"})

    def test_http_of_ours_and_tcp_of_the_head_stand_side_by_side(self):
        found = listeners(service({6379: "grpc"}), head_service({6379: "tcp"}), pod=PODS[1])
        self.assertEqual(set(found), {"0.0.0.0_6379", "10.66.0.2_6379", "virtualOutbound"})

    def test_of_two_services_with_one_pod_and_port_the_older_keeps_it(self):
        for ours, heads in [(OLDER, NEWER), (NEWER, OLDER)]:
            found = listeners(
                service({6379: "tcp"}, created=ours), head_service({6379: "tcp"}, created=heads), pod=PODS[1]
            )
            older = HOST if ours == OLDER else HOST.replace("headless", "head")
            chains = found["10.66.0.2_6379"]["filter_chains"]
            self.assertEqual([proxies(chain) for chain in chains], [("tcp_proxy", f"outbound|6379||{older}")])

    def test_a_younger_sniffed_one_adds_http_to_tcp(self):
        found = listeners(service({6379: None}, created=NEWER), head_service({6379: "tcp"}, created=OLDER), pod=PODS[1])
        taken = found["10.66.0.2_6379"]
        self.assertEqual(proxies(taken["filter_chains"][0])[1]["name"], f"{HOST}:6379")
        head = HOST.replace("headless", "head")
        self.assertEqual(proxies(taken["default_filter_chain"]), ("tcp_proxy", f"outbound|6379||{head}"))

    def test_everything_else_leaves_as_it_is_but_never_back_to_the_listener(self):
        chains = listeners()["virtualOutbound"]["filter_chains"]
        self.assertEqual([proxies(chain)[1] for chain in chains], ["BlackHoleCluster", "PassthroughCluster"])
        self.assertEqual(chains[0]["filter_chain_match"], {"destination_port": 15001})

    def test_a_pod_of_ipv6_listens_on_any_address_of_ipv6(self):
        pods = [Pod("a", "fd00::2", CLUSTER), Pod("b", "fd00::3", CLUSTER)]
        found = listeners(service({6379: "grpc", 6380: "tcp"}), pod=pods[0], pods=pods)
        self.assertEqual(set(found), {"[::]_6379", "[fd00::3]_6380", "virtualOutbound"})
