"""Finds the Swift packages that are linked into the binary, with their versions and licenses."""

import json
import pathlib
import re
from dataclasses import dataclass

from debian import run

NOTICES = ["LICENSE", "LICENSE.txt", "NOTICE.txt"]


@dataclass(frozen=True)
class Linked:
    """A package that is linked into the binary. `texts` are its license and notices, by the names of their files."""

    name: str
    version: str
    location: str
    license: str
    texts: dict


def texts(folder):
    """Returns the licenses and notices in a folder."""
    return {name: (folder / name).read_bytes() for name in NOTICES if (folder / name).is_file()}


def license(name, found):
    """Returns the SPDX name of a license by its text."""
    text = b"\n".join(text for file, text in found.items() if file.startswith("LICENSE"))
    if b"Apache License" not in text:
        raise ValueError(f"{name}: found another license than Apache's; say here which one it is")
    return "Apache-2.0" + (" WITH Swift-exception" if b"Runtime Library Exception" in text else "")


def packages(root):
    """Returns the Swift packages that the package manager has resolved, including indirect ones."""
    for pin in json.loads((root / "Package.resolved").read_text(encoding="utf-8"))["pins"]:
        location = pin["location"].removesuffix(".git")
        found = texts(root / ".build/checkouts" / location.rsplit("/", 1)[1])
        yield Linked(
            pin["identity"], pin["state"]["version"], location, license(pin["identity"], found), found)


def runtime():
    """Returns Swift's own libraries, in the version of the installed toolchain."""
    version = re.search(r"Swift version (\S+)", run("swift", "--version").decode())[1]
    usr = pathlib.Path(run("sh", "-c", "realpath \"$(command -v swift)\"").decode().strip()).parents[1]
    found = texts(usr / "share/swift")
    return Linked("swift", version, "https://github.com/swiftlang/swift", license("swift", found), found)
