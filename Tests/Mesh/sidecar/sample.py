"""A mesh that the tests of this folder share: one Service, the head's, three pods."""

from .registry import Pod

OLDER, NEWER = "2026-01-01T00:00:00Z", "2026-01-01T00:00:01Z"
CLUSTER = {"ray.io/cluster": "demo"}
HEAD = CLUSTER | {"ray.io/node-type": "head"}
PODS = [Pod("head", "10.66.0.2", HEAD, "head"), Pod("one", "10.66.0.3", CLUSTER), Pod("two", "10.66.0.4", CLUSTER)]
HOST = "demo-headless-svc.default.svc.cluster.local"


def service(ports, name="demo-headless-svc", *, address="None", created=OLDER, selector=CLUSTER, **metadata):
    """`ports` are number and application protocol, None if it is to be sniffed."""
    listed = [
        {"name": f"p{number}", "port": number} | ({"appProtocol": spoken} if spoken else {})
        for number, spoken in ports.items()
    ]
    spec = {"clusterIP": address, "selector": selector, "ports": listed}
    return {"metadata": {"name": name, "creationTimestamp": created} | metadata, "spec": spec}


def head_service(ports, *, address="None", created=NEWER):
    return service(ports, "demo-head-svc", address=address, created=created, selector=HEAD)


def by_name(listed):
    return {item["name"]: item for item in listed}


def proxies(chain):
    """The last filter of a chain, by its short name, and the cluster or the routes that it leads to."""
    kind = chain["filters"][-1]["name"].rsplit(".", 1)[-1]
    config = chain["filters"][-1]["typed_config"]
    return kind, config.get("cluster") or config["route_config"]
