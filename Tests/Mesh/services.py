"""The Services of a cluster: KubeRay's for the head and for Serve, as its operator writes them, and Raymesh's, as the
binary prints it.

KubeRay's: `BuildServiceForHeadPod`, `BuildServeService` and `getPortsFromCluster`,
`ray-operator/controllers/ray/common/service.go` of KubeRay 1.7.
"""

import json
import subprocess
from base64 import b64decode

import jsonpatch
from environment import RAYMESH

# What the operator exposes of a head whose container lists no ports; `metrics` it adds to any list.
USUAL = [("client", 10001), ("dashboard", 8265), ("gcs-server", 6379), ("serve", 8000)]
METRICS = ("metrics", 8080)
ORIGIN = "ray.io/originated-from-crd"
# Of a RayService. Pods get it whose proxy of Serve is well, by the operator; here all have it.
SERVING = "ray.io/serve"
# It comes once the cluster's own are there, and Serve runs.
SERVED = "2026-01-01T00:01:00Z"
# An address that no pod has. The caller's sidecar answers for it.
SERVE_ADDRESS = "10.66.255.1"


def ray_service(cluster):
    """The RayService that has made the cluster, if one has."""
    labels = cluster["metadata"].get("labels") or {}
    return labels.get("ray.io/originated-from-cr-name") if labels.get(ORIGIN) == "RayService" else None


def pod_labels(cluster, group):
    """The labels of a pod, as far as Services select by them (`labelPod`)."""
    name = cluster["metadata"]["name"]
    return {
        "app.kubernetes.io/created-by": "kuberay-operator", "app.kubernetes.io/name": "kuberay", "ray.io/cluster": name,
        "ray.io/identifier": f"{name}-{'worker' if group else 'head'}", "ray.io/is-ray-node": "yes",
        "ray.io/node-type": "worker" if group else "head",
        "ray.io/group": cluster["spec"]["workerGroupSpecs"][group - 1]["groupName"] if group else "headgroup",
    } | ({SERVING: "true"} if ray_service(cluster) else {})


def head_service(cluster):
    """The Service that KubeRay makes for the head: every port says `tcp`."""
    ports = _ports(cluster)
    labels = pod_labels(cluster, 0)
    others = {"ray.io/is-ray-node", "ray.io/group", SERVING}
    labels = {name: labels[name] for name in sorted(labels.keys() - others)}
    name = cluster["metadata"]["name"]
    owner = {"apiVersion": cluster["apiVersion"], "kind": "RayCluster", "name": name, "controller": True}
    return {
        "apiVersion": "v1", "kind": "Service",
        "metadata": {
            "name": f"{name}-head-svc", "namespace": cluster["metadata"].get("namespace", "default"), "labels": labels,
            "ownerReferences": [owner],
        },
        "spec": {
            "clusterIP": "None", "publishNotReadyAddresses": True, "selector": labels,
            "ports": [
                {"name": name, "protocol": "TCP", "appProtocol": "tcp", "port": number, "targetPort": number}
                for name, number in ports
            ],
        },
    }


def serve_service(cluster):
    """The Service that KubeRay makes for a RayService's users: Serve's port for HTTP, at one address, without a word of
    what it speaks."""
    name = f"{ray_service(cluster)}-serve-svc"
    ports = [{"name": name, "protocol": "TCP", "port": port} for name, port in _ports(cluster) if name == "serve"]
    return {
        "apiVersion": "v1", "kind": "Service",
        "metadata": {
            "name": name, "namespace": cluster["metadata"].get("namespace", "default"), "labels": {SERVING: name},
            "creationTimestamp": SERVED,
        },
        "spec": {
            "clusterIP": SERVE_ADDRESS, "ports": ports,
            "selector": {"ray.io/cluster": cluster["metadata"]["name"], SERVING: "true"},
        },
    }


def _ports(cluster):
    """What the operator takes for a head's ports."""
    container = cluster["spec"]["headGroupSpec"]["template"]["spec"]["containers"][0]
    ports = [(each["name"], each["containerPort"]) for each in container.get("ports") or []] or list(USUAL)
    return ports if METRICS[0] in dict(ports) else [*ports, METRICS]


def reviewed(service):
    """The Service as it is stored if `/mutate-service` is asked: `raymesh review` answers as the server does."""
    request = {
        "uid": "mesh", "operation": "CREATE", "namespace": service["metadata"]["namespace"],
        "name": service["metadata"]["name"], "resource": {"group": "", "version": "v1", "resource": "services"},
        "object": service, "oldObject": None,
    }
    review = {"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": request}
    run = subprocess.run([RAYMESH, "review"], input=json.dumps(review), check=True, capture_output=True, text=True)
    response = json.loads(run.stdout)["response"]
    return jsonpatch.apply_patch(service, json.loads(b64decode(response.get("patch", "W10="))))


def declared(services):
    """Every TCP port of pods that a Service lists, with the protocol by the first Service and the name by the last:
    Raymesh's has names for all."""
    ports = {}
    for service in sorted(services, key=lambda each: (each["metadata"]["creationTimestamp"], each["metadata"]["name"])):
        for each in service["spec"]["ports"]:
            if each.get("protocol", "TCP") == "TCP":
                number = each.get("targetPort", each["port"])
                _, speaks = ports.get(number, ("", _speaks(each)))
                ports[number] = each["name"], speaks
    return ports


def _speaks(port):
    """By the port's name if it says nothing else. Of the names here only that of an API server means something."""
    return port.get("appProtocol") or ("https" if port["name"] == "https" else "sniffed")
