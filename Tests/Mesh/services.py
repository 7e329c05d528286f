"""The Services of a cluster: KubeRay's for the head, as its operator writes it, and Raymesh's, as the binary prints it.

KubeRay's: `BuildServiceForHeadPod` and `getPortsFromCluster`, `ray-operator/controllers/ray/common/service.go` of
KubeRay 1.7.
"""

import json
import subprocess
from base64 import b64decode

import jsonpatch
from environment import RAYMESH

# What the operator exposes of a head whose container lists no ports; `metrics` it adds to any list.
USUAL = [("client", 10001), ("dashboard", 8265), ("gcs-server", 6379), ("serve", 8000)]
METRICS = ("metrics", 8080)


def pod_labels(cluster, group):
    """The labels of a pod, as far as Services select by them (`labelPod`)."""
    name = cluster["metadata"]["name"]
    return {
        "app.kubernetes.io/created-by": "kuberay-operator", "app.kubernetes.io/name": "kuberay", "ray.io/cluster": name,
        "ray.io/identifier": f"{name}-{'worker' if group else 'head'}", "ray.io/is-ray-node": "yes",
        "ray.io/node-type": "worker" if group else "head",
        "ray.io/group": cluster["spec"]["workerGroupSpecs"][group - 1]["groupName"] if group else "headgroup",
    }


def head_service(cluster):
    """The Service that KubeRay makes for the head: every port says `tcp`."""
    container = cluster["spec"]["headGroupSpec"]["template"]["spec"]["containers"][0]
    ports = [(each["name"], each["containerPort"]) for each in container.get("ports") or []] or list(USUAL)
    if METRICS[0] not in dict(ports):
        ports.append(METRICS)
    labels = pod_labels(cluster, 0)
    labels = {name: labels[name] for name in sorted(labels) if name not in ("ray.io/is-ray-node", "ray.io/group")}
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


def reviewed(service):
    """The Service as it is stored where `/mutate-service` is asked: `raymesh review` answers as the server does."""
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
    """Every TCP port that a Service lists, with the protocol by the first Service and the name by the last: Raymesh's
    has names for all."""
    ports = {}
    for service in sorted(services, key=lambda each: (each["metadata"]["creationTimestamp"], each["metadata"]["name"])):
        for each in service["spec"]["ports"]:
            if each.get("protocol", "TCP") == "TCP":
                _, speaks = ports.get(each["port"], ("", each.get("appProtocol", "sniffed")))
                ports[each["port"]] = each["name"], speaks
    return ports
