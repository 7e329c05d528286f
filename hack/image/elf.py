"""Strips the binary for the image. Its symbols are kept beside the image."""

import hashlib
import pathlib
import re
import tempfile

from debian import run

# The compiler's hash of what it compiled. Nothing reads it at run time. Two builds of the same sources differ only in
# this and in the linker's build ID, which is a hash of everything.
HASHES = ".swift_modhash"


def copied(*command):
    """Returns the file that a command makes of the binary, its last argument but one."""
    with tempfile.NamedTemporaryFile() as file:
        run(*command, file.name)
        return pathlib.Path(file.name).read_bytes()


def identity(binary):
    """Returns the build ID that the linker gave the binary."""
    return bytes.fromhex(re.search(r"Build ID: ([0-9a-f]+)", run("readelf", "--notes", str(binary)).decode())[1])


def stripped(binary):
    """Removes the symbols, which are half of the binary, and sets a build ID that is a hash of the rest."""
    content, old = copied("objcopy", "--strip-all", f"--remove-section={HASHES}", str(binary)), identity(binary)
    if content.count(old) != 1:
        raise ValueError(f"{binary}: found its build ID {content.count(old)} times, expected it once")
    new = hashlib.sha1(content.replace(old, bytes(len(old)))).digest()[:len(old)]
    return content.replace(old, new)


def symbols(binary, content):
    """Returns the removed symbols, with the build ID of the stripped binary."""
    with tempfile.NamedTemporaryFile() as file:
        pathlib.Path(file.name).write_bytes(content)
        new = identity(file.name)
    return copied("objcopy", "--only-keep-debug", str(binary)).replace(identity(binary), new)
