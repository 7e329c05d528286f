"""What can be said about the container image without building anything."""

import re
import unittest

from dockerfile import instructions, packages, stages
from project import ROOT, package, read


class Image(unittest.TestCase):
    def test_what_it_copies_is_there_and_is_sent_to_the_builder(self):
        allowed = {line[1:] for line in read(".dockerignore").splitlines() if line.startswith("!")}
        copied = []
        for name, arguments in instructions():
            if name == "COPY" and not arguments.startswith("--from"):
                copied += arguments.split()[:-1]
        self.assertEqual(set(copied), allowed)
        for path in copied:
            self.assertTrue((ROOT / path).exists(), path)

    def test_it_copies_every_folder_that_the_package_names(self):
        folders = {each["path"].split("/")[0] for each in package()["targets"]}
        self.assertLessEqual({"Sources", "Tests"}, folders)
        allowed = {line[1:] for line in read(".dockerignore").splitlines() if line.startswith("!")}
        self.assertLessEqual(folders, allowed)

    def test_it_builds_with_what_the_project_builds_with(self):
        wanted = set(re.findall(r"has_library \w+ \|\| echo (\S+)", read("hack/install-packages"))) | {"pkg-config"}
        self.assertEqual(packages(stages()[0]), wanted)

    def test_it_builds_the_binary_that_make_build_builds(self):
        [options] = re.findall(r"^RELEASE := (.*)$", read("Makefile"), re.MULTILINE)
        self.assertIn(["RUN", f"swift build {options}"], stages()[0])

    def test_both_stages_are_of_the_same_debian(self):
        [build], [run] = (re.findall(r"FROM \S+?:\S*(bookworm|trixie)", " ".join(stage[0])) for stage in stages())
        self.assertEqual(build, run)


if __name__ == "__main__":
    unittest.main()
