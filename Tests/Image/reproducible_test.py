"""Whether the same image comes out again."""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

from image import IMAGE, root
from project import RAYMESH, ROOT


def contents(folder):
    """Mode and content, or the target of a link, of each path below a folder."""
    found = {}
    for path in folder.rglob("*"):
        status = path.lstat()
        link, file = path.is_symlink(), path.is_file()
        found[path.relative_to(folder)] = (
            None if link else status.st_mode, os.readlink(path) if link else path.read_bytes() if file else None)
    return found


class Reproducible(unittest.TestCase):
    def test_the_root_that_the_dockerfile_takes_is_the_one_in_the_image(self):
        with tempfile.TemporaryDirectory() as folder:
            command = [sys.executable, str(ROOT / "hack/image"), "root", RAYMESH, f"{folder}/root"]
            subprocess.run(command, check=True, capture_output=True)
            self.assertEqual(contents(pathlib.Path(folder, "root")), contents(root()))

    def test_it_is_the_same_to_the_byte_elsewhere_and_later(self):
        with tempfile.TemporaryDirectory() as folder:
            folder = pathlib.Path(folder)
            binary = folder / "another name"
            shutil.copyfile(RAYMESH, binary)
            binary.chmod(0o700)
            command = [sys.executable, str(ROOT / "hack/image"), "archive", str(binary), str(folder / "made")]
            environment = os.environ | {"TZ": "Asia/Tokyo", "LC_ALL": "C", "PYTHONHASHSEED": "7", "HOME": str(folder)}
            subprocess.run(command, check=True, cwd=folder, env=environment, umask=0o077, capture_output=True)
            for made in [IMAGE, *IMAGE.parent.glob("*.spdx.json")]:
                self.assertEqual((folder / "made" / made.name).read_bytes(), made.read_bytes(), made.name)


if __name__ == "__main__":
    unittest.main()
