"""What istiod knows of Services and pods.

From `pilot/pkg/serviceregistry/kube/conversion.go`, `pkg/config/kube/conversion.go` (ConvertProtocol),
`pkg/config/protocol/instance.go` and `pilot/pkg/model/push_context.go` (SortServicesByCreationTime) of istio/istio.
"""

import ipaddress
from dataclasses import dataclass, field

DOMAIN = "cluster.local"
TRUST_DOMAIN = "cluster.local"
# Resolution `Passthrough` and the address of a Service without one.
UNSPECIFIED = "0.0.0.0"
EXPORT_TO = "networking.istio.io/exportTo"

HTTP, HTTP2, TCP, SNIFFED, UDP = "HTTP", "HTTP2", "TCP", "sniffed", "UDP"
PROTOCOLS = {
    "http": HTTP, "http2": HTTP2, "grpc": HTTP2, "tcp": TCP, "https": TCP, "tls": TCP, "mongo": TCP, "mysql": TCP,
    "redis": TCP, "udp": UDP, "kubernetes.io/h2c": HTTP2, "kubernetes.io/ws": HTTP, "kubernetes.io/wss": TCP,
}
# Those are never sniffed: who speaks first there is the server.
WELL_KNOWN = {25, 53, 3306, 27017}


class RegistryError(Exception):
    """A Service that says what this cannot follow."""


@dataclass(frozen=True)
class Pod:
    """A workload and its address. `identity` is the service account; `has_sidecar` is the label of an injected pod."""

    name: str
    ip: str
    labels: dict
    identity: str = "default"
    namespace: str = "default"
    has_sidecar: bool = True

    @property
    def spiffe(self):
        return f"spiffe://{TRUST_DOMAIN}/ns/{self.namespace}/sa/{self.identity}"

    @property
    def is_ipv6(self):
        return ipaddress.ip_address(self.ip).version == 6


@dataclass(frozen=True)
class Port:
    """A Service's port: the number that clients dial, the one that pods listen on, and what is spoken there."""

    number: int
    target: int
    protocol: str


@dataclass(frozen=True)
class Service:
    """A Kubernetes Service as istiod's model has it."""

    name: str
    namespace: str
    created: str
    address: str
    selector: dict
    ports: list = field(hash=False)
    export_to: str = "*"

    @classmethod
    def of(cls, manifest):
        metadata, spec = manifest["metadata"], manifest["spec"]
        address = spec.get("clusterIP") or UNSPECIFIED
        return cls(
            metadata["name"],
            metadata.get("namespace", "default"),
            metadata.get("creationTimestamp") or "",
            UNSPECIFIED if address == "None" else address,
            spec.get("selector") or {},
            [_port(metadata["name"], port) for port in spec.get("ports") or []],
            (metadata.get("annotations") or {}).get(EXPORT_TO, "*"),
        )

    @property
    def hostname(self):
        return f"{self.name}.{self.namespace}.svc.{DOMAIN}"

    @property
    def is_headless(self):
        return self.address == UNSPECIFIED

    def port(self, number):
        return next((port for port in self.ports if port.number == number), None)

    def selects(self, pod):
        """One without a selector selects nothing: somebody else keeps its endpoints."""
        wanted = self.selector.items()
        return bool(wanted) and pod.namespace == self.namespace and wanted <= pod.labels.items()

    def is_seen_from(self, namespace):
        scopes = {scope.strip() for scope in self.export_to.split(",")}
        return "*" in scopes or namespace in scopes or ("." in scopes and namespace == self.namespace)


def seen_by(pod, manifests):
    """The Services in a pod's scope, the oldest first; of the same second, by name."""
    services = [Service.of(manifest) for manifest in manifests]
    seen = [service for service in services if service.is_seen_from(pod.namespace)]
    return sorted(seen, key=lambda service: (service.created, service.name, service.namespace))


def protocol(number, name, app_protocol, transport):
    """ConvertProtocol: the application protocol, else what stands before the first dash of the port's name."""
    if transport == "UDP":
        return UDP
    said = app_protocol.lower() if app_protocol is not None else (name or "").lower()
    if said in PROTOCOLS:
        return PROTOCOLS[said]
    spoken = HTTP2 if said.startswith("grpc-web") else PROTOCOLS.get(said.split("-")[0], SNIFFED)
    return TCP if spoken == SNIFFED and number in WELL_KNOWN else spoken


def _port(service, port):
    target = port.get("targetPort") or port["port"]
    if not isinstance(target, int):
        raise RegistryError(f"Service {service}, port {port['port']}: found targetPort {target}, expected a number")
    spoken = protocol(port["port"], port.get("name"), port.get("appProtocol"), port.get("protocol", "TCP"))
    return Port(port["port"], target, spoken)
