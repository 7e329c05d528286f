"""What the scripts that everything else relies on do."""

import os
import re
import subprocess
import tempfile
import unittest
from pathlib import Path

from project import ROOT, read


def run(*command):
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, stdin=subprocess.DEVNULL)


class Phase(unittest.TestCase):
    def test_a_phase_passes_on_how_its_command_ended(self):
        for status in [0, 1, 7]:
            self.assertEqual(run("hack/phase", "a phase", "bash", "-c", f"exit {status}").returncode, status)

    def test_a_phase_says_how_long_it_took(self):
        self.assertRegex(run("hack/phase", "a phase", "true").stdout, r"── a phase: \d+ s\n$")
        self.assertRegex(run("hack/phase", "a phase", "false").stderr, r"── a phase: FAILED with status 1")


class Packages(unittest.TestCase):
    def test_what_is_installed_is_not_installed_again(self):
        installed = run("hack/apt-install", "bash", "coreutils")
        self.assertEqual((installed.returncode, installed.stdout, installed.stderr), (0, "", ""))

    def test_a_machine_that_runs_this_lacks_nothing(self):
        lacking = run("hack/install-packages", "build", "python", "tests")
        self.assertEqual((lacking.returncode, lacking.stdout, lacking.stderr), (0, "", ""))

    def test_an_unknown_purpose_is_refused(self):
        unknown = run("hack/install-packages", "baking")
        self.assertEqual(unknown.returncode, 1)
        self.assertIn("found baking", unknown.stderr)


class ApiServer(unittest.TestCase):
    """If nothing has to be made."""

    def named(self, **variables):
        """What the script says for such variables, and no other of its own."""
        without = ["KUBEBUILDER_ASSETS", "KUBE_APISERVER", "ETCD", "KUBE_CONTROLLER_MANAGER"]
        unset = [argument for name in without for argument in ("-u", name)]
        given = [f"{name}={value}" for name, value in variables.items()]
        return run("env", *unset, *given, "hack/kube-apiserver")

    def test_the_binaries_that_are_named_are_used(self):
        each = self.named(KUBE_APISERVER="/bin/true", ETCD="/bin/false")
        self.assertEqual((each.returncode, each.stdout), (0, "/bin/true\n/bin/false\n"), each.stderr)
        with tempfile.TemporaryDirectory() as folder:
            for name in ["kube-apiserver", "etcd"]:
                Path(folder, name).symlink_to("/bin/true")
            both = self.named(KUBEBUILDER_ASSETS=folder)
            names = ["kube-apiserver", "etcd"]
            self.assertEqual(both.stdout, "".join(f"{folder}/{name}\n" for name in names), both.stderr)
            Path(folder, "kube-controller-manager").symlink_to("/bin/true")
            names.append("kube-controller-manager")
            all_three = self.named(KUBEBUILDER_ASSETS=folder)
            self.assertEqual(all_three.stdout, "".join(f"{folder}/{name}\n" for name in names), all_three.stderr)

    def test_a_file_that_is_no_program_or_only_half_of_one_is_rejected(self):
        absent = self.named(KUBEBUILDER_ASSETS="/nowhere")
        self.assertEqual(absent.returncode, 1)
        self.assertIn("/nowhere/kube-apiserver is no program", absent.stderr)
        half = self.named(ETCD="/bin/true")
        self.assertEqual(half.returncode, 1)
        self.assertIn("only one of KUBE_APISERVER and ETCD", half.stderr)


class RealRays(unittest.TestCase):
    @unittest.skipUnless(os.geteuid() == 0, "only root becomes somebody else")
    def test_without_root_it_says_that_it_needs_root(self):
        for script in ["Tests/Ray/run", "Tests/Mesh/run"]:
            nobody = run("setpriv", "--reuid=65534", "--clear-groups", script, "--check")
            self.assertEqual(nobody.returncode, 1)
            self.assertIn("root", nobody.stderr)


class Lists(unittest.TestCase):
    def test_scripts_are_found_by_name_and_by_first_line(self):
        found = run("hack/shell-scripts").stdout.split()
        for path in [".ci/run", "hack/run", "hack/lib.sh", "Tests/Ray/run", "Tests/Benchmarks/lib/nginx.sh"]:
            self.assertIn(path, found)
        self.assertNotIn("hack/lint.py", found)

    def test_make_help_lists_every_target_for_people(self):
        listed = re.findall(r"^make (\S+) ", run("make", "--no-print-directory").stdout, re.MULTILINE)
        phony = " ".join(re.findall(r"^\.PHONY: (.*)$", read("Makefile"), re.MULTILINE))
        self.assertEqual(set(phony.split()) - set(listed), {"packages", "tools"})

    def test_tools_are_pinned(self):
        lines = [line for line in read("hack/requirements.txt").splitlines() if not line.startswith("#")]
        self.assertTrue(lines)
        for line in lines:
            self.assertRegex(line, r"^[\w-]+==[\d.]+$")


if __name__ == "__main__":
    unittest.main()
