"""What Envoy writes of each request and each connection: a line of JSON. This is the witness of layer 7.

Istio has no log by default; if it has one, it is written at the same places (`core/accesslog.go`
of istio/istio): by each HTTP connection manager, by each TCP proxy, and by a listener for what no filter chain takes.
"""

from .message import extension

FIELDS = {
    "start": "%START_TIME%",
    "chain": "%FILTER_CHAIN_NAME%",
    "local": "%DOWNSTREAM_LOCAL_ADDRESS%",
    "remote": "%DOWNSTREAM_REMOTE_ADDRESS%",
    "port": "%DOWNSTREAM_LOCAL_PORT%",
    "method": "%REQ(:METHOD)%",
    "authority": "%REQ(:AUTHORITY)%",
    "path": "%REQ(X-ENVOY-ORIGINAL-PATH?:PATH)%",
    "protocol": "%PROTOCOL%",
    "code": "%RESPONSE_CODE%",
    "grpc": "%GRPC_STATUS%",
    "flags": "%RESPONSE_FLAGS%",
    "details": "%RESPONSE_CODE_DETAILS%",
    "termination": "%CONNECTION_TERMINATION_DETAILS%",
    "peer": "%DOWNSTREAM_PEER_URI_SAN%",
    "tls": "%DOWNSTREAM_TLS_VERSION%",
    "failure": "%DOWNSTREAM_TRANSPORT_FAILURE_REASON%",
    "cluster": "%UPSTREAM_CLUSTER_RAW%",
    "upstream": "%UPSTREAM_HOST%",
    "upstream_peer": "%UPSTREAM_PEER_URI_SAN%",
    "upstream_tls": "%UPSTREAM_TLS_VERSION%",
    "upstream_failure": "%UPSTREAM_TRANSPORT_FAILURE_REASON%",
    "received": "%BYTES_RECEIVED%",
    "sent": "%BYTES_SENT%",
    "milliseconds": "%DURATION%",
}


class Log:
    """A file, or none, and what is written to it."""

    def __init__(self, path=None):
        self.path = path

    def of_chain(self, direction):
        return [self._file(direction)] if self.path else []

    def of_listener(self, direction):
        """Connections that no filter chain takes, such as plain text under STRICT."""
        if not self.path:
            return []
        refused = {"response_flag_filter": {"flags": ["NR"]}}
        return [self._file(direction) | {"filter": refused}]

    def _file(self, direction):
        line = {"json_format": {"direction": direction} | FIELDS, "omit_empty_values": True}
        return extension(
            "envoy.access_loggers.file",
            "envoy.extensions.access_loggers.file.v3.FileAccessLog",
            path=str(self.path),
            log_format=line,
        )
