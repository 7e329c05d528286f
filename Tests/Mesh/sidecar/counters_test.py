"""What is read of Envoy's counters and of its log."""

import tempfile
import unittest
from pathlib import Path

from .counters import parsed
from .requests import requests


class WitnessTest(unittest.TestCase):
    def test_counters_are_found_by_name_though_names_have_dots(self):
        host = "demo.default.svc.cluster.local"
        table = parsed(
            [
                {"name": f"cluster.outbound|6379||{host};.ssl.handshake", "value": 3},
                {"name": "listener.virtualInbound;.no_filter_chain_match", "value": 2},
                {"name": "http.outbound_0.0.0.0_6379;.downstream_rq_total", "value": 7},
                {"name": "server.uptime", "value": 9},
                {"histograms": {}},
            ]
        )
        self.assertEqual(table["cluster"], {f"outbound|6379||{host}": {"ssl.handshake": 3}})
        self.assertEqual(table["listener"]["virtualInbound"]["no_filter_chain_match"], 2)
        self.assertEqual(table["http"]["outbound_0.0.0.0_6379"]["downstream_rq_total"], 7)

    def test_a_line_that_is_being_written_is_left_out(self):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "log"
            self.assertEqual(requests(path), [])
            path.write_text('{"port":6379}\n{"po', encoding="utf-8")
            self.assertEqual(requests(path), [{"port": 6379}])
