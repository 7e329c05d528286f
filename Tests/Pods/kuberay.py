"""What KubeRay's operator makes of a RayCluster: one pod's environment, and the line that its shell runs.

From `ray-operator/controllers/ray/common/pod.go` of KubeRay 1.7: `setMissingRayStartParams`,
`generateRayStartCommand`, `convertParamMap`, `setContainerEnvVars`.
"""

import math
import re
from decimal import Decimal

DOMAIN = "svc.cluster.local"
MULTIPLES = {"": 1, "m": Decimal("0.001")} | {
    suffix + i: base**power
    for power, suffix in enumerate("KMGT", 1) for i, base in (("", 1000), ("i", 1024))
} | {"k": 1000}


class Node:
    """A pod of one group of a cluster, by the group's place in it: 0 is the head group."""

    def __init__(self, cluster, group=0):
        self.cluster = cluster
        self.name = cluster["metadata"]["name"]
        self.namespace = cluster["metadata"].get("namespace", "default")
        self.is_head = group == 0
        spec = cluster["spec"]
        self.group = spec["headGroupSpec"] if self.is_head else spec["workerGroupSpecs"][group - 1]
        self.container = self.group["template"]["spec"]["containers"][0]
        self.head_port = (spec["headGroupSpec"].get("rayStartParams") or {}).get("port", "6379")

    @property
    def head_service(self):
        return f"{self.name}-head-svc.{self.namespace}.{DOMAIN}"

    @property
    def parameters(self):
        """The group's ray start parameters, with what the operator adds if they are missing."""
        own = dict(self.group.get("rayStartParams") or {})
        missing = {"metrics-export-port": "8080", "dashboard-agent-listen-port": "52365", "block": "true"}
        if self.is_head:
            missing["dashboard-host"] = "0.0.0.0"
            if self.cluster["spec"].get("enableInTreeAutoscaling"):
                # That is a container of its own.
                missing["no-monitor"] = "true"
        else:
            missing["address"] = f"{self.head_service}:{self.head_port}"
        limits = self.container.get("resources", {}).get("limits", {})
        for parameter, limit in [("num-cpus", "cpu"), ("memory", "memory")]:
            if limit in limits:
                missing[parameter] = str(quantity(limits[limit]))
        return missing | own

    @property
    def line(self):
        """Sorted, unquoted, a space on either side; a truth value is a switch."""
        words = ""
        for name, value in sorted(self.parameters.items()):
            if value.lower() not in ("true", "false"):
                words += f" --{name}={value} "
            elif value.lower() == "true":
                words += f" --{name} "
        return f"ulimit -n 65536; ray start {'--head ' if self.is_head else ''}{words}"

    def environment(self, pod, address):
        """The variables of the Ray container, for a pod of this name and address."""
        variables = {
            "RAY_CLUSTER_NAME": self.name,
            "RAY_CLUSTER_NAMESPACE": self.namespace,
            "RAY_CLOUD_INSTANCE_ID": pod,
            "RAY_NODE_TYPE_NAME": self.group.get("groupName", "headgroup"),
            "KUBERAY_GEN_RAY_START_CMD": self.line,
            "RAY_PORT": self.head_port,
            "RAY_ADDRESS": f"127.0.0.1:{self.head_port}",
            "RAY_USAGE_STATS_KUBERAY_IN_USE": "1",
            "RAY_DASHBOARD_ENABLE_K8S_DISK_USAGE": "1",
        }
        if not self.is_head:
            variables |= {
                "FQ_RAY_IP": self.head_service,
                "RAY_IP": self.head_service.split(".")[0],
                "RAY_ADDRESS": f"{self.head_service}:{self.head_port}",
                "RAY_GCS_RPC_SERVER_RECONNECT_TIMEOUT_S": "600",
            }
        fields = {"status.podIP": address, "metadata.name": pod, "metadata.namespace": self.namespace}
        for variable in self.container.get("env") or []:
            source = variable.get("valueFrom")
            variables[variable["name"]] = fields[source["fieldRef"]["fieldPath"]] if source else variable["value"]
        return variables


def quantity(text):
    """A Kubernetes quantity as a whole number, rounded up (`resource.Quantity.Value`)."""
    number, suffix = re.fullmatch(r"([0-9.]+)([a-zA-Z]*)", str(text)).groups()
    return math.ceil(Decimal(number) * MULTIPLES[suffix])
