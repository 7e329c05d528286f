"""What Istio calls clusters, listeners and chains: `pilot/pkg/model/context.go`, `core/listener.go` of istio/istio."""

PASSTHROUGH = "PassthroughCluster"
INBOUND_PASSTHROUGH = "InboundPassthroughCluster"
BLACK_HOLE = "BlackHoleCluster"
VIRTUAL_OUTBOUND = "virtualOutbound"
VIRTUAL_INBOUND = "virtualInbound"


def outbound_cluster(service, port):
    return f"outbound|{port.number}||{service.hostname}"


def inbound_cluster(port):
    return f"inbound|{port.target}||"


def listener(bind, number):
    return f"[{bind}]_{number}" if ":" in bind else f"{bind}_{number}"
