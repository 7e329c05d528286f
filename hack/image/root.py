"""Builds the image's root filesystem: Debian's libraries in the lower layer, the binary in the upper one."""

import pathlib

import debian
import elf
import licenses
import sbom
from tree import Tree

PROJECT = pathlib.Path(__file__).resolve().parents[2]
LIST = PROJECT / "manifests/image/packages"

PASSWD = "root:x:0:0:root:/:/sbin/nologin\nnonroot:x:65532:65532:nonroot:/:/sbin/nologin\n"
GROUP = "root:x:0:\nnonroot:x:65532:\n"
NSSWITCH = "passwd: files\ngroup: files\nhosts: files dns\n"


def libraries(packages):
    """Returns Debian's layer, which changes with Debian alone."""
    tree = Tree()
    tree.link("lib", "usr/lib")
    tree.link("lib64", "usr/lib64")
    # It stays empty on arm64, where the linker is in /lib.
    tree.directory("usr/lib64")
    tree.directory("tmp", 0o1777)
    tree.file("etc/passwd", PASSWD)
    tree.file("etc/group", GROUP)
    tree.file("etc/nsswitch.conf", NSSWITCH)
    for package in packages:
        for path, entry in package.entries():
            tree.add(path, entry)
        # Scanners look here for packages that dpkg has not installed.
        tree.file(f"var/lib/dpkg/status.d/{package.name}", package.description)
    return tree


def program(binary, version, packages, created):
    """Returns Raymesh's layer: the binary, the licenses of what is linked into it, and the SPDX document."""
    tree = Tree()
    linked = [licenses.runtime(), *licenses.packages(PROJECT)]
    content = elf.stripped(binary)
    tree.file("usr/bin/raymesh", content, 0o755)
    tree.file("usr/share/doc/raymesh/copyright", (PROJECT / "LICENSE").read_bytes())
    for each in linked:
        for name, text in each.texts.items():
            tree.file(f"usr/share/doc/{each.name}/{name}", text)
    document = sbom.document(version, debian.architecture(), content, packages, linked, created)
    tree.file("usr/share/doc/raymesh/sbom.spdx.json", document)
    return tree
