"""What a pod's sidecar makes of what comes in."""

import unittest

from . import inbound
from .log import Log
from .registry import seen_by
from .sample import NEWER, OLDER, PODS, head_service, proxies, service

MTLS_HTTP = ["istio-http/1.0", "istio-http/1.1", "istio-h2"]


def chains(number, mtls, *services, pod=PODS[0]):
    """Of a port: transport, application protocols, what it is taken for, where it goes, whether TLS ends there."""
    found = inbound.virtual(pod, seen_by(pod, services), mtls, Log())["filter_chains"]
    for chain in found:
        match = chain["filter_chain_match"]
        if match.get("destination_port", 0) == number:
            kind, to = proxies(chain)
            ends = "transport_socket" in chain
            to = to if isinstance(to, str) else to["name"]
            yield match["transport_protocol"], match["application_protocols"], kind.split("_")[0], to, ends


class InboundTest(unittest.TestCase):
    def test_strict_takes_mutual_tls_alone(self):
        for spoken, kinds in [("grpc", ["http"]), ("tcp", ["tcp"]), (None, ["http", "tcp"])]:
            found = list(chains(6379, "STRICT", service({6379: spoken})))
            self.assertEqual([kind for _, _, kind, _, _ in found], kinds)
            self.assertEqual({(transport, ends) for transport, _, _, _, ends in found}, {("tls", True)})

    def test_what_no_service_declares_is_taken_by_its_looks_and_strict_there_too(self):
        to = "InboundPassthroughCluster"
        self.assertEqual(
            list(chains(0, "STRICT", service({6379: "grpc"}))),
            [("tls", MTLS_HTTP, "http", to, True), ("tls", [], "tcp", to, True)],
        )

    def test_permissive_takes_plain_text_as_what_is_declared(self):
        self.assertEqual(
            list(chains(6379, "PERMISSIVE", service({6379: "grpc"}))),
            [
                ("tls", ["istio", "istio-peer-exchange", *MTLS_HTTP], "http", "inbound|6379||", True),
                ("raw_buffer", [], "http", "inbound|6379||", False),
            ],
        )

    def test_permissive_lets_an_applications_own_tls_pass_on_a_port_of_tcp(self):
        found = list(chains(6379, "PERMISSIVE", service({6379: "tcp"})))
        self.assertEqual(found[-1], ("tls", [], "tcp", "inbound|6379||", False))

    def test_the_older_service_says_what_is_spoken(self):
        for ours, heads, kind in [(OLDER, NEWER, "http"), (NEWER, OLDER, "tcp"), (OLDER, OLDER, "tcp")]:
            listed = service({6379: "grpc"}, created=ours), head_service({6379: "tcp"}, created=heads)
            self.assertEqual([found[2] for found in chains(6379, "STRICT", *listed)], [kind])
            on_worker = chains(6379, "STRICT", *listed, pod=PODS[1])
            self.assertEqual([found[2] for found in on_worker], ["http"])

    def test_http2_is_expected_if_grpc_is_declared(self):
        found = inbound.virtual(PODS[0], seen_by(PODS[0], [service({1: "grpc", 2: "http"})]), "STRICT", Log())
        managers = {
            chain["name"]: chain["filters"][-1]["typed_config"]
            for chain in found["filter_chains"]
            if chain["name"].startswith("0.0.0.0_")
        }
        self.assertIn("http2_protocol_options", managers["0.0.0.0_1"])
        self.assertNotIn("http2_protocol_options", managers["0.0.0.0_2"])
