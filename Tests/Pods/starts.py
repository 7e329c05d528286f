"""Starting nodes, with the patience that a busy machine asks for."""

import functools

from kuberay import Node
from pods import Ended, Network, Pod, TookTooLong

# What Raymesh may set, and where Ray listens by it.
COMPONENTS = [
    "node-manager-port", "object-manager-port", "runtime-env-agent-port", "dashboard-agent-grpc-port",
    "dashboard-agent-listen-port", "metrics-export-port",
]
ON_HEADS = {"port": "6379", "dashboard-port": "8265", "ray-client-server-port": "10001"}

# For each thing that is waited for. A quiet machine needs a tenth of it.
SECONDS = 120
TRIES = 3
# `Node.__init__`, `ray._private.utils` and `--block` of Ray, where one of its processes was too late for another.
RAYS_OWN_DEADLINES = [
    "The current node timed out during startup", "Unable to connect to GCS", "Failed to connect to GCS",
    "Some Ray subprocesses exited unexpectedly",
]


def expected_ports(node):
    """The ports on which a node's components must listen, by its own line."""
    parameters = node.parameters
    ports = {int(parameters[name]) for name in COMPONENTS if name in parameters}
    if node.is_head:
        has_dashboard = parameters.get("include-dashboard") != "no"
        usual = ON_HEADS if has_dashboard else {name: ON_HEADS[name] for name in ON_HEADS if name != "dashboard-port"}
        ports |= {int(parameters.get(name, number)) for name, number in usual.items()}
    return ports


@functools.cache
def network():
    """The network of all pods of this process."""
    return Network()


def start(cluster, group=0, *, is_late=False):
    """Starts a pod, and gives it back once Ray says so and listens wherever it should.

    A busy machine is known to make Ray miss its own deadlines; such a start is repeated, and told.
    """
    for attempt in range(1, TRIES + 1):
        pod = Pod(network(), Node(cluster, group), is_known=not is_late)
        if group == 0:
            network().names.add(pod.node.head_service, pod.address)
        try:
            if is_late:
                become_known_late(pod)
            wait_until_started(pod)
            return pod
        except (TookTooLong, Ended) as error:
            pod.stop()
            if attempt == TRIES or not is_known_of_busy_machines(error):
                raise
            print(f"try {attempt} of {TRIES}: {error}", flush=True)
        except BaseException:
            pod.stop()
            raise


def is_known_of_busy_machines(error):
    """Whether it is that time ran out, ours or Ray's. What Ray says of parameters is none of these."""
    return isinstance(error, TookTooLong) or any(words in str(error) for words in RAYS_OWN_DEADLINES)


def become_known_late(pod):
    """The name comes once the pod has waited for it."""
    pod.wait_until("second look at the name", lambda: pod.runs("sleep"), SECONDS)
    pod.become_known()


def wait_until_started(pod):
    pod.wait_until("Ray runtime started", lambda: "Ray runtime started." in pod.output, SECONDS)
    expected = expected_ports(pod.node)
    pod.wait_until(f"ports {sorted(expected)}", lambda: expected <= pod.listening().keys(), SECONDS)
