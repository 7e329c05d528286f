#!/usr/bin/env python3
"""Runs the benchmark in every way that counts, and prints the figures as the table of docs/performance.md."""

import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).parent

# What is tried, and how: the smaller the load of one request, the more of them.
CASES = [
    ("HTTP/1.1, 3 kB, 1 connection", ["--connections", "1", "--requests", "20000"]),
    ("HTTP/1.1, 3 kB, 8 connections", ["--connections", "8", "--requests", "40000"]),
    ("the same, nothing to plan", ["--unplanned", "--servers", "raymesh,nginx", "--requests", "40000"]),
    ("HTTP/1.1, 3 kB, 64 connections", ["--connections", "64", "--requests", "40000"]),
    ("HTTP/2, 3 kB, 8 connections, 4 streams each", ["--http", "2", "--streams", "4", "--requests", "40000"]),
    ("HTTP/1.1, 30 kB, 8 connections", ["--size", "30000", "--requests", "20000"]),
    ("HTTP/1.1, 3 MB, 8 connections", ["--size", "3000000", "--requests", "400", "--warm-up", "40"]),
    ("a new connection for each, 3 kB", ["--cold", "--requests", "1000", "--connections", "40", "--warm-up", "80"]),
]


def run(flags, rounds):
    """The figures of one case."""
    with tempfile.NamedTemporaryFile(suffix=".json") as file:
        subprocess.run(
            [HERE / "run", "--rounds", str(rounds), "--json", file.name, *flags], check=True, stdout=sys.stderr)
        return json.load(file)["servers"]


def cell(summary, name, digits=2):
    """A ratio as median, least and most."""
    return "{median:.{d}f} ({least:.{d}f}–{most:.{d}f})".format(d=digits, **summary[name])


def beside_go(servers):
    """What raymesh has to do with Go's webhook, if that was asked too."""
    if "go" not in servers:
        return ["–"] * 3
    raymesh, go = servers["raymesh"], servers["go"]
    return [
        cell(go, "cpu_ratio", 1), f"{raymesh['cpu_us'] / go['cpu_us']:.2f}", f"{raymesh['p99_ms'] / go['p99_ms']:.2f}"]


def row(title, servers):
    """One case: raymesh's ratios to nginx, and to Go by theirs."""
    raymesh = servers["raymesh"]
    cells = [
        title, cell(raymesh, "rate_ratio"), cell(raymesh, "cpu_ratio", 1), *beside_go(servers),
        f"{raymesh['resident_mib']:.0f}"]
    return "| " + " | ".join(cells) + " |"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=6)
    options = parser.parse_args()
    print("| case | rate / nginx | CPU / nginx | Go's CPU / nginx | CPU / Go | p99 / Go | resident MiB |")
    print("|---|---|---|---|---|---|---|")
    for title, flags in CASES:
        print(row(title, run(flags, options.rounds)), flush=True)


if __name__ == "__main__":
    main()
