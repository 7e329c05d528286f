"""What users do with a Ray cluster, run in the head's pod: says `ready` once all of it runs, ends with its input."""

import signal
import subprocess
import sys

import ray


@ray.remote(num_cpus=0)
class Actor:
    """Calls another actor on another node: one worker port each, and traffic between them."""

    def node(self):
        return ray.get_runtime_context().get_node_id()

    def ask(self, other):
        return ray.get(other.node.remote())


def actors_everywhere():
    from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy as On

    nodes = [node["NodeID"] for node in ray.nodes() if node["Alive"]]
    actors = [Actor.options(scheduling_strategy=On(node, soft=False)).remote() for node in nodes]
    assert ray.get([actor.node.remote() for actor in actors]) == nodes
    for index, actor in enumerate(actors):
        assert ray.get(actor.ask.remote(actors[index - 1])) == nodes[index - 1]
    return actors


def submitted_job():
    """A job whose driver waits, so that its supervisor and its driver stay."""
    from ray.job_submission import JobSubmissionClient

    client = JobSubmissionClient("http://127.0.0.1:8265")
    job = client.submit_job(entrypoint=f"{sys.executable} {__file__} job")
    for line in follow(client.tail_job_logs(job)):
        if "job ready" in line:
            return job
    raise AssertionError(f"the job ended: {client.get_job_logs(job)}")


def follow(lines):
    import asyncio

    loop = asyncio.new_event_loop()
    iterator = lines.__aiter__()
    while True:
        try:
            yield loop.run_until_complete(iterator.__anext__())
        except StopAsyncIteration:
            return


def client_session():
    """A session of Ray Client. Its proxy loses its first server process now and then on a busy machine."""
    for attempt in (1, 2, 3):
        session = subprocess.Popen(
            [sys.executable, __file__, "client"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        if session.stdout.readline() == "client ready\n":
            print(f"Ray Client: try {attempt} worked", flush=True)
            return session
        print(f"Ray Client: try {attempt} of 3 failed with {session.wait()}", flush=True)
    raise AssertionError("no session of Ray Client")


def main(role):
    if role == "client":
        ray.init("ray://127.0.0.1:10001")
        actor = Actor.remote()
        ray.get(actor.node.remote())
        print("client ready", flush=True)
        sys.stdin.read()
        return
    ray.init(address="auto")
    actors = actors_everywhere()
    if role == "job":
        print("job ready", flush=True)
        signal.pause()
    job, session = submitted_job(), client_session()
    print("ready", len(actors), job, flush=True)
    sys.stdin.read()
    session.kill()


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "driver")
