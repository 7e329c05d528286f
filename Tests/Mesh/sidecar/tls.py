"""Mutual TLS between sidecars.

From `pilot/pkg/networking/core/cluster_tls.go`, `pilot/pkg/networking/util/util.go`, `pilot/pkg/xds/filters/filters.go`
(the protocol names), `pilot/pkg/security/authn/utils/utils.go` (BuildInboundTLS) and
`pilot/pkg/model/push_context.go` (BestEffortInferServiceMTLSMode) of istio/istio.
"""

from .message import ANY
from .registry import HTTP, HTTP2, SNIFFED, TCP

TLS = "envoy.extensions.transport_sockets.tls.v3"
CERTIFICATE, ROOT = "default", "ROOTCA"
PEER_EXCHANGE = "istio-peer-exchange"

# The protocols that a client offers. Istio's filter `istio.alpn` sets the HTTP ones by the protocol of the upstream
# request. Here a cluster has them if its protocol is known, and `ALPN_OF_REQUEST` if it follows the client's.
OFFERED = {
    TCP: [PEER_EXCHANGE, "istio"],
    SNIFFED: [PEER_EXCHANGE, "istio"],
    HTTP: ["istio-http/1.1", "istio", "http/1.1"],
    HTTP2: ["istio-h2", "istio", "h2"],
}
# What a server chooses from.
TAKEN = {"HTTP": ["h2", "http/1.1"], "TCP": [PEER_EXCHANGE, "h2", "http/1.1"]}
CIPHERS = [
    "ECDHE-ECDSA-AES256-GCM-SHA384", "ECDHE-RSA-AES256-GCM-SHA384", "ECDHE-ECDSA-AES128-GCM-SHA256",
    "ECDHE-RSA-AES128-GCM-SHA256", "AES256-GCM-SHA384", "AES128-GCM-SHA256",
]


def secrets(authority, pod):
    """The certificate and the root that both sides name. istiod's agent serves the same over SDS."""
    certificate, key = authority.certificate(pod)
    pair = {"certificate_chain": {"filename": certificate}, "private_key": {"filename": key}}
    return [
        {"name": CERTIFICATE, "tls_certificate": pair},
        {"name": ROOT, "validation_context": {"trusted_ca": {"filename": authority.root}}},
    ]


def server(kind):
    """The side that takes a connection: it wants a certificate that the root has signed, of whatever identity."""
    return _socket(
        "DownstreamTlsContext",
        {
            "common_tls_context": {
                "alpn_protocols": TAKEN[kind],
                "tls_params": {
                    "tls_minimum_protocol_version": "TLSv1_2",
                    "tls_maximum_protocol_version": "TLSv1_3",
                    "cipher_suites": CIPHERS,
                },
                "tls_certificate_sds_secret_configs": [{"name": CERTIFICATE}],
                "combined_validation_context": _validation([]),
            },
            "require_client_certificate": True,
        },
    )


def client(service, port, identities):
    """The side that dials: it shows its own certificate, and wants one of the identities of a Service's pods."""
    return _socket(
        "UpstreamTlsContext",
        {
            "common_tls_context": {
                "alpn_protocols": OFFERED[port.protocol],
                "tls_params": {"tls_minimum_protocol_version": "TLSv1_2", "tls_maximum_protocol_version": "TLSv1_3"},
                "tls_certificate_sds_secret_configs": [{"name": CERTIFICATE}],
                "combined_validation_context": _validation(identities),
            },
            "sni": f"outbound_.{port.number}_._.{service.hostname}",
        },
    )


def is_mutual(service, endpoints):
    """Auto mTLS: a headless Service has it if it has endpoints, and a sidecar is at each."""
    return not service.is_headless or (bool(endpoints) and all(pod.has_sidecar for pod in endpoints))


def _validation(identities):
    names = [{"san_type": "URI", "matcher": {"exact": identity}} for identity in identities]
    return {
        "default_validation_context": {"match_typed_subject_alt_names": names} if names else {},
        "validation_context_sds_secret_config": {"name": ROOT},
    }


def _socket(kind, context):
    return {"name": "envoy.transport_sockets.tls", "typed_config": {ANY: f"type.googleapis.com/{TLS}.{kind}"} | context}
