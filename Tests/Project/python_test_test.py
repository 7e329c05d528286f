"""What becomes of Python tests that fail."""

import subprocess
import sys
import tempfile
import textwrap
import unittest
from pathlib import Path

from project import ROOT

BEGIN = """
    import pathlib, unittest

    def is_first(name):
        seen = pathlib.Path(__file__).with_name(name)
        if seen.exists():
            return False
        seen.touch()
        return True

    class Steady(unittest.TestCase):
        def test_steady(self):
            pass
"""
ONCE = """
    class Once(unittest.TestCase):
        def test_once(self):
            for part in range(2):
                with self.subTest(part):
                    self.assertFalse(is_first("once"))
"""
CLASS = """
    class Begun(unittest.TestCase):
        @classmethod
        def setUpClass(cls):
            if is_first("class"):
                raise OSError("not yet")

        def test_begun(self):
            pass
"""
ALWAYS = """
    class Always(unittest.TestCase):
        def test_always(self):
            self.fail("as ever")
"""


class PythonTest(unittest.TestCase):
    def run_with(self, *parts):
        with tempfile.TemporaryDirectory() as folder:
            text = "".join(textwrap.dedent(part) for part in parts)
            (Path(folder) / "some_test.py").write_text(text)
            command = [sys.executable, "-B", "hack/python-test", folder, "some_test.py"]
            done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
        return done.returncode, done.stderr

    def test_what_passes_runs_once(self):
        status, said = self.run_with(BEGIN)
        self.assertEqual(status, 0, said)
        self.assertNotIn("──", said)

    def test_a_class_that_fails_runs_once_more_by_itself_and_is_named(self):
        status, said = self.run_with(BEGIN, ONCE, CLASS)
        self.assertEqual(status, 0, said)
        self.assertIn("FAILED (failures=1, errors=1)", said)
        names = "some_test.Begun some_test.Once"
        self.assertEqual(said.splitlines()[-1], f"── FLAKY: failed beside others, passed by themselves: {names}")
        self.assertEqual(said.count("test_steady ("), 1)

    def test_what_fails_again_has_failed(self):
        status, said = self.run_with(BEGIN, ONCE, ALWAYS)
        self.assertEqual(status, 1, said)
        self.assertNotIn("FLAKY", said)

    def test_a_file_that_is_not_python_has_failed(self):
        status, said = self.run_with("import")
        self.assertEqual(status, 1, said)
        self.assertNotIn("again", said)

    def test_no_test_at_all_is_a_failure(self):
        self.assertEqual(self.run_with("import unittest")[0], 1)


if __name__ == "__main__":
    unittest.main()
