"""What can be said about the container image without building anything."""

import re
import sys
import unittest

from project import ROOT, package, read

sys.path.insert(0, str(ROOT / "hack/image"))

import debian  # noqa: E402
import dockerfile  # noqa: E402
from tree import Entry, Tree, compressed  # noqa: E402


def stage(number):
    return [[name, arguments] for name, arguments in dockerfile.stages()[number]]


class Dockerfile(unittest.TestCase):
    def test_what_it_copies_is_there_and_is_sent_to_the_builder(self):
        allowed = {line[1:] for line in read(".dockerignore").splitlines() if line.startswith("!")}
        copied = []
        for name, arguments in dockerfile.instructions():
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
        self.assertIn(["RUN", "hack/install-packages build image"], stage(0))

    def test_it_builds_the_binary_that_make_build_builds(self):
        [options] = re.findall(r"^RELEASE := (.*)$", read("Makefile"), re.MULTILINE)
        self.assertIn(["RUN", f"swift build {options}"], stage(0))

    def test_its_last_stage_has_the_root_that_make_image_makes_and_nothing_below(self):
        [command] = [arguments for name, arguments in stage(0) if name == "RUN" and "hack/image" in arguments]
        self.assertEqual(stage(-1)[:2], [["FROM", "scratch"], ["COPY", f"--from=build {command.split()[-1]} /"]])

    def test_what_it_says_of_the_image_is_understood(self):
        configuration = dockerfile.configuration()
        self.assertEqual(configuration["User"], "65532:65532")
        self.assertEqual(configuration["Entrypoint"], ["/usr/bin/raymesh"])

    def test_debian_is_the_one_whose_packages_are_listed(self):
        """Libraries go by other names in another Debian."""
        self.assertIn("-bookworm AS", stage(0)[0][1])
        names = [name for name, _ in debian.listed(ROOT / "manifests/image/packages")]
        self.assertEqual(names, sorted(names))
        self.assertIn("libssl3", names)


class Layers(unittest.TestCase):
    def tree(self, paths):
        tree = Tree()
        for path in paths:
            tree.file(path, path)
        return tree

    def test_order_of_making_does_not_matter(self):
        paths = ["a/b", "a-b", "a/a", "z"]
        self.assertEqual(self.tree(paths).tar(), self.tree(reversed(paths)).tar())
        self.assertEqual(compressed(b"a"), compressed(b"a"))

    def test_a_directory_comes_before_what_is_in_it(self):
        self.assertEqual([path for path, _ in self.tree(["a/b/c", "a-b"]).sorted()], ["a", "a/b", "a/b/c", "a-b"])

    def test_two_of_one_path_are_an_error(self):
        tree = self.tree(["a"])
        tree.file("a", "a")
        with self.assertRaisesRegex(ValueError, "/a: found two"):
            tree.file("a", "other")
        with self.assertRaisesRegex(ValueError, "/a: found no directory"):
            tree.file("a/b", "b")
        with self.assertRaisesRegex(ValueError, "/a: found two"):
            tree.add("a", Entry(0o755))
        tree.link("l", "a")
        with self.assertRaisesRegex(ValueError, "/l: found no directory"):
            tree.file("l/b", "b")

    def test_what_is_taken_of_debian_is_no_program_and_no_plugin(self):
        for path in ["usr/lib/x86_64-linux-gnu/libssl.so.3", "usr/lib/aarch64-linux-gnu/libc.so.6",
                     "usr/lib64/ld-linux-x86-64.so.2", "usr/lib/ld-linux-aarch64.so.1",
                     "usr/share/doc/libssl3/copyright", "etc/os-release"]:
            self.assertTrue(debian.TAKEN.fullmatch(path), path)
        for path in ["usr/bin/dash", "usr/lib/x86_64-linux-gnu/gconv/gconv-modules", "etc/passwd",
                     "usr/lib/x86_64-linux-gnu/engines-3/padlock.so", "usr/share/doc/libssl3/changelog.gz"]:
            self.assertFalse(debian.TAKEN.fullmatch(path), path)


if __name__ == "__main__":
    unittest.main()
