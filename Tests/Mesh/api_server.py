"""A real API server as pods reach it: at the address of the Service `kubernetes`, with the token of an account.

There is no kubelet and no operator: the code that runs a pod reports it by `tell`.
"""

import json
import subprocess
from pathlib import Path

import sidecar
from control_plane import ControlPlane
from definitions import DEFINITIONS

# The caller's sidecar answers there, as kube-proxy does elsewhere.
ADDRESS, PORT = "10.66.255.2", 443
# The labels of the API server itself. The real Service selects nothing, and the API server writes its endpoints.
LABELS = {"component": "kube-apiserver"}
ACCOUNT = Path("/run/secrets/kubernetes.io/serviceaccount")
NAMESPACE, NAME = "default", "autoscaler"
# No more than KubeRay allows the head's account (`BuildRole`, `ray-operator/controllers/ray/common/rbac.go`).
RULES = [
    {"apiGroups": [""], "resources": ["pods"], "verbs": ["get", "list", "watch"]},
    {"apiGroups": ["ray.io"], "resources": ["rayclusters"], "verbs": ["get", "patch"]},
]
RBAC = "rbac.authorization.k8s.io"


class ApiServer(ControlPlane):
    """One beside the pods, for one account of theirs."""

    def __init__(self, address):
        super().__init__()
        self.port = 6443
        self.hosts = (*self.hosts, address, ADDRESS)
        self.flags = {"bind-address": "0.0.0.0", "advertise-address": address}
        self.workload = sidecar.Pod("kube-apiserver", address, LABELS, has_sidecar=False)

    @property
    def service(self):
        """`kubernetes`, which is as old as the API server."""
        port = {"name": "https", "protocol": "TCP", "port": PORT, "targetPort": self.port}
        return {
            "metadata": {
                "name": "kubernetes", "namespace": NAMESPACE, "creationTimestamp": "2025-01-01T00:00:00Z"},
            "spec": {"clusterIP": ADDRESS, "selector": LABELS, "ports": [port]},
        }

    def start(self):
        super().start()
        self.apply(*DEFINITIONS)
        self.kubectl("wait", "--for=condition=Established", "--timeout=30s", "crd/rayclusters.ray.io")
        self.apply(*self._account())
        self._mount(self._token())
        return self

    def _account(self):
        metadata = {"name": NAME, "namespace": NAMESPACE}
        yield {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": metadata}
        yield {"apiVersion": f"{RBAC}/v1", "kind": "Role", "metadata": metadata, "rules": RULES}
        yield {
            "apiVersion": f"{RBAC}/v1", "kind": "RoleBinding", "metadata": metadata,
            "roleRef": {"apiGroup": RBAC, "kind": "Role", "name": NAME},
            "subjects": [{"kind": "ServiceAccount", "name": NAME, "namespace": NAMESPACE}],
        }

    def _token(self):
        request = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {}}
        path = f"/api/v1/namespaces/{NAMESPACE}/serviceaccounts/{NAME}/token"
        return json.loads(self.kubectl("create", "--raw", path, "-f", "-", text=json.dumps(request)))["status"]["token"]

    def _mount(self, token):
        """Where pods have it. What is mounted here is there in every pod that begins later, and nowhere else."""
        top = ACCOUNT.parents[1]
        top.mkdir(exist_ok=True)
        subprocess.run(["mount", "-t", "tmpfs", "tmpfs", top], check=True)
        ACCOUNT.mkdir(parents=True)
        (ACCOUNT / "token").write_text(token)
        (ACCOUNT / "ca.crt").write_bytes((self.folder / "ca.crt").read_bytes())

    def tell(self, pod):
        """A pod that runs, as a kubelet would say."""
        metadata = {"name": pod.name, "namespace": NAMESPACE, "labels": pod.workload.labels}
        containers = [{"name": "ray", "image": "ray"}]
        self.apply({"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": {"containers": containers}})
        state = {"name": "ray", "image": "ray", "imageID": "ray", "ready": True, "restartCount": 0}
        status = {
            "phase": "Running", "podIP": pod.address, "podIPs": [{"ip": pod.address}],
            "containerStatuses": [state | {"state": {"running": {"startedAt": "2026-01-01T00:00:00Z"}}}],
        }
        path = f"/api/v1/namespaces/{NAMESPACE}/pods/{pod.name}/status"
        stored = self.stored("-n", NAMESPACE, "pod", pod.name) | {"status": status}
        self.kubectl("replace", "--raw", path, "-f", "-", text=json.dumps(stored))
