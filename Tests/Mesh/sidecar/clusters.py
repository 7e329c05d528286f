"""Where connections go.

From `pilot/pkg/networking/core/cluster.go` (convertResolution, buildInboundClusters), `cluster_builder.go`
(setUpstreamProtocol, buildInboundCluster, the passthrough clusters) and `cluster_traffic_policy.go` of istio/istio.
"""

from . import inbound, tls
from .message import ANY, TYPE, address, statistics
from .names import BLACK_HOLE, INBOUND_PASSTHROUGH, PASSTHROUGH, inbound_cluster, outbound_cluster
from .registry import HTTP2, SNIFFED, UDP

PROTOCOL_OPTIONS = "envoy.extensions.upstreams.http.v3.HttpProtocolOptions"
CONNECT_TIMEOUT = "10s"
UNLIMITED = 4294967295
THRESHOLDS = {
    "max_connections": UNLIMITED, "max_pending_requests": UNLIMITED, "max_requests": UNLIMITED,
    "max_retries": UNLIMITED, "track_remaining": True,
}
SPEAKS_HTTP2 = {"explicit_http_config": {"http2_protocol_options": {}}}
SPEAKS_AS_CLIENT = {"use_downstream_protocol_config": {"http_protocol_options": {}, "http2_protocol_options": {}}}
# By these source addresses iptables knows what Envoy sends to its own application.
SOURCE, SOURCE_IPV6 = "127.0.0.6", "::6"
# As long as Envoy's clock allows: hosts of an inbound cluster are never forgotten.
KEPT = "9223372035s"
# The endpoint's label that istiod reads off the pod (`security.istio.io/tlsMode`).
HAS_SIDECAR = {"tlsMode": "istio"}


def outbound(services, pods):
    """One for each port of each Service."""
    made = []
    for service in services:
        endpoints = [pod for pod in pods if service.selects(pod)]
        made += [_outbound(service, port, endpoints) for port in service.ports if port.protocol != UDP]
    return [*made, _passthrough(PASSTHROUGH), _original(BLACK_HOLE) | {"type": "STATIC", "lb_policy": "ROUND_ROBIN"}]


def inbound_of(pod, services):
    """One for each declared port of a pod, and one for the others. They dial the application as its client did."""
    source = {"source_address": {"address": SOURCE_IPV6 if pod.is_ipv6 else SOURCE, "port_value": 0}}
    made = [
        _original(inbound_cluster(port)) | {"cleanup_interval": KEPT} | _speaks(port)
        for port in inbound.ports(pod, services)
    ]
    return [cluster | {"upstream_bind_config": source} for cluster in [*made, _passthrough(INBOUND_PASSTHROUGH)]]


def _outbound(service, port, endpoints):
    cluster = _original(outbound_cluster(service, port)) | _speaks(port)
    secure = tls.client(service, port, sorted({pod.spiffe for pod in endpoints}))
    if service.is_headless:
        return cluster | ({"transport_socket": secure} if tls.is_mutual(service, endpoints) else {})
    plain = {"name": "envoy.transport_sockets.raw_buffer", "typed_config": {ANY: f"{TYPE}{_RAW_BUFFER}"}}
    return cluster | {
        "type": "STATIC",
        "lb_policy": "LEAST_REQUEST",
        "load_assignment": _assignment(cluster["name"], port, endpoints),
        "transport_socket_matches": [
            {"name": "tlsMode-istio", "match": HAS_SIDECAR, "transport_socket": secure},
            {"name": "tlsMode-disabled", "match": {}, "transport_socket": plain},
        ],
    }


_RAW_BUFFER = "envoy.extensions.transport_sockets.raw_buffer.v3.RawBuffer"


def _assignment(name, port, endpoints):
    """What istiod sends apart, over EDS."""
    hosts = []
    for pod in endpoints:
        labels = {"metadata": {"filter_metadata": {"envoy.transport_socket_match": HAS_SIDECAR}}}
        host = {"endpoint": {"address": address(pod.ip, port.target)}}
        hosts.append(host | (labels if pod.has_sidecar else {}))
    return {"cluster_name": name, "endpoints": [{"lb_endpoints": hosts}]}


def _original(name):
    """Goes to the address that was dialled."""
    return {
        "name": name,
        "alt_stat_name": statistics(name),
        "type": "ORIGINAL_DST",
        "lb_policy": "CLUSTER_PROVIDED",
        "connect_timeout": CONNECT_TIMEOUT,
        "circuit_breakers": {"thresholds": [THRESHOLDS]},
    }


def _passthrough(name):
    options = {"common_http_protocol_options": {"idle_timeout": "300s"}} | SPEAKS_AS_CLIENT
    return _original(name) | _options(options)


def _speaks(port):
    """HTTP/2 if that is declared, the client's HTTP if it is sniffed, else HTTP/1.1: there is no asking."""
    if port.protocol == HTTP2:
        return _options(SPEAKS_HTTP2)
    return _options(SPEAKS_AS_CLIENT) if port.protocol == SNIFFED else {}


def _options(options):
    return {"typed_extension_protocol_options": {PROTOCOL_OPTIONS: {ANY: TYPE + PROTOCOL_OPTIONS} | options}}
