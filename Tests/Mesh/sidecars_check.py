"""The sidecars by themselves, before any Ray is behind them: small servers of each kind, called each way that there is,
as both witnesses see it. Needs the namespaces that Tests/Mesh/sidecars makes.
"""

import subprocess
import unittest
from dataclasses import dataclass
from pathlib import Path

from cluster import Cluster
from meshed import MeshedPod
from pods import IPV4, IPV6, Network, Pod
from sidecar.sample import service
from wire import Capture

SERVERS = Path(__file__).with_name("servers.py")
NAME = "echo"
LABELS = {"app": NAME}
HOST = f"{NAME}.default.svc.cluster.local"
# What the Service says of each port. It lacks 8020, and what it says of 8012 is not so.
SAID = {8000: "http", 8001: "http", 8002: None, 8010: "grpc", 8011: None, 8012: "http", 8030: "tcp"}
# The method of servers.py, which only Ray's Python can read.
METHOD = "/raymesh.Echo/Say"
# Where what is called is the pod that calls.
ITSELF = "itself"
TLS, PLAIN = "TLS", "plain text"
SECONDS = 60


@dataclass(frozen=True)
class Call:
    """A call: its caller, port and protocol, and what goes over the wire.

    The wire shows the same in both modes. Only plain text is rejected in one and answered in the other.
    """

    what: str
    kind: str
    port: int
    wire: str | None = TLS
    by_name: bool = False
    caller: str = "one"
    # What the server's sidecar sees of it at layer 7.
    path: str | None = None
    is_answered: bool = True


CALLS = [
    Call("HTTP by name", "http", 8000, by_name=True, path="/path"),
    Call("a WebSocket by name", "socket", 8000, by_name=True, path="/socket"),
    Call("HTTP by address", "http", 8001, PLAIN, path="/path"),
    Call("sniffed HTTP by address", "http", 8002, path="/path"),
    Call("HTTP on a port of no Service", "http", 8020, PLAIN, path="/path"),
    Call("gRPC by name", "grpc", 8010, by_name=True, path=METHOD),
    Call("sniffed gRPC by address", "grpc", 8011, path=METHOD),
    Call("gRPC on a port that says HTTP", "grpc", 8012, by_name=True, path=METHOD, is_answered=False),
    Call("a server that speaks first, on a port of TCP", "bytes", 8030),
    Call("HTTP from a pod without a sidecar", "http", 8000, PLAIN, caller="bare", path="/path"),
    Call("gRPC from a pod without a sidecar", "grpc", 8010, PLAIN, caller="bare", path=METHOD),
    Call("bytes from a pod without a sidecar", "spoken", 8030, PLAIN, caller="bare"),
    Call("a pod's own name", "http", 8000, None, by_name=True, caller=ITSELF),
]


class Serving:
    """What a pod runs, in place of a node of Ray."""

    name, namespace = NAME, "default"

    def __init__(self, address):
        self.line = f"exec python -B {SERVERS} {address}"

    def environment(self, *_):
        return {}


def bracketed(address):
    return f"[{address}]" if ":" in address else address


def has_sidecar(pod):
    """Whether its Envoy has all of its configuration."""
    try:
        return "virtualInbound" in pod.counters()["listener"]
    except RuntimeError:
        return False


def has_written(pod, path):
    return any(line.get("path") == path for line in pod.requests())


class Modes:
    """Holds the tests of each mode of mutual TLS, and not a test itself."""

    class Calls(unittest.TestCase):
        """Two pods with sidecars and one without. Each call is made once, then all is looked at."""

        mtls = "STRICT"
        addresses, everywhere = IPV4, "0.0.0.0"

        @classmethod
        def setUpClass(cls):
            network = Network(cls.addresses)
            network.folder.chmod(0o755)
            listed = [service(SAID, NAME, selector=LABELS, namespace="default")]
            cls.cluster = Cluster(network, {"metadata": {"name": NAME}}, listed, network.folder, mtls=cls.mtls)
            serving = Serving(cls.everywhere)
            cls.one, cls.two = (MeshedPod(network, serving, LABELS, cls.cluster) for _ in range(2))
            cls.bare = Pod(network, serving, is_known=False)
            cls.callers = {"one": cls.one, "bare": cls.bare, ITSELF: cls.two}
            for pod in cls.callers.values():
                pod.wait_until("servers", lambda pod=pod: "servers" in pod.output, SECONDS)
            for pod in (cls.one, cls.two):
                pod.wait_until("sidecar", lambda pod=pod: has_sidecar(pod), SECONDS)
            capture = Capture(network.folder)
            cls.answers = {call: cls.ask(call) for call in CALLS}
            cls.ask(CALLS[0], "/last")
            for pod in (cls.one, cls.two):
                pod.wait_until("last call in the log", lambda pod=pod: has_written(pod, "/last"), SECONDS)
            cls.connections = capture.connections()
            cls.inbound = [line for line in cls.two.requests() if line["direction"] == "inbound"]

        @classmethod
        def tearDownClass(cls):
            cls.cluster.stop()
            cls.bare.stop()

        @classmethod
        def ask(cls, call, *path):
            host = f"{cls.two.label}.{HOST}" if call.by_name else bracketed(cls.two.address)
            words = ["python", "-B", str(SERVERS), "ask", call.kind, host, str(call.port), *path]
            process = cls.callers[call.caller].popen(*words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
            said, _ = process.communicate()
            return process.returncode == 0, said

        def must_answer(self, call):
            return call.is_answered and (call.wire != PLAIN or self.mtls == "PERMISSIVE")

        def test_each_is_answered_or_refused(self):
            for call, (is_answered, said) in self.answers.items():
                with self.subTest(call.what):
                    self.assertEqual(is_answered, self.must_answer(call), said)

        def test_what_passes_over_the_wire(self):
            for call in CALLS:
                with self.subTest(call.what):
                    ends = self.callers[call.caller].address, self.two.address, call.port
                    kinds = {each.kind for each in self.connections if (each.client, each.server, each.port) == ends}
                    self.assertEqual(kinds, {call.wire} if call.wire else set())

        def test_the_server_s_sidecar_sees_who_asks_for_what(self):
            for call in CALLS:
                if not call.path or not (self.must_answer(call) or call.wire == TLS):
                    continue
                with self.subTest(call.what):
                    address = self.callers[call.caller].address
                    lines = [line for line in self.inbound if line["remote"].startswith(f"{bracketed(address)}:")]
                    seen = {line.get("path"): line.get("peer") for line in lines if line["port"] == call.port}
                    identity = self.one.workload.spiffe if call.wire == TLS else None
                    self.assertIn((call.path, identity), seen.items())

        def test_what_no_filter_chain_takes_is_counted_and_logged(self):
            refused = {call.port for call in CALLS if call.wire == PLAIN and not self.must_answer(call)}
            self.assertEqual({line["port"] for line in self.inbound if "NR" in line["flags"]}, refused)
            count = self.two.counters()["listener"]["virtualInbound"]["no_filter_chain_match"]
            self.assertEqual(count > 0, bool(refused))

        def test_each_side_counts_handshakes_if_and_only_if_there_is_tls(self):
            clusters = self.one.counters()["cluster"]
            for call in CALLS:
                if call.caller == "one" and call.port in SAID:
                    shaken = clusters[f"outbound|{call.port}||{HOST}"].get("ssl.handshake", 0)
                    self.assertEqual(shaken > 0, call.wire == TLS, call.what)

        def test_a_protocol_made_wrong_is_an_error_that_names_its_port(self):
            self.assertEqual({line["port"] for line in self.inbound if "UPE" in line["flags"]}, {8012})


class Strict(Modes.Calls):
    """Plain text is refused."""


class StrictIPv6(Modes.Calls):
    """The same among pods that have IPv6 alone."""

    addresses, everywhere = IPV6, "[::]"


class Permissive(Modes.Calls):
    """Plain text is answered."""

    mtls = "PERMISSIVE"
