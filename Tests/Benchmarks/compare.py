#!/usr/bin/env python3
"""The arithmetic of the benchmark: medians over the rounds, and ratios to nginx taken within each round."""

import argparse
import json
import sys
from statistics import median

MIB = 1 << 20
SUBJECT = "raymesh"
REFERENCE = "nginx"
ORDER = (SUBJECT, REFERENCE, "go")
AIMS = (
    ("rate against nginx", "rate_ratio", ">=", 0.75),
    ("CPU against nginx", "cpu_ratio", "<=", 1.5),
    ("resident MiB", "resident_mib", "<=", 25),
)


def figures(entry):
    """What one server did in one round, in the units that people read."""
    return {
        "rate": entry["rate"],
        "cpu_us": entry["cpu_seconds"] / entry["requests"] * 1e6,
        "p99_ms": entry["p99_ms"],
        "busy": entry["cpu_seconds"] / (entry["requests"] / entry["rate"]),
        "resident_mib": entry["resident_bytes"] / MIB,
        "peak_mib": entry["peak_bytes"] / MIB,
    }


def by_round(entries):
    """{round: {server: figures}}, or ValueError if the rounds cannot be compared."""
    rounds = {}
    for entry in entries:
        rounds.setdefault(entry["round"], {})[entry["server"]] = figures(entry)
    if not rounds or any(each.keys() != next(iter(rounds.values())).keys() for each in rounds.values()):
        raise ValueError("a round lacks a server")
    if len({(entry["tls"], entry["cipher"]) for entry in entries}) > 1:
        raise ValueError("the servers do not speak the same TLS")
    if len({entry["reply_bytes"] for entry in entries if entry["server"] in (REFERENCE, SUBJECT)}) > 1:
        raise ValueError(f"{REFERENCE}'s reply is not as long as {SUBJECT}'s")
    return rounds


def spread(values):
    return {"median": median(values), "least": min(values), "most": max(values)}


def summary(rounds, server):
    """Medians of one server; memory is the most that any round saw."""
    own = [each[server] for each in rounds.values()]
    result = {name: median(each[name] for each in own) for name in ("rate", "cpu_us", "p99_ms", "busy")}
    result |= {name: max(each[name] for each in own) for name in ("resident_mib", "peak_mib")}
    if all(REFERENCE in each for each in rounds.values()):
        result["rate_ratio"] = spread([each[server]["rate"] / each[REFERENCE]["rate"] for each in rounds.values()])
        result["cpu_ratio"] = spread([each[server]["cpu_us"] / each[REFERENCE]["cpu_us"] for each in rounds.values()])
    return result


def missed(servers):
    """The aims that raymesh misses, one line each; ValueError if they cannot be judged."""
    if not {SUBJECT, REFERENCE} <= servers.keys():
        raise ValueError(f"the aims need both {SUBJECT} and {REFERENCE}")
    lines = []
    for title, name, sign, aim in AIMS:
        found = servers[SUBJECT][name]
        found = found["median"] if isinstance(found, dict) else found
        if not (found >= aim if sign == ">=" else found <= aim):
            lines.append(f"{title}: found {found:.2f}, the aim is {sign} {aim}")
    return lines


def ratio(summary, name):
    if name not in summary:
        return "-"
    return "{median:.2f} ({least:.2f}-{most:.2f})".format(**summary[name])


def table(servers):
    rows = [(
        "server", "requests/s", "CPU us/review", "p99 ms", "busy", "resident MiB", "peak MiB", "rate/nginx",
        "CPU/nginx")]
    for name, each in servers.items():
        rows.append((
            name, f"{each['rate']:.0f}", f"{each['cpu_us']:.1f}", f"{each['p99_ms']:.1f}",
            f"{each['busy']:.0%}", f"{each['resident_mib']:.1f}",
            f"{each['peak_mib']:.1f}", ratio(each, "rate_ratio"), ratio(each, "cpu_ratio")))
    widths = [max(map(len, column)) for column in zip(*rows)]
    return "\n".join("  ".join(cell.rjust(width) for cell, width in zip(row, widths)) for row in rows)


def remarks(settings, entries, servers):
    """What a reader must know beside the table."""
    template = "{rounds} rounds of {requests} requests, {connections} connections, {threads} thread(s), "
    pinned = "servers on CPU {server_cpus}, client on CPU {client_cpus}"
    yield (template + (pinned if settings["server_cpus"] else "nothing pinned")).format(**settings)
    sizes = {entry["server"]: entry["reply_bytes"] for entry in entries}
    replies = ", ".join(f"{name} {sizes[name]}" for name in servers)
    yield f"{entries[0]['tls']}, {entries[0]['cipher']}"
    yield f"review {settings['review_bytes']} bytes; reply bytes: {replies}"
    yield "Only the ratios mean anything: they compare servers in the same rounds on the same machine."
    waiting = [name for name, each in servers.items() if each["busy"] < 0.9 * settings["threads"]]
    if waiting:
        yield f"Not kept busy, by the client or by other work here, so go by their CPU, not rate: {', '.join(waiting)}."


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rounds", help="a line of settings, then one line per round and server, all JSON")
    parser.add_argument("--json", help="also write the figures and every round to this file")
    parser.add_argument("--check", action="store_true", help="fail where raymesh misses an aim")
    options = parser.parse_args()
    with open(options.rounds) as file:
        first, *entries = map(json.loads, file)
    rounds = by_round(entries)
    servers = {name: summary(rounds, name) for name in ORDER if name in rounds[min(rounds)]}
    print(table(servers), "", *remarks(first["settings"], entries, servers), sep="\n")
    if options.json:
        with open(options.json, "w") as file:
            json.dump(first | {"servers": servers, "rounds": entries}, file, indent=2)
    faults = missed(servers) if options.check else []
    if faults:
        sys.exit("\n".join(f"{SUBJECT} misses an aim: {fault}" for fault in faults))


if __name__ == "__main__":
    main()
