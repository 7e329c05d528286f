"""Envoy's own counters, read from its administration page: the second witness."""

import json
import re
import urllib.request

# `cluster.NAME;.COUNTER`: Istio's delimiter tells a name from what is counted under it.
COUNTER = re.compile(r"(?P<kind>cluster|http|tcp|listener)\.(?P<name>.*?);\.(?P<counter>.+)")
SECONDS = 10


def stats(admin):
    """What is counted at an administration address, such as `127.0.0.1:15000`: kind, name, counter and its value.

        stats(address)["listener"]["virtualInbound"]["no_filter_chain_match"]

    Names are Istio's: clusters are `outbound|6379||demo-headless-svc.default.svc.cluster.local`, `inbound|6379||`,
    `PassthroughCluster`, `InboundPassthroughCluster` and `BlackHoleCluster`. What is zero is there too.
    """
    page = _read(admin, "/stats?format=json&type=Counters")
    return parsed(json.loads(page)["stats"])


def parsed(counters):
    """Envoy's list of counters as a table."""
    table = {kind: {} for kind in ("cluster", "http", "tcp", "listener")}
    for counter in counters:
        match = COUNTER.fullmatch(counter.get("name", ""))
        if match:
            table[match["kind"]].setdefault(match["name"], {})[match["counter"]] = counter["value"]
    return table


def is_ready(admin):
    """Whether Envoy has all of its configuration and listens."""
    try:
        return _read(admin, "/ready").strip() == b"LIVE"
    except OSError:
        return False


def memory(admin):
    """Bytes that Envoy has allocated, and those that its heap has from the system."""
    page = json.loads(_read(admin, "/memory"))
    return int(page["allocated"]), int(page["heap_size"])


def _read(admin, path):
    with urllib.request.urlopen(f"http://{admin}{path}", timeout=SECONDS) as answer:
        return answer.read()
