"""Holds the files of a root filesystem in memory. One tree always gives the same bytes."""

import gzip
import io
import pathlib
import shutil
import stat
import tarfile
from dataclasses import dataclass


@dataclass(frozen=True)
class Entry:
    """A file if it has content, a link if it has a target, and otherwise a directory."""

    mode: int
    content: bytes | None = None
    target: str | None = None


class Tree:
    """The entries by their paths, which are relative to the root. All belong to root, and none has a time."""

    def __init__(self):
        self.entries = {}

    def add(self, path, entry):
        """Adds an entry and the directories above it. It is an error if something else is there."""
        path = str(path)
        if self.entries.setdefault(path, entry) != entry:
            raise ValueError(f"/{path}: found two of them, expected one")
        for parent in [str(each) for each in pathlib.PurePath(path).parents][:-1]:
            above = self.entries.setdefault(parent, Entry(0o755))
            if above.content is not None or above.target is not None:
                raise ValueError(f"/{parent}: found no directory, expected one for /{path}")

    def file(self, path, content, mode=0o644):
        self.add(path, Entry(mode, content if isinstance(content, bytes) else content.encode()))

    def link(self, path, target):
        self.add(path, Entry(0o777, target=target))

    def directory(self, path, mode=0o755):
        self.add(path, Entry(mode))

    def sorted(self):
        return sorted(self.entries.items(), key=lambda each: pathlib.PurePath(each[0]).parts)

    def tar(self):
        """Returns a tar archive: sorted, owned by root, with times of 1970."""
        buffer = io.BytesIO()
        with tarfile.open(fileobj=buffer, mode="w", format=tarfile.USTAR_FORMAT) as archive:
            for path, entry in self.sorted():
                info = tarfile.TarInfo(path)
                info.mode = entry.mode
                if entry.content is not None:
                    info.size = len(entry.content)
                elif entry.target is not None:
                    info.type, info.linkname = tarfile.SYMTYPE, entry.target
                else:
                    info.type = tarfile.DIRTYPE
                archive.addfile(info, io.BytesIO(entry.content or b""))
        return buffer.getvalue()

    def write(self, folder):
        """Writes the tree as files, and replaces what was there."""
        folder = pathlib.Path(folder)
        if folder.exists():
            shutil.rmtree(folder)
        folder.mkdir(parents=True)
        for path, entry in self.sorted():
            place = folder / path
            if entry.target is not None:
                place.symlink_to(entry.target)
                continue
            if entry.content is None:
                place.mkdir()
            else:
                place.write_bytes(entry.content)
            place.chmod(stat.S_IMODE(entry.mode))


def compressed(archive):
    """Compresses an archive, without a time or a name in the header."""
    return gzip.compress(archive, compresslevel=9, mtime=0)
