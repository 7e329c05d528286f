"""Envoy's log, a line of JSON for each request and each connection: the witness of layer 7."""

import json
from pathlib import Path


def requests(path):
    """The lines of a log; `log.py` names the fields. One that Envoy is in the middle of is left out."""
    lines = Path(path).read_text(encoding="utf-8").splitlines(keepends=True) if Path(path).exists() else []
    return [json.loads(line) for line in lines if line.endswith("\n")]
