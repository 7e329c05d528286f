"""A sidecar as Istio would configure it: Envoy's configuration, a workload's certificate, and what Envoy has counted.

    pods = [Pod("head", "10.66.0.2", {"ray.io/cluster": "demo"}, "default"), …]
    authority = Authority(folder)
    write(folder, bootstrap(pods[0], services, pods, mtls="STRICT", authority=authority, log=…))

`services` are Kubernetes Services as dicts, with `metadata.creationTimestamp`; `pods` are the ready ones.
`docs/mesh-proof.md` says which of Istio's rules this follows, where each is written, and what it cannot show.

The network of a pod must do what istio-init does (tools/istio-iptables):

- The user 1337 runs Envoy, and its traffic is not redirected.
- TCP that leaves a pod goes to 15001, except to loopback.
- TCP that comes in goes to 15006, except to 15000, 15001, 15006, 15008, 15020, 15021 and 15090.
- Traffic from 127.0.0.6 or ::6 is Envoy's own on its way to the application, and is not redirected.
- An IPv6 pod needs ::6 on its loopback interface, and Envoy needs no IPv4 there.

A headless Service needs only DNS. Envoy answers for a Service with a cluster IP if the port is declared. There is no
kube-proxy, so other ports of that address lead nowhere.
"""

from .bootstrap import ADMIN_PORT, INBOUND_PORT, OUTBOUND_PORT, PROXY_USER, bootstrap, command, push, write
from .counters import stats
from .identity import Authority
from .registry import Pod, Service
from .requests import requests

__all__ = [
    "ADMIN_PORT", "INBOUND_PORT", "OUTBOUND_PORT", "PROXY_USER", "Authority", "Pod", "Service", "bootstrap", "command",
    "push", "requests", "stats", "write",
]
