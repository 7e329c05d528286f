"""The binary in the image: it starts there, answers, and has all that it needs."""

import json
import pathlib
import re
import tempfile
import unittest

import debian
from image import IMAGE, Process
from project import ROOT, raymesh
from running import eventually
from server import make_certificates

SAMPLE = (ROOT / "manifests/samples/raycluster.yaml").read_text(encoding="utf-8")
LIST = ROOT / "manifests/image/packages"
REVIEW = ROOT / "Tests/Fixtures/reviews/guide-like-cluster.json"
# These hold what is read and not linked.
NO_LIBRARY = {"base-files", "gcc-12-base"}


class Once(unittest.TestCase):
    def once(self, *arguments, text=None):
        """What it prints."""
        process = Process(*arguments)
        self.addCleanup(process.discard)
        run = process.run(text)
        self.assertEqual(run.returncode, 0, run.stderr)
        return run.stdout

    def test_it_says_its_version(self):
        self.assertEqual(self.once("--version").split()[:2], raymesh("--version").split()[:2])

    def test_it_renders_as_the_binary_that_it_was_made_of(self):
        wanted = raymesh("render", str(ROOT / "manifests/samples/raycluster.yaml"))
        self.assertEqual(self.once("render", text=SAMPLE), wanted)

    def test_there_is_no_shell(self):
        process = Process()
        self.addCleanup(process.discard)
        path = process.folder / "config.json"
        specification = json.loads(path.read_text())
        specification["process"]["args"] = ["sh", "-c", "true"]
        path.write_text(json.dumps(specification))
        run = process.run()
        self.assertNotEqual(run.returncode, 0)
        self.assertIn("not found", run.stderr)


class Server(unittest.TestCase):
    """One server, with its certificate mounted as the manifests mount it."""

    @classmethod
    def setUpClass(cls):
        temporary = tempfile.TemporaryDirectory()
        cls.addClassCleanup(temporary.cleanup)
        cls.folder = pathlib.Path(temporary.name)
        make_certificates(cls.folder, "localhost")
        cls.folder.chmod(0o755)
        # The kubelet gives it to the pod's group.
        (cls.folder / "tls.key").chmod(0o644)
        cls.server = Process(
            "serve", mounts=[(cls.folder, "/etc/raymesh/tls")], environment=[
                "RAYMESH_TLS_CERTIFICATE=/etc/raymesh/tls/tls.crt", "RAYMESH_TLS_KEY=/etc/raymesh/tls/tls.key",
                "RAYMESH_DRAIN_DELAY=0s"])
        cls.addClassCleanup(cls.server.discard)
        cls.server.start()
        eventually("it runs", cls.server.pid)
        eventually("it is ready", lambda: cls.curl("http://localhost:9090/readyz", check=False))

    @classmethod
    def curl(cls, *arguments, check=True):
        """What curl gets, with the status."""
        return cls.server.ask("curl", "--silent", "--show-error", "--fail", *arguments, check=check).decode()


class Serving(Server):
    def test_it_answers_a_review_over_tls_as_the_binary_that_it_was_made_of(self):
        answer = self.curl(
            "--cacert", str(self.folder / "ca.crt"), "--header", "Content-Type: application/json",
            "--data-binary", f"@{REVIEW}", "https://localhost:9443/mutate")
        self.assertEqual(json.loads(answer), json.loads(raymesh("review", str(REVIEW))))
        self.assertTrue(json.loads(answer)["response"]["patch"])

    def test_it_is_nobody_and_may_do_nothing(self):
        status = pathlib.Path(f"/proc/{self.server.pid()}/status").read_text()
        found = dict(re.findall(r"^(\w+):\s+(.*)$", status, re.MULTILINE))
        self.assertEqual(found["Uid"].split(), ["65532"] * 4)
        self.assertEqual(found["Gid"].split(), ["65532"] * 4)
        for kind in ["CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"]:
            self.assertEqual(int(found[kind], 16), 0, kind)
        self.assertEqual(found["NoNewPrivs"], "1")

    def test_it_loads_a_library_of_each_package_and_of_nothing_else(self):
        maps = pathlib.Path(f"/proc/{self.server.pid()}/maps").read_text()
        loaded = {path for path in re.findall(r" (/\S+)$", maps, re.MULTILINE) if ".so" in path}
        owners = {}
        for name, license in debian.listed(LIST):
            package = debian.Package(name, license, debian.one(IMAGE.parent / "packages", name))
            owners |= {f"/{path}": name for path, entry in package.entries() if entry.content and ".so" in path}
        self.assertLessEqual(loaded, set(owners))
        self.assertEqual({owners[path] for path in loaded}, set(dict(debian.listed(LIST))) - NO_LIBRARY)


class Ending(Server):
    def test_it_ends_when_it_is_asked_to(self):
        self.assertEqual(self.server.end(), 0, self.server.log)


if __name__ == "__main__":
    unittest.main()
