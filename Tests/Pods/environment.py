"""Which Ray is tried, by which Raymesh."""

import os
import subprocess
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
RAYMESH = os.environ.get("RAYMESH") or str(ROOT / ".build/debug/raymesh")

# The folder of a virtual environment with Ray, as hack/ray-environments makes it.
CHOSEN = os.environ.get("RAY") or "newest"
RAY = ROOT / f".build-ray-{CHOSEN}"

# `make ray-matrix` leaves nothing out, of no Ray; else that is so of the newest alone.
IS_MATRIX = bool(os.environ.get("RAY_MATRIX"))
IN_FULL = IS_MATRIX or CHOSEN == "newest"


def _version():
    found = sorted(RAY.glob("lib/python3*/site-packages/ray-*.dist-info"))
    if len(found) != 1:
        raise SystemExit(f"{len(found)} Rays in {RAY.name}, expected one; hack/ray-environments makes it")
    return found[0].name.removeprefix("ray-").removesuffix(".dist-info")


VERSION = _version()


def is_since(*version):
    """Whether the Ray that is tried is of this version or later."""
    return tuple(int(part) for part in VERSION.split(".")[:2]) >= version


class Refused(Exception):
    """What Raymesh says against a cluster."""


def render(cluster):
    """A RayCluster as Raymesh patches it, and its Service: both as `raymesh render` prints them."""
    patched, service = yaml.safe_load_all(_render(cluster).stdout)
    return patched, service


def warnings(cluster):
    """What `raymesh render` says beside what it prints."""
    return _render(cluster).stderr


def _render(cluster):
    run = subprocess.run(
        [RAYMESH, "render", "-"], input=yaml.safe_dump(cluster, sort_keys=False), capture_output=True, text=True)
    if run.returncode == 1:
        raise Refused(run.stderr)
    if run.returncode != 0:
        raise RuntimeError(f"raymesh render ended with {run.returncode}: {run.stderr}")
    return run


def tcp_ports(service):
    """The TCP ports that a Service lists."""
    return {each["port"] for each in service["spec"]["ports"] if each["protocol"] == "TCP"}
