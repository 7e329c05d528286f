"""AdmissionReviews for tests of documents, and what the binary answers to them."""

import base64
import copy
import json
import subprocess

from project import RAYMESH


def group(parameters=None, command=None, ports=None, env=None, **pod):
    """A head or worker group."""
    container = {"name": "ray", "args": command or [], "ports": ports or [], "env": env or []}
    return {"rayStartParams": parameters or {}, "template": {"spec": {"containers": [container]} | pod}}


def cluster(head=None, workers=(), annotations=None, version="2.52.0", metadata=None, **spec):
    """A RayCluster whose head has Ray's own image of such a version."""
    head = head or group()
    container = head["template"]["spec"]["containers"][0]
    if isinstance(container, dict):
        container["image"] = f"rayproject/ray:{version}"
    groups = [{"groupName": f"workers-{index}"} | each for index, each in enumerate(workers)]
    return {
        "apiVersion": "ray.io/v1",
        "kind": "RayCluster",
        "metadata": {"name": "demo", "namespace": "ray", "annotations": annotations or {}} | (metadata or {}),
        "spec": {"rayVersion": version, "headGroupSpec": head, "workerGroupSpecs": groups} | spec,
    }


def head_service(ports):
    """The Service that KubeRay makes for a head with such ports, each a name and a number."""
    labels = {"app.kubernetes.io/created-by": "kuberay-operator", "ray.io/cluster": "demo", "ray.io/node-type": "head"}
    owner = {"apiVersion": "ray.io/v1", "kind": "RayCluster", "name": "demo"}
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": "demo-head-svc", "namespace": "ray", "labels": labels, "ownerReferences": [owner]},
        "spec": {"ports": [{"name": name, "port": number, "appProtocol": "tcp"} for name, number in ports]},
    }


def answer(written, old=None, operation=None, subresource=""):
    """The response to the review of a write, its patch decoded."""
    kind = (written or old)["kind"]
    resource = {"group": "", "version": "v1", "resource": "services"}
    if kind == "RayCluster":
        resource = {"group": "ray.io", "version": "v1", "resource": "rayclusters"}
    request = {
        "uid": "a-uid", "operation": operation or ("UPDATE" if old else "CREATE"), "namespace": "ray", "name": "demo",
        "resource": resource, "subResource": subresource, "object": written, "oldObject": old,
    }
    review = {"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": request}
    run = subprocess.run([RAYMESH, "review"], input=json.dumps(review), check=True, capture_output=True, text=True)
    response = json.loads(run.stdout)["response"]
    return response | {"patch": json.loads(base64.b64decode(response.get("patch", "W10=")))}


def stored(written, old=None):
    """The object as it is stored, once its patch is applied."""
    result = copy.deepcopy(written)
    for operation in answer(written, old)["patch"]:
        keys = [key.replace("~1", "/").replace("~0", "~") for key in operation["path"].split("/")[1:]]
        place = result
        for key in keys[:-1]:
            place = place[int(key)] if isinstance(place, list) else place[key]
        if operation["op"] == "remove":
            del place[keys[-1]]
        elif isinstance(place, list):
            place.append(operation["value"])
        else:
            place[keys[-1]] = operation["value"]
    return result
