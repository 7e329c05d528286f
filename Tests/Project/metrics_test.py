"""Whether the reference lists the metrics that servers tell."""

import contextlib
import json
import os
import re
import subprocess
import tempfile
import time
import unittest
import urllib.request

from project import RAYMESH, raymesh, read, rows

REFERENCE = read("docs/reference.md")


def admin_of(process):
    """Where a process says that its admin listener is."""
    return next(found[0] for line in process.stderr if (found := re.findall(r"admin=(\S+)", line)))


class Metrics(unittest.TestCase):
    def test_the_table_lists_what_a_server_tells(self):
        with tempfile.TemporaryDirectory() as folder:
            raymesh("certificates", "--host", "localhost", "--directory", folder)
            command = [RAYMESH, "serve", "--listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0", "--log-format",
                       "text", "--tls-certificate", f"{folder}/tls.crt", "--tls-key", f"{folder}/tls.key"]
            with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as server:
                try:
                    admin = admin_of(server)
                    for path in ["/livez", "/metrics"]:
                        told = urllib.request.urlopen(admin + path, timeout=30).read().decode()
                finally:
                    server.kill()
        types = dict(re.findall(r"^# TYPE (\S+) (\S+)$", told, re.MULTILINE))
        meanings = dict(re.findall(r"^# HELP (\S+) (.*)$", told, re.MULTILINE))
        listed = {row[0]: (row[1], row[3]) for row in rows(REFERENCE.split("## Metrics")[1], 4) if row[0] != "metric"}
        self.assertEqual(listed, {name: (types[name], meanings.get(name)) for name in types})


class MetricsOfAPIServers(unittest.TestCase):
    """What is told of what is kept in an API server, here one that nobody reaches."""

    @contextlib.contextmanager
    def running(self, *arguments):
        """Where a process tells its metrics."""
        with tempfile.TemporaryDirectory() as folder:
            config = {
                "current-context": "c", "contexts": [{"name": "c", "context": {"cluster": "c"}}],
                "clusters": [{"name": "c", "cluster": {"server": "http://127.0.0.1:1"}}]}
            path = os.path.join(folder, "config")
            with open(path, "w", encoding="utf-8") as file:
                json.dump(config, file)
            flags = ["--kubeconfig", path, "--admin-listen", "127.0.0.1:0", "--log-format", "text"]
            command = [RAYMESH, *arguments, *flags]
            with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
                try:
                    yield admin_of(process) + "/metrics"
                finally:
                    process.kill()

    def assert_listed(self, names, place, table):
        table = REFERENCE.split(f"| {table} |")[1].split("\n\n")[0]
        listed = {row[0]: (row[1], row[3]) for row in rows(table, 4) if row[0].startswith("raymesh_")}
        self.assertGreater(len(listed), 3)
        # The series are made when the first look has been.
        deadline = time.monotonic() + 30
        while (told := self.told(names, place)) != listed and time.monotonic() < deadline:
            time.sleep(0.05)
        self.assertEqual(listed, told)

    def told(self, names, place):
        text = urllib.request.urlopen(place, timeout=30).read().decode()
        own = re.findall(rf"^# TYPE (raymesh_(?:{names})\S*) (\S+)$", text, re.MULTILINE)
        meanings = dict(re.findall(r"^# HELP (\S+) (.*)$", text, re.MULTILINE))
        return {name: (kind, meanings.get(name)) for name, kind in own}

    def test_the_table_lists_what_a_controller_tells(self):
        with self.running("control") as place:
            self.assert_listed("queue|reconciles|watch|objects|leader|clusters", place, "controller metric")

    def test_the_table_lists_what_is_told_of_self_managed_certificates(self):
        with self.running("serve", "--certificates", "self-managed", "--listen", "127.0.0.1:0") as place:
            self.assert_listed("authority|ca|certificate_(?:errors|rotations)", place, "certificate metric")


if __name__ == "__main__":
    unittest.main()
