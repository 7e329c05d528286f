"""Whether what the README says was tried is what is tried."""

import re
import subprocess
import unittest

from helm_python import helm_sdk_version
from kubernetes_validate.utils import all_versions
from project import ROOT, read, rows


class Support(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        table = read("README.md").split("## What was tried\n")[1].split("\n## ")[0]
        cls.table = [(row[0], row[1]) for row in rows(table, 3)]

    def of(self, what):
        return " ".join(versions for name, versions in self.table if name == what)

    def test_rays(self):
        tried = dict(re.findall(r"^((?:MATRIX_)?RAYS) \?= (.*)$", read("Makefile"), re.MULTILINE))
        versions = re.compile(r"\d+\.\d+\.\d+|newest")
        few, more = self.of("Ray").split(";")
        self.assertEqual(set(versions.findall(few)), set(tried["RAYS"].split()))
        self.assertEqual(set(versions.findall(few + more)), set(tried["MATRIX_RAYS"].split()))

    def test_kubernetes(self):
        minors = sorted({int(each.split(".")[1]) for each in all_versions()})
        [server] = re.findall(r"^version=1\.(\d+)\.", read("hack/kube-apiserver"), re.MULTILINE)
        self.assertEqual(self.of("Kubernetes"), f"1.{server} 1.{minors[0]} to 1.{minors[-1]}")

    def test_helm_and_prometheus(self):
        self.assertEqual(f"v{self.of('Helm')}", helm_sdk_version().split(".")[0])
        [_, promtool] = subprocess.run(
            ["hack/prometheus"], cwd=ROOT, check=True, capture_output=True, text=True).stdout.split()
        run = subprocess.run([promtool, "--version"], check=True, capture_output=True, text=True)
        # Which one that is depends on the Debian; the table names that of CI's.
        self.assertRegex(run.stdout + run.stderr, r"version 2\.\d+")
        self.assertRegex(self.of("Prometheus"), r"^2\.\d+$")


if __name__ == "__main__":
    unittest.main()
