"""The listener for what a pod receives.

From `pilot/pkg/networking/core/listener_inbound.go` (buildInboundListeners, getFilterChainsByServicePort,
buildInboundPassthroughChains, populateListenerFilters) and `filterchain_options.go` of istio/istio.
"""

from . import filters, routes, tls
from .message import NEVER, address, extension, statistics, wildcard
from .names import BLACK_HOLE, INBOUND_PASSTHROUGH, VIRTUAL_INBOUND, inbound_cluster, listener
from .outbound import LISTENER_FILTERS, http_inspector, tls_inspector
from .registry import HTTP, HTTP2, SNIFFED, TCP, UDP, Port

INBOUND_PORT = 15006
ENCRYPTED, PLAIN = "tls", "raw_buffer"
MTLS_HTTP = ["istio-http/1.0", "istio-http/1.1", "istio-h2"]
MTLS_TCP = [tls.PEER_EXCHANGE, "istio"]
MTLS = ["istio", tls.PEER_EXCHANGE, *MTLS_HTTP]
PLAIN_HTTP = ["http/1.1", "h2c"]

# For each mode and protocol the chains: what is seen of the connection, what it is taken for, and whether it is mutual
# TLS that ends here.
CHAINS = {
    ("STRICT", "HTTP"): [(ENCRYPTED, [], "HTTP", True)],
    ("STRICT", "TCP"): [(ENCRYPTED, [], "TCP", True)],
    ("STRICT", SNIFFED): [(ENCRYPTED, MTLS_HTTP, "HTTP", True), (ENCRYPTED, [], "TCP", True)],
    ("PERMISSIVE", "HTTP"): [(ENCRYPTED, MTLS, "HTTP", True), (PLAIN, [], "HTTP", False)],
    ("PERMISSIVE", "TCP"): [
        (ENCRYPTED, MTLS, "TCP", True), (PLAIN, [], "TCP", False), (ENCRYPTED, [], "TCP", False),
    ],
    ("PERMISSIVE", SNIFFED): [
        (ENCRYPTED, MTLS_HTTP, "HTTP", True),
        (PLAIN, PLAIN_HTTP, "HTTP", False),
        (ENCRYPTED, MTLS_TCP, "TCP", True),
        (PLAIN, [], "TCP", False),
        (ENCRYPTED, [], "TCP", False),
    ],
}
KINDS = {HTTP: "HTTP", HTTP2: "HTTP", TCP: "TCP", SNIFFED: SNIFFED}
ANY_PORT = Port(0, 0, SNIFFED)


def ports(pod, services):
    """The ports that Services say of a pod, by the number that it listens on: who comes first says what is spoken."""
    found = {}
    for service in services:
        if service.selects(pod):
            for port in service.ports:
                if port.protocol != UDP:
                    found.setdefault(port.target, port)
    return [found[number] for number in sorted(found)]


def virtual(pod, services, mtls, log):
    """The one that iptables redirects to: chains for each declared port, and for the rest."""
    itself = {"destination_port": INBOUND_PORT}
    chains = [
        {
            "name": "virtualInbound-blackhole",
            "filter_chain_match": itself,
            "filters": [filters.bytes_to(BLACK_HOLE, "inbound", log)],
        }
    ]
    declared = ports(pod, services)
    for port in [ANY_PORT, *declared]:
        chains += [_chain(pod, port, log, *chain) for chain in CHAINS[mtls, KINDS[port.protocol]]]
    return {
        "name": VIRTUAL_INBOUND,
        "address": address(wildcard(pod), INBOUND_PORT),
        "stat_prefix": statistics(VIRTUAL_INBOUND),
        "traffic_direction": "INBOUND",
        "continue_on_listener_filters_timeout": True,
        "listener_filters_timeout": NEVER,
        "access_log": log.of_listener("inbound"),
        "listener_filters": _inspectors(declared, mtls),
        "filter_chains": chains,
    }


def _chain(pod, port, log, transport, protocols, kind, ends_tls):
    name = listener(wildcard(pod), port.target) if port.target else VIRTUAL_INBOUND
    match = {"transport_protocol": transport, "application_protocols": protocols}
    if port.target:
        match["destination_port"] = port.target
    made = {"name": name, "filter_chain_match": match, "filters": [_filter(name, port, kind, log)]}
    return made | ({"transport_socket": tls.server(kind)} if ends_tls else {})


def _filter(name, port, kind, log):
    cluster = inbound_cluster(port) if port.target else INBOUND_PASSTHROUGH
    if kind == "TCP":
        return filters.bytes_to(cluster, "inbound", log)
    options = {"http2_protocol_options": {}} if port.protocol == HTTP2 else {}
    return filters.http(
        name,
        "inbound",
        routes.of_inbound(port, cluster),
        log,
        http_filters=filters.http_filters(),
        server_name="istio-envoy",
        forward_client_cert_details="APPEND_FORWARD",
        set_current_client_cert_details={"subject": True, "uri": True, "dns": True},
        **options,
    )


def _inspectors(declared, mtls):
    """Everything may be TLS; for HTTP is looked only if a chain asks for it, as a server that speaks first says
    nothing until it is connected."""
    original = extension(
        "envoy.filters.listener.original_dst", f"{LISTENER_FILTERS}.original_dst.v3.OriginalDst"
    )
    if mtls == "STRICT":
        return [original, tls_inspector()]
    known = [port.target for port in declared if port.protocol != SNIFFED] + [INBOUND_PORT]
    return [original, tls_inspector(), http_inspector() | {"filter_disabled": _any_of(sorted(known))}]


def _any_of(numbers):
    rules = [{"destination_port_range": {"start": number, "end": number + 1}} for number in numbers]
    return {"or_match": {"rules": rules}} if len(rules) > 1 else rules[0]
