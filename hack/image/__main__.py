"""image root BINARY FOLDER: writes the root filesystem of the container image, with the binary, as files.
image archive BINARY FOLDER: writes the image as one file, its contents as SPDX, and the binary's symbols.

The same binary, Debian packages and SOURCE_DATE_EPOCH give the same image. SOURCE_DATE_EPOCH counts seconds since 1970,
and is the time of the last commit by default."""

import datetime
import os
import pathlib
import subprocess
import sys

import archive
import debian
import dockerfile
import elf
import root

SBOM = "usr/share/doc/raymesh/sbom.spdx.json"


def git(*arguments):
    command = ["git", "-C", str(root.PROJECT), *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def created():
    """Returns the time of the last change to the image's contents."""
    seconds = int(os.environ.get("SOURCE_DATE_EPOCH") or git("log", "-1", "--format=%ct"))
    return datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def layers(binary, version, cache):
    """Returns Debian's layer and Raymesh's."""
    packages = debian.download(root.LIST, cache)
    return root.libraries(packages), root.program(binary, version, packages, created())


def version_of(binary):
    """Returns the version that the binary prints."""
    return debian.run(str(binary), "--version").decode().split()[1]


def write_root(binary, folder):
    below, above = layers(binary, version_of(binary), folder.parent / f"{folder.name}.packages")
    for path, entry in above.entries.items():
        below.add(path, entry)
    below.write(folder)


def write_archive(binary, folder):
    version = version_of(binary)
    below, above = layers(binary, version, folder / "packages")
    configuration = dockerfile.configuration()
    if configuration["Labels"]["org.opencontainers.image.version"] != version:
        raise ValueError(f"the binary is version {version}, the Dockerfile's label is another")
    revision = git("rev-parse", "HEAD") + ("-modified" if git("status", "--porcelain") else "")
    configuration["Labels"] |= {
        "org.opencontainers.image.created": created(), "org.opencontainers.image.revision": revision}
    for old in folder.glob("raymesh-*"):
        old.unlink()
    parts = [(below, "Debian packages"), (above, "raymesh")]
    name = f"raymesh:{version}"
    content, digest = archive.image(parts, configuration, debian.architecture(), created(), name)
    (folder / f"raymesh-{version}.oci.tar").write_bytes(content)
    (folder / f"raymesh-{version}.spdx.json").write_bytes(above.entries[SBOM].content)
    symbols = elf.symbols(binary, above.entries["usr/bin/raymesh"].content)
    (folder / f"raymesh-{version}.debug").write_bytes(symbols)
    size = sum(len(entry.content or b"") for tree, _ in parts for entry in tree.entries.values())
    print(f"{name} {digest}: {len(content) / 1e6:.1f} MB, unpacked {size / 1e6:.1f} MB")


def main():
    commands = {"root": write_root, "archive": write_archive}
    if len(sys.argv) != 4 or sys.argv[1] not in commands:
        sys.exit(__doc__)
    try:
        commands[sys.argv[1]](pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3]))
    except (RuntimeError, ValueError, OSError, subprocess.CalledProcessError) as error:
        sys.exit(f"image: {error}")


main()
