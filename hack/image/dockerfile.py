"""Reads manifests/image/Dockerfile as far as the image and its checks need it."""

import json
import pathlib
import re
import shlex

PATH = pathlib.Path(__file__).resolve().parents[2] / "manifests/image/Dockerfile"


def instructions():
    """Yields each instruction and its arguments, in order, with continued lines joined."""
    text = re.sub(r"^#.*\n", "", PATH.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return [line.split(maxsplit=1) for line in re.sub(r"\\\n", " ", text).splitlines() if line.strip()]


def stages():
    """Returns the instructions of each stage, which begins with its FROM."""
    found = []
    for instruction in instructions():
        if instruction[0] == "FROM":
            found.append([])
        found[-1].append(instruction)
    return found


def configuration():
    """Returns the image's configuration by the last stage, in OCI's terms."""
    said = {name: arguments for name, arguments in stages()[-1] if name not in ("FROM", "COPY")}
    labels = dict(each.split("=", 1) for each in shlex.split(said.pop("LABEL")))
    found = {
        "User": said.pop("USER"), "Entrypoint": json.loads(said.pop("ENTRYPOINT")), "WorkingDir": "/",
        "ExposedPorts": {f"{port}/tcp": {} for port in said.pop("EXPOSE").split()}, "Labels": labels}
    if said:
        raise ValueError(f"{PATH.name}: found {', '.join(said)} in the last stage, expected what hack/image knows")
    return found
