"""What becomes of Swift tests that fail: a stand-in for `swift` says how each run ends."""

import os
import subprocess
import tempfile
import unittest
from pathlib import Path

from project import ROOT

# Each run prints the next file and ends by the status that is its first line.
STAND_IN = """#!/usr/bin/env bash
folder=$(dirname "${BASH_SOURCE[0]}")
[[ $* == *--help-hidden* ]] && { cat "$folder/help"; exit; }
echo "$*" >>"$folder/calls"
run=$folder/run.$(wc -l <"$folder/calls")
tail -n +2 "$run"
exit "$(head -n 1 "$run")"
"""
PASSED = "0\n✔ Test run with 2 tests in 1 suite passed after 1.0 seconds.\n"
FAILED = """1
✘ Test "it ends" recorded an issue at EndTests.swift:1:1: Expectation failed: false
✘ Test "it ends" failed after 0.1 seconds with 1 issue.
✘ Suite EndTests failed after 0.2 seconds with 1 issue.
✔ Suite OtherTests passed after 0.2 seconds.
"""
LAST = "✘ Test run with 2 tests in 2 suites failed after 1.0 seconds with 1 issue.\n"


class SwiftTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        (self.folder / "swift").write_text(STAND_IN)
        (self.folder / "swift").chmod(0o755)
        (self.folder / "help").write_text("")

    def run_with(self, *runs):
        for number, text in enumerate(runs, start=1):
            (self.folder / f"run.{number}").write_text(text)
        environment = os.environ | {"PATH": f"{self.folder}:{os.environ['PATH']}"}
        command = ["hack/swift-test", "--filter", "Some", "--skip-build"]
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
        return done.returncode, done.stdout, (self.folder / "calls").read_text().splitlines()

    def test_what_passes_runs_once(self):
        status, said, calls = self.run_with(PASSED)
        self.assertEqual((status, calls), (0, ["test --filter Some --skip-build"]))
        self.assertNotIn("──", said)

    def test_a_swift_that_can_holds_tests_back(self):
        (self.folder / "help").write_text("  --experimental-maximum-parallelization-width <number>\n")
        _, _, calls = self.run_with(PASSED)
        self.assertEqual(calls, ["test --experimental-maximum-parallelization-width 8 --filter Some --skip-build"])

    def test_a_suite_that_fails_runs_once_more_by_itself_and_is_named(self):
        status, said, calls = self.run_with(FAILED + LAST, PASSED)
        again = r"test --filter \.EndTests/ --skip-build"
        self.assertEqual((status, calls), (0, ["test --filter Some --skip-build", again]))
        self.assertIn('── failed:\n✘ Test "it ends" recorded an issue at EndTests.swift:1:1', said)
        self.assertEqual(said.splitlines()[-1], "── FLAKY: failed beside others, passed by themselves: EndTests")

    def test_what_fails_again_has_failed(self):
        status, said, calls = self.run_with(FAILED + LAST, FAILED + LAST)
        self.assertEqual((status, len(calls)), (1, 2))
        self.assertNotIn("FLAKY", said)

    def test_a_run_that_crashes_does_not_run_again(self):
        status, said, calls = self.run_with(FAILED.replace("1", "139", 1) + "error: signal 11\n")
        self.assertEqual((status, len(calls)), (139, 1))
        self.assertEqual(said.splitlines()[-1], "error: signal 11")

    def test_what_does_not_build_does_not_run_again(self):
        status, said, calls = self.run_with("1\nEnd.swift:1:1: error: cannot find 'a' in scope\n")
        self.assertEqual((status, len(calls)), (1, 1))
        self.assertIn("── failed:\nEnd.swift:1:1: error:", said)


if __name__ == "__main__":
    unittest.main()
