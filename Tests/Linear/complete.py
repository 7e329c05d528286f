"""Reviews that carry everything that Raymesh reads, as values that can be walked and grown."""

import json


class Embedded:
    """A value that stands in the review as a JSON text, as annotations hold records."""

    def __init__(self, value):
        self.value = value


class Raw:
    """A piece of JSON text as it is."""

    def __init__(self, text):
        self.text = text


def text(value):
    """A value as JSON."""
    if isinstance(value, Raw):
        return value.text
    if isinstance(value, Embedded):
        return json.dumps(text(value.value))
    if isinstance(value, dict):
        return "{" + ",".join(f"{json.dumps(key)}:{text(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(text, value)) + "]"
    return json.dumps(value)


def quick(value):
    """The same of a value in which nothing is embedded."""
    return json.dumps(value, separators=(",", ":"))


IMAGE = "rayproject/ray:2.44.0"
PARAMETERS = {
    "dashboard-agent-grpc-port": "6383", "dashboard-agent-listen-port": "52365", "metrics-export-port": "8080",
    "node-manager-port": "6380", "object-manager-port": "6381", "runtime-env-agent-port": "6382",
}
HEAD_PARAMETERS = PARAMETERS | {
    "dashboard-grpc-port": "8266", "dashboard-host": "0.0.0.0", "dashboard-port": "8265", "num-cpus": "4",
    "port": "6379", "ray-client-server-port": "10001",
}
MOVED = {"node-manager-port": "7380", "max-worker-port": "10100"}


def environment():
    """Every variable that Raymesh goes by, and others."""
    known = {
        "AUTOSCALER_METRIC_PORT": "44217", "DASHBOARD_METRIC_PORT": "44227", "RAY_USE_TLS": "0",
        "RAY_SERVE_ENABLE_HA_PROXY": "1", "RAY_SERVE_PROXY_USE_GRPC": "1", "RAY_SERVE_THROUGHPUT_OPTIMIZED": "1",
        "RAY_SERVE_USE_GRPC_BY_DEFAULT": "1", "RAY_enable_autoscaler_v2": "1", "PLAIN": "6380"}
    variables = [{"name": name, "value": value} for name, value in known.items()]
    field = {"fieldRef": {"fieldPath": "status.podIP"}}
    return [{"name": "RAYMESH_POD_IP", "valueFrom": field}, *variables]


def container(name):
    """A Ray container."""
    return {
        "name": name, "image": IMAGE, "command": ["/bin/bash", "-c"], "args": ["exec", "$KUBERAY_GEN_RAY_START_CMD"],
        "env": environment(),
        "ports": [{"name": "serve", "containerPort": 8000, "protocol": "TCP"}, {"name": "x", "containerPort": 7001}],
        "resources": {"limits": {"cpu": "4", "memory": "8Gi"}, "requests": {"cpu": "2", "memory": "8Gi"}},
    }


def sidecar(name, number, **more):
    """Another container of the same pod."""
    ports = [{"name": "admin", "containerPort": number, "protocol": "TCP"}]
    return {"name": name, "image": "example/proxy:1", "ports": ports, "env": [{"name": "A", "value": "1"}], **more}


def group(parameters, number):
    """What head and worker groups have in common."""
    annotations = {
        "sidecar.istio.io/inject": "true", "ray.io/overwrite-container-cmd": "false",
        "traffic.sidecar.istio.io/includeInboundPorts": "6380,6381"}
    return {
        "rayStartParams": dict(parameters), "resources": {"CPU": "4"}, "labels": {"a": "b"},
        "template": {
            "metadata": {"labels": {"a": "b"}, "annotations": annotations},
            "spec": {
                "hostNetwork": False, "containers": [container("ray"), sidecar("side", number)],
                "initContainers": [sidecar("init", number + 1, restartPolicy="Always")]}}}


def worker(name, number):
    """A worker group with everything."""
    return {"groupName": name, "replicas": 1, "numOfHosts": 1, **group(PARAMETERS, number)}


def metadata(record):
    """A RayCluster's, with every annotation that is read."""
    owner = {"apiVersion": "ray.io/v1", "kind": "RayJob", "name": "job", "uid": "1", "controller": True}
    return {
        "name": "demo", "namespace": "default", "labels": {"a": "b", "ray.io/originated-from-crd": "RayJob"},
        "annotations": {
            "raymesh.io/node-address": "always", "ray.io/kuberay-version": "v1.4.0", "raymesh.io/managed": record,
            "ray.io/overwrite-container-cmd": "false"},
        "ownerReferences": [owner], "managedFields": [{"manager": "a", "fieldsV1": {"f:spec": {}}}]}


def cluster(record=True):
    """A RayCluster that has a value at every place that Raymesh reads, and can work."""
    names = ["node-manager-port", "min-worker-port", "max-worker-port", "node-ip-address"]
    ours = Embedded({"plan": 1, "head": list(names), "workers": {"w": list(names)}, "moved": dict(MOVED)})
    worker_ports = {"worker-port-list": "20000,20001,20002"}
    return {
        "apiVersion": "ray.io/v1", "kind": "RayCluster", "metadata": metadata(ours if record else "none"),
        "spec": {
            "rayVersion": "2.44.0", "suspend": False, "managedBy": "ray.io/kuberay-operator",
            "upgradeStrategy": {"type": "None"}, "tlsOptions": {"enabled": False},
            "headServiceAnnotations": {"a": "b"}, "enableInTreeAutoscaling": True,
            "autoscalerOptions": {"version": "v2", "env": [{"name": "A", "value": "1"}]},
            "headGroupSpec": group(HEAD_PARAMETERS | worker_ports, 7100),
            "workerGroupSpecs": [
                worker("w", 7200), {**worker("ranged", 7300), "rayStartParams": PARAMETERS | {
                    "min-worker-port": "20000", "max-worker-port": "20100"}}]}}


def review(operation, resource, object_, old=None):
    """The review of a write."""
    return {
        "apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview",
        "request": {
            "uid": "1-2", "operation": operation, "namespace": "default", "name": "demo", "dryRun": False,
            "kind": {"group": resource[0], "version": "v1", "kind": "X"}, "subResource": "",
            "resource": {"group": resource[0], "version": "v1", "resource": resource[1]},
            "userInfo": {"username": "somebody", "groups": ["a"], "extra": {"a": ["b"]}},
            "object": object_, "oldObject": old, "options": {"kind": "CreateOptions"}}}


def service():
    """A Service that KubeRay makes for a head."""
    owner = {"apiVersion": "ray.io/v1", "kind": "RayCluster", "name": "demo", "uid": "1"}
    port = {"name": "gcs", "port": 6379, "protocol": "TCP", "appProtocol": "tcp", "targetPort": 6379}
    labels = {
        "ray.io/cluster": "demo", "ray.io/node-type": "head", "app.kubernetes.io/created-by": "kuberay-operator"}
    return {
        "apiVersion": "v1", "kind": "Service",
        "metadata": {"name": "demo-head-svc", "labels": labels, "annotations": {"a": "b"}, "ownerReferences": [owner]},
        "spec": {"selector": {"a": "b"}, "ports": [port, port | {"name": "client", "port": 10001}]}}


RAY, CORE = ("ray.io", "rayclusters"), ("", "services")


def creation():
    """A RayCluster is created; it has a record, as a copy has."""
    return review("CREATE", RAY, cluster())


def update():
    """A managed RayCluster is updated."""
    return review("UPDATE", RAY, cluster(), cluster())


def adoption():
    """KubeRay creates a head's Service."""
    return review("CREATE", CORE, service())
