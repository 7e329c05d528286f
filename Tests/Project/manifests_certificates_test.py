"""Where the webhook's certificate comes from: whom the API server trusts, and what the pods mount."""

import base64
import shutil
import ssl
import subprocess
import tempfile
import unittest
from pathlib import Path

from manifests import OVERLAY, Manifests, rendered
from project import ROOT, read


class OwnAuthority(Manifests):
    def test_the_pods_mount_the_secret_that_is_made(self):
        [volume] = self.pod(self.overlay)["spec"]["volumes"]
        self.assertEqual(volume["secret"]["secretName"], self.overlay["Secret"]["metadata"]["name"])
        [volume] = self.pod(self.base)["spec"]["volumes"]
        self.assertTrue(self.overlay["Secret"]["metadata"]["name"].startswith(volume["secret"]["secretName"]))

    def test_the_secret_holds_the_pair_and_not_the_authority_s_key(self):
        data = self.overlay["Secret"]["data"]
        self.assertEqual(set(data), {"ca.crt", "tls.crt", "tls.key"})
        for name, text in data.items():
            self.assertEqual(base64.b64decode(text), (self.certificates / name).read_bytes(), name)

    def test_the_api_server_is_told_whom_to_trust(self):
        for name, webhook in self.webhooks(self.overlay).items():
            bundle = base64.b64decode(webhook["clientConfig"]["caBundle"])
            self.assertEqual(bundle, (self.certificates / "ca.crt").read_bytes(), name)
            ssl.create_default_context(cadata=bundle.decode())

    def test_the_certificate_is_for_the_name_that_the_api_server_asks_for(self):
        service = self.client()
        self.assertEqual(self.host, f"{service['name']}.{service['namespace']}.svc")
        for document in ["README.md", f"manifests/{OVERLAY}/kustomization.yaml"]:
            self.assertIn(f"raymesh certificates --host {self.host}", read(document))

    def test_without_certificates_it_says_which_file_is_missing(self):
        with tempfile.TemporaryDirectory() as folder:
            shutil.copytree(ROOT / "manifests", f"{folder}/m", ignore=shutil.ignore_patterns("certs"))
            with self.assertRaisesRegex(AssertionError, "certs/ca.crt"):
                rendered(Path(folder) / "m" / OVERLAY)

    def test_its_keys_cannot_be_committed(self):
        for path in [f"manifests/{OVERLAY}/certs/ca.key", "certs/ca.key", "certs/tls.key"]:
            run = subprocess.run(["git", "-C", str(ROOT), "check-ignore", "--quiet", path])
            self.assertEqual(run.returncode, 0, path)


class CertManager(Manifests):
    def test_the_pods_mount_the_secret_that_it_makes(self):
        [volume] = self.pod(self.cert_manager)["spec"]["volumes"]
        certificate = self.cert_manager["Certificate raymesh"]["spec"]
        self.assertEqual(volume["secret"]["secretName"], certificate["secretName"])
        self.assertEqual(certificate["dnsNames"], [self.host])

    def test_each_certificate_has_an_issuer_and_the_authority_is_its_own(self):
        authority = self.cert_manager["Certificate raymesh-authority"]["spec"]
        self.assertTrue(authority["isCA"])
        self.assertEqual(self.cert_manager["Issuer raymesh"]["spec"], {"ca": {"secretName": authority["secretName"]}})
        for name in ["raymesh", "raymesh-authority"]:
            issuer = self.cert_manager[f"Certificate {name}"]["spec"]["issuerRef"]["name"]
            self.assertIn(f"Issuer {issuer}", self.cert_manager)

    def test_the_api_server_is_told_whom_to_trust(self):
        metadata = self.cert_manager["MutatingWebhookConfiguration"]["metadata"]
        certificate = self.cert_manager["Certificate raymesh"]["metadata"]
        self.assertEqual(
            metadata["annotations"]["cert-manager.io/inject-ca-from"],
            f"{certificate['namespace']}/{certificate['name']}")


if __name__ == "__main__":
    unittest.main()
