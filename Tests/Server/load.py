"""The load: a program of its own that asks as an API server does."""

import json
import os
import pathlib
import subprocess

HERE = pathlib.Path(__file__).parent


class Load:
    """A load of reviews on servers, by `connections` connections, until `result` is called.

    It sends at least `requests` reviews. Each connection is idle for up to `pause` between two of them.
    """

    def __init__(self, servers, authorities, requests, connections=8, pause="0s"):
        replicas = [f"{each.address}:{each.port}=http://{each.address}:{each.admin_port}/readyz" for each in servers]
        self.requests = requests
        self.process = subprocess.Popen(
            [os.environ.get("LOAD", str(HERE / "load")), "-requests", str(requests), "-authorities", str(authorities),
             "-connections", str(connections), "-pause", pause,
             "-review", str(HERE.parent / "Benchmarks" / "review.json"), *replicas],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        line = self.process.stderr.readline()
        if line != "load: begun\n":
            raise AssertionError(f"the load does not begin: {line}")

    def result(self):
        """What it comes to."""
        out, errors = self.process.communicate(timeout=3600)
        if self.process.returncode:
            raise AssertionError(f"the load failed: {errors}")
        return json.loads(out)

    def kill(self):
        """Ends it if a test has failed."""
        if self.process.poll() is None:
            self.process.kill()
            self.process.communicate()
