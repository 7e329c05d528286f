"""A kube-apiserver and its etcd, on loopback, with certificates, keys and data of their own."""

import base64
import functools
import json
import os
import pathlib
import secrets
import subprocess
import tempfile

from running import eventually, free_port
from server import make_certificates

# A run of kubectl that takes longer than this has failed.
KUBECTL_PATIENCE = 60


class ControlPlane:
    """One, for all tests of a run. What it stores is gone when it is stopped."""

    # Of the API server, besides those that every test needs.
    flags = {}
    # What its certificate is for.
    hosts = ("localhost", "127.0.0.1")

    def __init__(self):
        self.processes = []
        self.temporary = tempfile.TemporaryDirectory()
        self.folder = pathlib.Path(self.temporary.name)
        self.token = secrets.token_hex(16)
        self.port = free_port("127.0.0.1")

    def start(self):
        """Starts both, and waits until the API server is ready and has all that it makes for itself."""
        make_certificates(self.folder, *self.hosts)
        (self.folder / "tokens").write_text(f'{self.token},admin,admin,"system:masters"\n')
        self.write_kubeconfig()
        self.start_api_server(self.start_etcd())
        eventually("the API server is ready", self.is_ready)
        eventually("the namespace default", lambda: self.kubectl("get", "namespace", "default", check=False))
        return self

    def start_etcd(self):
        """Gives its address for clients."""
        clients, peers = (f"http://127.0.0.1:{free_port('127.0.0.1')}" for _ in range(2))
        self.run("etcd", os.environ["ETCD"], {
            "data-dir": self.folder / "etcd", "listen-client-urls": clients, "advertise-client-urls": clients,
            "listen-peer-urls": peers, "initial-advertise-peer-urls": peers, "initial-cluster": f"default={peers}"})
        return clients

    def start_api_server(self, etcd):
        """With as little as admission and storage need: no controllers, no service accounts."""
        self.run("kube-apiserver", os.environ["KUBE_APISERVER"], {
            "etcd-servers": etcd, "bind-address": "127.0.0.1", "secure-port": self.port,
            "advertise-address": "127.0.0.1", "external-hostname": "localhost",
            # Its own Service would need an address that pods can reach.
            "endpoint-reconciler-type": "none", "service-cluster-ip-range": "10.0.0.0/16",
            "tls-cert-file": self.folder / "tls.crt", "tls-private-key-file": self.folder / "tls.key",
            "token-auth-file": self.folder / "tokens", "authorization-mode": "RBAC",
            "service-account-issuer": "https://kubernetes.default.svc",
            "service-account-key-file": self.folder / "tls.crt",
            "service-account-signing-key-file": self.folder / "tls.key",
            "disable-admission-plugins": "ServiceAccount", "cert-dir": self.folder / "made", **self.flags})

    def run(self, name, program, flags):
        """A process that logs into a file."""
        # It ends with these tests, however they end.
        command = ["setpriv", "--pdeathsig", "KILL", program, *(f"--{flag}={value}" for flag, value in flags.items())]
        with open(self.folder / f"{name}.log", "wb") as log:
            process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.folder)
        self.processes.append((name, process))

    def is_ready(self):
        """Whether it says so; an error if a process has ended."""
        for name, process in self.processes:
            if process.poll() is not None:
                raise AssertionError(f"{name} has ended: {self.log(name)[-4000:]}")
        return self.kubectl("get", "--raw", "/readyz", check=False).strip() == "ok"

    def log(self, name):
        """What a process has written."""
        return (self.folder / f"{name}.log").read_text(errors="replace")

    def write_kubeconfig(self):
        """For kubectl: whom to ask, whom to trust, and who one is."""
        authority = base64.b64encode((self.folder / "ca.crt").read_bytes()).decode()
        cluster = {"server": f"https://127.0.0.1:{self.port}", "certificate-authority-data": authority}
        self.kubeconfig = self.folder / "kubeconfig"
        self.kubeconfig.write_text(json.dumps({
            "apiVersion": "v1", "kind": "Config", "current-context": "here",
            "contexts": [{"name": "here", "context": {"cluster": "here", "user": "admin"}}],
            "clusters": [{"name": "here", "cluster": cluster}],
            "users": [{"name": "admin", "user": {"token": self.token}}]}))

    def kubectl_run(self, *arguments, text=None):
        """A run of kubectl that has ended, whichever way."""
        environment = os.environ | {"KUBECONFIG": str(self.kubeconfig), "HOME": str(self.folder)}
        source = {"input": text} if text is not None else {"stdin": subprocess.DEVNULL}
        return subprocess.run(
            ["kubectl", *arguments], capture_output=True, text=True, timeout=KUBECTL_PATIENCE, env=environment,
            **source)

    def kubectl(self, *arguments, text=None, check=True):
        """What kubectl prints; if it fails an error, or nothing."""
        run = self.kubectl_run(*arguments, text=text)
        if run.returncode and check:
            raise AssertionError(f"kubectl {' '.join(arguments)}: {run.stderr}")
        return "" if run.returncode else run.stdout

    def apply(self, *objects, flags=()):
        """Applies objects, whatever is there."""
        text = json.dumps({"apiVersion": "v1", "kind": "List", "items": objects})
        self.kubectl("apply", *flags, "-f", "-", text=text)

    def stored(self, *arguments):
        """An object as it is stored."""
        return json.loads(self.kubectl("get", "-o", "json", *arguments))

    @functools.cached_property
    def minor(self):
        """Of Kubernetes 1.20 it is 20."""
        version = json.loads(self.kubectl("get", "--raw", "/version"))
        return int(version["minor"].rstrip("+"))

    def stop(self):
        """Ends both."""
        for _, process in reversed(self.processes):
            process.terminate()
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self.temporary.cleanup()
