"""Which cluster a request goes to, by its authority.

From `pilot/pkg/networking/core/httproute.go` (BuildSidecarOutboundVirtualHosts, generateVirtualHostDomains,
getVirtualHostsForSniffedServicePort, buildCatchAllVirtualHost), `route/route.go` and `route/retry/retry.go` of
istio/istio.
"""

from .message import NEVER, extension
from .names import PASSTHROUGH, outbound_cluster
from .registry import HTTP, HTTP2, SNIFFED

RETRY = {
    "num_retries": 2,
    "retry_on": "connect-failure,refused-stream,unavailable,cancelled,retriable-status-codes",
    "retriable_status_codes": [503],
    "host_selection_retry_max_attempts": 5,
    "retry_host_predicate": [
        extension(
            "envoy.retry_host_predicates.previous_hosts",
            "envoy.extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate",
        )
    ],
}


def of_port(number, services, namespace):
    """All Services with that port, told apart by authority; any other authority goes where it was dialled."""
    hosts, taken = [], set()
    for service in services:
        port = service.port(number)
        if port and port.protocol in (HTTP, HTTP2, SNIFFED):
            # The first to claim a name keeps it (dedupeDomains).
            names = [name for name in domains(service, namespace) if name not in taken]
            taken.update(names)
            hosts.append(_host(f"{service.hostname}:{number}", names, outbound_cluster(service, port)))
    return _routes(str(number), [*hosts, _anywhere()], ignore_port_in_host_matching=True)


def of_sniffed(service, port):
    """One Service's port, whatever the authority."""
    name = f"{service.hostname}:{port.number}"
    hosts = [_host(name, ["*"], outbound_cluster(service, port))]
    return _routes(name, hosts, ignore_port_in_host_matching=True)


def of_inbound(port, cluster):
    """The application, whatever the authority."""
    host = {"name": f"inbound|http|{port.number}", "domains": ["*"], "routes": [_route(cluster)]}
    return _routes(cluster, [host])


def domains(service, namespace):
    """Every name of a Service; those of its pods too if it is headless; else its address."""
    short = f"{service.name}.{service.namespace}"
    others = [f"{short}.svc", short]
    names = [service.hostname, *([service.name] if service.namespace == namespace else []), *others]
    if service.is_headless:
        return names + [f"*.{name}" for name in names]
    return [*names, f"[{service.address}]" if ":" in service.address else service.address]


def _host(name, names, cluster):
    routes = [_route(cluster, retry_policy=RETRY)]
    return {"name": name, "domains": names, "routes": routes, "include_request_attempt_count": True}


def _anywhere():
    return {"name": "allow_any", "domains": ["*"], "routes": [_route(PASSTHROUGH)]}


def _route(cluster, **options):
    # Istio says the second by `max_grpc_timeout`, which Envoy would have it say so: a client's grpc-timeout is kept.
    unlimited = {"timeout": NEVER, "max_stream_duration": {"grpc_timeout_header_max": NEVER}}
    action = {"cluster": cluster} | unlimited | options
    return {"name": "default", "match": {"prefix": "/"}, "route": action}


def _routes(name, hosts, **options):
    return {"name": name, "virtual_hosts": hosts, "validate_clusters": False} | options
