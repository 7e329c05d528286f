#!/usr/bin/env python3
"""document.py: writes the measured part of docs/mesh-proof.md from the reports in .build-mesh."""

import json
import sys
from pathlib import Path

from cases import ALL
from table import rows, total

ROOT = Path(__file__).resolve().parents[2]
REPORTS, PAGE = ROOT / ".build-mesh", ROOT / "docs/mesh-proof.md"
BEGIN, END = "<!-- measured: written by Tests/Mesh/document.py -->", "<!-- end of what is measured -->"
# The cases whose ports are listed one by one.
IN_FULL = ["plain", "sniffed", "ray-2.46", "ray-2.10", "own-ports", "permissive-webhook"]


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
    head = ["case", "what it is", "Ray", "mTLS", "connections: TLS, plain text", "requests seen", "faults found"]
    return table(head, lines)


def counts(report):
    seen = total(report)
    return [f"{seen.get('TLS', 0)}, {seen.get('plain text', 0)}", sum(each["requests"] for each in report["ports"])]


def outcome(report):
    """Which faults there are: none, those that must be there, or others."""
    by_port = {}
    for fault in report["faults"]:
        by_port.setdefault(fault["port"], []).append(fault["what"].splitlines()[0])
    said = [f"{port}: {whats[0]}" for port, whats in by_port.items() if port is not None]
    if None in by_port:
        said.append(by_port[None][0])
    words = "; ".join(said) or "none"
    if not report["as_expected"]:
        return f"**not as expected**: {words}"
    return words if report["must_name"] or said else "none"


def ports_of(report):
    lines = [
        [number, name, speaks, connections.get("TLS", 0), connections.get("plain text", 0), requests, methods]
        for number, name, speaks, connections, requests, methods in rows(report)]
    title = f"#### `{report['case']}`: Ray {report['ray']}, {report['mtls']}"
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
