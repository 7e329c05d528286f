#!/usr/bin/env python3
"""document.py: writes the measured part of docs/mesh-proof.md from the reports in .build-mesh."""

import json
import re
import sys
from pathlib import Path

from cases import ALL
from table import rows, total

ROOT = Path(__file__).resolve().parents[2]
REPORTS, PAGE = ROOT / ".build-mesh", ROOT / "docs/mesh-proof.md"
BEGIN, END = "<!-- measured: written by Tests/Mesh/document.py -->", "<!-- end of what is measured -->"
FEW = 3
# The cases whose ports are listed one by one.
IN_FULL = ["plain", "ray-2.46", "ray-2.10", "sniffed", "own-ports", "serve", "autoscaler"]


def reports():
    """The reports that there are, in the order of the cases."""
    files = [REPORTS / f"{case.name}.json" for case in ALL]
    return [json.loads(file.read_text()) for file in files if file.exists()]


def cell(text):
    return str(text).replace("|", "\\|").replace("\n", " ")


def table(head, lines):
    ruled = [head, ["---"] * len(head), *lines]
    return "\n".join(f"| {' | '.join(map(cell, each))} |" for each in ruled)


def summary(found):
    lines = [
        [f"`{each['case']}`", each["says"], each["ray"], each["mtls"], *counts(each), outcome(each)] for each in found]
    head = ["case", "what it is", "Ray", "mTLS", "TLS", "plain text", "requests seen", "faults"]
    return table(head, lines)


def counts(report):
    seen = total(report)
    return [seen.get("TLS", 0), seen.get("plain text", 0), sum(each["requests"] for each in report["ports"])]


def outcome(report):
    """Which faults there are: none, those that must be there, or others."""
    said = [*_at_ports(report), *(_of_the_workload(each["what"]) for each in report["faults"] if each["port"] is None)]
    words = "; ".join(said) or "none"
    return words if report["as_expected"] else f"**not as expected**: {words}"


def _at_ports(report):
    """The first fault of each port; ports that no Service lists are counted if they are many."""
    listed = {each["port"] for each in report["ports"] if each["name"]}
    by_port = {}
    for fault in report["faults"]:
        if fault["port"] is not None:
            by_port.setdefault(fault["port"], []).append(fault["what"])
    unlisted = [port for port in by_port if port not in listed]
    for port in by_port:
        if port in listed or len(unlisted) <= FEW:
            yield f"{port}: {by_port[port][0]}"
    if len(unlisted) > FEW:
        example = "; ".join(by_port[unlisted[0]][:2])
        yield f"{len(unlisted)} ports that no Service lists, such as {unlisted[0]}: {example}"


def _of_the_workload(what):
    """The step that was not done, or the last words of a Ray that did not start."""
    first, *rest = [line.strip() for line in what.splitlines() if line.strip()]
    if step := re.search(r"the workload: (\w+ in '[^']+')", first):
        return f"the workload does not get beyond: {step[1]}"
    return f"Ray does not start: {next((line for line in reversed(rest) if line.startswith('Error')), first[:80])}"


def ports_of(report):
    lines = [
        [number, name, speaks, connections.get("TLS", 0), connections.get("plain text", 0), requests, methods]
        for number, name, speaks, connections, requests, methods in rows(report)]
    title = f"### `{report['case']}`: Ray {report['ray']}, {report['mtls']}"
    head = ["port", "name", "speaks", "TLS", "plain text", "requests", "most asked for"]
    return f"{title}\n\n{table(head, lines)}"


def measured():
    found = reports()
    full = [each for each in found if each["case"] in IN_FULL]
    return "\n\n".join([BEGIN, summary(found), *(ports_of(each) for each in full), END])


def main():
    before, rest = PAGE.read_text().split(BEGIN)
    PAGE.write_text(before + measured() + rest.split(END)[1])
    wrong = [each["case"] for each in reports() if not each["as_expected"]]
    if wrong:
        sys.exit(f"document.py: not as expected: {', '.join(wrong)}")


if __name__ == "__main__":
    main()
