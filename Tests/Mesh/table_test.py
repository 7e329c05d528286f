"""A report's ports come to the rows that people read."""

import unittest

from table import rows, total


def port(number, name, connections=None, **methods):
    return {
        "port": number, "name": name, "speaks": "grpc", "connections": connections or {}, "methods": methods,
        "requests": sum(methods.values()),
    }


class Rows(unittest.TestCase):
    def test_a_port_is_a_row_with_what_it_is_asked_for_most(self):
        report = {"ports": [port(6379, "node-gcs-port", {"TLS": 4}, Rare=1, Often=9, Some=3, Once=1, Twice=2)]}
        self.assertEqual(
            rows(report), [["6379", "node-gcs-port", "grpc", {"TLS": 4}, 16, "Often 9, Some 3, Twice 2 and 2 more"]])

    def test_worker_ports_are_one_row(self):
        ports = [port(10003, "p10003", {"TLS": 1}, PushTask=2), port(10007, "p10007", {"TLS": 2}, PushTask=1)]
        self.assertEqual(rows({"ports": ports}), [["2 worker ports", "p10003 …", "grpc", {"TLS": 3}, 3, "PushTask 3"]])

    def test_what_no_service_lists_says_so_and_is_no_worker_port(self):
        report = {"ports": [port(10003, "", {"plain text": 1})]}
        self.assertEqual(rows(report), [["10003", "in no Service", "grpc", {"plain text": 1}, 0, ""]])

    def test_connections_are_added_up_by_what_they_are(self):
        report = {"ports": [port(1, "a", {"TLS": 1}), port(2, "b", {"TLS": 2, "plain text": 3})]}
        self.assertEqual(total(report), {"TLS": 3, "plain text": 3})


if __name__ == "__main__":
    unittest.main()
