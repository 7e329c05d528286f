"""Whether the container image would hold the libraries that the release binary, $RAYMESH, needs.

Run by `make image-check`. It needs the release binary, but no container engine."""

import os
import re
import subprocess
import unittest

from dockerfile import packages, stages
from project import RAYMESH, read

# Debian's base image has these, as dpkg itself needs them.
IN_EVERY_IMAGE = {"libc6", "libgcc-s1"}


def libraries():
    """Where the binary's shared libraries are found, those that they need in turn among them."""
    text = subprocess.run(["ldd", RAYMESH], check=True, capture_output=True, text=True).stdout
    return text, [os.path.realpath(path) for path in re.findall(r"(?:=> |^\t)(/\S+) \(", text, re.MULTILINE)]


def package(path):
    """The Debian package that a file came in; before /usr was merged, /lib was a folder of its own."""
    for each in [path, path.removeprefix("/usr")]:
        run = subprocess.run(["dpkg", "--search", each], capture_output=True, text=True)
        if run.returncode == 0:
            return run.stdout.split(":")[0]
    raise AssertionError(f"{path} is of no Debian package: linked from the toolchain, not into the binary?")


class Image(unittest.TestCase):
    def test_the_machine_is_of_the_debian_of_the_image(self):
        with open("/etc/os-release", encoding="utf-8") as file:
            codename = re.findall(r"^VERSION_CODENAME=(\S+)$", file.read(), re.MULTILINE)
        self.assertTrue(stages()[-1][0][1].startswith(f"debian:{codename[0]}"), "libraries go by other names there")

    def test_no_library_is_missing(self):
        text, found = libraries()
        self.assertNotIn("not found", text)
        self.assertGreater(len(found), 4)

    def test_it_installs_exactly_the_packages_of_the_libraries(self):
        needed = {package(path) for path in libraries()[1]}
        self.assertEqual(packages(stages()[-1]), needed - IN_EVERY_IMAGE)

    def test_the_swift_runtime_is_in_the_binary(self):
        self.assertNotIn("libswift", libraries()[0])
        self.assertIn("--static-swift-stdlib", read("Makefile"))


if __name__ == "__main__":
    unittest.main()
