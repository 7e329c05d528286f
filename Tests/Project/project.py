"""The paths of the project's files, and a way to run its binary."""

import json
import os
import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
RAYMESH = os.environ.get("RAYMESH", str(ROOT / ".build/debug/raymesh"))


def read(path):
    """A file of the project as text."""
    return (ROOT / path).read_text(encoding="utf-8")


def server_paths(routes):
    """The paths that a file of routes answers, by their names in `ServerPath`."""
    home = dict(re.findall(r'static var (\w+): Text \{ "(/[\w-]+)" \}', read("Sources/Names/WellKnown.swift")))
    return {home[name] for name in re.findall(r"ServerPath\.(\w+)", read(f"Sources/Webhook/{routes}.swift"))}


def rows(text, cells):
    """The rows of tables with `cells` cells, without backticks."""
    for line in text.splitlines():
        row = [cell.strip().replace("`", "") for cell in line.strip("|").split(" | ")]
        if line.startswith("| ") and len(row) == cells:
            yield row


def raymesh(*arguments, **options):
    """What the binary prints; an error if its exit code is not 0."""
    return subprocess.run(
        [RAYMESH, *arguments], check=True, capture_output=True, text=True, stdin=subprocess.DEVNULL, **options
    ).stdout


def package():
    """The Swift package, as its package manager describes it."""
    command = ["swift", "package", "describe", "--type", "json"]
    return json.loads(subprocess.run(command, cwd=ROOT, check=True, capture_output=True).stdout)


def flags(command):
    """The flags that a command's help lists, without their dashes."""
    found = re.findall(r"^  --([a-z0-9-]+)", raymesh(command, "--help"), re.MULTILINE)
    return [flag for flag in found if flag != "version"]


def variable(flag):
    """The environment variable that stands for a flag of the server."""
    return "RAYMESH_" + flag.upper().replace("-", "_")
