#!/usr/bin/env python3
"""Checks compare.py and table.py against rounds whose answer is known by hand."""

import unittest

import compare
import table


def entry(round, server, rate, cpu_us, **other):
    return {
        "round": round, "server": server, "rate": rate, "requests": 1000, "cpu_seconds": cpu_us * 1000 / 1e6,
        "p99_ms": 1.5,
        "resident_bytes": 20 << 20, "peak_bytes": 21 << 20, "tls": "TLSv1.3", "cipher": "A", "reply_bytes": 9} | other


def summaries(*entries):
    rounds = compare.by_round(entries)
    return {name: compare.summary(rounds, name) for name in rounds[1]}


class CompareTest(unittest.TestCase):
    def test_ratios_are_taken_within_a_round(self):
        # The second round ran on a machine half as fast: each ratio stands all the same.
        raymesh = summaries(
            entry(1, "nginx", 1000, 10), entry(1, "raymesh", 900, 12),
            entry(2, "nginx", 500, 20), entry(2, "raymesh", 450, 24))["raymesh"]
        self.assertAlmostEqual(raymesh["rate_ratio"]["median"], 0.9)
        self.assertAlmostEqual(raymesh["cpu_ratio"]["least"], 1.2)
        self.assertAlmostEqual(raymesh["cpu_ratio"]["most"], 1.2)
        self.assertAlmostEqual(raymesh["rate"], 675)

    def test_units(self):
        nginx = summaries(entry(1, "nginx", 50000, 16))["nginx"]
        self.assertAlmostEqual(nginx["cpu_us"], 16)
        self.assertAlmostEqual(nginx["busy"], 0.8)
        self.assertEqual(nginx["resident_mib"], 20)

    def test_memory_is_the_most_of_any_round(self):
        go = summaries(entry(1, "go", 1, 1, resident_bytes=3 << 20), entry(2, "go", 1, 1))["go"]
        self.assertEqual(go["resident_mib"], 20)
        self.assertNotIn("rate_ratio", go)

    def test_aims(self):
        good = summaries(entry(1, "nginx", 1000, 10), entry(1, "raymesh", 750, 15))
        self.assertEqual(compare.missed(good), [])
        bad = summaries(entry(1, "nginx", 1000, 10), entry(1, "raymesh", 740, 16, resident_bytes=26 << 20))
        self.assertEqual(len(compare.missed(bad)), 3)
        with self.assertRaises(ValueError):
            compare.missed(summaries(entry(1, "nginx", 1, 1)))

    def test_what_cannot_be_compared_is_refused(self):
        for others in (
            [entry(2, "go", 1, 1)],
            [entry(1, "raymesh", 1, 1, cipher="B")],
            [entry(1, "raymesh", 1, 1, reply_bytes=8)],
        ):
            with self.assertRaises(ValueError):
                compare.by_round([entry(1, "nginx", 1, 1), *others])

    def test_a_row_of_the_table(self):
        servers = summaries(
            entry(1, "nginx", 1000, 10), entry(1, "raymesh", 500, 20), entry(1, "go", 250, 40, p99_ms=3.0))
        self.assertEqual(
            table.row("all", servers),
            "| all | 0.50 (0.50–0.50) | 2.0 (2.0–2.0) | 4.0 (4.0–4.0) | 0.50 | 0.50 | 20 |")
        del servers["go"]
        self.assertEqual(
            table.row("no Go", servers), "| no Go | 0.50 (0.50–0.50) | 2.0 (2.0–2.0) | – | – | – | 20 |")


if __name__ == "__main__":
    unittest.main()
