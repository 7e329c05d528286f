"""What both witnesses saw of one cluster, by port: the bridge between the pods, and the sidecars."""

import re
from collections import Counter
from dataclasses import dataclass, field

# Of a request: it could not be read, or there was nowhere to send it (Envoy's response flags). What is left out comes
# with nodes that start and end: nobody listened yet (UF), or one side went away (UC, DC, DR).
UNREADABLE = {"UPE": "the server's answer is not of this protocol", "DPE": "the request is not of this protocol"}
NOWHERE = {
    "NR": "no route or no filter chain takes it", "NC": "no such cluster", "NFCF": "no filter chain takes it",
    "UH": "no endpoint",
}
PASSTHROUGHS = {"PassthroughCluster", "InboundPassthroughCluster", "BlackHoleCluster"}
# Whose counters they are: a cluster's name has the port in the middle, that of a filter chain or a listener at its end.
OWNER = re.compile(r"(?:outbound|inbound)\|(\d+)\|\|.*|(?:outbound|inbound)_.*_(\d+)")


@dataclass
class Port:
    """What was seen on one port of any pod."""

    number: int
    name: str = ""
    speaks: str = ""
    # Connections on the bridge, by what their first bytes are.
    connections: Counter = field(default_factory=Counter)
    # What sidecars took for their pods: requests by method, and connections of which they saw only bytes.
    methods: Counter = field(default_factory=Counter)
    streams: int = 0
    troubles: Counter = field(default_factory=Counter)

    @property
    def is_declared(self):
        return bool(self.name)

    @property
    def requests(self):
        return self.methods.total()


class Evidence:
    """Every port that was used between pods, or that a sidecar had trouble with."""

    def __init__(self, declared):
        self.declared, self.ports = declared, {}
        # Connections by the addresses of both ends and by what they are.
        self.links = Counter()

    def port(self, number):
        name, speaks = self.declared.get(number, ("", ""))
        return self.ports.setdefault(number, Port(number, name, speaks))

    def add_connections(self, connections):
        for each in connections:
            self.port(each.port).connections[each.kind] += 1
            self.links[each.client, each.server, each.kind] += 1

    def add_sidecar(self, lines, counters):
        for line in lines:
            self._add_line(line)
        for name, counted in [*counters["cluster"].items(), *counters["http"].items()]:
            match, errors = OWNER.fullmatch(name), protocol_errors(counted)
            if match and errors:
                self.port(int(match[1] or match[2])).troubles[f"protocol errors counted by {name}"] += errors

    def _add_line(self, line):
        if "port" not in line:
            return
        flags = set(line.get("flags", "-").split(","))
        troubles = [
            f"{meaning} ({flag}, {line['direction']})" for flag, meaning in (UNREADABLE | NOWHERE).items()
            if flag in flags]
        if line.get("cluster") in PASSTHROUGHS:
            troubles.append(f"passed through as it is by {line['cluster']}")
        # What left as it should counts where it came, perhaps at another port than the Service's.
        if line["direction"] != "inbound" and not troubles:
            return
        port = self.port(int(line["port"]))
        port.troubles.update(troubles)
        if line["direction"] == "inbound" and not (flags & NOWHERE.keys()):
            if not line.get("tls"):
                port.troubles["taken without TLS"] += 1
            if "method" in line:
                port.methods[method(line)] += 1
            else:
                port.streams += 1


def method(line):
    """What is asked for, without what differs from one time to the next: gRPC's method, or an HTTP method and path."""
    path = line.get("path", "").split("?")[0]
    if line.get("protocol") == "HTTP/2" and line["method"] == "POST" and re.fullmatch(r"/[\w.]+/\w+", path):
        return path.removeprefix("/").removeprefix("ray.rpc.")
    path = re.sub(r"/(?:[0-9a-f]{16,}|raysubmit_\w+|_ray_pkg_\w+\.zip)(?=/|$)", "/…", path)
    return f"{line['method']} {path}"


def protocol_errors(counted):
    """The protocol errors among a cluster's or a listener's counters.

    Envoy counts one too if a server says GOAWAY and the last response comes with it: the connection is closed while
    it reads ("Connection was closed while dispatching frames", `codec_client.cc`). gRPC servers that end do that.
    """
    upstream = counted.get("upstream_cx_protocol_error", 0) - counted.get("upstream_cx_close_notify", 0)
    return max(0, upstream) + counted.get("downstream_cx_protocol_error", 0)
