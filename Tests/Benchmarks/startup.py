#!/usr/bin/env python3
"""How long `raymesh serve` takes from its start until /readyz says yes: the median of some starts, in milliseconds."""

import os
import pathlib
import statistics
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "Server"))
os.environ.setdefault("RAYMESH", str(pathlib.Path(__file__).parent.parent.parent / ".build/release/raymesh"))

from server import Server, make_certificates  # noqa: E402


def start(folder):
    """One start, in seconds."""
    server = Server("127.0.0.1", folder, ["--drain-delay", "0s"])
    begin = time.monotonic()
    server.spawn()
    while not server.ask("/readyz"):
        time.sleep(0.001)
    taken = time.monotonic() - begin
    server.stop()
    return taken


def main():
    with tempfile.TemporaryDirectory() as folder:
        make_certificates(folder)
        times = [start(folder) * 1000 for _ in range(11)]
    print(f"ready after {statistics.median(times):.0f} ms ({min(times):.0f}-{max(times):.0f})")


if __name__ == "__main__":
    main()
