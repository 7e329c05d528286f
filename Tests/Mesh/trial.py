"""trial.py CASE FILE: tries one case in the namespaces around it, tells what the witnesses saw, and writes a report.

Ends with 0 if that is what must come of the case.
"""

import json
import sys
import time
from pathlib import Path

import services
from api_server import ApiServer
from autoscaler import Autoscaler
from cases import BY_NAME
from cluster import HEAD, Cluster
from environment import VERSION, render
from evidence import Evidence
from kuberay import DOMAIN
from pods import IPV4, IPV6, Network
from report import printed, written
from users import Work
from verdict import Fault, faults
from wire import Capture

WORKER = 1
# Both Services of a cluster are made when it is, in the same second: then KubeRay's for the head goes before Raymesh's,
# by its name.
CREATED = "2026-01-01T00:00:00Z"
METRICS_OF_HEAD = (44217, 44227)


class Trial:
    """One cluster, from its manifest to the verdict."""

    def __init__(self, case):
        self.case, self.steps, self.retries, self.failure, self.unreachable = case, {}, [], None, []
        self.network = Network(IPV6 if case.is_ipv6 else IPV4)
        self.network.folder.chmod(0o755)
        cluster, listed = self._admitted(case.cluster())
        others = []
        if case.is_autoscaled:
            self.api_server = ApiServer(self.network.own).start()
            listed.append(self.api_server.service)
            others.append(self.api_server.workload)
        self.cluster = Cluster(self.network, cluster, listed, self.network.folder, mtls=case.mtls, others=others)
        # What must not come up is not tried again.
        self.tries = 1 if case.stops_at or case.names is None else None

    def _admitted(self, cluster):
        """The cluster as it is stored, and its Services, each made as in a real cluster."""
        own = []
        if self.case.asks_raymesh:
            cluster, service = render(cluster)
            own = [service]
        elif self.case.own_service:
            own = [self.case.user_service()]
        head = services.head_service(cluster)
        if self.case.asks_raymesh and self.case.corrects_head:
            head = services.reviewed(head)
        listed = [*own, head]
        if services.ray_service(cluster):
            listed.append(services.serve_service(cluster))
        for service in listed:
            service["metadata"].setdefault("creationTimestamp", CREATED)
        self.case.amend(listed)
        return cluster, listed

    def run(self):
        """The report."""
        began = time.monotonic()
        capture = Capture(self.network.folder)
        try:
            self._work()
        except AssertionError as error:
            self.failure = str(error)
        evidence = self._evidence(capture.connections())
        found = faults(evidence)
        if self.failure:
            found.append(Fault(None, f"the workload: {self.failure}"))
        return written(self, evidence, found, time.monotonic() - began)

    def keep(self, folder):
        """What the sidecars wrote."""
        folder.mkdir(parents=True, exist_ok=True)
        for pod in self.cluster.pods + self.cluster.gone:
            pod.keep(folder)

    def _work(self):
        case, cluster = self.case, self.cluster
        cluster.add([HEAD], self.tries, case.seconds_unknown)
        cluster.add([WORKER] * case.workers, self.tries, case.seconds_unknown)
        head, worker = cluster.pods[:2]
        autoscaler = Autoscaler(self.api_server, cluster) if case.is_autoscaled else None
        drivers = [self._driver(head)]
        if case.more_workers:
            if autoscaler:
                autoscaler.wait_until_it_wants(case.workers + case.more_workers)
            cluster.add([WORKER] * case.more_workers, self.tries)
            drivers.append(self._driver(head))
        if autoscaler:
            autoscaler.tell_pods()
        self._until_ready(Work(worker, case.script, "user", self._settings()))
        for pod in cluster.pods:
            pod.wait_until_written()
        for driver in drivers:
            driver.end()

    def _driver(self, head):
        driver = Work(head, self.case.script, "driver", self._settings())
        self._until_ready(driver)
        return driver

    def _until_ready(self, work):
        try:
            work.wait_until_ready(self.case.seconds, self._is_settled)
        finally:
            self.steps |= work.steps
            self.retries += work.retries

    def _is_settled(self):
        """Whether what must come has come already. A cluster that must be right is never settled before its end."""
        return bool(self.case.names) and self.case.names <= {each.port for each in faults(self._evidence([]))}

    def _settings(self):
        head = self.cluster.pods[0]
        nodes = len(self.cluster.pods)
        at = f"{head.node.head_service}"
        parameters = head.node.parameters
        return {
            "nodes": nodes, "actors": self.case.actors, "hosts": [self._host(pod) for pod in self.cluster.pods],
            "serve": f"{services.ray_service(self.cluster.written)}-serve-svc.{self.cluster.namespace}.{DOMAIN}",
            "dashboard": f"http://{at}:{parameters.get('dashboard-port', 8265)}",
            "client": f"ray://{at}:{parameters.get('ray-client-server-port', 10001)}",
            "metrics": [f"http://{self._host(pod)}:{port}/metrics" for pod, port in self._metrics()],
        }

    def _metrics(self):
        """Where metrics are. By IPv6 Ray does not serve all of them."""
        pods = self.cluster.pods
        served = [(pod, int(pod.node.parameters["metrics-export-port"])) for pod in pods]
        served += [(pods[0], port) for port in METRICS_OF_HEAD]
        found = [(pod, port) for pod, port in served if not self.case.is_ipv6 or pod.is_reachable_by_ipv6(port)]
        self.unreachable = sorted({port for _, port in set(served) - set(found)})
        return found

    def _host(self, pod):
        """By name if the mesh routes by name; else by address, as Prometheus finds pods."""
        name = self.cluster.services[0]["metadata"]["name"]
        if "node-ip-address" in pod.node.parameters:
            return f"{pod.label}.{name}.{self.cluster.namespace}.{DOMAIN}"
        return f"[{pod.address}]" if self.case.is_ipv6 else pod.address

    def _evidence(self, connections):
        evidence = Evidence(services.declared(self.cluster.services))
        evidence.add_connections(connections)
        for pod in self.cluster.pods + self.cluster.gone:
            evidence.add_sidecar(pod.requests(), pod.counters())
        return evidence


def main(name, file):
    case = BY_NAME[name]
    print(f"{case.name}: {case.says}; Ray {VERSION}, {case.mtls}", flush=True)
    trial = Trial(case)
    report = trial.run()
    trial.keep(Path(file).with_suffix(""))
    Path(file).write_text(json.dumps(report, indent=1) + "\n")
    print(printed(report), flush=True)
    return 0 if report["as_expected"] else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
