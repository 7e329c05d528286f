#!/usr/bin/env python3
"""Checks the rules of CONTRIBUTING.md that no other tool knows. One line for each breach; exit code 1 for any."""

import re
import subprocess
import sys
from pathlib import Path

from swift_modules import module_breaches
from swift_source import code_only, functions, literals

MOST_COLUMNS = 120
MOST_FILE_LINES = 250
MOST_FUNCTION_LINES = 25

CODE = {".swift", ".c", ".cpp", ".h", ".py", ".sh", ".go"}

# Patterns for the code of Swift sources, without comments and strings, and what to do instead.
SWIFT_SOURCES = [
    (r"\btry!", "throw, or handle the error"),
    (r"\bas!", "cast with as?, or keep the type"),
    (r"\bfatalError\b", "what a user or a peer sends must not trap"),
    (
        r"\b(?:class|struct|enum|actor|protocol|typealias)\s+\w*(?:Manager|Helper|Utils?|Impl)\b",
        "name it by its role",
    ),
    (r"\bfunc\s+get[A-Z]\w*", "name it by what it gives"),
]

# Allowed if the line, or the comment right above it, says why.
SWIFT_JUSTIFIED = [r"@unchecked\s+Sendable\b", r"\bnonisolated\(unsafe\)"]
JUSTIFICATION = re.compile(r"//\s*why: \S")

# Patterns for any code, including comments.
ANY_CODE = [(r"\b(?:TODO|FIXME)\b", "do it, or file an issue")]

# Patterns for every text file.
ANYWHERE = [
    (r"(?<![\w.~-])/(?:work|farm|root|home/\w+|Users/\w+)/", "a path of one machine: make it relative"),
    # The header alone is no key: a test may look for it.
    (
        r"-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----(?:\s|\\n)+(?:Proc-Type|[A-Za-z0-9+/=]{16})",
        "no key belongs in the repository",
    ),
    (
        r"\b(?:(?:deb|security)\.debian\.org|pypi\.org|pythonhosted\.org|npmjs\.(?:org|com)|crates\.io"
        r"|proxy\.golang\.org|rubygems\.org|repo\.maven\.apache\.org)\b",
        "name the package, not the host that serves it",
    ),
]

# The one home of names that others define, or that others know Raymesh by.
NAMES = "Sources/Names/"
# A raw value of an enum has to be a literal.
RAW_VALUE = re.compile(r"\s*case \w+ = ")

# The files that spell out what they forbid.
SPELLED_OUT = {"hack/lint.py", "Tests/Project/lint_test.py", "CONTRIBUTING.md"}


def breaches(path, text):
    """Yields each breach of a rule in a file, as its line and what is wrong. `path` starts at the project's root."""
    path = Path(path)
    is_script = not path.suffix and text.startswith("#!")
    if path.suffix in CODE or is_script:
        count = text.count("\n")
        if count > MOST_FILE_LINES:
            yield 1, f"{count} lines; expected at most {MOST_FILE_LINES}: one idea a file"
        for number, line in enumerate(text.split("\n"), 1):
            # Swift has a formatter, which knows where a line cannot be broken.
            if len(line) > MOST_COLUMNS and path.suffix != ".swift":
                yield number, f"{len(line)} columns; expected at most {MOST_COLUMNS}"
    if path.suffix == ".swift":
        yield from function_breaches(text)
        if path.parts[0] == "Sources":
            yield from source_breaches(text)
    if path.as_posix() not in SPELLED_OUT:
        yield from word_breaches(text, ANYWHERE + (ANY_CODE if path.suffix in CODE or is_script else []))


def names_at_home(root):
    """Every name that Sources/Names spells, as far as it cannot be mistaken for a word."""
    return {
        name
        for path in sorted((root / NAMES).glob("**/*.swift"))
        for _, name in literals(path.read_text(encoding="utf-8"))
        if re.search(r"[./-]", name)
    }


def name_breaches(path, text, names):
    """Names of Sources/Names that another source spells again. Sentences and commands for people may, so a literal
    with a space in it counts as one."""
    if not path.startswith("Sources/") or not path.endswith(".swift") or path.startswith(NAMES):
        return
    paths = {name for name in names if name.startswith("/")}
    keys = "|".join(re.escape(name) for name in sorted(names - paths, key=len, reverse=True))
    key = re.compile(rf"(?<![\w-])(?:{keys})(?![\w.-])") if keys else None
    lines = text.split("\n")
    for line, literal in literals(text):
        if re.search(r"\s", literal) or RAW_VALUE.match(lines[line - 1]):
            continue
        spelled = literal if literal in paths else key and key.search(literal)
        if spelled:
            yield line, f"{literal[:60]}: {NAMES} has this name; use it from there"


def function_breaches(text):
    for name, line, count in functions(text):
        if count > MOST_FUNCTION_LINES:
            yield line, f"{name} has {count} lines; expected at most {MOST_FUNCTION_LINES}"


def source_breaches(text):
    code = code_only(text)
    yield from word_breaches(code, SWIFT_SOURCES)
    lines = text.split("\n")
    for pattern in SWIFT_JUSTIFIED:
        for number, found in matches(pattern, code):
            above = lines[number - 2] if number > 1 else ""
            if not JUSTIFICATION.search(lines[number - 1]) and not JUSTIFICATION.search(above):
                yield number, f"{found}: say why it is safe, in a comment `// why: …` on the line or above it"


def word_breaches(text, rules):
    for pattern, advice in rules:
        for number, found in matches(pattern, text):
            yield number, f"{found[:60]}: {advice}"


def matches(pattern, text):
    for match in re.finditer(pattern, text):
        yield text.count("\n", 0, match.start()) + 1, " ".join(match[0].split())


def twins(names):
    """Yields paths that differ from an earlier one in case alone, each with that one."""
    known = {}
    for name in names:
        for path in [name, *(str(folder) for folder in Path(name).parents if str(folder) != ".")]:
            first = known.setdefault(path.lower(), path)
            if first != path:
                yield path, first


def project_files(root):
    """Lists every file that is, or is about to be, under version control."""
    command = ["git", "-C", str(root), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(command, check=True, capture_output=True).stdout.decode().split("\0")
    return sorted({name for name in names if name and (root / name).is_file()})


def sources(root, names):
    """The text of each source file, by its path."""
    suffixes = (".swift", ".c", ".cpp", ".h")
    return {name: (root / name).read_text(encoding="utf-8") for name in names if name.endswith(suffixes)}


def main():
    root = Path(__file__).resolve().parent.parent
    count = 0
    names = project_files(root)
    for path, first in sorted(set(twins(names))):
        count += 1
        print(f"{path}:1: differs from {first} in case alone: macOS and Windows hold one of them")
    for path, line, what in module_breaches((root / "Package.swift").read_text(), sources(root, names)):
        count += 1
        print(f"{path}:{line}: {what}")
    home = names_at_home(root)
    for name in names:
        try:
            text = (root / name).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        for line, what in [*breaches(name, text), *name_breaches(name, text, home)]:
            count += 1
            print(f"{name}:{line}: {what}")
    if count:
        print(f"lint: {count} breaches of the rules in CONTRIBUTING.md", file=sys.stderr)
    return 1 if count else 0


if __name__ == "__main__":
    sys.exit(main())
