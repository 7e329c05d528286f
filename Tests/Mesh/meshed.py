"""A pod of the mesh: Ray beside an Envoy through which all of its traffic goes."""

import json
import shutil
import subprocess
import sys
import time
from pathlib import Path

import listening
import sidecar
from sidecar.bootstrap import resources
from environment import ROOT
from pods import Pod
from redirects import redirect

ENVOYS = sorted((ROOT / ".build-envoy").glob("lib/python3*/site-packages/envoy/_bin/envoy"))
# A cluster that does nothing has its health checked more often.
SECONDS_TO_WRITE = 30
LISTENS_ON = range(15000, 15100)
READ = """import json, sidecar, sys; print(json.dumps(sidecar.stats(sys.argv[1])))"""


class MeshedPod(Pod):
    """A node of a Ray cluster whose traffic is redirected to a sidecar before anything of it runs."""

    def __init__(self, network, node, labels, cluster):
        self._labels, self.cluster, self._last_counters = labels, cluster, None
        super().__init__(network, node, is_known=False)

    @property
    def workload(self):
        """The pod as the control plane of a mesh knows it."""
        return sidecar.Pod(self.name, self.address, self._labels, namespace=self.node.namespace)

    def _begin(self):
        redirect(self.label)
        self.sidecar_folder = self.folder / "sidecar"
        self.sidecar_folder.mkdir()
        subprocess.run(["chown", f"{sidecar.PROXY_USER}:{sidecar.PROXY_USER}", self.sidecar_folder], check=True)
        self.access_log = self.sidecar_folder / "access"
        self.cluster.joined(self)
        self.envoy = self._begin_sidecar()
        return super()._begin()

    def _begin_sidecar(self):
        text = self._configuration(sidecar.bootstrap, folder=self.sidecar_folder, authority=self.cluster.authority)
        path = sidecar.write(self.sidecar_folder / "bootstrap.json", text)
        user = ["setpriv", f"--reuid={sidecar.PROXY_USER}", f"--regid={sidecar.PROXY_USER}", "--clear-groups"]
        with (self.folder / "envoy").open("wb") as output:
            return subprocess.Popen(
                ["ip", "netns", "exec", self.label, *user, *sidecar.command(self.cluster.envoy, path)],
                stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT)

    def tell(self):
        """Has the sidecar know the Services and pods of now, as istiod does whenever they change."""
        sidecar.push(self.sidecar_folder, self._configuration(resources))

    def _configuration(self, make, **more):
        options = {"mtls": self.cluster.mtls, "log": self.access_log} | more
        return make(self.workload, self.cluster.services, self.cluster.workloads(), **options)

    def stop(self):
        """Envoy's counters go with it, so they are read before."""
        self._last_counters = self.counters()
        self.envoy.kill()
        self.envoy.wait()
        super().stop()

    def envoy_output(self):
        return (self.folder / "envoy").read_text(errors="replace")

    def wait_until_written(self):
        """Waits until the log holds what was asked until now: Envoy writes it a little later."""
        now = time.time()
        written = lambda: self.access_log.stat().st_mtime > now
        self.wait_until("line in the sidecar's log since the workload's end", written, SECONDS_TO_WRITE)

    def requests(self):
        """What the sidecar was asked, and has asked."""
        return sidecar.requests(self.access_log)

    def counters(self):
        """What the sidecar has counted."""
        if self._last_counters is not None:
            return self._last_counters
        if (code := self.envoy.poll()) is not None:
            raise RuntimeError(f"{self.name}'s Envoy has ended with {code}: {self.envoy_output()}")
        loopback = "[::1]" if self.workload.is_ipv6 else "127.0.0.1"
        run = subprocess.run(
            ["ip", "netns", "exec", self.label, sys.executable, "-B", "-c", READ, f"{loopback}:{sidecar.ADMIN_PORT}"],
            capture_output=True, text=True, cwd=Path(__file__).parent)
        if run.returncode != 0:
            raise RuntimeError(f"{self.name}'s Envoy gives no counters: {run.stderr}\n{self.envoy_output()}")
        return json.loads(run.stdout)

    def keep(self, folder):
        """Copies what the sidecar has written, for people to look at."""
        shutil.copy(self.access_log, folder / f"{self.name}.requests")
        shutil.copy(self.folder / "envoy", folder / f"{self.name}.envoy")

    def is_reachable_by_ipv6(self, port):
        """Whether a process listens on a port by IPv6."""
        return any(number == port and address.version == 6 and not address.is_loopback
                   for address, number, _ in listening.sockets(self.first_process))

    def listening(self):
        """What Ray listens on."""
        return {port: who for port, who in super().listening().items() if port not in LISTENS_ON}


def bound_envoy(folder):
    """Envoy where its user reaches it, wherever the checkout is."""
    if len(ENVOYS) != 1:
        raise SystemExit(f"{len(ENVOYS)} Envoys in .build-envoy, expected one; hack/envoy-environment makes it")
    place = folder / "envoy"
    place.touch()
    subprocess.run(["mount", "--bind", ENVOYS[0], place], check=True)
    return place
