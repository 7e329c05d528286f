"""Where the webhook's certificate comes from: whom the API server trusts, and what the pods mount."""

import base64
import shutil
import ssl
import subprocess
import tempfile
import unittest
from pathlib import Path

from manifests import CONTROLLER, OVERLAY, Manifests, rendered
from project import ROOT, raymesh, read


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


class SelfManaged(Manifests):
    def environment(self):
        return {each["name"]: each["value"] for each in self.container(self.self_managed)["env"]}

    def test_nothing_is_mounted_and_no_file_is_named(self):
        for field, place in [("volumes", self.pod(self.self_managed)["spec"]),
                             ("volumeMounts", self.container(self.self_managed))]:
            self.assertNotIn(field, place)
        self.assertEqual(self.environment()["RAYMESH_CERTIFICATES"], "self-managed")
        self.assertFalse([name for name in self.environment() if "TLS" in name])

    def test_roles_and_policies_name_what_the_server_is_after(self):
        configuration = self.self_managed["MutatingWebhookConfiguration"]["metadata"]["name"]
        self.assertIn(f"(default: {configuration})", self.described("webhook-configuration"))
        [hooks] = self.self_managed["ClusterRole raymesh-certificates"]["rules"]
        self.assertEqual(hooks["resourceNames"], [configuration])
        [_, own] = self.self_managed["Role raymesh-certificates"]["rules"]
        [secret] = own["resourceNames"]
        self.assertIn(f"(default: {secret})", self.described("certificate-secret"))
        policy = self.self_managed["ValidatingAdmissionPolicy raymesh-secret"]["spec"]
        self.assertIn(f"object.metadata.name == '{secret}'", policy["validations"][0]["expression"])

    def described(self, flag):
        """What the help says of a flag."""
        help_text = " ".join(raymesh("serve", "--help").split())
        return help_text.split(f"--{flag} <")[1].split(" --")[0]

    def test_pods_have_a_token_and_reach_the_api_server_also_without_the_controller(self):
        with tempfile.TemporaryDirectory() as folder:
            copy = Path(folder) / "m"
            shutil.copytree(ROOT / "manifests", copy, ignore=shutil.ignore_patterns("certs"))
            overlay = copy / "overlays/self-managed/kustomization.yaml"
            lines = overlay.read_text(encoding="utf-8").splitlines()
            overlay.write_text("\n".join(each for each in lines if "components/controller" not in each), "utf-8")
            alone = rendered(overlay.parent)
        self.assertNotIn(CONTROLLER, alone)
        for objects in [alone, self.self_managed]:
            self.assertTrue(self.pod(objects)["spec"]["automountServiceAccountToken"])
            [egress] = objects["NetworkPolicy"]["spec"]["egress"]
            self.assertEqual([each["port"] for each in egress["ports"]], [443, 6443])

    def test_the_certificate_is_for_the_name_that_the_api_server_asks_for(self):
        service = self.self_managed["Service"]["metadata"]["name"]
        self.assertIn(f"(default: {service})", self.described("service"))
        self.assertEqual(self.client()["name"], service)
        for webhook in self.self_managed["MutatingWebhookConfiguration"]["webhooks"]:
            self.assertNotIn("caBundle", webhook["clientConfig"])


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
