"""What `ray start` refuses, and beside it what it takes: the line where Raymesh has to draw its own.

Raymesh must refuse each `Refused` and name its places, and Ray the very line that KubeRay makes of it. Raymesh must
take each `Taken`, and Ray the line that KubeRay makes of the patched cluster. Of a `Warned` Raymesh must warn, and Ray
refuse that line.
"""

from case import Refused, Taken, Warned

HEAD = "/spec/headGroupSpec/rayStartParams"
WORKER = "/spec/workerGroupSpecs/0/rayStartParams"


def shared(port):
    return f"port number {port} that is used by other components"


def head(*names):
    return tuple(f"{HEAD}/{name}" for name in names)


def worker(*names):
    return tuple(f"{WORKER}/{name}" for name in names)


EMPTY_RANGE = "max_worker_port must be higher than min_worker_port"
PRIVILEGED_LIST = "Ports in worker_port_list must be between 1024 and 65535"
NO_LIST = "worker_port_list must be a comma-separated list of integers"
SMALL_LIST = ",".join(str(port) for port in range(20000, 20040))

TWO_COMPONENTS = [
    Refused(
        "two components on one port", {"port": "7000", "dashboard-port": "7000"},
        places=head("port", "dashboard-port"), ray=shared(7000)),
    Refused(
        "6379 for something else", {"node-manager-port": "6379"},
        places=head("node-manager-port", "port"), ray=shared(6379)),
    Taken("6379 for something else where GCS has moved", {"port": "7000", "node-manager-port": "6379"}),
    Refused(
        "8265 for something else", {"object-manager-port": "8265"},
        places=head("object-manager-port", "dashboard-port"), ray=shared(8265)),
    Taken("8265 for something else where the dashboard has moved",
          {"dashboard-port": "8300", "object-manager-port": "8265"}),
    Refused(
        "10001 for something else", {"metrics-export-port": "10001"},
        places=head("metrics-export-port", "ray-client-server-port"), ray=shared(10001)),
    Taken("10001 for something else where the client server has moved into Ray's own worker range",
          {"ray-client-server-port": "10005", "metrics-export-port": "10001"}),
    Refused(
        "52365 for something else", {"runtime-env-agent-port": "52365"},
        places=head("runtime-env-agent-port", "dashboard-agent-listen-port"), ray=shared(52365)),
    Taken("52365 for something else where the agent has moved",
          {"dashboard-agent-listen-port": "52366", "runtime-env-agent-port": "52365"}),
    Refused(
        "8080 for something else", {"node-manager-port": "8080"},
        places=head("node-manager-port", "metrics-export-port"), ray=shared(8080)),
    Taken("numbers that Raymesh would have used",
          {"metrics-export-port": "6380", "dashboard-port": "6382", "ray-client-server-port": "10002"}),
    Taken("privileged ports for what may have them",
          {"port": "1000", "node-manager-port": "1", "dashboard-agent-grpc-port": "1023"}),
]

DASHBOARD_GRPC = [
    Refused(
        "dashboard-grpc-port on another's", {"dashboard-grpc-port": "7000", "node-manager-port": "7000"},
        before=(2, 45), places=head("dashboard-grpc-port", "node-manager-port"), ray=shared(7000)),
    Taken("dashboard-grpc-port on a port of its own", {"dashboard-grpc-port": "7000"}, before=(2, 48)),
    Taken("dashboard-grpc-port on another's, where it is ignored",
          {"dashboard-grpc-port": "7000", "node-manager-port": "7000"}, since=(2, 45), before=(2, 48)),
    Refused(
        "dashboard-grpc-port on another's", worker={"dashboard-grpc-port": "7000", "node-manager-port": "7000"},
        before=(2, 45), places=worker("dashboard-grpc-port", "node-manager-port"), ray=shared(7000)),
    Taken("dashboard-grpc-port on another's, where it is ignored",
          worker={"dashboard-grpc-port": "7000", "node-manager-port": "7000"}, since=(2, 45), before=(2, 48)),
    Warned("dashboard-grpc-port, which is no option any more", {"dashboard-grpc-port": "7000"}, since=(2, 48),
           warning="is no option of Ray 2.48", ray="No such option.*dashboard-grpc-port"),
    Warned("dashboard-grpc-port, which is no option any more", worker={"dashboard-grpc-port": "7000"}, since=(2, 48),
           warning="is no option of Ray 2.48", ray="No such option.*dashboard-grpc-port"),
]

# As the guide has it: what `hostname -I` prints ends in a space.
GUIDE_ADDRESS = {"node-ip-address": '$(hostname -I | sed "s/\\./-/g").demo-headless-svc.default.svc.cluster.local'}
NODE_ADDRESS = [
    Warned("the guide's node address", GUIDE_ADDRESS, warning="starts no Ray", ray="Got unexpected extra argument"),
    Warned("the guide's node address", worker=GUIDE_ADDRESS, warning="starts no Ray",
           ray="Got unexpected extra argument"),
]

WORKER_RANGE = [
    Refused(
        "a component inside the range", {"min-worker-port": "8000", "max-worker-port": "8100"},
        places=head("min-worker-port", "metrics-export-port"), ray=shared("80\\d\\d")),
    Taken("a component right below the range", {"min-worker-port": "8081", "max-worker-port": "8140"}),
    Refused(
        "a component inside the list", {"worker-port-list": "9000,10001"},
        places=head("worker-port-list", "ray-client-server-port"), ray=shared(10001)),
    Taken("a component inside a range that the list overrides",
          {"worker-port-list": SMALL_LIST, "min-worker-port": "8000", "max-worker-port": "8100"}),
    Refused(
        "a range of one", {"min-worker-port": "20000", "max-worker-port": "20000"},
        places=head("min-worker-port", "max-worker-port"), ray=EMPTY_RANGE),
    Taken("a range of two", {"min-worker-port": "20000", "max-worker-port": "20001"}),
    Refused(
        "a maximum that is Ray's own minimum", {"max-worker-port": "10002"},
        places=head("min-worker-port", "max-worker-port"), ray=EMPTY_RANGE),
    Taken("a maximum above Ray's own minimum", {"max-worker-port": "10003"}),
    Refused(
        "no port above the minimum", {"min-worker-port": "65535"},
        places=head("min-worker-port", "max-worker-port"), ray=EMPTY_RANGE),
    Taken("a minimum above Ray's own maximum", {"min-worker-port": "60000"}),
    Refused(
        "a range of one beside a list",
        {"worker-port-list": SMALL_LIST, "min-worker-port": "30000", "max-worker-port": "30000"},
        places=head("min-worker-port", "max-worker-port"), ray=EMPTY_RANGE),
    Refused(
        "a minimum above Ray's own maximum, beside a list",
        {"worker-port-list": SMALL_LIST, "min-worker-port": "19999"},
        places=head("min-worker-port", "max-worker-port"), ray=EMPTY_RANGE),
    Taken("a minimum below Ray's own maximum, beside a list",
          {"worker-port-list": SMALL_LIST, "min-worker-port": "19998"}),
    Refused(
        "a maximum below Ray's own minimum, beside a list",
        {"worker-port-list": SMALL_LIST, "max-worker-port": "10002"},
        places=head("min-worker-port", "max-worker-port"), ray=EMPTY_RANGE),
]

# Without a range that Raymesh sets, Ray keeps 10002-19999 to itself.
RAYS_OWN_RANGE = [
    Refused("a component in Ray's own range", worker={"node-manager-port": "19999"}, on_host=True,
            places=worker("node-manager-port", "min-worker-port"), ray=shared(19999)),
    Taken("a component in Ray's own range, where Raymesh sets another", worker={"node-manager-port": "19999"}),
    Taken("a component right above Ray's own range", worker={"node-manager-port": "20000"}, on_host=True),
    Refused("a minimum that is Ray's own maximum", worker={"min-worker-port": "19999"}, on_host=True,
            places=worker("min-worker-port", "max-worker-port"), ray=EMPTY_RANGE),
    Taken("a minimum below Ray's own maximum", worker={"min-worker-port": "19998"}, on_host=True),
    Taken("a maximum above Ray's own minimum", worker={"max-worker-port": "10003"}, on_host=True),
]

LISTS = [
    Refused("a port twice in a list", {"worker-port-list": "20000,20001,20000"},
            places=head("worker-port-list"), ray=shared(20000)),
    Refused("a hole in a list", {"worker-port-list": "20000,,20001"}, places=head("worker-port-list"), ray=NO_LIST),
    Refused("a range for a list", {"worker-port-list": "20000-20050"}, places=head("worker-port-list"), ray=NO_LIST),
    Refused("a list for people", {"worker-port-list": "20000, 20001"}, places=head("worker-port-list"),
            ray="Got unexpected extra argument"),
    Refused("a privileged port in a list", {"worker-port-list": "1023,20000"},
            places=head("worker-port-list"), ray=PRIVILEGED_LIST),
    Taken("the first unprivileged port in a list", {"worker-port-list": "1024," + SMALL_LIST}),
]

PRIVILEGED = [
    Refused("a privileged minimum", {"min-worker-port": "1023", "max-worker-port": "2000"},
            places=head("min-worker-port"), ray="min_worker_port must be 0 or an integer between 1024 and 65535"),
    Refused("a privileged minimum beside a list", {"worker-port-list": SMALL_LIST, "min-worker-port": "1023"},
            places=head("min-worker-port"), ray="min_worker_port must be 0 or an integer between 1024 and 65535"),
    Refused("a privileged maximum", {"max-worker-port": "1023"},
            places=head("max-worker-port"), ray="max_worker_port must be 0 or an integer between 1024 and 65535"),
    Taken("the first unprivileged minimum", {"min-worker-port": "1024", "max-worker-port": "1090"}),
    Refused("a privileged client port", {"ray-client-server-port": "1023"},
            places=head("ray-client-server-port"), ray="ray_client_server_port must be an integer between 1024"),
    Refused("a privileged runtime env agent", {"runtime-env-agent-port": "1023"},
            places=head("runtime-env-agent-port"), ray="runtime_env_agent_port must be"),
    Taken("the first unprivileged client and agent",
          {"ray-client-server-port": "1024", "runtime-env-agent-port": "1025"}),
]

ON_WORKERS = [
    Refused("port", worker={"port": "6379"}, places=worker("port"), ray="`--port` should only be specified"),
    Taken("6379 for something else", worker={"node-manager-port": "6379"}),
    Refused(
        "8265 for something else", worker={"metrics-export-port": "8265"},
        places=worker("metrics-export-port", "dashboard-port"), ray=shared(8265)),
    Refused(
        "8265 for something else, where the head's dashboard has moved", {"dashboard-port": "8300"},
        {"node-manager-port": "8265"}, places=worker("node-manager-port", "dashboard-port"), ray=shared(8265)),
    Taken("8265 for something else, where this group's dashboard has moved",
          worker={"metrics-export-port": "8265", "dashboard-port": "8300"}),
    Refused(
        "10001 for something else", worker={"node-manager-port": "10001"},
        places=worker("node-manager-port", "ray-client-server-port"), ray=shared(10001)),
    Taken("10001 for something else, where this group's client server has moved",
          worker={"node-manager-port": "10001", "ray-client-server-port": "10500"}),
    Refused(
        "52365 for something else", worker={"metrics-export-port": "52365"},
        places=worker("metrics-export-port", "dashboard-agent-listen-port"), ray=shared(52365)),
    Taken("52365 for something else, where this group's agent has moved",
          worker={"metrics-export-port": "52365", "dashboard-agent-listen-port": "52366"}),
    Refused(
        "a port for two, one of them the agent's that this group sets",
        worker={"metrics-export-port": "52366", "dashboard-agent-listen-port": "52366"},
        places=worker("metrics-export-port", "dashboard-agent-listen-port"), ray=shared(52366)),
    Refused(
        "8265 inside the range", {"dashboard-port": "8300"}, {"min-worker-port": "8200", "max-worker-port": "8265"},
        places=worker("min-worker-port", "dashboard-port"), ray=shared(8265)),
    Taken("8265 right above the range", worker={"min-worker-port": "8200", "max-worker-port": "8264"}),
    Refused(
        "10001 inside the range", worker={"min-worker-port": "10000", "max-worker-port": "10050"},
        places=worker("min-worker-port", "ray-client-server-port"), ray=shared(10001)),
    Refused(
        "52365 inside the range", worker={"min-worker-port": "52300", "max-worker-port": "52400"},
        places=worker("min-worker-port", "dashboard-agent-listen-port"), ray=shared(52365)),
    Refused(
        "52365 inside the list", worker={"worker-port-list": "20000,52365"},
        places=worker("worker-port-list", "dashboard-agent-listen-port"), ray=shared(52365)),
    Taken("a list that meets nothing", worker={"worker-port-list": SMALL_LIST}),
    Refused("a range of one", worker={"min-worker-port": "20000", "max-worker-port": "20000"},
            places=worker("min-worker-port", "max-worker-port"), ray=EMPTY_RANGE),
    Taken("a range of two", worker={"min-worker-port": "20000", "max-worker-port": "20001"}),
    Refused("a privileged client port", worker={"ray-client-server-port": "1023"},
            places=worker("ray-client-server-port"), ray="ray_client_server_port must be an integer between 1024"),
    Refused("a client port that is no number", worker={"ray-client-server-port": "abc"},
            places=worker("ray-client-server-port"), ray="'abc' is not a valid integer"),
    Refused("a dashboard port that is no number", worker={"dashboard-port": "abc"},
            places=worker("dashboard-port"), ray="'abc' is not a valid integer"),
    Refused("a client port on the dashboard's", worker={"ray-client-server-port": "8265"},
            places=worker("ray-client-server-port", "dashboard-port"), ray=shared(8265)),
    Refused("a privileged runtime env agent", worker={"runtime-env-agent-port": "1023"},
            places=worker("runtime-env-agent-port"), ray="runtime_env_agent_port must be"),
    Taken("the first unprivileged ports", worker={"runtime-env-agent-port": "1024", "ray-client-server-port": "1025"}),
]

ALL = [
    case
    for table in (
        TWO_COMPONENTS, DASHBOARD_GRPC, NODE_ADDRESS, WORKER_RANGE, RAYS_OWN_RANGE, LISTS, PRIVILEGED, ON_WORKERS)
    for case in table
    if case.applies
]
TRIED = [case for case in ALL if case.is_tried]
