"""What users do with Ray Serve. `serving.py ROLE SETTINGS`, the settings as JSON; says each step as a line.

`driver` runs in the head's pod, and waits for all nodes. `user` runs in a worker's pod: it deploys by the dashboard, as
a RayService does, and calls as people do. The application is imported from here, as from an image.
"""

import json
import sys
import time
import urllib.request
from pathlib import Path

import grpc
import ray
from ray import serve
from ray.serve.generated.serve_pb2 import UserDefinedMessage, UserDefinedResponse
from ray.serve.generated.serve_pb2_grpc import UserDefinedServiceStub
from work import here, nodes, say, step

SERVICER = "ray.serve.generated.serve_pb2_grpc.add_UserDefinedServiceServicer_to_server"
SECONDS = 300
# The timeout of one call. A call that hangs in a mesh hangs forever.
PATIENCE = 60
# Each call goes to a replica that is chosen at random.
CALLS = 200


@serve.deployment
class Model:
    def __call__(self):
        return here()


@serve.deployment
class Ingress:
    """Calls the model by its handle, whichever node that is on."""

    def __init__(self, model):
        self.model = model

    async def __call__(self, request):
        return {"ingress": here(), "model": await self.model.remote()}

    async def Method1(self, message):
        return UserDefinedResponse(greeting=f"{message.name} {await self.model.remote()}")


def application(settings):
    return Ingress.bind(Model.bind())


def configuration(nodes):
    """What a RayService has in `serveConfigV2`: a replica of each deployment on each node."""
    everywhere = {"num_replicas": nodes, "max_replicas_per_node": 1, "ray_actor_options": {"num_cpus": 0.1}}
    return {
        "proxy_location": "EveryNode",
        "http_options": {"host": "0.0.0.0", "port": 8000},
        "grpc_options": {"port": 9000, "grpc_servicer_functions": [SERVICER]},
        "applications": [{
            "name": "composed", "route_prefix": "/", "import_path": "serving:application", "args": {},
            "runtime_env": {"env_vars": {"PYTHONPATH": str(Path(__file__).parent)}},
            "deployments": [{"name": name} | everywhere for name in ("Ingress", "Model")],
        }],
    }


def ask(url, method="GET", body=None):
    request = urllib.request.Request(url, body and json.dumps(body).encode(), method=method)
    request.add_header("Content-Type", "application/json")
    with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
        text = answer.read()
    return json.loads(text) if text else None


def deploy(settings):
    """By the dashboard, as the operator does, until all runs and every node has a proxy that is well."""
    url = f"{settings['dashboard']}/api/serve/applications/"
    ask(url, "PUT", configuration(settings["nodes"]))
    end = time.monotonic() + SECONDS
    while not is_deployed(found := ask(url), settings["nodes"]):
        assert time.monotonic() < end, json.dumps(found)
        time.sleep(1)


def is_deployed(found, nodes):
    status = found["applications"].get("composed", {}).get("status")
    assert status != "DEPLOY_FAILED", json.dumps(found)
    well = [each for each in found["proxies"].values() if each["status"] == "HEALTHY"]
    return status == "RUNNING" and len(well) == nodes


def by_http(hosts, nodes):
    """Calls until `nodes` nodes have taken a call. Each of them has then called a model on another node."""
    far = set()
    for host in hosts * CALLS:
        answer = ask(f"http://{host}:8000/")
        if answer["ingress"] != answer["model"]:
            far.add(answer["ingress"])
        if len(far) == nodes:
            return
    raise AssertionError(f"{len(hosts) * CALLS} calls, and {far} alone asked models of other nodes")


def by_grpc(hosts):
    for host in hosts:
        with grpc.insecure_channel(f"{host}:9000") as channel:
            answer = UserDefinedServiceStub(channel).Method1(
                UserDefinedMessage(name="told"), metadata=[("application", "composed")], timeout=PATIENCE)
        assert answer.greeting.startswith("told "), answer


def driver(settings):
    ray.init(address="auto", log_to_driver=False)
    with step("nodes"):
        while len(nodes()) < settings["nodes"]:
            time.sleep(0.2)
    say(ready=True)
    sys.stdin.read()


def user(settings):
    ends = [settings["hosts"][0], settings["hosts"][-1]]
    with step("Serve is deployed on every node"):
        deploy(settings)
    with step("HTTP to the head and to a worker, and from there to models of other nodes"):
        by_http(ends, len(ends))
    with step("HTTP by the Service of the RayService"):
        by_http([settings["serve"]], settings["nodes"])
    with step("gRPC to the head and to a worker"):
        by_grpc(ends)
    say(ready=True)


if __name__ == "__main__":
    {"driver": driver, "user": user}[sys.argv[1]](json.loads(sys.argv[2]))
