"""What kustomize makes of the manifests: valid for every Kubernetes that the validator knows, and in agreement with
itself and with the binary."""

import base64
import re
import shutil
import ssl
import subprocess
import tempfile
import unittest
from pathlib import Path

import kubernetes_validate
import yaml
from kubernetes_validate.utils import all_versions
from manifests import OVERLAY, Manifests, rendered
from project import ROOT, flags, raymesh, read, variable


class Validity(Manifests):
    def test_every_object_is_valid_strictly_for_every_kubernetes_version(self):
        self.assertGreater(len(all_versions()), 5)
        for version in all_versions():
            for each in [*self.base.values(), *self.overlay.values()]:
                with self.subTest(kind=each["kind"], version=version):
                    kubernetes_validate.validate(each, version, strict=True)

    def test_the_base_holds_what_it_should_and_no_secret(self):
        kinds = {"Namespace", "ServiceAccount", "Deployment", "Service", "MutatingWebhookConfiguration"}
        self.assertEqual(set(self.base), kinds)
        controller = {"ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding"}
        self.assertEqual(set(self.overlay), kinds | controller | {"Secret"})

    def test_the_sample_is_a_plain_raycluster(self):
        cluster = yaml.safe_load(read("manifests/samples/raycluster.yaml"))
        text = str(cluster)
        self.assertEqual((cluster["apiVersion"], cluster["kind"]), ("ray.io/v1", "RayCluster"))
        for ours in ["port", "node-ip-address", "raymesh", "RAYMESH"]:
            self.assertNotIn(ours, text)


class Agreement(Manifests):
    def test_the_webhook_reaches_the_service_and_the_service_the_pods(self):
        service, client = self.base["Service"], self.client()
        self.assertEqual(client["name"], service["metadata"]["name"])
        self.assertEqual(client["namespace"], service["metadata"]["namespace"])
        [port] = service["spec"]["ports"]
        self.assertEqual(client["port"], port["port"])
        named = {each["name"]: each["containerPort"] for each in self.container()["ports"]}
        self.assertIn(port["targetPort"], named)
        self.assertLessEqual(service["spec"]["selector"].items(), self.pod()["metadata"]["labels"].items())
        selector = self.base["Deployment"]["spec"]["selector"]["matchLabels"]
        self.assertEqual(selector, service["spec"]["selector"])

    def test_paths_are_routes_of_the_server(self):
        for webhook in self.webhooks().values():
            route = f'addTimed("{webhook["clientConfig"]["service"]["path"]}"'
            self.assertIn(route, read("Sources/Webhook/WebhookRoutes.swift"))
        for probe in ["livenessProbe", "readinessProbe"]:
            route = f'.get, "{self.container()[probe]["httpGet"]["path"]}"'
            self.assertIn(route, read("Sources/Webhook/AdminRoutes.swift"))
            self.assertEqual(self.container()[probe]["httpGet"]["port"], "admin")

    def test_ports_are_the_server_s_defaults_and_the_image_s(self):
        named = {each["name"]: each["containerPort"] for each in self.container()["ports"]}
        help_text = " ".join(raymesh("serve", "--help").split())
        self.assertIn(f"(default: [::]:{named['https']})", help_text)
        self.assertIn(f"(default: [::]:{named['admin']})", help_text)
        self.assertIn(f"EXPOSE {named['https']} {named['admin']}", read("manifests/image/Dockerfile"))

    def test_arguments_and_variables_are_those_of_raymesh_serve(self):
        self.assertEqual(self.container()["args"], ["serve"])
        known = {variable(flag) for flag in flags("serve")}
        names = {each["name"] for each in self.container()["env"]}
        self.assertLessEqual(names, known)
        self.assertLessEqual({"RAYMESH_TLS_CERTIFICATE", "RAYMESH_TLS_KEY"}, names)

    def test_the_certificate_is_mounted_where_the_server_looks(self):
        [mount] = self.container()["volumeMounts"]
        [volume] = self.pod()["spec"]["volumes"]
        self.assertEqual(mount["name"], volume["name"])
        mounted = {f"{mount['mountPath']}/{item['path']}": item["key"] for item in volume["secret"]["items"]}
        values = {each["name"]: each["value"] for each in self.container()["env"]}
        self.assertEqual(mounted[values["RAYMESH_TLS_CERTIFICATE"]], "tls.crt")
        self.assertEqual(mounted[values["RAYMESH_TLS_KEY"]], "tls.key")

    def test_the_image_is_of_the_binary_s_version(self):
        version = raymesh("--version").split()[1]
        for objects in [self.base, self.overlay]:
            [container] = self.pod(objects)["spec"]["containers"]
            self.assertEqual(container["image"], f"raymesh:{version}")
        for page in ["README.md", "manifests/image/Dockerfile"]:
            self.assertEqual(set(re.findall(r"raymesh:(\d[\d.]*\d)", read(page))), {version}, page)

    def test_every_object_is_in_the_namespace(self):
        name = self.base["Namespace"]["metadata"]["name"]
        for each in self.overlay.values():
            whole = ("Namespace", "MutatingWebhookConfiguration", "ClusterRole", "ClusterRoleBinding")
            if each["kind"] not in whole:
                self.assertEqual(each["metadata"]["namespace"], name, each["kind"])


class Security(Manifests):
    def test_the_pod_meets_the_restricted_standard(self):
        """The Restricted profile of Kubernetes' Pod Security Standards, field by field."""
        pod, container = self.pod()["spec"], self.container()
        self.assertTrue(pod["securityContext"]["runAsNonRoot"])
        self.assertGreater(pod["securityContext"]["runAsUser"], 0)
        self.assertEqual(pod["securityContext"]["seccompProfile"], {"type": "RuntimeDefault"})
        self.assertFalse(container["securityContext"]["allowPrivilegeEscalation"])
        self.assertEqual(container["securityContext"]["capabilities"], {"drop": ["ALL"]})
        self.assertTrue(container["securityContext"]["readOnlyRootFilesystem"])
        for field in ["hostNetwork", "hostPID", "hostIPC"]:
            self.assertNotIn(field, pod)

    def test_the_pod_runs_as_the_image_s_user(self):
        security = self.pod()["spec"]["securityContext"]
        self.assertIn(f"USER {security['runAsUser']}:{security['runAsGroup']}\n", read("manifests/image/Dockerfile"))

    def test_no_token_and_no_sidecar(self):
        self.assertFalse(self.base["ServiceAccount"]["automountServiceAccountToken"])
        self.assertFalse(self.pod()["spec"]["automountServiceAccountToken"])
        self.assertEqual(self.pod()["spec"]["serviceAccountName"], self.base["ServiceAccount"]["metadata"]["name"])
        self.assertEqual(self.pod()["metadata"]["labels"]["sidecar.istio.io/inject"], "false")


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


if __name__ == "__main__":
    unittest.main()
