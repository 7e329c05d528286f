"""What can be told of the demo without Docker, kind and Istio: its dry run, and what it needs."""

import ast
import os
import re
import shlex
import subprocess
import tempfile
import unittest
from pathlib import Path

from manifests import rendered
from project import ROOT, read

STEPS = [
    "A cluster", "Istio, Prometheus, Jaeger and Kiali", "KubeRay", "Raymesh",
    "A plain RayCluster in a namespace of the mesh", "What Raymesh has made of it",
    "Tasks, actors and objects between the pods", "Strict mutual TLS",
    "Tasks, actors and objects between the pods, under STRICT", "How requests between the pods were secured",
    "Clean up"]
TOOLS = ["docker", "kind", "kubectl", "istioctl", "helm"]


def demo(*arguments, path=os.environ["PATH"], **variables):
    """The script, where those programs are that a path has."""
    return subprocess.run(
        ["/bin/bash", "hack/kind-demo.sh", *arguments], cwd=ROOT, env={"PATH": path} | variables, capture_output=True,
        text=True, stdin=subprocess.DEVNULL)


class Bare(unittest.TestCase):
    """On a machine with the usual programs and none of the demo's."""

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.path = folder.name
        for name in ["dirname", "sed", "tail", "grep", "tee", "sleep"]:
            Path(cls.path, name).symlink_to(f"/usr/bin/{name}")

    def test_what_is_missing_is_named_at_once_and_nothing_is_run(self):
        run = demo(path=self.path)
        self.assertEqual((run.returncode, run.stdout), (1, ""))
        for each in [*TOOLS, "ISTIO, the folder of an Istio release with samples/addons"]:
            self.assertIn(each, run.stderr)

    def test_istio_s_folder_must_have_the_addons(self):
        with tempfile.TemporaryDirectory() as folder:
            self.assertIn("samples/addons", demo(path=self.path, ISTIO=folder).stderr)
            Path(folder, "samples/addons").mkdir(parents=True)
            self.assertNotIn("samples/addons", demo(path=self.path, ISTIO=folder).stderr)

    def test_an_unknown_flag_is_refused(self):
        run = demo("--fast", path=self.path)
        self.assertEqual((run.returncode, run.stdout), (1, ""))
        self.assertIn("found --fast", run.stderr)

    def test_a_dry_run_says_each_step_and_runs_none(self):
        run = demo("--dry-run", path=self.path)
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertEqual(re.findall(r"^── (.*)$", run.stdout, re.MULTILINE), STEPS)
        self.assertIn("kind delete cluster", run.stdout.splitlines()[-1])

    def test_the_cluster_can_be_kept_and_named(self):
        run = demo("--dry-run", "--keep", path=self.path, CLUSTER="mine", KUBERAY_VERSION="1.2.3")
        self.assertNotIn("Clean up", run.stdout)
        self.assertIn("kind create cluster --name mine ", run.stdout)
        self.assertIn("--version 1.2.3", run.stdout)
        self.assertEqual(len(re.findall(r"^\+ kubectl --context kind-mine ", run.stdout, re.MULTILINE)),
                         len(re.findall(r"^\+ kubectl ", run.stdout, re.MULTILINE)))


class Steps(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        out = demo("--dry-run").stdout
        cls.commands = [shlex.split(line[2:]) for line in out.splitlines() if line.startswith("+ ")]
        cls.guide = read("docs/guide.md")

    def named(self):
        """The files and folders of the project that the commands name."""
        return {word for command in self.commands for word in command if word.startswith("manifests/")}

    def test_each_file_is_there_and_each_folder_can_be_rendered(self):
        self.assertGreater(len(self.named()), 4)
        for path in self.named():
            self.assertTrue((ROOT / path).exists(), path)
            if (ROOT / path).is_dir():
                rendered(ROOT / path)

    def test_the_guide_goes_the_same_way(self):
        for path in self.named() | {"manifests/demo/traffic.py"}:
            self.assertIn(path, self.guide)
        for command in self.commands:
            self.assertIn(command[0], self.guide)

    def test_kubectl_knows_each_command_and_flag(self):
        seen = 0
        for command in self.commands:
            if command[0] == "kubectl" and "|" not in command and "exec" not in command:
                words = [word for word in command if word != "--context" and not word.startswith("kind-")]
                run = subprocess.run(
                    [words[0], "--server", "http://127.0.0.1:1", *words[1:]], cwd=ROOT,
                    env=os.environ | {"KUBECONFIG": os.devnull}, capture_output=True, text=True, timeout=60)
                self.assertNotRegex(run.stderr, r"unknown|invalid|[Uu]sage:|must specify|required", command)
                seen += 1
        self.assertGreater(seen, 8)

    def test_the_traffic_is_a_program(self):
        ast.parse(read("manifests/demo/traffic.py"))


if __name__ == "__main__":
    unittest.main()
