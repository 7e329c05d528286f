"""What is in the image, and what is not."""

import json
import os
import stat
import unittest

import debian
import dockerfile
from image import IMAGE, root, say
from project import ROOT

MOST_BYTES = 60_000_000


def files():
    """Each path with what it is, the root's own first."""
    for folder, folders, names in os.walk(root()):
        for name in folders + names:
            path = os.path.join(folder, name)
            yield "/" + os.path.relpath(path, root()), os.lstat(path)


class Contents(unittest.TestCase):
    def test_it_is_small(self):
        unpacked = sum(status.st_size for _, status in files() if stat.S_ISREG(status.st_mode))
        print(f"{IMAGE.stat().st_size / 1e6:.1f} MB, unpacked {unpacked / 1e6:.1f} MB")
        self.assertLess(unpacked, MOST_BYTES)

    def test_nothing_in_it_can_be_run_but_the_binary(self):
        programs = [
            path for path, status in files()
            if stat.S_ISREG(status.st_mode) and status.st_mode & 0o111 and ".so" not in path]
        self.assertEqual(programs, ["/usr/bin/raymesh"])

    def test_all_is_root_s_and_nobody_else_may_write(self):
        for path, status in files():
            self.assertEqual((status.st_uid, status.st_gid), (0, 0), path)
            if not stat.S_ISLNK(status.st_mode) and path != "/tmp":
                self.assertFalse(status.st_mode & (stat.S_ISUID | stat.S_ISGID | 0o022), path)

    def test_every_link_leads_somewhere(self):
        for path, status in files():
            if stat.S_ISLNK(status.st_mode):
                target = os.path.join(os.path.dirname(path), os.readlink(f"{root()}{path}"))
                self.assertTrue(os.path.lexists(f"{root()}{os.path.normpath(target)}"), path)

    def test_its_users_have_names_and_no_shell(self):
        for line in (root() / "etc/passwd").read_text().splitlines():
            self.assertTrue(line.endswith(":/sbin/nologin"), line)
        self.assertIn("nonroot:x:65532:65532:", (root() / "etc/passwd").read_text())

    def test_every_package_has_its_license_beside_it(self):
        names = {name for name, _ in debian.listed(ROOT / "manifests/image/packages")}
        self.assertEqual({each.name for each in (root() / "var/lib/dpkg/status.d").iterdir()}, names)
        for name in names | {"raymesh"}:
            self.assertGreater((root() / f"usr/share/doc/{name}/copyright").stat().st_size, 0, name)
        for name in ["swift", "swift-log"]:
            self.assertGreater((root() / f"usr/share/doc/{name}/LICENSE.txt").stat().st_size, 0, name)

    def test_its_binary_has_no_symbols_and_they_are_kept_beside_the_image(self):
        [symbols] = IMAGE.parent.glob("*.debug")
        identity = [
            line for line in say("readelf", "--notes", symbols).splitlines() if "Build ID" in line]
        self.assertIn(identity[0], say("readelf", "--notes", root() / "usr/bin/raymesh"))
        self.assertIn("symtab", say("readelf", "--sections", "--wide", symbols))
        self.assertNotIn("symtab", say("readelf", "--sections", "--wide", root() / "usr/bin/raymesh"))


class Configuration(unittest.TestCase):
    def test_another_program_reads_it_as_oci_s_and_as_docker_s(self):
        wanted = dockerfile.configuration()
        version = wanted["Labels"]["org.opencontainers.image.version"]
        for transport, name in [("oci-archive", version), ("docker-archive", f"raymesh:{version}")]:
            config = json.loads(say("skopeo", "inspect", "--config", f"{transport}:{IMAGE}:{name}"))
            found = config["config"]
            for key in ["User", "Entrypoint", "ExposedPorts"]:
                self.assertEqual(found[key], wanted[key], f"{transport}: {key}")
            self.assertLessEqual(wanted["Labels"].items(), found["Labels"].items())
            self.assertEqual(config["architecture"], debian.architecture())
            self.assertEqual(config["created"], found["Labels"]["org.opencontainers.image.created"])


if __name__ == "__main__":
    unittest.main()
