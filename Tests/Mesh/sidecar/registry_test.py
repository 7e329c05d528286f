"""What istiod reads off Services."""

import unittest

from .registry import HTTP, HTTP2, SNIFFED, TCP, UDP, Pod, RegistryError, Service, protocol, seen_by
from .sample import CLUSTER, NEWER, OLDER, PODS, service


class RegistryTest(unittest.TestCase):
    def test_the_application_protocol_counts_and_else_the_name_before_its_first_dash(self):
        cases = [
            ("anything", "grpc", HTTP2), ("grpc-x", "tcp", TCP), ("http-web", None, HTTP), ("grpc", None, HTTP2),
            ("grpc-web-x", None, HTTP2), ("p10002", None, SNIFFED), ("node-gcs-port", None, SNIFFED),
            ("x", "kubernetes.io/h2c", HTTP2), ("x", "HTTP", HTTP), ("x", "example.com/mine", SNIFFED),
        ]
        for name, said, expected in cases:
            self.assertEqual(protocol(8000, name, said, "TCP"), expected, f"{name} {said}")

    def test_a_port_where_the_server_speaks_first_is_never_sniffed(self):
        self.assertEqual(protocol(3306, "x", None, "TCP"), TCP)

    def test_udp_is_udp_whatever_it_carries(self):
        self.assertEqual(protocol(8000, "http", "http", "UDP"), UDP)

    def test_the_older_service_comes_first_and_of_one_second_the_first_by_name(self):
        listed = [service({}, "c", created=NEWER), service({}, "b", created=OLDER), service({}, "a", created=NEWER)]
        self.assertEqual([seen.name for seen in seen_by(PODS[0], listed)], ["b", "a", "c"])

    def test_a_service_kept_to_its_namespace_is_not_seen_from_another(self):
        kept = service({}, annotations={"networking.istio.io/exportTo": "."})
        self.assertEqual(len(seen_by(PODS[0], [kept])), 1)
        self.assertEqual(seen_by(Pod("other", "10.66.0.9", {}, namespace="other"), [kept]), [])

    def test_a_service_selects_by_all_of_its_labels_and_without_any_nothing(self):
        of = Service.of(service({}, selector=CLUSTER | {"x": "y"}))
        self.assertFalse(of.selects(PODS[0]))
        self.assertTrue(Service.of(service({})).selects(PODS[0]))
        self.assertFalse(Service.of(service({}, selector=None)).selects(PODS[0]))

    def test_a_target_port_by_name_is_refused_by_name(self):
        manifest = service({8000: "http"})
        manifest["spec"]["ports"][0]["targetPort"] = "web"
        with self.assertRaisesRegex(RegistryError, "demo-headless-svc, port 8000: found targetPort web"):
            Service.of(manifest)
