"""Which revision a build says it is of: git's, and none if there is no git."""

import os
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

from project import ROOT


class Revision(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name) / "checkout"
        (self.folder / "hack").mkdir(parents=True)
        shutil.copy(ROOT / "hack/revision", self.folder / "hack/revision")

    def git(self, *arguments, folder=None):
        environment = os.environ | {
            "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@example.com",
            "GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@example.com"}
        command = ["git", "-C", str(folder or self.folder), *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True, env=environment).stdout.strip()

    def revision(self):
        run = subprocess.run([self.folder / "hack/revision"], check=True, capture_output=True, text=True)
        self.assertEqual(run.stderr, "")
        return run.stdout.strip()

    def commit(self, folder=None):
        self.git("init", "--quiet", folder=folder)
        self.git("add", ".", folder=folder)
        self.git("commit", "--quiet", "--message", "one", folder=folder)

    def test_a_checkout_s_is_git_s_and_says_if_something_has_changed(self):
        self.commit()
        head = self.git("rev-parse", "HEAD")[:7]
        self.assertEqual(self.revision(), head)
        (self.folder / "new").write_text("not under version control\n")
        self.assertEqual(self.revision(), head)
        with open(self.folder / "hack/revision", "a", encoding="utf-8") as file:
            file.write("\n")
        self.assertEqual(self.revision(), f"{head}-modified")

    def test_an_archive_has_none_not_even_within_another_checkout(self):
        self.assertEqual(self.revision(), "")
        self.commit(self.folder.parent)
        self.assertEqual(self.revision(), "")

    def test_a_checkout_without_a_commit_has_none(self):
        self.git("init", "--quiet")
        self.assertEqual(self.revision(), "")


if __name__ == "__main__":
    unittest.main()
