"""A whole cluster in the mesh: pods with sidecars, names as CoreDNS has them, Services as the sidecars know them."""

import time

import sidecar
from kuberay import DOMAIN, Node
from meshed import MeshedPod, bound_envoy
from pods import Ended, TookTooLong
from services import pod_labels
from starts import SECONDS, TRIES, is_known_of_busy_machines, wait_until_started

HEAD = 0


class Cluster:
    """Pods of one RayCluster, each with a sidecar that is told of every new one, as istiod does."""

    def __init__(self, network, written, services, folder, *, mtls="STRICT", others=()):
        """`others` are workloads beside the cluster, without sidecars."""
        self.others = list(others)
        self.network, self.written, self.services, self.mtls = network, written, services, mtls
        self.authority = sidecar.Authority(folder / "authority")
        self.envoy = bound_envoy(folder)
        self.pods, self.gone, self.retries = [], [], []
        self._late = False
        self.name = written["metadata"]["name"]
        self.namespace = written["metadata"].get("namespace", "default")

    def add(self, groups, tries=None, seconds_unknown=0):
        """Starts a pod of each of these groups, and comes back once Ray runs in all and listens wherever it should.

        A busy machine is known to make Ray miss its own deadlines; such a start is repeated, and told.
        """
        begun = [self._begin(group, seconds_unknown) for group in groups]
        for group, pod in zip(groups, begun):
            self._wait_until_started(group, pod, tries or TRIES)

    def _wait_until_started(self, group, pod, tries):
        for attempt in range(1, tries + 1):
            try:
                return wait_until_started(pod)
            except (TookTooLong, Ended) as error:
                if attempt == tries or not is_known_of_busy_machines(error):
                    raise
                self.retries.append(f"try {attempt} of {tries}: {error}")
                print(self.retries[-1], flush=True)
                self.remove(pod)
                pod = self._begin(group, 0)

    def _begin(self, group, seconds_unknown):
        self._late = bool(seconds_unknown)
        pod = MeshedPod(self.network, Node(self.written, group), pod_labels(self.written, group), self)
        if seconds_unknown:
            self._become_known_late(pod, seconds_unknown)
        return pod

    def _become_known_late(self, pod, seconds):
        """The name comes so long after the pod has begun to wait for it."""
        pod.wait_until("second look at the name", lambda: pod.runs("sleep"), SECONDS)
        end = time.monotonic() + seconds
        pod.wait_until("the end of the delay", lambda: time.monotonic() > end, seconds + SECONDS)
        self._late = False
        self.tell_names()

    def joined(self, pod):
        """A pod has an address: every sidecar is told, and DNS, if it is not to be late."""
        self.pods.append(pod)
        if not self._late:
            self.tell_names()
        for other in self.pods[:-1]:
            other.tell()

    def remove(self, pod):
        self.pods.remove(pod)
        self.gone.append(pod)
        pod.stop()
        self.tell_names()
        self.tell_sidecars()

    def stop(self):
        while self.pods:
            pod = self.pods.pop()
            self.gone.append(pod)
            pod.stop()

    def tell_names(self):
        """What CoreDNS has of Services: each one's name, and for a headless one a name for each pod that it selects."""
        for service in map(sidecar.Service.of, self.services):
            name = f"{service.name}.{self.namespace}.{DOMAIN}"
            if not service.is_headless:
                self.network.names.add(name, service.address)
                continue
            selected = [pod for pod in self.pods if service.selects(pod.workload)]
            for pod in selected:
                self.network.names.add(f"{pod.label}.{name}", pod.address)
            if selected:
                self.network.names.add(name, *(pod.address for pod in selected))
            else:
                self.network.names.remove(name)

    def tell_sidecars(self):
        for pod in self.pods:
            pod.tell()

    def workloads(self):
        """What a control plane of a mesh knows to be there."""
        return [pod.workload for pod in self.pods] + self.others

    def roles(self):
        """Each pod's part, by its address."""
        workers = [pod for pod in self.pods if not pod.node.is_head]
        return {pod.address: "head" if pod.node.is_head else f"worker {workers.index(pod) + 1}" for pod in self.pods}
