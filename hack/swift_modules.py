"""Checks rules about the Swift modules as a whole: the names of their types, and which of them build without Linux."""

import re

from swift_source import code_only

# These targets, and all targets that they depend on, build on every platform.
PORTABLE = ["Explain", "Manifests"]
# Modules that exist only on Linux, and C headers that only Unix has.
LINUX = {"Glibc", "Musl", "CLinux"}
LINUX_HEADER = re.compile(
    r"^\s*#\s*include\s*<((?:sys|linux|netinet|arpa)/[^>]+|unistd\.h|pthread\.h|poll\.h)>", re.MULTILINE)
IMPORT = re.compile(
    r"^(?:@\w+(?:\([^)]*\))?\s+)*(?:(?:public|package|internal|fileprivate|private)\s+)?"
    r"import\s+(?:(?:struct|class|enum|protocol|typealias|func|let|var)\s+)?(\w+)", re.MULTILINE)
# A type that is not nested in another: nothing stands before its first word.
TYPE = re.compile(
    r"^(?:@\w+(?:\([^)]*\))?\s+|(?:public|package|internal|fileprivate|private|final|open|indirect|nonisolated)\s+)*"
    r"(?:struct|class|enum|actor|protocol|typealias)\s+(\w+)", re.MULTILINE)
TARGET = re.compile(r"\.(?:target|executableTarget|systemLibrary)\(\s*name:\s*\"(\w+)\"")


def module_breaches(manifest, files):
    """Each breach: path, line and what is wrong. `manifest` is the text of Package.swift, `files` is text by path."""
    targets = dependencies(manifest)
    portable = closure(targets, PORTABLE)
    for module in sorted(portable & LINUX):
        yield "Package.swift", 1, f"{' and '.join(PORTABLE)} depend on {module}, which exists only on Linux"
    known = {module: "a module" for module in targets}
    for path, text in sorted(files.items()):
        parts = path.split("/")
        if parts[0] != "Sources" or len(parts) < 3:
            continue
        if parts[1] in portable:
            yield from linux_breaches(path, text)
        if path.endswith(".swift"):
            yield from type_breaches(path, text, known)


def linux_breaches(path, text):
    if not path.endswith(".swift"):
        found = [match for match in LINUX_HEADER.finditer(text)]
    else:
        text = code_only(text)
        found = [match for match in IMPORT.finditer(text) if match[1] in LINUX]
    for match in found:
        yield path, _line(text, match), f"{match[1]}: {' and '.join(PORTABLE)} need this file, and build without Linux"


def type_breaches(path, text, known):
    """Types whose name is taken. `known` holds each name that has been seen, and where."""
    text = code_only(text)
    for match in TYPE.finditer(text):
        line = _line(text, match)
        if match[1] in known:
            yield path, line, f"{match[1]}: {known[match[1]]} has that name too"
        known.setdefault(match[1], f"a type in {path}:{line}")


def dependencies(manifest):
    """The targets of a Package.swift, each with the targets that it depends on."""
    found = {}
    starts = [*TARGET.finditer(manifest)]
    for match, after in zip(starts, [*starts[1:], None]):
        body = manifest[match.end():after.start() if after else len(manifest)]
        stated = re.search(r"dependencies:\s*\[(.*?)\](?=\s*[,)])", body, re.DOTALL)
        words = re.sub(r"\.product\([^)]*\)", "", stated[1]) if stated else ""
        found[match[1]] = re.findall(r'"(\w+)"', words)
    return found


def closure(targets, names):
    """Targets, and everything that they depend on."""
    found, waiting = set(), list(names)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += targets.get(name, [])
    return found


def _line(text, match):
    return text.count("\n", 0, match.start(1)) + 1
