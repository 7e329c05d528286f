"""A sidecar as Istio would configure it: Envoy's configuration, a workload's certificate, and what Envoy has counted.

    pods = [Pod("head", "10.66.0.2", {"ray.io/cluster": "demo"}, "default"), …]
    authority = Authority(folder)
    write(folder, bootstrap(pods[0], services, pods, mtls="STRICT", authority=authority, log=…))

`services` are Kubernetes Services as dicts, with `metadata.creationTimestamp`; `pods` are the ready ones.
`docs/mesh-proof.md` says which of Istio's rules this follows, where each is written, and what it cannot show.

What the network around it must do, as istio-init does (tools/istio-iptables): the user 1337 runs Envoy and is left
alone; TCP that leaves a pod goes to 15001, but for what is sent to loopback; TCP that comes in goes to 15006, but for
15000, 15001, 15006, 15008, 15020, 15021 and 15090; what comes from 127.0.0.6 or ::6 is Envoy's own on its way to the
application, and is left alone. A pod of IPv6 needs ::6 on its loopback interface, and Envoy needs no IPv4 there.
A headless Service needs DNS alone. One with a cluster IP is answered by Envoy where its port is declared; there is no
kube-proxy behind that, so a port of it that is not declared leads nowhere.
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
