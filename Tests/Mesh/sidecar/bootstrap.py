"""What an Envoy starts with.

Istio's agent writes a bootstrap and Envoy asks istiod for the rest; here all of it is in the bootstrap, or in two files
beside it that Envoy reads again when they are replaced (`tools/packaging/common/envoy_bootstrap.json` of istio/istio).
"""

import json
from pathlib import Path

from . import clusters, inbound, outbound, tls
from .inbound import INBOUND_PORT
from .log import Log
from .message import ANY, TYPE, address
from .outbound import OUTBOUND_PORT
from .registry import DOMAIN, seen_by

ADMIN_PORT = 15000
# The user that iptables leaves alone.
PROXY_USER = 1337
# Istio's default for a proxy without limits of CPU.
WORKERS = 2
RESOURCES = {
    "cds": ("clusters", "envoy.config.cluster.v3.Cluster"),
    "lds": ("listeners", "envoy.config.listener.v3.Listener"),
}
# Istio has Envoy create few of the counters that it could (`pkg/bootstrap/config.go`).
PREFIXES = ["cluster_manager", "listener_manager", "server", "cluster.xds-grpc", "wasm", "reporter="]
SUFFIXES = ["rbac.allowed", "rbac.denied", "shadow_allowed", "shadow_denied", "downstream_cx_active"]
SUFFIXES += ["component", "istio"]
ISTIO_COUNTERS = {
    "inclusion_list": {
        "patterns": [{"prefix": prefix} for prefix in PREFIXES] + [{"suffix": suffix} for suffix in SUFFIXES]
    }
}


class MeshError(Exception):
    """A mesh that cannot be: what was found, and what was expected."""


def bootstrap(
    pod, services, pods, mtls="STRICT", authority=None, admin_port=ADMIN_PORT, *, log=None, folder=None, counters="all"
):
    """Envoy's bootstrap for one pod's sidecar.

    With `folder`, listeners and clusters go into files there (`push`), which another `push` replaces while Envoy runs,
    as istiod does when pods come and go. `log` is the file of what is asked of it; `counters` is `all`, or `istio` for
    those alone that Istio has Envoy create.
    """
    made = resources(pod, services, pods, mtls, log)
    name = f"sidecar~{pod.ip}~{pod.name}.{pod.namespace}~{pod.namespace}.svc.{DOMAIN}"
    text = {
        "node": {"id": name, "cluster": f"{pod.name}.{pod.namespace}"},
        "admin": {"address": address("::1" if pod.is_ipv6 else "127.0.0.1", admin_port)},
        "static_resources": {"secrets": tls.secrets(authority, pod)},
    }
    if counters == "istio":
        text["stats_config"] = {"stats_matcher": ISTIO_COUNTERS}
    if folder is None:
        text["static_resources"] |= made
        return text
    push(folder, made)
    sources = {f"{kind}_config": _source(folder, kind) for kind in RESOURCES}
    return text | {"dynamic_resources": sources}


def resources(pod, services, pods, mtls="STRICT", log=None):
    """The listeners and clusters of a pod's sidecar."""
    if mtls not in ("STRICT", "PERMISSIVE"):
        raise MeshError(f"mode of mutual TLS: found {mtls}, expected STRICT or PERMISSIVE")
    seen, written = seen_by(pod, services), Log(log)
    received = inbound.virtual(pod, seen, mtls, written)
    return {
        "listeners": [*outbound.listeners(pod, seen, pods, written), received],
        "clusters": [*clusters.outbound(seen, pods), *clusters.inbound_of(pod, seen)],
    }


def push(folder, made):
    """Replaces what Envoy reads from a folder, clusters before the listeners that name them."""
    for kind, (field, message) in RESOURCES.items():
        listed = [{ANY: TYPE + message} | resource for resource in made[field]]
        _replace(Path(folder) / f"{kind}.json", {"resources": listed})


def write(path, text):
    """A bootstrap as a file."""
    _replace(Path(path), text)
    return str(path)


def command(envoy, path, workers=WORKERS):
    """The words that start Envoy. What it has asked and been asked is on disk a fifth of a second later."""
    options = {"--config-path": path, "--concurrency": workers, "--file-flush-interval-msec": 200}
    words = [word for option, value in options.items() for word in (option, str(value))]
    return [str(envoy), *words, "--log-level", "warning", "--disable-hot-restart"]


def _source(folder, kind):
    # Envoy looks for a file that is moved there, not for one that is written.
    watched = {"path": str(Path(folder) / f"{kind}.json"), "watched_directory": {"path": str(folder)}}
    return {"path_config_source": watched, "resource_api_version": "V3"}


def _replace(path, text):
    new = path.with_suffix(".new")
    new.write_text(json.dumps(text), encoding="utf-8")
    new.chmod(0o644)
    new.replace(path)
