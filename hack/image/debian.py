"""Debian's packages: those that the image needs, and what it takes of each."""

import io
import os
import pathlib
import re
import subprocess
import tarfile
from dataclasses import dataclass

from tree import Entry

ATTEMPTS = 3
# Shared libraries where the linker looks, what says which Debian it is, and licenses.
TAKEN = re.compile(
    r"usr/lib/[a-z0-9_-]+-linux-gnu/[^/]+\.so[.0-9]*|usr/lib64/ld-[^/]+|usr/lib/ld-linux-[^/]+"
    r"|etc/(os-release|debian_version)|usr/lib/os-release"
    r"|usr/share/common-licenses/[^/]+|usr/share/doc/[^/]+/copyright|usr/share/doc/[^/]+")


@dataclass(frozen=True)
class Package:
    """One that has been downloaded, and its license by its SPDX name."""

    name: str
    license: str
    file: pathlib.Path

    def control(self, field):
        """A field of its description; empty if there is none."""
        return run("dpkg-deb", "--field", str(self.file), field).decode().strip()

    @property
    def description(self):
        """The whole of it, as dpkg would store it."""
        return run("dpkg-deb", "--field", str(self.file)).decode()

    def entries(self):
        """What the image takes of it, by path. What Debian still has under /lib is under /usr/lib here."""
        archive = run("dpkg-deb", "--fsys-tarfile", str(self.file))
        with tarfile.open(fileobj=io.BytesIO(archive)) as files:
            for member in files:
                path = re.sub(r"^lib(?=(64)?/)", "usr/lib", member.name.removeprefix("./"))
                if not TAKEN.fullmatch(path) or member.isdir():
                    continue
                if member.issym():
                    yield path, Entry(0o777, target=member.linkname)
                elif member.isreg():
                    yield path, Entry(member.mode, files.extractfile(member).read())


def run(*command, **options):
    """What a command prints; an error with what it said if it fails."""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command[:3])}: {done.stderr.decode(errors='replace').strip()}")
    return done.stdout


def listed(path):
    """Names of packages and their licenses, as the list in the project says."""
    lines = [line.split(maxsplit=1) for line in path.read_text(encoding="utf-8").splitlines()]
    return [(line[0], line[1]) for line in lines if line and not line[0].startswith("#")]


def download(path, folder):
    """The listed packages, in the version that apt would install."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.deb"):
        old.unlink()
    names = [name for name, _ in listed(path)]
    sandbox = ["-o", "APT::Sandbox::User=root"] if os.geteuid() == 0 else []
    command = ["apt-get", *sandbox, "-o", "Acquire::Retries=3", "--quiet", "download", *names]
    for attempt in range(1, ATTEMPTS + 1):
        try:
            run(*command, cwd=folder)
            break
        except RuntimeError as error:
            if attempt == ATTEMPTS:
                raise RuntimeError(f"{error}\nIf apt's lists are old, run: apt-get update") from error
    return [Package(name, license, one(folder, name)) for name, license in listed(path)]


def one(folder, name):
    [file] = folder.glob(f"{name}_*.deb")
    return file


def architecture():
    """Of this machine, as Debian and OCI both name it: amd64 or arm64."""
    return run("dpkg", "--print-architecture").decode().strip()
