"""What a review costs grows no faster than the review, whatever in it grows, and in whichever way."""

import concurrent.futures
import json
import os
import unittest
import zlib

import complete
from complete import Raw, text
from counting import STOPPED, Counters, told
from growing import name, node, nodes, ways, with_node

# A review above this size may cost this many times what simdjson needs for it.
LARGE, TIMES = 100_000, 20
# Reviews that cost more have a limit of their own: the measured cost and 5 % more, so that it cannot grow. A record is
# parsed separately, and that many CPUs need all ports.
DEARER = {"raymesh.io/managed/(text)/workers: empty": 37, "rayStartParams/num-cpus: digits": 39}
# Twice as many entries may cost this many times as much. It is more than 2, because tables grow in steps, and less than
# 4, which is quadratic.
TWICE = 2.6
# Differences below this many instructions are noise.
NOISE = 150_000
# The fewest entries, so that quadratic cost shows, and the largest body.
FEWEST, BODY = 200, 4 << 20
# How many ways of each node are tried, beside the first four of a list; `LINEAR_WAYS=all` tries every one.
WAYS = {list: 2, dict: 2, str: 1, int: 1}
# Stands in a review where it grows.
HERE = "<here>"
ALL = os.environ.get("LINEAR_WAYS") == "all"


def chosen(value, path):
    """Some of the ways of a node, other ones for other nodes, and the same in every run."""
    found = list(ways(value))
    most = WAYS.get(type(value), 1)
    if ALL or len(found) <= most:
        return found
    # Entries that are like those that are there, and others that lack everything or are of another type.
    first = found[:4] if isinstance(value, list) else found[:1] if isinstance(value, dict) else []
    most -= isinstance(value, dict)
    rest = found[len(first):]
    start = zlib.crc32(name(path).encode())
    picked = {(start + step * max(1, len(rest) // most)) % len(rest) for step in range(most)}
    return [*first, *(rest[index] for index in sorted(picked))]


class Case:
    """A way in which a node of a review grows."""

    def __init__(self, review, paths, label, grow):
        self.grow = grow
        self.label = f"{name(paths[0])}: {label}" + (", in both objects" if len(paths) > 1 else "")
        for path in paths:
            review = with_node(review, path, Raw(HERE))
        self.pieces = text(review).split(HERE)
        self.is_embedded = None in paths[0]

    def text(self, count):
        """The review, grown."""
        grown = self.grow(count)
        return (json.dumps(grown)[1:-1] if self.is_embedded else grown).join(self.pieces)

    def full(self):
        """How many entries make a large review."""
        few = 2000
        each = max(1.0, (len(self.text(few)) - len(self.text(0))) / few)
        return int(min(max(1.1 * LARGE / each, FEWEST), BODY / each)) // 64 * 64 + 64


def growth(case, counters, counts):
    """The cost at the last of three counts, each twice the one before, and what is wrong with the growth, or nothing.

    What more entries cost is told by differences: an entry may also spare something that was there before.
    """
    costs = [counters.count("review", case.text(each)) for each in counts]
    first, second = (after - before for before, after in zip(costs, costs[1:], strict=False))
    if STOPPED in costs or second > TWICE * max(first, NOISE):
        return costs[-1], f"{case.label}: {counts} entries cost {costs} instructions"
    return costs[-1], None


def measured(case, counters):
    """What is wrong with the cost of a case, or nothing."""
    full = case.full()
    # Quadratic cost shows early, and would take forever at the end.
    for part in [16, 1]:
        cost, wrong = growth(case, counters, [full // part // 4, full // part // 2, full // part])
        if wrong:
            return wrong
    large = case.text(full)
    if len(large) <= LARGE:
        return None
    factor = cost / counters.count("simdjson", large)
    most = next((most for ending, most in DEARER.items() if case.label.endswith(ending)), TIMES)
    if factor > most:
        return f"{case.label}: {len(large)} bytes cost {factor:.1f} times what simdjson needs, expected at most {most}"
    return None


class LinearTest(unittest.TestCase):
    """Many reviews, each with one node that has grown."""

    @classmethod
    def setUpClass(cls):
        cls.counters = Counters([text(each()) for each in (complete.creation, complete.update, complete.adoption)])
        cls.addClassCleanup(cls.counters.stop)

    def assert_linear(self, cases):
        """All of them, and all that is wrong in one message."""
        with concurrent.futures.ThreadPoolExecutor(len(self.counters.all)) as pool:
            found = list(pool.map(lambda case: told(measured(case, self.counters)), cases))
        wrong = [each for each in found if each]
        print(f"{self._testMethodName}: {len(found)} ways to grow, {len(wrong)} of them too costly", flush=True)
        self.assertEqual(wrong, [], "\n" + "\n".join(wrong))

    def test_creating_a_cluster(self):
        """Every node, but of worker groups only those that a head group has not."""
        review = complete.creation()
        paths = [path for path in nodes(review) if "template" not in path or "workerGroupSpecs" not in path]
        self.assert_linear([
            Case(review, [path], label, grow) for path in paths for label, grow in chosen(node(review, path), path)])

    def test_updating_a_cluster(self):
        """Every list and map of both objects."""
        review = complete.update()
        object_, old = ("request", "object"), ("request", "oldObject")
        cases = []
        for path in nodes(node(review, object_)):
            value = node(review, object_ + path)
            if isinstance(value, list | dict) and ("template" not in path or "workerGroupSpecs" not in path):
                cases += [
                    Case(review, [object_ + path, old + path], *way) for way in chosen(value, path)]
        self.assert_linear(cases)

    def test_a_head_service(self):
        """Every node."""
        review = complete.adoption()
        self.assert_linear([
            Case(review, [path], label, grow)
            for path in nodes(review) for label, grow in chosen(node(review, path), path)])


if __name__ == "__main__":
    unittest.main()
