"""How the program ends: its threads may still use OpenSSL while `exit` runs."""

import os
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

from project import RAYMESH, ROOT


def compiler():
    """The C compiler that every Swift toolchain has."""
    return shutil.which("clang") or str(Path(os.path.realpath(shutil.which("swift"))).with_name("clang"))


class Exit(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = folder.name
        cls.look = f"{cls.folder}/after_exit.so"
        flags = subprocess.run(
            ["pkg-config", "--cflags", "--libs", "libcrypto"], check=True, capture_output=True, text=True).stdout
        source = ROOT / "Tests/Project/after_exit.c"
        subprocess.run([compiler(), "-shared", "-fPIC", "-o", cls.look, source, *flags.split()], check=True)

    def end(self, *command):
        run = subprocess.run(
            command, env=os.environ | {"LD_PRELOAD": self.look}, capture_output=True, text=True,
            stdin=subprocess.DEVNULL)
        return run.stderr.splitlines()[-1]

    def test_openssl_outlives_the_exit_of_every_command_that_uses_it(self):
        made = self.end(RAYMESH, "certificates", "--host", "localhost", "--directory", f"{self.folder}/made")
        self.assertEqual(made, "after exit: OpenSSL stands")
        authority = f"{self.folder}/made/ca.crt"
        refused = self.end(RAYMESH, "ask", "--server", "127.0.0.1:1", "--authority", authority, "--wait", "0")
        self.assertEqual(refused, "after exit: OpenSSL stands")

    def test_a_program_that_does_not_see_to_it_is_told_apart(self):
        self.assertEqual(self.end("openssl", "rand", "-hex", "1"), "after exit: OpenSSL is gone")


if __name__ == "__main__":
    unittest.main()
