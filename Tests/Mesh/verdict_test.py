"""What the witnesses saw comes to the faults that it must, each with its port."""

import unittest

from evidence import Evidence, protocol_errors
from verdict import faults
from wire import Connection

DECLARED = {6379: ("node-gcs-port", "grpc"), 6382: ("runtime-env-agent-port", "http"), 6443: ("https", "https")}
HELLO, PREFACE = b"\x16\x03\x01\x00\xf4\x01", b"PRI * HTTP/2.0"
NOTHING = {"cluster": {}, "http": {}}


def request(port=6379, **more):
    return {
        "direction": "inbound", "port": port, "cluster": f"inbound|{port}||", "tls": "TLSv1.3", "flags": "-",
        "method": "POST", "protocol": "HTTP/2", "path": "/ray.rpc.JobInfoGcsService/GetAllJobInfo",
    } | more


class Faults(unittest.TestCase):
    def found(self, connections=(), lines=(), counters=NOTHING):
        evidence = Evidence(DECLARED)
        evidence.add_connections(Connection("a", "b", port, 0, first) for port, first in connections)
        evidence.add_sidecar(lines, counters)
        self.evidence = evidence
        return [str(each) for each in faults(evidence)]

    def test_requests_over_tls_on_a_declared_port_are_right(self):
        self.assertEqual(self.found([(6379, HELLO)], [request(), request()]), [])
        self.assertEqual(self.evidence.ports[6379].methods, {"JobInfoGcsService/GetAllJobInfo": 2})

    def test_plain_text_is_a_fault_on_a_declared_port_too(self):
        self.assertEqual(
            self.found([(6379, PREFACE)], [request(tls="")]),
            ["port 6379: 1 connections in plain text", "port 6379: 1 × taken without TLS"])

    def test_a_port_that_no_service_lists_is_a_fault_even_if_nothing_is_said(self):
        self.assertEqual(
            self.found([(7000, b"")]), ["port 7000: 1 connections between pods, and no Service lists it"])

    def test_connections_without_a_request_are_a_fault(self):
        stream = {"direction": "inbound", "port": 6379, "tls": "TLSv1.3", "flags": "-"}
        self.assertEqual(
            self.found([(6379, HELLO)], [stream]),
            ["port 6379: 1 connections, and no request is seen: it says grpc"])

    def test_nobody_looks_into_tls_of_an_application_s_own_but_it_must_be_tls(self):
        self.assertEqual(self.found([(6443, HELLO)]), [])
        self.assertEqual(self.found([(6443, PREFACE)]), ["port 6443: 1 connections in plain text"])

    def test_what_passes_through_is_a_fault(self):
        line = request(7000, direction="outbound", cluster="PassthroughCluster")
        self.assertEqual(self.found(lines=[line]), ["port 7000: 1 × passed through as it is by PassthroughCluster"])

    def test_an_answer_of_another_protocol_is_a_fault(self):
        line = request(6382, flags="UPE", method="GET", path="/x?y", protocol="HTTP/1.1")
        self.assertEqual(
            self.found(lines=[line]),
            ["port 6382: 1 × the server's answer is not of this protocol (UPE, inbound)"])
        self.assertEqual(self.evidence.ports[6382].methods, {"GET /x": 1})

    def test_a_node_that_starts_or_ends_is_none(self):
        self.assertEqual(self.found([(6379, HELLO)], [request(flags=each) for each in ("UF", "UC", "DC", "DR")]), [])

    def test_protocol_errors_are_counted_except_of_servers_that_say_goodbye(self):
        self.assertEqual(protocol_errors({"upstream_cx_protocol_error": 2, "upstream_cx_close_notify": 3}), 0)
        counters = {
            "cluster": {"outbound|6379||demo.default.svc.cluster.local": {"upstream_cx_protocol_error": 1}},
            "http": {"inbound_0.0.0.0_6382": {"downstream_cx_protocol_error": 2}},
        }
        self.assertEqual(
            self.found(counters=counters),
            ["port 6379: 1 × protocol errors counted by outbound|6379||demo.default.svc.cluster.local",
             "port 6382: 2 × protocol errors counted by inbound_0.0.0.0_6382"])


if __name__ == "__main__":
    unittest.main()
