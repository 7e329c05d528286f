"""What a filter chain does with a connection: HTTP, or bytes.

From `pilot/pkg/networking/core/listener_builder.go` (buildHTTPConnectionManager), `networkfilter.go` and
`pilot/pkg/xds/filters/filters.go` of istio/istio. Envoy does not contain Istio's own filters: for metrics, for traces,
and for the metadata exchange. The last sends a frame of its own on TCP connections and two headers on requests.
"""

from .message import NEVER, extension, statistics

HTTP_FILTERS = "envoy.extensions.filters.http"
MANAGER = "envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager"
FILTER_STATE = f"{HTTP_FILTERS}.set_filter_state.v3.Config"
# Istio's filter `istio.alpn`, for a cluster that speaks upstream what its client speaks.
ALPN_OF_REQUEST = "%CEL(request.protocol == 'HTTP/2' ? 'istio-h2,istio,h2' : 'istio-http/1.1,istio,http/1.1')%"


def bytes_to(cluster, direction, log):
    """A TCP proxy."""
    return extension(
        "envoy.filters.network.tcp_proxy",
        "envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy",
        stat_prefix=statistics(cluster),
        cluster=cluster,
        access_log=log.of_chain(direction),
    )


def http(name, direction, routes, log, **options):
    """An HTTP connection manager: any version of HTTP, WebSockets, and no limit of time."""
    return extension(
        "envoy.filters.network.http_connection_manager",
        MANAGER,
        stat_prefix=statistics(f"{direction}_{name}"),
        route_config=routes,
        codec_type="AUTO",
        normalize_path=True,
        path_with_escaped_slashes_action="KEEP_UNCHANGED",
        use_remote_address=False,
        upgrade_configs=[{"upgrade_type": "websocket"}],
        stream_idle_timeout=NEVER,
        access_log=log.of_chain(direction),
        **options,
    )


def http_filters(*own):
    """The filters of a request that Istio puts everywhere, those of a direction among them."""
    count = {"emit_filter_state": True, "stats_for_all_methods": False}
    return [
        extension("envoy.filters.http.grpc_stats", f"{HTTP_FILTERS}.grpc_stats.v3.FilterConfig", **count),
        *own,
        extension("envoy.filters.http.fault", f"{HTTP_FILTERS}.fault.v3.HTTPFault"),
        extension("envoy.filters.http.cors", f"{HTTP_FILTERS}.cors.v3.Cors"),
        extension("envoy.filters.http.router", f"{HTTP_FILTERS}.router.v3.Router"),
    ]


def alpn_of_request():
    """Offers upstream the protocol names that go with the request's own version of HTTP."""
    value = {
        "object_key": "envoy.network.application_protocols",
        "format_string": {"text_format_source": {"inline_string": ALPN_OF_REQUEST}},
        "shared_with_upstream": "ONCE",
    }
    return extension("envoy.filters.http.set_filter_state", FILTER_STATE, on_request_headers=[value])
