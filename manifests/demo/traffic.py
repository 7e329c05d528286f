"""traffic.py COUNT: waits for that many nodes, and gives each one tasks, an actor and an object from another node.

It prints the addresses by which Ray knows them.
"""

import sys
import time

import ray


@ray.remote(scheduling_strategy="SPREAD")
def address():
    return ray.util.get_node_ip_address()


@ray.remote
class Sum:
    def __init__(self):
        self.total = 0

    def add(self, values):
        self.total += sum(values)
        return self.total


def alive():
    return {each["NodeManagerAddress"] for each in ray.nodes() if each["Alive"]}


ray.init(address="auto")
count, end = int(sys.argv[1]), time.monotonic() + 600
while len(nodes := alive()) != count:
    assert time.monotonic() < end, f"found the nodes {nodes}, expected {count}"
    time.sleep(1)
seen = set()
for _ in range(50):
    seen |= set(ray.get([address.remote() for _ in range(20)]))
    if seen == nodes:
        break
actors = [Sum.options(scheduling_strategy="SPREAD").remote() for _ in nodes]
# Large enough to be an object that the nodes fetch from each other.
values = ray.put(list(range(200_000)))
totals = ray.get([actor.add.remote(values) for actor in actors])
print("nodes:", *sorted(seen), sep="\n  ")
print("actors:", totals)
assert seen == nodes, f"no task ran on {nodes - seen}"
assert set(totals) == {sum(range(200_000))}
