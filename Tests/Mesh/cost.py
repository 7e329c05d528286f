#!/usr/bin/env python3
"""What a declared port costs: the memory of one sidecar by protocol, ports and pods, as tables for docs/performance.md.

Envoy reads what istiod would send, and has Istio's few counters. It is idle: connections and requests cost on top.
Routes are part of their listeners here. istiod sends them apart, a sniffed port's once for all pods: a tenth less.
"""

import argparse
import subprocess
import tempfile
import time
from pathlib import Path

import sidecar
from sidecar.bootstrap import resources
from sidecar.counters import is_ready, memory

SPOKEN = {"grpc": "grpc", "http": "http", "tcp": "tcp", "sniffed": None}
PORTS, PODS = [10, 100, 1000], [1, 10, 100]
# Envoy takes a second for the first 3,000 listeners, ten for 10,000, and as much longer again as there are more.
MOST_LISTENERS = 10_000
FIRST_PORT = 20_000
LABELS = {"ray.io/cluster": "demo"}
SECONDS = 600


class Sidecar:
    """An Envoy with a Service of some ports and pods: of one of those pods, or of one beside them."""

    def __init__(self, envoy, authority, spoken, ports, pods, *, is_member):
        listed = [{"name": f"p{FIRST_PORT + i}", "port": FIRST_PORT + i} for i in range(ports)]
        listed = [port | ({"appProtocol": spoken} if spoken else {}) for port in listed]
        metadata = {"name": "demo-headless-svc", "creationTimestamp": "2026-01-01T00:00:00Z"}
        service = {"metadata": metadata, "spec": {"clusterIP": "None", "selector": LABELS, "ports": listed}}
        members = [sidecar.Pod(f"pod-{i}", f"10.66.{i // 250}.{i % 250 + 1}", LABELS) for i in range(pods)]
        pod = members[0] if is_member else sidecar.Pod("beside", "10.67.0.1", {})
        self._begin(envoy, authority, pod, resources(pod, [service], members))

    def _begin(self, envoy, authority, pod, made):
        for listener in made["listeners"]:
            # Nothing is sent here, and ports of the machine are others'.
            listener["bind_to_port"] = False
        folder = Path(authority.folder)
        nothing = sidecar.bootstrap(pod, [], [], authority=authority, admin_port=0, folder=folder, counters="istio")
        sidecar.push(folder, made)
        self._admin = folder / "admin"
        self._admin.unlink(missing_ok=True)
        words = sidecar.command(envoy, sidecar.write(folder / "bootstrap.json", nothing))
        self._log = (folder / "envoy.log").open("w+")
        self._process = subprocess.Popen([*words, "--admin-address-path", str(self._admin)], stderr=self._log)

    def resident(self):
        """Bytes of anonymous memory, once it is ready and no more is allocated from one look to the next."""
        end, last = time.monotonic() + SECONDS, None
        while time.monotonic() < end:
            time.sleep(0.3)
            if self._process.poll() is not None:
                break
            address = self._admin.read_text(encoding="utf-8") if self._admin.exists() else None
            if not address or not is_ready(address):
                continue
            allocated, _ = memory(address)
            if last and abs(allocated - last) < allocated / 1000:
                return _anonymous(self._process.pid)
            last = allocated
        self._log.seek(0)
        raise RuntimeError(f"Envoy is not ready after {SECONDS} s or has ended: {self._log.read()[-2000:]}")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._process.kill()
        self._process.wait()
        self._log.close()


def _anonymous(process):
    lines = Path(f"/proc/{process}/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("RssAnon:"))


def cost(envoy, authority, *case, is_member):
    with Sidecar(envoy, authority, *case, is_member=is_member) as tried:
        return tried.resident()


def row(envoy, authority, name, ports, least):
    """A cell for each number of pods: a Ray pod's sidecar, and that of another workload which sees the Service."""
    yield f"{name}, {ports:,}"
    for pods in PODS:
        listeners = ports * (1 if name in ("grpc", "http") else pods)
        if listeners > MOST_LISTENERS:
            yield f"not tried: {listeners:,} listeners"
            continue
        both = (cost(envoy, authority, SPOKEN[name], ports, pods, is_member=member) for member in (True, False))
        yield " / ".join(f"{max(found - least, 0) / 1e6:,.1f}" for found in both)


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("envoy", help="the binary")
    arguments.add_argument("protocols", nargs="*", default=list(SPOKEN), help="some of them")
    given = arguments.parse_args()
    envoy = given.envoy
    with tempfile.TemporaryDirectory(prefix="raymesh-cost-") as folder:
        authority = sidecar.Authority(folder)
        least = cost(envoy, authority, "tcp", 0, 1, is_member=False)
        print(f"A sidecar without any Service has {least / 1e6:.1f} MB.\n")
        print("| protocol, ports |" + "".join(f" {pods} pods |" for pods in PODS))
        print("|---|" + "---|" * len(PODS))
        for name in given.protocols:
            for ports in PORTS:
                print("| " + " | ".join(row(envoy, authority, name, ports, least)) + " |", flush=True)


if __name__ == "__main__":
    main()
