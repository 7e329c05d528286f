"""The autoscaler as KubeRay runs it: a container of the head's pod, which asks for workers by the RayCluster.

From `BuildAutoscalerContainer`, `ray-operator/controllers/ray/common/pod.go` of KubeRay 1.7.
"""

import subprocess

from api_server import ADDRESS, NAMESPACE, PORT
from environment import RAY
from starts import SECONDS


class Autoscaler:
    """That of a cluster whose head runs. It shares the head's network and folder for logs; here also its files."""

    def __init__(self, api_server, cluster):
        self._api_server, self._cluster, self._head = api_server, cluster, cluster.pods[0]
        api_server.apply(cluster.written | {"metadata": cluster.written["metadata"] | {"namespace": NAMESPACE}})
        self.tell_pods()
        self._output = self._head.folder / "autoscaler"
        variables = {
            "RAY_CLUSTER_NAME": cluster.name, "RAY_CLUSTER_NAMESPACE": NAMESPACE, "RAY_HEAD_POD_NAME": self._head.name,
            "KUBERAY_CRD_VER": "v1", "KUBERNETES_SERVICE_HOST": ADDRESS, "KUBERNETES_SERVICE_PORT_HTTPS": str(PORT),
        }
        with self._output.open("wb") as output:
            self._process = self._head.popen(
                "env", *(f"{name}={value}" for name, value in variables.items()), f"{RAY}/bin/ray",
                "kuberay-autoscaler", "--cluster-name", cluster.name, "--cluster-namespace", NAMESPACE,
                stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT)

    def tell_pods(self):
        """Tells the API server which pods run now."""
        for pod in self._cluster.pods:
            self._api_server.tell(pod)

    def wait_until_it_wants(self, replicas):
        """Waits until it has asked for `replicas` workers, as an operator would see it."""
        try:
            self._head.wait_until(f"wish for {replicas} workers", lambda: self._wants() == replicas, SECONDS)
        except AssertionError as error:
            raise AssertionError(f"{error}\n{self._output.read_text(errors='replace')[-4000:]}") from None

    def _wants(self):
        if (code := self._process.poll()) is not None:
            raise AssertionError(f"the autoscaler has ended with {code}")
        stored = self._api_server.stored("-n", NAMESPACE, "raycluster", self._cluster.name)
        return stored["spec"]["workerGroupSpecs"][0]["replicas"]
