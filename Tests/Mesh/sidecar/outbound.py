"""Listeners for what a pod sends.

From `pilot/pkg/networking/core/listener.go` (buildSidecarOutboundListeners, buildSidecarOutboundListener,
buildListenerFromEntry) and `listener_builder.go` (buildVirtualOutboundListener) of istio/istio.
"""

from dataclasses import dataclass

from . import filters, routes
from .message import NEVER, address, extension, statistics, wildcard
from .names import BLACK_HOLE, PASSTHROUGH, VIRTUAL_OUTBOUND, listener, outbound_cluster
from .registry import HTTP, HTTP2, SNIFFED, TCP, UDP

OUTBOUND_PORT = 15001
LISTENER_FILTERS = "envoy.extensions.filters.listener"
# What the inspector of HTTP calls it if it is not encrypted.
PLAIN_HTTP = {"transport_protocol": "raw_buffer", "application_protocols": ["http/1.1", "h2c"]}


@dataclass
class Entry:
    """A listener that comes to be: its place, its protocol, and chains that are told apart by what they match."""

    bind: str
    number: int
    chains: list


def listeners(pod, services, pods, log):
    """The listeners for what leaves a pod.

    - one for each port of an HTTP Service
    - one for each pod and port of a headless Service that is TCP or sniffed
    - one for each address and port of other Services
    - the virtual one, which takes all connections that leave the pod and hands them to the others
    """
    entries = {}
    for service in services:
        for port in service.ports:
            for entry in _entries(pod, service, port, services, pods, log):
                _merge(entries, entry)
    made = [_listener(entry, log) for entry in entries.values()]
    return [*made, _virtual(pod, log)]


def _entries(pod, service, port, services, pods, log):
    if port.protocol == UDP:
        return
    if port.protocol in (HTTP, HTTP2):
        bind = wildcard(pod)
        route = routes.of_port(port.number, services, pod.namespace)
        yield Entry(bind, port.number, [_http_chain(bind, port.number, route, log)])
    elif service.is_headless:
        # What a pod sends to itself does not pass here.
        for other in pods:
            if service.selects(other) and other.ip != pod.ip:
                yield Entry(other.ip, port.number, _chains(other.ip, service, port, log))
    else:
        yield Entry(service.address, port.number, _chains(service.address, service, port, log))


def _chains(bind, service, port, log):
    any_bytes = {"filters": [filters.bytes_to(outbound_cluster(service, port), "outbound", log)]}
    if port.protocol == TCP:
        return [any_bytes]
    route = routes.of_sniffed(service, port)
    return [any_bytes, _http_chain(bind, port.number, route, log, filters.alpn_of_request())]


def _http_chain(bind, number, route, log, *own):
    options = {"http_filters": filters.http_filters(*own)}
    manager = filters.http(listener(bind, number), "outbound", route, log, **options)
    return {"filter_chain_match": PLAIN_HTTP, "filters": [manager]}


def _merge(entries, entry):
    """Who comes first keeps what both would match; HTTP has one listener for all Services of a port."""
    first = entries.setdefault((entry.bind, entry.number), entry)
    matches = [chain.get("filter_chain_match") for chain in first.chains]
    first.chains += [chain for chain in entry.chains if chain.get("filter_chain_match") not in matches]


def _listener(entry, log):
    chains = [chain for chain in entry.chains if "filter_chain_match" in chain]
    rest = [chain for chain in entry.chains if "filter_chain_match" not in chain]
    made = {
        "name": listener(entry.bind, entry.number),
        "address": address(entry.bind, entry.number),
        "stat_prefix": statistics(listener(entry.bind, entry.number)),
        "traffic_direction": "OUTBOUND",
        "bind_to_port": False,
        "continue_on_listener_filters_timeout": True,
        "listener_filters_timeout": NEVER,
    }
    if not chains:
        return made | {"filter_chains": rest}
    inspectors = [tls_inspector(), http_inspector()]
    fallback = rest[0] if rest else {"filters": [filters.bytes_to(PASSTHROUGH, "outbound", log)]}
    return made | {"listener_filters": inspectors, "filter_chains": chains, "default_filter_chain": fallback}


def _virtual(pod, log):
    """The one that iptables redirects to. It leaves each connection to the listener of the address that was dialled,
    that of any address next, and sends the rest where it was going, as it is."""
    itself = {"destination_port": OUTBOUND_PORT}
    black_hole = {"filter_chain_match": itself, "filters": [filters.bytes_to(BLACK_HOLE, "outbound", log)]}
    return {
        "name": VIRTUAL_OUTBOUND,
        "address": address(wildcard(pod), OUTBOUND_PORT),
        "stat_prefix": statistics(VIRTUAL_OUTBOUND),
        "traffic_direction": "OUTBOUND",
        "use_original_dst": True,
        "access_log": log.of_listener("outbound"),
        "filter_chains": [
            black_hole | {"name": "virtualOutbound-blackhole"},
            {"name": "virtualOutbound-catchall-tcp", "filters": [filters.bytes_to(PASSTHROUGH, "outbound", log)]},
        ],
    }


def tls_inspector():
    kind = f"{LISTENER_FILTERS}.tls_inspector.v3.TlsInspector"
    return extension("envoy.filters.listener.tls_inspector", kind, initial_read_buffer_size=512)


def http_inspector():
    return extension(
        "envoy.filters.listener.http_inspector", f"{LISTENER_FILTERS}.http_inspector.v3.HttpInspector"
    )
