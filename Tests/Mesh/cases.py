"""The cases: which cluster, on which Ray, in what mesh, and what must come of it.

cases.py NAME…: prints the cases of these names, each with its Ray, and `api-server` if it needs one; `quick` and
`all` are several.
"""

import sys

from case import GUIDE, MANY, Case

# What the guide's readers write by hand, and Raymesh writes for them.
BY_HAND = [
    "node-manager-port", "object-manager-port", "runtime-env-agent-port", "dashboard-agent-grpc-port",
    "dashboard-grpc-port", "max-worker-port", "node-ip-address",
]
# With ray[serve], which no other case needs.
SERVE = "newest-serve"
# What HAProxy calls on other nodes: proxies to fall back to, and the first replica of each node.
HAPROXY_PORTS = {f"tcp-{number}": number for number in (8500, 9500, 30000, 40000)}
# Its files, under the one folder that pods do not share here.
HAPROXY = {"RAY_SERVE_ENABLE_HA_PROXY": "1"} | {
    f"RAY_SERVE_HAPROXY_{name}": f"/tmp/ray/{path}" for name, path in {
        "CONFIG_FILE_LOC": "haproxy.cfg", "SOCKET_PATH": "admin.sock", "SERVER_STATE_BASE": "haproxy",
        "SERVER_STATE_FILE": "server-state", "METRICS_SOCKET_PATH": "metrics.sock"}.items()}
GUIDE_SERVICE = "Tests/Fixtures/guide/headless-service.yaml"


def groups(cluster):
    return [cluster["spec"]["headGroupSpec"], *cluster["spec"]["workerGroupSpecs"]]


def without_node_address(cluster):
    cluster["metadata"]["annotations"] = {"raymesh.io/node-address": "never"}


def without_lines_by_hand(cluster):
    for group in groups(cluster):
        for parameter in BY_HAND:
            group["rayStartParams"].pop(parameter, None)


def with_an_address_that_works(cluster):
    """The guide's starts no Ray, for `hostname -I` ends in a space."""
    for group in groups(cluster):
        address = group["rayStartParams"]["node-ip-address"]
        group["rayStartParams"]["node-ip-address"] = address.replace("hostname -I", "hostname -I | tr -d ' '")


def with_ports_of_ones_own(cluster):
    head, worker = groups(cluster)
    head["rayStartParams"] = {
        "port": "7379", "dashboard-port": "8300", "ray-client-server-port": "10900", "node-manager-port": "7001",
        "min-worker-port": "20000", "max-worker-port": "20079",
    }
    ports = [("gcs-server", 7379), ("dashboard", 8300), ("client", 10900)]
    head["template"]["spec"]["containers"][0]["ports"] = [
        {"name": name, "containerPort": number} for name, number in ports]
    worker["rayStartParams"] = {
        "node-manager-port": "7101", "object-manager-port": "7102", "metrics-export-port": "9100",
        "dashboard-agent-listen-port": "52400", "min-worker-port": "30000", "max-worker-port": "30059",
    }


def with_a_dashboard_on_ipv6(cluster):
    """KubeRay has the dashboard listen on 0.0.0.0, where nobody reaches it by IPv6."""
    groups(cluster)[0]["rayStartParams"] = {"dashboard-host": "::"}


def with_an_autoscaler(cluster):
    cluster["spec"]["enableInTreeAutoscaling"] = True
    cluster["spec"]["workerGroupSpecs"][0]["replicas"] = 1


def of_a_ray_service(ports=(), **variables):
    """As KubeRay makes one for a RayService whose containers list Serve's ports, perhaps more, and have variables."""
    def write(cluster):
        cluster["metadata"]["labels"] = {
            "ray.io/originated-from-crd": "RayService", "ray.io/originated-from-cr-name": cluster["metadata"]["name"]}
        cluster["metadata"]["annotations"] = {"ray.io/kuberay-version": "v1.7.0"}
        usual = {"gcs-server": 6379, "dashboard": 8265, "client": 10001}
        for group in groups(cluster):
            container = group["template"]["spec"]["containers"][0]
            listed = usual | {"serve": 8000, "serve-grpc": 9000} | dict(ports)
            container["ports"] = [{"name": name, "containerPort": number} for name, number in listed.items()]
            container["env"] = [{"name": name, "value": value} for name, value in variables.items()]
            usual = {}
    return write


def without_port(number):
    def amend(services):
        for service in services:
            ports = service["spec"]["ports"]
            ports[:] = [port for port in ports if port["port"] != number]
    return amend


def with_protocol(number, protocol):
    def amend(services):
        for service in services:
            for port in service["spec"]["ports"]:
                if port["port"] == number:
                    port["appProtocol"] = protocol
    return amend


ALL = [
    Case("plain", "a plain cluster, as one writes it without a mesh in mind", actors=MANY),
    Case("sniffed", "a cluster without node addresses: its Service says no protocols", actors=MANY,
         write=without_node_address),
    Case("control-port", "negative control: the object manager's port is taken out of the Service",
         amend=without_port(6381), names={6381}),
    Case("control-protocol", "negative control: the runtime environment agent's port says grpc",
         amend=with_protocol(6382, "grpc"), names={6382}),
    Case("control-webhook", "negative control: no Raymesh at all", has_webhook=False, names=None, workers=1),
    Case("permissive", "a plain cluster under PERMISSIVE", mtls="PERMISSIVE"),
    Case("permissive-webhook", "no Raymesh at all, under PERMISSIVE", mtls="PERMISSIVE", has_webhook=False, names=None,
         actors=MANY),
    Case("ray-2.46", "a plain cluster on Ray 2.46", ray="2.46.0", actors=MANY),
    Case("ray-2.10", "a plain cluster on Ray 2.10", ray="2.10.0", actors=MANY),
    Case("own-ports", "a cluster whose groups have ports of their user's own", write=with_ports_of_ones_own),
    Case("head-service", "a plain cluster whose head Service stays as KubeRay writes it: every port says tcp",
         corrects_head=False, names={6379, 8265, 10001}),
    Case("late-names", "DNS knows each pod 20 s late", seconds_unknown=20),
    Case("scale-up", "two more workers come while the first work goes on", workers=1, more_workers=2),
    Case("ipv6", "pods with IPv6 addresses alone", is_ipv6=True, write=with_a_dashboard_on_ipv6),
    Case("serve", "a RayService's cluster: Serve on every node, by HTTP and gRPC", ray=SERVE, script="serving.py",
         write=of_a_ray_service()),
    Case("serve-grpc", "the same, whose replicas are called by gRPC, at ports that Serve chooses", ray=SERVE,
         script="serving.py", write=of_a_ray_service(RAY_SERVE_USE_GRPC_BY_DEFAULT="1"), names=None),
    Case("serve-haproxy", "the same behind Serve's HAProxy, whose ports the containers list as tcp", ray=SERVE,
         script="serving.py", write=of_a_ray_service(HAPROXY_PORTS, **HAPROXY), names=set(HAPROXY_PORTS.values())),
    Case("autoscaler", "KubeRay's autoscaler beside the head asks an API server for one worker more", workers=1,
         more_workers=1, is_autoscaled=True, script="autoscaling.py", write=with_an_autoscaler),
    Case("guide", "the guide's cluster and Service as they are written", ray="2.10.0", file=GUIDE,
         own_service=GUIDE_SERVICE, workers=1, stops_at="Got unexpected extra argument"),
    Case("guide-address", "the guide's, with a node address that works", ray="2.10.0", file=GUIDE,
         write=with_an_address_that_works, own_service=GUIDE_SERVICE, workers=1,
         names={6379, 6382, 8265, 10001}),
    Case("guide-raymesh", "the guide's without its lines by hand, through Raymesh", ray="2.10.0", file=GUIDE,
         write=without_lines_by_hand, workers=1),
]
QUICK = ["plain", "sniffed", "control-port"]
SETS = {"quick": QUICK, "all": [case.name for case in ALL]}
BY_NAME = {case.name: case for case in ALL}


def main(words):
    names = [name for word in words for name in SETS.get(word, [word])]
    if unknown := [name for name in names if name not in BY_NAME]:
        sys.exit(f"cases.py: found {', '.join(unknown)}, expected {', '.join([*SETS, *BY_NAME])}")
    for name in names:
        print(name, BY_NAME[name].ray, *(["api-server"] if BY_NAME[name].is_autoscaled else []))


if __name__ == "__main__":
    main(sys.argv[1:])
