"""The binary as the image has it, and its symbols, which are kept beside the image."""

import hashlib
import pathlib
import re
import tempfile

from debian import run

# The compiler's own, of what it compiled; nothing reads it at run time. Of two builds of the same sources it alone
# differs, and so does the linker's build ID, which is a hash of all.
HASHES = ".swift_modhash"


def copied(*command):
    """What a command makes of the binary that is its last argument but one."""
    with tempfile.NamedTemporaryFile() as file:
        run(*command, file.name)
        return pathlib.Path(file.name).read_bytes()


def identity(binary):
    """The build ID that the linker gave it."""
    return bytes.fromhex(re.search(r"Build ID: ([0-9a-f]+)", run("readelf", "--notes", str(binary)).decode())[1])


def stripped(binary):
    """Without symbols, which are half of it, and with a build ID of what is left."""
    content, old = copied("objcopy", "--strip-all", f"--remove-section={HASHES}", str(binary)), identity(binary)
    if content.count(old) != 1:
        raise ValueError(f"{binary}: found its build ID {content.count(old)} times, expected it once")
    new = hashlib.sha1(content.replace(old, bytes(len(old)))).digest()[:len(old)]
    return content.replace(old, new)


def symbols(binary, content):
    """What was stripped, under the build ID of what is left."""
    with tempfile.NamedTemporaryFile() as file:
        pathlib.Path(file.name).write_bytes(content)
        new = identity(file.name)
    return copied("objcopy", "--only-keep-debug", str(binary)).replace(identity(binary), new)
