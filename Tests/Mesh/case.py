"""A cluster in a mesh, and what must come of it."""

from collections.abc import Callable
from dataclasses import dataclass

import yaml

from environment import ROOT, VERSION

SAMPLE, GUIDE = "manifests/samples/raycluster.yaml", "Tests/Fixtures/explain/guide.yaml"
# For each role of the workload. A quiet machine needs a tenth of it.
SECONDS = 600
FEW, MANY = 9, 30


@dataclass(frozen=True)
class Case:
    """One that names no ports, and stops nowhere, must be right in every way."""

    name: str
    says: str
    ray: str = "newest"
    file: str = SAMPLE
    # Changes to the cluster as its user writes it, and to the Services as sidecars come to know them.
    write: Callable = lambda cluster: None
    amend: Callable = lambda services: None
    # Whether Raymesh is asked about the cluster, and about KubeRay's Service for its head.
    has_webhook: bool = True
    corrects_head: bool = True
    # A Service of the user's own instead of Raymesh's, as a file.
    own_service: str | None = None
    mtls: str = "STRICT"
    workers: int = 2
    more_workers: int = 0
    # Whether those are asked for by the autoscaler, of an API server.
    is_autoscaled: bool = False
    seconds_unknown: int = 0
    is_ipv6: bool = False
    # What users do: a file with the roles `driver` and `user`.
    script: str = "work.py"
    # Each is a process, and most of what a case costs.
    actors: int = FEW
    # The ports that the witnesses must find at fault; none if nothing may be. `None`: whichever Ray chose itself.
    names: set | None = frozenset()
    # Words of the failure in which a cluster must end that does not even start.
    stops_at: str = ""
    seconds: int = SECONDS

    @property
    def asks_raymesh(self):
        return self.has_webhook and self.own_service is None

    @property
    def is_right(self):
        return self.names == frozenset() and not self.stops_at

    def cluster(self):
        """The RayCluster as its user writes it, for the Ray that is tried."""
        cluster = yaml.safe_load((ROOT / self.file).read_text())
        cluster["spec"]["rayVersion"] = VERSION
        for group in [cluster["spec"]["headGroupSpec"], *cluster["spec"]["workerGroupSpecs"]]:
            group["template"]["spec"]["containers"][0]["image"] = f"rayproject/ray:{VERSION}"
        self.write(cluster)
        return cluster

    def user_service(self):
        return yaml.safe_load((ROOT / self.own_service).read_text())
