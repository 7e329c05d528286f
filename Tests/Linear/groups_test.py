"""A thousand worker groups cost about ten times what a hundred cost, whatever is in them, and beside whatever else."""

import concurrent.futures
import unittest

import complete
from complete import Raw, quick, text
from counting import STOPPED, Counters, told
from growing import BAD_TEXTS, distinct, with_node

FEW, MANY, TIMES = 100, 1000, 12
BODY = 8 << 20
# A review above this size should cost at most this many times what simdjson needs for it.
LARGE, FACTOR = 100_000, 20
# Reviews that cost more have a limit of their own: the measured cost and 5 % more, so that it cannot grow. If groups
# state little, adding to each costs more than reading it.
DEARER = {
    "groups plain": 28, "groups without parameters": 50, "groups with ranges of their own": 37,
    "groups with addresses of their own": 45, "groups with 1,000-port lists": 31, "groups with high parameters": 38,
    "groups with same parameters": 45, "groups with zero parameters": 30, "groups with empty parameters": 42,
    "groups with variable parameters": 45, "groups beside many groups in a record": 26,
    "groups with commands of their own": 22, "groups with CPUs": 24, "groups beside many parameters of the head": 22,
    "groups beside many args of the head": 25,
}
OBJECTS = [("request", "object"), ("request", "oldObject")]
LONG_LIST = ",".join(str(20_000 + port) for port in range(1000))


def group(parameters=None, **container):
    """A small worker group."""
    ray = {"name": "ray", "image": complete.IMAGE, **container}
    parameters = complete.PARAMETERS if parameters is None else parameters
    return {"groupName": "w", "rayStartParams": parameters, "template": {"spec": {"containers": [ray]}}}


def ports(count, **more):
    """So many of a container."""
    return [{"name": f"p{number}", "containerPort": 30_000 + number, **more} for number in range(count)]


def groups():
    """Each kind of group by what is in it."""
    yield "plain", group()
    yield "without parameters", group({})
    yield "with 1,000-port lists", group({"worker-port-list": LONG_LIST})
    yield "with 100 container ports", group(ports=ports(100))
    yield "with 100 container ports that speak otherwise", group(ports=[
        {"name": f"grpc-{number}", "containerPort": 30_000 + number} for number in range(100)])
    yield "with ranges of their own", group({"min-worker-port": "16000", "max-worker-port": "16100"})
    yield "with addresses of their own", group({"node-ip-address": "$(hostname -f)"})
    yield "with commands of their own", group(args=["ray start --block"])
    yield "with an environment", group(env=complete.environment())
    yield "with CPUs", group(resources={"limits": {"cpu": "3"}})
    for label, bad in BAD_TEXTS.items():
        yield f"with {label} parameters", group(dict.fromkeys(complete.PARAMETERS, bad))
    yield "that lack everything", {}
    yield "with faulty ports", group(ports=ports(3, protocol="none"))


def beside():
    """What else can be long, by its place in a RayCluster, and ten times as long as there are groups."""
    parameters = ("spec", "headGroupSpec", "rayStartParams")
    record = ("metadata", "annotations", "raymesh.io/managed")

    def recorded(head=(), workers=None, moved=None):
        names = quick({"plan": 1, "head": list(head), "workers": workers or {}, "moved": moved or {}})
        return Raw(quick(names))

    yield "parameters of the head", parameters, lambda count: {f"p{each}": "1" for each in range(count)}
    yield "names in a record", record, lambda count: recorded(head=[f"p{each}" for each in range(count)])
    yield "groups in a record", record, lambda count: recorded(
        workers={f"w{each}": ["port"] for each in range(count)})
    yield "moves in a record", record, lambda count: recorded(moved={f"p{each}": "1" for each in range(count)})
    yield "annotations", ("metadata", "annotations"), lambda count: {f"a{each}": "" for each in range(count)}
    yield "owners", ("metadata", "ownerReferences"), lambda count: [{"kind": "X"}] * count
    for part, entries in [
            ("ports", lambda count: ports(min(count, 30_000))), ("env", lambda count: [{"name": "PLAIN"}] * count),
            ("args", lambda count: ["x"] * count)]:
        yield f"{part} of the head", ("spec", "headGroupSpec", "template", "spec", "containers", 0, part), entries


def reviews(count, entry, path=None, more=None):
    """A creation and an update of `count` groups."""
    cluster = complete.cluster()
    if path:
        cluster = with_node(cluster, path, more(10 * count))
    entries = [quick(distinct(entry, index)) for index in range(count)]
    cluster["spec"]["workerGroupSpecs"] = Raw("[" + ",".join(entries) + "]")
    cluster = Raw(text(cluster))
    return [complete.review("CREATE", complete.RAY, cluster), complete.review("UPDATE", complete.RAY, cluster, cluster)]


class GroupsTest(unittest.TestCase):
    """Creations and updates."""

    @classmethod
    def setUpClass(cls):
        cls.counters = Counters([text(complete.creation()), text(complete.update())])
        cls.addClassCleanup(cls.counters.stop)

    def wrong(self, case):
        """What is wrong with a case, or nothing."""
        label, *what = case
        for few, many in zip(reviews(FEW, *what), reviews(MANY, *what), strict=True):
            few, many = text(few), text(many)
            if len(many) > BODY:
                continue
            least, most = self.counters.count("review", few), self.counters.count("review", many)
            if most == STOPPED or most > TIMES * least:
                return f"{label}: {FEW} cost {least}, {MANY} cost {most} instructions, {most / least:.1f} times as many"
            factor = most / self.counters.count("simdjson", many)
            if len(many) > LARGE and factor > DEARER.get(label, FACTOR):
                return f"{label}: {len(many)} bytes cost {factor:.1f} times what simdjson needs"
        return None

    def assert_linear(self, cases):
        """All of them, and all that is wrong in one message."""
        with concurrent.futures.ThreadPoolExecutor(len(self.counters.all)) as pool:
            wrong = [each for each in pool.map(lambda case: told(self.wrong(case)), cases) if each]
        self.assertEqual(wrong, [], "\n" + "\n".join(wrong))

    def test_groups(self):
        self.assert_linear([(f"groups {label}", entry) for label, entry in groups()])

    def test_groups_beside_something_long(self):
        """If each group reads all of it, the cost is the product of both sizes."""
        self.assert_linear([(f"groups beside many {label}", group(), *more) for label, *more in beside()])


if __name__ == "__main__":
    unittest.main()
