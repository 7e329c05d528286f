"""A cluster by its ray start parameters, and what is expected of it."""

import os
from dataclasses import dataclass, field
from typing import ClassVar

from environment import VERSION, is_since

# A head's dashboard is most of its cost: ten processes, and no say in what ray start refuses. KubeRay would leave out
# the word `false`.
DASHBOARD = {} if os.environ.get("RAY_MATRIX") else {"include-dashboard": "no"}


@dataclass(frozen=True)
class Case:
    """A cluster by its ray start parameters. Its node is of the worker group where it has one, else of the head."""

    says: str
    head: dict = field(default_factory=dict)
    worker: dict | None = None
    # The first Ray that this is so for, and the first that it is not so for any more.
    since: tuple = (2, 0)
    before: tuple = (99, 0)
    # Whether the worker group's pods are on their node's network, where Raymesh sets nothing.
    on_host: bool = False
    verb: ClassVar[str]

    @property
    def applies(self):
        return is_since(*self.since) and not is_since(*self.before)

    @property
    def node(self):
        return 0 if self.worker is None else 1

    def __str__(self):
        return f"{'head' if self.worker is None else 'worker'} {self.verb}: {self.says}"

    def cluster(self, name):
        """The RayCluster, with no more than it must have."""
        spec = {"rayVersion": VERSION, "headGroupSpec": group(DASHBOARD | self.head)}
        if self.worker is not None:
            spec["workerGroupSpecs"] = [{"groupName": "small-group"} | group(self.worker, self.on_host)]
        return {"apiVersion": "ray.io/v1", "kind": "RayCluster", "metadata": {"name": name}, "spec": spec}


def group(parameters, on_host=False):
    container = {
        "name": "ray", "image": f"rayproject/ray:{VERSION}", "resources": {"limits": {"cpu": "1", "memory": "2Gi"}},
    }
    pod = {"containers": [container]} | ({"hostNetwork": True} if on_host else {})
    return {"rayStartParams": parameters, "template": {"spec": pod}}


@dataclass(frozen=True)
class Refused(Case):
    # The places that Raymesh names, and what Ray says.
    places: tuple = ()
    ray: str = ""
    verb: ClassVar[str] = "refused"


class Taken(Case):
    verb: ClassVar[str] = "taken"
