"""Downloads Debian's packages for the image, and selects the files that it takes from each."""

import io
import os
import pathlib
import re
import subprocess
import tarfile
from dataclasses import dataclass

from tree import Entry

ATTEMPTS = 3
# The files that the image takes: shared libraries that the linker finds, Debian's release files, and licenses.
TAKEN = re.compile(
    r"usr/lib/[a-z0-9_-]+-linux-gnu/[^/]+\.so[.0-9]*|usr/lib64/ld-[^/]+|usr/lib/ld-linux-[^/]+"
    r"|etc/(os-release|debian_version)|usr/lib/os-release"
    r"|usr/share/common-licenses/[^/]+|usr/share/doc/[^/]+/copyright|usr/share/doc/[^/]+")


@dataclass(frozen=True)
class Package:
    """A package that has been downloaded, and its license by its SPDX name."""

    name: str
    license: str
    file: pathlib.Path

    def control(self, field):
        """Returns a field of its description, or an empty text if there is none."""
        return run("dpkg-deb", "--field", str(self.file), field).decode().strip()

    @property
    def description(self):
        """Returns the whole description, as dpkg would store it."""
        return run("dpkg-deb", "--field", str(self.file)).decode()

    def entries(self):
        """Returns the files that the image takes, by path. Debian's files under /lib are under /usr/lib here."""
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
    """Returns what a command prints. If it fails, the error has its output."""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command[:3])}: {done.stderr.decode(errors='replace').strip()}")
    return done.stdout


def listed(path):
    """Returns the packages that the project's list names, with their licenses."""
    lines = [line.split(maxsplit=1) for line in path.read_text(encoding="utf-8").splitlines()]
    return [(line[0], line[1]) for line in lines if line and not line[0].startswith("#")]


def download(path, folder):
    """Downloads the listed packages, in the version that apt would install."""
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
    """Returns the machine's architecture by the name that Debian and OCI share: amd64 or arm64."""
    return run("dpkg", "--print-architecture").decode().strip()
