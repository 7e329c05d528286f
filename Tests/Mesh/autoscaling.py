"""What users do with an autoscaler. `autoscaling.py ROLE SETTINGS`, the settings as JSON; says each step as a line.

`driver` runs in the head's pod: it asks for a CPU more than there is, and once there is another node, has got it.
`user` runs in a worker's pod, and reads the autoscaler's metrics and status.
"""

import json
import sys
import time
import urllib.request

import ray
from work import Actor, metrics, nodes, say, step

NAMES = [f"asked-{number}" for number in range(4)]


def actors():
    """A CPU for each: the head has two, and each worker one."""
    return [
        Actor.options(name=name, namespace="asked", lifetime="detached", num_cpus=1, get_if_exists=True).remote()
        for name in NAMES]


def driver(settings):
    ray.init(address="auto", log_to_driver=False)
    with step(f"{settings['nodes']} nodes"):
        while len(nodes()) < settings["nodes"]:
            time.sleep(0.2)
    asked = actors()
    if settings["nodes"] > 2:
        with step("an actor on the node that was asked for"):
            assert set(ray.get([each.node.remote() for each in asked])) == set(nodes())
    say(ready=True)
    sys.stdin.read()


def user(settings):
    with step("metrics of every node and of the autoscaler"):
        metrics(settings)
        [of_autoscaler] = [url for url in settings["metrics"] if ":44217/" in url]
        with urllib.request.urlopen(of_autoscaler, timeout=60) as answer:
            assert b"autoscaler_active_nodes" in answer.read()
    with step("the autoscaler's status"):
        with urllib.request.urlopen(f"{settings['dashboard']}/api/cluster_status?format=1", timeout=60) as answer:
            status = answer.read().decode()
        assert "small-group" in status, status
    say(ready=True)


if __name__ == "__main__":
    {"driver": driver, "user": user}[sys.argv[1]](json.loads(sys.argv[2]))
