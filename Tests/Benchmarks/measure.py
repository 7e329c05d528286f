#!/usr/bin/env python3
"""Loads one server once with h2load and prints what it did and what it cost, as one line of JSON."""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile

TICKS = os.sysconf("SC_CLK_TCK")
# What ALPN calls them (RFC 7301, RFC 9113).
PROTOCOLS = {1: "http/1.1", 2: "h2"}


def stat(pid):
    """The fields of /proc/PID/stat from the third on: the second, the command, may hold spaces."""
    with open(f"/proc/{pid}/stat") as file:
        return file.read().rpartition(")")[2].split()


def family(root):
    """A process and all below it."""
    parents = {}
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            parents[int(pid)] = int(stat(pid)[1])
        except (FileNotFoundError, ProcessLookupError):
            continue
    found = [root]
    for pid in found:
        found += [child for child, parent in parents.items() if parent == pid]
    return sorted(found)


def cpu_seconds(pids):
    """User and system time, of all threads."""
    return sum(int(stat(pid)[field]) for pid in pids for field in (11, 12)) / TICKS


def memory(pids, name):
    """The sum of one of the memory lines of /proc/PID/status, in bytes."""
    total = 0
    for pid in pids:
        with open(f"/proc/{pid}/status") as file:
            total += int(re.search(rf"^{name}:\s+(\d+) kB$", file.read(), re.M)[1]) * 1024
    return total


def command(options, log):
    pin = ["taskset", "-c", options.client_cpus] if options.client_cpus else []
    version = ["--h1"] if options.http == 1 else [f"--max-concurrent-streams={options.streams}"]
    # A client of h2load's is a connection: as many as requests means that each is for one.
    clients = options.requests if options.cold else options.connections
    # So many begin in each tenth of a second, or h2load would begin with all of them at once.
    pace = [f"--rate={min(options.connections, clients)}", "--rate-period=100ms"] if options.cold else []
    # h2load's rate is that of each connection.
    pace += [f"--rps={options.rps / clients:g}"] if options.rps else []
    return pin + [
        "h2load", *version, *pace, "--threads=1", f"--clients={clients}", f"--requests={options.requests}",
        f"--data={options.review}", f"--log-file={log}", "--header=content-type: application/json", options.url]


def percentile(log, share):
    """The time that so large a share of the requests took at most, in milliseconds."""
    with open(log) as file:
        times = sorted(int(line.split()[2]) for line in file)
    return times[min(int(len(times) * share), len(times) - 1)] / 1000


def check_protocol(text, expected):
    """Exits if the server spoke another HTTP than was asked for: h2load would then ask one request at a time."""
    spoken = re.search(r"^Application protocol: (\S+)$", text, re.M)
    if not spoken or spoken[1] != expected:
        sys.exit(f"the server spoke {spoken[1] if spoken else 'nothing that h2load names'}, expected {expected}")


def read_report(text, requests):
    """The figures of h2load's report, or an exit if any request failed."""
    done = re.search(r"finished in .*?, ([\d.]+) req/s", text)
    counts = re.search(r"(\d+) succeeded, (\d+) failed, (\d+) errored, (\d+) timeout", text)
    codes = re.search(r"status codes: (\d+) 2xx", text)
    tls = re.search(r"TLS Protocol: (\S+)\nCipher: (\S+)", text)
    body = re.search(r"\((\d+)\) data$", text, re.M)
    if not (done and counts and codes and tls and body):
        sys.exit(f"h2load's report is not as expected:\n{text}")
    if counts.groups() != (str(requests), "0", "0", "0") or int(codes[1]) != requests:
        sys.exit(f"a request failed:\n{text}")
    return {"rate": float(done[1]), "tls": tls[1], "cipher": tls[2], "reply_bytes": int(body[1]) // requests}


def measure(options):
    pids = family(options.pid)
    before = cpu_seconds(pids)
    with tempfile.TemporaryDirectory() as folder:
        log = os.path.join(folder, "log")
        process = subprocess.run(command(options, log), capture_output=True, text=True, timeout=600)
        if process.returncode:
            sys.exit(f"h2load failed:\n{process.stdout}{process.stderr}")
        check_protocol(process.stdout, PROTOCOLS[options.http])
        report = read_report(process.stdout, options.requests) | {"p99_ms": percentile(log, 0.99)}
    if family(options.pid) != pids:
        sys.exit("the server's processes changed while it was measured")
    return report | {
        "requests": options.requests,
        "cpu_seconds": cpu_seconds(pids) - before,
        "resident_bytes": memory(pids, "VmRSS"),
        "peak_bytes": memory(pids, "VmHWM"),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("server", "url", "review"):
        parser.add_argument("--" + name, required=True)
    for name in ("round", "pid", "requests", "connections", "http", "streams"):
        parser.add_argument("--" + name, type=int, required=True)
    parser.add_argument("--rps", type=int, help="requests a second at most, of all connections together")
    parser.add_argument("--client-cpus", default="")
    parser.add_argument("--cold", action="store_true")
    options = parser.parse_args()
    print(json.dumps({"round": options.round, "server": options.server} | measure(options)))


if __name__ == "__main__":
    main()
