"""Objects that anybody with ordinary rights in one namespace can write, and that would have to cost a great deal.

Each is made by a function of a scale. Their sizes grow with it, and what they cost may grow no faster.
"""

import json

IMAGE = "rayproject/ray:2.46.0"
# All at once, so that a group has as many faults as it can.
PORTS = [
    "node-manager-port", "object-manager-port", "runtime-env-agent-port", "dashboard-agent-grpc-port",
    "metrics-export-port"]


def group(parameters=None, containers=(), image=IMAGE, **more):
    """A group of a RayCluster, with other containers beside Ray's."""
    pod = {"containers": [{"name": "ray", "image": image}, *containers]}
    return {"rayStartParams": parameters or {}, "template": {"spec": pod}, **more}


def workers(count, parameters=None, **more):
    """So many worker groups that differ in their names."""
    return [group(parameters, groupName=f"w{index}", replicas=1, **more) for index in range(count)]


def cluster(head=None, groups=(), annotations=None, name="demo", **spec):
    """A RayCluster."""
    metadata = {"name": name, "namespace": "default", "annotations": annotations or {}}
    spec = {"rayVersion": "2.46.0", "headGroupSpec": head or group(), "workerGroupSpecs": list(groups), **spec}
    return {"apiVersion": "ray.io/v1", "kind": "RayCluster", "metadata": metadata, "spec": spec}


def recorded(head=(), of_workers=None, **more):
    """A forged record, as the annotation that holds it."""
    return {"raymesh.io/managed": json.dumps({"plan": 1, "head": list(head), "workers": of_workers or {}, **more})}


def sidecar(**more):
    """A container beside Ray's."""
    return {"name": "side", "image": "example/side:1", **more}


def numbers(count):
    """The densest JSON: what it is parsed into takes many times its bytes."""
    return [1] * count


def owned(object_, count):
    """An object of many owners."""
    object_["metadata"]["ownerReferences"] = [{"kind": "RayService"}] * count
    return object_


OBJECTS = {
    "empty ports of a sidecar": (12_000, lambda n: cluster(group(containers=[sidecar(ports=[{}] * n)]))),
    "ports of a sidecar that are out of range": (4000, lambda n: cluster(
        group(containers=[sidecar(ports=[{"containerPort": 70_000 + i} for i in range(n)])]))),
    "names of ports that are none": (4000, lambda n: cluster(
        group(containers=[sidecar(ports=[{"containerPort": 1 + i, "name": "A" * 20} for i in range(n)])]))),
    "faults in every group": (1000, lambda n: cluster(groups=workers(n, dict.fromkeys(PORTS, "99999")))),
    "the same port five times in every group": (1000, lambda n: cluster(
        groups=workers(n, dict.fromkeys(PORTS, "7000")))),
    "a record of many names": (60_000, lambda n: cluster(
        annotations=recorded(f"p{index}" for index in range(n)))),
    "a record of many groups": (30_000, lambda n: cluster(
        annotations=recorded(of_workers={f"w{index}": ["port"] for index in range(n)}), groups=workers(100))),
    "a record of many moves": (10_000, lambda n: cluster(
        annotations=recorded(moved={f"p{index}": "1" for index in range(n)}), groups=workers(min(1000, n // 10)))),
    "a wide range of worker ports": (28_000, lambda n: cluster(
        group({"min-worker-port": "16000", "max-worker-port": str(min(65535, 16000 + n))}))),
    "long lists of worker ports": (100, lambda n: cluster(groups=workers(
        n, {"worker-port-list": ",".join(str(20_000 + port) for port in range(1000))}))),
    "a list of worker ports that has none": (800_000, lambda n: cluster(group({"worker-port-list": "," * n}))),
    "a list of numbers for a parameter": (400_000, lambda n: cluster(group({"x": numbers(n)}))),
    "such a list, and a number for which 64 bits are too few": (400_000, lambda n: cluster(
        group({"x": [*numbers(n), 1 << 64]}))),
    "lists of numbers for every text": (4000, lambda n: cluster(groups=workers(9, {"x": numbers(n)}), **{
        "rayVersion": numbers(n), "managedBy": numbers(n), "upgradeStrategy": {"type": numbers(n)}})),
    "containers that are texts": (1000, lambda n: cluster({"template": {"spec": {"containers": ["x"] * n}}})),
    "groups that are texts": (1000, lambda n: cluster(groups=["x"] * n)),
    "a long annotation": (700_000, lambda n: cluster(annotations={"x": "y" * n})),
    "many annotations": (20_000, lambda n: cluster(annotations={f"x{index}": "" for index in range(n)})),
    "many variables": (10_000, lambda n: cluster({"template": {"spec": {"containers": [
        {"name": "ray", "image": IMAGE, "env": [{"name": "RAY_USE_TLS", "value": "$(A)"}] * n}]}}})),
    "a value of many variables": (50_000, lambda n: cluster(group({"node-manager-port": "$(A)" * n}))),
    "a long group name": (100_000, lambda n: cluster(groups=workers(5) + [group(groupName="\u0001" * n)])),
    "a long image": (400_000, lambda n: cluster(group(image="a:" * n))),
    "many owners": (10_000, lambda n: owned(cluster(), n)),
    "deep lists": (800, lambda n: cluster(group({"x": json.loads("[" * min(n, 900) + "]" * min(n, 900))}))),
}


def review(object_, old=None, uid="hostile"):
    """What the API server asks about a write."""
    kind = object_["kind"]
    resource = {"group": "ray.io", "version": "v1", "resource": "rayclusters"} if kind == "RayCluster" else {
        "group": "", "version": "v1", "resource": "services"}
    request = {
        "uid": uid, "kind": {"group": resource["group"], "version": "v1", "kind": kind}, "resource": resource,
        "namespace": "default", "name": "demo", "operation": "UPDATE" if old else "CREATE",
        "userInfo": {"username": "somebody"}, "object": object_, "oldObject": old}
    return json.dumps(
        {"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": request},
        separators=(",", ":")).encode()


def reviews(scale, most):
    """Yields the body of a review for each object, at `scale` times its size, unless that is too large.

    An object that is small enough is also updated from itself, so that nothing wrong in it is new.
    """
    for name, (count, make) in OBJECTS.items():
        object_ = make(int(count * scale))
        for what, old in [("created", None), ("updated", object_)]:
            body = review(object_, old)
            if len(body) <= most:
                yield f"{name}, {what}", body


def head_service(count):
    """A Service as KubeRay makes it for a head, with `count` ports."""
    labels = {
        "ray.io/cluster": "demo", "ray.io/node-type": "head", "app.kubernetes.io/created-by": "kuberay-operator"}
    owner = {"apiVersion": "ray.io/v1", "kind": "RayCluster", "name": "demo", "uid": "1"}
    ports = [{"name": f"p{index}", "port": 1 + index % 65535, "appProtocol": "tcp"} for index in range(count)]
    metadata = {"name": "demo-head-svc", "namespace": "default", "labels": labels, "ownerReferences": [owner]}
    return {"apiVersion": "v1", "kind": "Service", "metadata": metadata, "spec": {"ports": ports}}


def recorded_service(name, runs):
    """A Service with our label, and a record of ports whose few bytes stand for very many."""
    return {
        "apiVersion": "v1", "kind": "Service",
        "metadata": {
            "name": name, "labels": {"app.kubernetes.io/managed-by": "raymesh"},
            "annotations": {"raymesh.io/ports": "x 2020-01-01T00:00:00Z " + " ".join(["0-65535//"] * runs)}},
        "spec": {"clusterIP": "None", "ports": [{"name": "a", "port": 1}]}}
