"""What users do with a Ray cluster. `work.py ROLE SETTINGS`, the settings as JSON; says each step as a line.

`driver` runs in the head's pod, says `ready`, and holds its actors until its input ends. `user` runs in a worker's pod
and reaches the head by its Service. `job` and `client` are begun by `user`.
"""

import asyncio
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import ray
from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

# An object beyond what a reply carries inline (100 KiB), in more than one chunk of the object manager (5 MiB).
OBJECT_BYTES = 12 * 1024 * 1024
CLIENT_TRIES = 3
# A file of the driver's own that Ray takes to every node.
TOLD = "told.txt"


def say(**words):
    print(json.dumps(words), flush=True)


@contextmanager
def step(name):
    began = time.monotonic()
    say(begin=name)
    yield
    say(done=name, seconds=round(time.monotonic() - began, 1))


def on(node):
    return {"scheduling_strategy": NodeAffinitySchedulingStrategy(node, soft=False), "num_cpus": 0}


def nodes():
    return [node["NodeID"] for node in ray.nodes() if node["Alive"]]


def here():
    return ray.get_runtime_context().get_node_id()


# Two calls at once: each is asked while it asks.
@ray.remote(max_concurrency=2)
class Actor:
    def node(self):
        return here()

    def ask(self, other):
        return ray.get(other.node.remote())


@ray.remote
def where():
    return here()


@ray.remote
def make():
    return os.urandom(OBJECT_BYTES)


@ray.remote
def digest(data):
    return hashlib.sha256(data).hexdigest()


@ray.remote
def environment(file):
    return Path(file).read_text(), os.environ["RAYMESH_WORK"], here()


def tasks_on_every_node():
    assert ray.get([where.options(**on(node)).remote() for node in nodes()]) == nodes()


def objects_both_ways():
    """Each node makes an object, and each other reads it; so does the driver."""
    for maker in nodes():
        data = make.options(**on(maker)).remote()
        read = ray.get([digest.options(**on(node)).remote(data) for node in nodes()])
        assert set(read) == {hashlib.sha256(ray.get(data)).hexdigest()}, read


def actors(each):
    """So many actors on each node, each called by the driver, and by the next one, which is on another node."""
    made = [(node, Actor.options(**on(node)).remote()) for _ in range(each) for node in nodes()]
    assert ray.get([actor.node.remote() for _, actor in made]) == [node for node, _ in made]
    asked = [actor.ask.remote(made[index - 1][1]) for index, (_, actor) in enumerate(made)]
    assert ray.get(asked) == [made[index - 1][0] for index in range(len(made))]
    return [actor for _, actor in made]


def runtime_environments():
    """The job's files and a variable of the task's own, on every node."""
    wanted = {"env_vars": {"RAYMESH_WORK": "set"}}
    told = ray.get([environment.options(runtime_env=wanted, **on(node)).remote(TOLD) for node in nodes()])
    assert told == [("told", "set", node) for node in nodes()], told


def driver(settings):
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / TOLD).write_text("told")
        ray.init(address="auto", log_to_driver=False, runtime_env={"working_dir": folder})
    with step("nodes"):
        while len(nodes()) < settings["nodes"]:
            time.sleep(0.2)
    with step("tasks on every node"):
        tasks_on_every_node()
    with step("objects across nodes, both ways"):
        objects_both_ways()
    with step("actors that call actors"):
        held = actors(1)
    with step("runtime environments"):
        runtime_environments()
    with step(f"{settings['actors']} actors"):
        held += actors(settings["actors"] // len(nodes()))
    say(ready=len(held))
    sys.stdin.read()


def submitted_job(settings):
    """A job with files of its own, by the head's Service; its log comes over a WebSocket."""
    from ray.job_submission import JobSubmissionClient

    client = JobSubmissionClient(settings["dashboard"])
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(__file__, folder)
        job = client.submit_job(entrypoint="python work.py job '{}'", runtime_env={"working_dir": folder})
    asyncio.run(follow(client, job))
    return job


async def follow(client, job):
    said = []
    async for lines in client.tail_job_logs(job):
        said.append(lines)
    status = client.get_job_status(job)
    assert "job done" in "".join(said) and status == "SUCCEEDED", f"{status}: {said}"


def job(_):
    ray.init(address="auto", log_to_driver=False)
    actors(1)
    tasks_on_every_node()
    print("job done", flush=True)


def ray_client(settings):
    """Its proxy loses its first server process now and then on a busy machine, without any mesh too."""
    for attempt in range(1, CLIENT_TRIES + 1):
        run = subprocess.run(
            [sys.executable, __file__, "client", json.dumps(settings)], capture_output=True, text=True)
        if run.returncode == 0:
            return
        say(retry=f"Ray Client: try {attempt} of {CLIENT_TRIES} ended with {run.returncode}: {run.stderr[-300:]}")
    raise AssertionError(f"no session of Ray Client: {run.stdout}{run.stderr}")


def client(settings):
    ray.init(settings["client"])
    tasks_on_every_node()
    data = ray.put(os.urandom(1024 * 1024))
    assert len(set(ray.get([digest.options(**on(node)).remote(data) for node in nodes()]))) == 1


def state_api(settings, job):
    from ray.util import state

    at = {"address": settings["dashboard"]}
    assert len(state.list_nodes(**at)) >= settings["nodes"]
    assert len([each for each in state.list_actors(**at) if each.state == "ALIVE"]) > settings["actors"]
    assert job in [each.submission_id for each in state.list_jobs(**at)]
    # These three ask the raylet, the workers and the runtime environment agent of every node.
    assert len({each.node_id for each in state.list_workers(**at, detail=True)}) >= settings["nodes"]
    state.list_objects(**at)
    assert state.list_runtime_envs(**at)
    assert state.list_tasks(**at)


def logs_of_every_node(settings):
    """By the dashboard's own address, which the GCS tells: these two take no other."""
    from ray.util import state

    for node in state.list_nodes(address=settings["dashboard"]):
        files = state.list_logs(node_id=node.node_id)
        assert "raylet.out" in json.dumps(files), files
        assert "".join(state.get_log(node_id=node.node_id, filename="raylet.out", tail=5, timeout=60)), node


def metrics(settings):
    for url in settings["metrics"]:
        with urllib.request.urlopen(url, timeout=60) as answer:
            assert b"# HELP" in answer.read(), url


def user(settings):
    gcs = os.environ["RAY_ADDRESS"]
    # Else Ray lets KubeRay's win over the address that a client is given.
    os.environ["RAY_ADDRESS"] = settings["dashboard"]
    with step("a submitted job"):
        job = submitted_job(settings)
    with step("Ray Client"):
        ray_client(settings)
    with step("state API"):
        state_api(settings, job)
    os.environ["RAY_ADDRESS"] = gcs
    with step("logs of every node"):
        logs_of_every_node(settings)
    with step("metrics of every node"):
        metrics(settings)
    say(ready=True)


if __name__ == "__main__":
    roles = {"driver": driver, "user": user, "job": job, "client": client}
    roles[sys.argv[1]](json.loads(sys.argv[2]))
