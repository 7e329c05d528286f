"""Reads manifests/image/Dockerfile as far as its checks need it."""

import re

from project import read

PATH = "manifests/image/Dockerfile"


def instructions():
    """Each instruction and its arguments, in order, lines that go on joined."""
    text = re.sub(r"\\\n", " ", re.sub(r"^#.*\n", "", read(PATH), flags=re.MULTILINE))
    return [line.split(maxsplit=1) for line in text.splitlines() if line.strip()]


def stages():
    """The instructions of each stage, which begins with its FROM."""
    found = []
    for instruction in instructions():
        if instruction[0] == "FROM":
            found.append([])
        found[-1].append(instruction)
    return found


def packages(stage):
    """The Debian packages that a stage installs."""
    [names] = re.findall(r"apt-get install((?: \S+)+?) +&&", " ".join(arguments for _, arguments in stage))
    return {name for name in names.split() if not name.startswith("-")}
