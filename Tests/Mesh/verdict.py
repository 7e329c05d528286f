"""What is wrong with a cluster, by what the witnesses saw, each fault with its port."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """A port, or none if the workload itself failed, and what is wrong there."""

    port: int | None
    what: str

    def __str__(self):
        return self.what if self.port is None else f"port {self.port}: {self.what}"


def faults(evidence):
    """Everything that may not be: plain text, undeclared ports, protocol errors, requests that nobody saw."""
    found = []
    for number in sorted(evidence.ports):
        port = evidence.ports[number]
        seen = port.connections
        if not port.is_declared and seen:
            found.append(Fault(number, f"{seen.total()} connections between pods, and no Service lists it"))
        if seen["plain text"]:
            found.append(Fault(number, f"{seen['plain text']} connections in plain text"))
        # Into TLS of an application's own no mesh looks.
        if port.is_declared and seen["TLS"] and not port.requests and port.speaks != "https":
            found.append(Fault(number, f"{seen['TLS']} connections, and no request is seen: it says {port.speaks}"))
        found += [Fault(number, f"{count} × {what}") for what, count in sorted(port.troubles.items())]
    return found


def is_expected(case, evidence, found):
    """Whether a case has come to what it must come to."""
    if case.stops_at:
        return any(case.stops_at in each.what for each in found)
    named = {each.port for each in found} - {None}
    if case.names is None:
        undeclared = {number for number in named if not evidence.ports[number].is_declared}
        # Beside them KubeRay's own Service for the head, which says `tcp` of every port.
        return bool(undeclared) and all(evidence.ports[number].speaks == "tcp" for number in named - undeclared)
    return named == case.names and (bool(case.names) or not found)
