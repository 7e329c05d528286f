"""What the image says of its contents, and whether it is so."""

import hashlib
import json
import unittest

import debian
from image import IMAGE, root, say
from project import ROOT
from spdx_tools.spdx.parser.parse_anything import parse_file
from spdx_tools.spdx.validation.document_validator import validate_full_spdx_document

INSIDE = "usr/share/doc/raymesh/sbom.spdx.json"


class Contents(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.document = json.loads((root() / INSIDE).read_text())
        cls.packages = {each["SPDXID"].split("-")[1] + " " + each["name"]: each for each in cls.document["packages"]}

    def versions(self, kind):
        return {
            each["name"]: each["versionInfo"] for key, each in self.packages.items() if key.startswith(f"{kind} ")}

    def test_it_is_valid_spdx(self):
        document = parse_file(str(root() / INSIDE))
        self.assertEqual(validate_full_spdx_document(document), [])

    def test_the_one_beside_the_image_is_the_one_in_it(self):
        [beside] = IMAGE.parent.glob("*.spdx.json")
        self.assertEqual(beside.read_bytes(), (root() / INSIDE).read_bytes())

    def test_it_names_the_packages_of_debian_that_are_there(self):
        found = {}
        for path in (root() / "var/lib/dpkg/status.d").iterdir():
            fields = dict(line.split(": ", 1) for line in path.read_text().splitlines() if ": " in line)
            found[fields["Package"]] = fields["Version"]
        self.assertEqual(self.versions("Debian"), found)
        for name, license in debian.listed(ROOT / "manifests/image/packages"):
            self.assertEqual(self.packages[f"Debian {name}"]["licenseDeclared"], license)

    def test_it_names_the_swift_packages_that_are_linked_and_swift(self):
        pins = json.loads((ROOT / "Package.resolved").read_text())["pins"]
        wanted = {each["identity"]: each["state"]["version"] for each in pins}
        version = say("swift", "--version").split("Swift version ")[1].split()[0]
        self.assertEqual(self.versions("Swift"), wanted | {"swift": version})

    def test_it_knows_the_binary(self):
        digest = hashlib.sha256((root() / "usr/bin/raymesh").read_bytes()).hexdigest()
        [checksum] = self.packages["Program raymesh"]["checksums"]
        self.assertEqual(checksum, {"algorithm": "SHA256", "checksumValue": digest})

    def test_every_package_is_told_to_be_in_the_image(self):
        related = {each["relatedSpdxElement"] for each in self.document["relationships"]}
        self.assertEqual(related, {each["SPDXID"] for each in self.document["packages"]})


if __name__ == "__main__":
    unittest.main()
