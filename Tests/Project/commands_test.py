"""Whether the commands that documents show work: what can run here runs, and of the rest what can be told is
checked."""

import os
import re
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

import helm_python as helm
from chart import CHART
from commands import ELSEWHERE, HERE, commands
from manifests import CERTIFICATE_HOST, rendered
from project import RAYMESH, ROOT, flags, raymesh, read

# Commands of the binary that go on until they are stopped, or ask somebody who is not there: their flags are checked.
ASKING = {"serve", "control", "ask", "doctor"}
# What a reader has, by its name on a page.
OWN_FILES = ["cluster.yaml", "my.yaml"]


class Commands(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        """A copy of what commands name, so that what they write leaves the checkout alone."""
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = Path(folder.name)
        for name in ["manifests", "Tests/Fixtures"]:
            shutil.copytree(ROOT / name, cls.folder / name, ignore=shutil.ignore_patterns("certs"))
        for name in OWN_FILES:
            shutil.copy(ROOT / "manifests/samples/raycluster.yaml", cls.folder / name)
        certificates = cls.folder / "manifests/overlays/own-authority/certs"
        raymesh("certificates", "--host", CERTIFICATE_HOST, "--directory", str(certificates))
        cls.known = list(commands())

    def of(self, program):
        found = [(page, line, words) for page, line, words in self.known if Path(words[0]).name == program]
        self.assertTrue(found, program)
        return found

    def test_there_are_commands_and_each_is_of_a_program_that_is_known(self):
        self.assertGreater(len(self.known), 60)
        for page, line, words in self.known:
            if "/" in words[0] and Path(words[0]).name not in HERE:
                self.assertTrue((ROOT / words[0]).is_file(), f"{page}: {line}")
            else:
                self.assertIn(Path(words[0]).name, ELSEWHERE | HERE, f"{page}: {line}")

    def test_what_raymesh_can_do_without_a_cluster_it_does(self):
        sample = (self.folder / OWN_FILES[0]).read_text(encoding="utf-8")
        review = (self.folder / "Tests/Fixtures/webhook/create.json").read_text(encoding="utf-8")
        tried = 0
        for page, line, [_, *words] in self.of("raymesh"):
            # `FILE…` and `<file>` stand for what a reader has; a command by itself is spoken of.
            if line == f"raymesh {words[0]}" or re.search(r"[\[<…]|FILE|COMMAND", line):
                continue
            if words[0].startswith("-") or words[0] in ASKING:
                continue
            text = review if words[0] == "review" else sample
            run = subprocess.run(
                [RAYMESH, *words], cwd=self.folder, input=text, capture_output=True, text=True, timeout=60)
            self.assertEqual(run.returncode, 0, f"{page}: {line}: {run.stderr}")
            tried += 1
        self.assertGreater(tried, 5)

    def test_flags_of_raymesh_are_flags(self):
        for page, line, [_, *words] in self.of("raymesh"):
            if not words[0].startswith("-") and not words[0].isupper() and words[0] != "help":
                known = {f"--{flag}" for flag in flags(words[0])} | {"--help", "-"}
                stated = {word.split("=")[0] for word in words[1:] if word.startswith("-")}
                self.assertLessEqual(stated, known, f"{page}: {line}")

    def test_targets_and_variables_of_make_are_the_makefile_s(self):
        makefile = read("Makefile")
        targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
        variables = set(re.findall(r"^([A-Z_]+) \?=", makefile, re.MULTILINE)) | {"FUZZ_SECONDS", "FUZZ_SEED"}
        for page, line, [_, *words] in self.of("make"):
            for word in words:
                if "=" in word:
                    self.assertIn(word.split("=")[0], variables, f"{page}: {line}")
                elif re.fullmatch(r"[a-z-]+", word):
                    self.assertIn(word, targets, f"{page}: {line}")

    def test_folders_that_kubectl_gets_can_be_rendered(self):
        seen = set()
        for page, line, words in self.of("kubectl"):
            folders = words[words.index("-k") + 1:][:1] if "-k" in words else words[2:3] if "kustomize" in words else []
            for folder in folders:
                if "OVERLAY" not in folder and folder not in seen:
                    self.assertTrue(rendered(self.folder / folder), f"{page}: {line}")
                    seen.add(folder)
        self.assertGreater(len(seen), 2)

    def test_files_that_kubectl_gets_are_there(self):
        for page, line, words in self.of("kubectl"):
            for before, file in zip(words, words[1:]):
                # ISTIO stands for the folder of a release of Istio.
                if before in ("-f", "--filename") and file != "-" and not file.startswith("ISTIO/"):
                    self.assertTrue((self.folder / file).exists(), f"{page}: {line}")

    def test_kubectl_knows_every_command_and_flag(self):
        """It asks a server that is not there, and says so last."""
        environment = os.environ | {"KUBECONFIG": os.devnull}
        for line, words in {line: words for _, line, words in self.of("kubectl")}.items():
            if len(words) < 3:
                continue
            run = subprocess.run(
                ["kubectl", "--server", "http://127.0.0.1:1", *words[1:]], cwd=self.folder, env=environment, input="",
                capture_output=True, text=True, timeout=60)
            self.assertNotRegex(run.stderr, r"unknown|invalid|[Uu]sage:|must specify|required", line)

    def test_values_that_helm_gets_are_the_chart_s(self):
        seen = 0
        for page, line, words in self.of("helm"):
            if "manifests/chart" not in words:
                continue
            values = {"certificates": {"own": {}}}
            for before, value in zip(words, words[1:]):
                if before == "--set":
                    values = self.merged(values, helm.parse_set_string(value))
                if before == "--set-file":
                    name, _ = value.split("=")
                    values = self.merged(values, helm.parse_set_string(f"{name}=-----BEGIN CERTIFICATE"))
            with self.subTest(page=page, line=line), helm.Chart.load(CHART) as chart:
                chart.validate_schema(values)
                seen += 1
        self.assertGreater(seen, 1)

    def merged(self, values, more):
        result = dict(values)
        for key, value in more.items():
            old = result.get(key)
            result[key] = self.merged(old, value) if isinstance(old, dict) and isinstance(value, dict) else value
        return result


if __name__ == "__main__":
    unittest.main()
