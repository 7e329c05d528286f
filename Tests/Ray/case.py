"""A cluster by its ray start parameters, and what is expected of it."""

from dataclasses import dataclass, field
from typing import ClassVar

from environment import IN_FULL, IS_MATRIX, VERSION, is_since

# A head's dashboard is most of its cost: ten processes, and no say in what ray start refuses. KubeRay would leave out
# the word `false`.
DASHBOARD = {} if IS_MATRIX else {"include-dashboard": "no"}
FIRST, LAST = (2, 0), (99, 0)


@dataclass(frozen=True)
class Case:
    """A cluster by its ray start parameters. Its node is of the worker group if it has one, else of the head."""

    says: str
    head: dict = field(default_factory=dict)
    worker: dict | None = None
    # The first Ray that this is so for, and the first that it is not so for any more.
    since: tuple = FIRST
    before: tuple = LAST
    # Whether the worker group's pods are on their node's network, where Raymesh sets nothing.
    on_host: bool = False
    verb: ClassVar[str]
    # Whether Ray ends by itself, before it has started anything.
    is_quick: ClassVar[bool] = False

    @property
    def applies(self):
        return is_since(*self.since) and not is_since(*self.before)

    @property
    def depends_on_version(self):
        return (self.since, self.before) != (FIRST, LAST)

    @property
    def is_tried(self):
        """Of a Ray that is not tried in full: what it refuses, which is quick, and what differs between Rays."""
        return self.applies and (IN_FULL or self.is_quick or self.depends_on_version)

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
    is_quick: ClassVar[bool] = True


@dataclass(frozen=True)
class Warned(Case):
    """A cluster that Raymesh accepts with a warning, because removing a parameter fixes it, and that Ray rejects."""

    warning: str = ""
    ray: str = ""
    verb: ClassVar[str] = "warned of"
    is_quick: ClassVar[bool] = True


class Taken(Case):
    verb: ClassVar[str] = "taken"
