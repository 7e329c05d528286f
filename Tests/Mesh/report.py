"""What is kept of a trial, and how people read it."""

from environment import VERSION
from table import rows
from verdict import is_expected

LINES_SHOWN, PORTS_SHOWN = 4, 12


def written(trial, evidence, found, seconds):
    """The report, as JSON takes it."""
    case, roles = trial.case, trial.cluster.roles()
    return {
        "case": case.name, "says": case.says, "ray": VERSION, "mtls": case.mtls, "seconds": round(seconds),
        "pods": roles, "steps": trial.steps, "retries": trial.cluster.retries + trial.retries,
        "must_name": sorted(case.names) if case.names is not None else "what no Service lists",
        # Ports of metrics that nobody could ask: Ray does not listen there by IPv6.
        "unreachable": trial.unreachable,
        "faults": [{"port": each.port, "what": each.what} for each in found],
        "as_expected": is_expected(case, evidence, found),
        "links": [
            {"from": roles[client], "to": roles[server], "kind": kind, "connections": count}
            for (client, server, kind), count in sorted(evidence.links.items()) if {client, server} <= roles.keys()],
        "ports": [_port(evidence.ports[number]) for number in sorted(evidence.ports)],
    }


def _port(port):
    return {
        "port": port.number, "name": port.name, "speaks": port.speaks, "connections": dict(port.connections),
        "requests": port.requests, "methods": dict(port.methods.most_common()), "streams": port.streams,
    }


def printed(report):
    """The report as text."""
    shown = rows(report)
    lines = [f"  {' │ '.join(_words(row))}" for row in shown[:2 * PORTS_SHOWN]]
    lines += [f"  and {len(shown) - len(lines)} more"] if len(shown) > len(lines) else []
    faults = list(_faults(report))
    lines += [f"  fault: {each}" for each in faults[:PORTS_SHOWN]]
    lines += [f"  and {len(faults) - PORTS_SHOWN} more ports"] if len(faults) > PORTS_SHOWN else []
    if report["unreachable"]:
        lines.append(f"  not asked, as Ray listens there by IPv4 alone: {report['unreachable']}")
    wanted = report["must_name"] or "none"
    verdict = "as expected" if report["as_expected"] else f"NOT AS EXPECTED, which is {wanted}"
    return "\n".join([*lines, f"  {len(report['faults'])} faults: {verdict}, after {report['seconds']} s"])


def _words(row):
    number, name, speaks, connections, requests, methods = row
    seen = ", ".join(f"{count} {kind}" for kind, count in sorted(connections.items())) or "none between pods"
    return [f"{number:>15}", f"{name:28}", f"{speaks:8}", f"{seen:16}", f"{requests:6}", methods]


def _faults(report):
    """A line for each port; of a workload's words, what was to be done and the last ones, before all others."""
    by_port = {}
    for fault in sorted(report["faults"], key=lambda each: each["port"] or 0):
        by_port.setdefault(fault["port"], []).append(fault["what"])
    for port, whats in by_port.items():
        if port is not None:
            yield f"port {port}: {'; '.join(whats)}"
            continue
        first, *rest = [line for line in whats[0].splitlines() if line.strip()]
        yield "\n    ".join([first, *(line.strip()[:200] for line in rest[-LINES_SHOWN:])])
