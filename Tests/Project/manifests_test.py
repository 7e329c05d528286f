"""What kustomize makes of the manifests: valid for every Kubernetes that the validator knows, and in agreement with
itself and with the binary."""

import copy
import re
import shutil
import tempfile
import unittest
from pathlib import Path

import kubernetes_validate
import yaml
from commands import pages
from kubernetes_validate.utils import all_versions
from manifests import CONTROLLER, Manifests, is_known, rendered
from project import ROOT, flags, raymesh, read, server_paths, variable


class Validity(Manifests):
    def assert_valid(self, objects, versions):
        """Strictly, for each version."""
        self.assertTrue(versions)
        for version in versions:
            for each in (each for each in objects if is_known(each, version)):
                with self.subTest(kind=each["kind"], version=version):
                    kubernetes_validate.validate(each, version, strict=True)

    def versions(self, first, last=99):
        """Those that the validator knows, from 1.first to 1.last."""
        return [each for each in sorted(set(all_versions())) if first <= int(each.split(".")[1]) <= last]

    def test_every_object_is_valid_from_kubernetes_1_28_on(self):
        self.assertGreater(len(self.versions(28)), 5)
        self.assert_valid(
            [*self.base.values(), *self.overlay.values(), *self.self_managed.values()], self.versions(28))

    def test_with_cert_manager_too_except_for_its_own_kinds(self):
        objects = [each for each in self.cert_manager.values() if "cert-manager" not in each["apiVersion"]]
        self.assert_valid(objects, self.versions(28))

    def test_what_old_servers_do_not_know_is_left_out_for_them(self):
        """The validator knows no 1.20; `make test-cluster` applies it to one."""
        budgets = {name: each for name, each in self.old.items() if each["kind"] == "PodDisruptionBudget"}
        self.assertEqual(len(budgets), 2)
        for name, budget in budgets.items():
            self.assertEqual(budget["apiVersion"], "policy/v1beta1")
            self.assertEqual(budget["spec"], self.self_managed[name]["spec"])
        self.assert_valid([each for name, each in self.old.items() if name not in budgets], self.versions(25, 27))
        self.assertFalse([name for name in self.old if "AdmissionPolicy" in name])
        with self.assertRaises(kubernetes_validate.ValidationError):
            kubernetes_validate.validate(self.base["MutatingWebhookConfiguration"], self.versions(25)[0], strict=True)

    def test_nothing_else_is_left_out_for_old_servers(self):
        webhooks = copy.deepcopy(self.self_managed["MutatingWebhookConfiguration"])
        for each in webhooks["webhooks"]:
            each.pop("matchConditions", None)
        self.assertEqual(self.old["MutatingWebhookConfiguration"], webhooks)
        for name in ["Deployment", CONTROLLER]:
            self.assertEqual(self.old[name], self.self_managed[name])

    def test_of_1_28_and_1_29_the_policies_alone_are_left_out(self):
        """By a component that may be listed in any overlay, after the others."""
        for name in ["self-managed", "own-authority"]:
            with self.subTest(overlay=name):
                whole, left = self.with_component(name, "kubernetes-1.28")
                policies = {each for each in whole if "AdmissionPolicy" in each}
                self.assertEqual(set(whole) - set(left), policies)
                self.assertEqual(bool(policies), name == "self-managed")
                self.assertEqual({each: whole[each] for each in left if each != "Secret"},
                                 {each: left[each] for each in left if each != "Secret"})
                self.assert_valid(left.values(), self.versions(28, 29))

    def with_component(self, name, component):
        """What an overlay makes, and what it makes with one more component."""
        with tempfile.TemporaryDirectory() as folder:
            copy_ = Path(folder) / "m"
            shutil.copytree(ROOT / "manifests", copy_, ignore=shutil.ignore_patterns("certs"))
            if name == "own-authority":
                shutil.copytree(self.certificates, copy_ / "overlays/own-authority/certs")
            overlay = copy_ / "overlays" / name
            whole = rendered(overlay)
            file = overlay / "kustomization.yaml"
            own = f"  - ../../components/controller\n  - ../../components/{component}\n"
            text = file.read_text("utf-8")
            self.assertIn("  - ../../components/controller\n", text)
            file.write_text(text.replace("  - ../../components/controller\n", own), "utf-8")
            return whole, rendered(overlay)

    def test_the_base_holds_what_it_should_and_no_secret(self):
        kinds = {
            "Namespace", "ServiceAccount", "Deployment", "Service", "MutatingWebhookConfiguration",
            "PodDisruptionBudget", "NetworkPolicy"}
        self.assertEqual(set(self.base), kinds)
        roles = ["ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding"]
        apart = ["ServiceAccount", "Deployment", "PodDisruptionBudget", "NetworkPolicy"]
        controller = {f"{kind} raymesh-controller" for kind in [*roles, *apart]}
        self.assertEqual(set(self.overlay), kinds | controller | {"Secret"})
        certificates = {f"{kind} raymesh-certificates" for kind in roles}
        policies = {f"ValidatingAdmissionPolicy{kind} raymesh-{name}"
                    for kind in ["", "Binding"] for name in ["ca-bundle", "secret"]}
        self.assertEqual(set(self.self_managed), kinds | controller | certificates | policies)
        self.assertEqual(set(self.old), kinds | controller | certificates)

    def test_no_sample_knows_of_a_mesh_or_of_raymesh(self):
        samples = sorted((ROOT / "manifests/samples").glob("ray*.yaml"))
        self.assertEqual([each.stem for each in samples], ["raycluster", "rayjob", "rayservice"])
        for sample in samples:
            text = str(yaml.safe_load(sample.read_text(encoding="utf-8")))
            for ours in ["port'", "node-ip-address", "raymesh", "RAYMESH"]:
                self.assertNotIn(ours, text, sample.name)

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
            self.assertIn(webhook["clientConfig"]["service"]["path"], server_paths("WebhookRoutes"))
        for probe in ["livenessProbe", "readinessProbe"]:
            self.assertIn(self.container()[probe]["httpGet"]["path"], server_paths("AdminRoutes"))
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
        for objects in [self.base, self.overlay, self.self_managed, self.old, self.cert_manager]:
            for name in {"Deployment", CONTROLLER} & set(objects):
                [container] = self.pod(objects, name)["spec"]["containers"]
                self.assertEqual(container["image"], f"raymesh:{version}")
        for page in [*pages(), "manifests/image/Dockerfile"]:
            self.assertLessEqual(set(re.findall(r"raymesh:(\d[\d.]*\d)", read(page))), {version}, page)

    def test_every_object_is_in_the_namespace(self):
        name = self.base["Namespace"]["metadata"]["name"]
        whole = (
            "Namespace", "MutatingWebhookConfiguration", "ClusterRole", "ClusterRoleBinding",
            "ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding")
        for each in [*self.overlay.values(), *self.self_managed.values(), *self.cert_manager.values()]:
            expected = None if each["kind"] in whole else name
            self.assertEqual(each["metadata"].get("namespace"), expected, each["kind"])


class Security(Manifests):
    def test_each_pod_meets_the_restricted_standard(self):
        """The Restricted profile of Kubernetes' Pod Security Standards, field by field."""
        for pod in [each["spec"] for each in self.pods()]:
            [container] = pod["containers"]
            self.assertTrue(pod["securityContext"]["runAsNonRoot"])
            self.assertGreater(pod["securityContext"]["runAsUser"], 0)
            self.assertEqual(pod["securityContext"]["seccompProfile"], {"type": "RuntimeDefault"})
            self.assertFalse(container["securityContext"]["allowPrivilegeEscalation"])
            self.assertEqual(container["securityContext"]["capabilities"], {"drop": ["ALL"]})
            self.assertTrue(container["securityContext"]["readOnlyRootFilesystem"])
            for field in ["hostNetwork", "hostPID", "hostIPC"]:
                self.assertNotIn(field, pod)

    def test_each_pod_runs_as_the_image_s_user(self):
        for pod in self.pods():
            security = pod["spec"]["securityContext"]
            user = f"USER {security['runAsUser']}:{security['runAsGroup']}\n"
            self.assertIn(user, read("manifests/image/Dockerfile"))

    def test_no_token_and_no_sidecar(self):
        self.assertFalse(self.base["ServiceAccount"]["automountServiceAccountToken"])
        self.assertFalse(self.pod()["spec"]["automountServiceAccountToken"])
        self.assertEqual(self.pod()["spec"]["serviceAccountName"], self.base["ServiceAccount"]["metadata"]["name"])
        self.assertEqual(self.pod()["metadata"]["labels"]["sidecar.istio.io/inject"], "false")

    def test_two_replicas_are_spread_and_one_always_stays(self):
        deployment, selected = self.base["Deployment"]["spec"], self.pod()["metadata"]["labels"].items()
        self.assertEqual(deployment["replicas"], 2)
        budget = self.base["PodDisruptionBudget"]["spec"]
        self.assertEqual(budget["minAvailable"], 1)
        self.assertEqual(budget["selector"], deployment["selector"])
        for spread in self.pod()["spec"]["topologySpreadConstraints"]:
            self.assertLessEqual(spread["labelSelector"]["matchLabels"].items(), selected)
            self.assertEqual(spread["whenUnsatisfiable"], "ScheduleAnyway")

    def test_nobody_is_let_in_elsewhere_and_it_asks_nobody(self):
        policy = self.base["NetworkPolicy"]["spec"]
        self.assertLessEqual(
            policy["podSelector"].get("matchLabels", {}).items(), self.pod()["metadata"]["labels"].items())
        self.assertEqual(set(policy["policyTypes"]), {"Ingress", "Egress"})
        self.assertEqual(policy.get("egress", []), [])
        open_ports = [port["port"] for rule in policy["ingress"] for port in rule["ports"]]
        self.assertEqual(open_ports, [each["name"] for each in self.container()["ports"]])

    def test_a_pod_ends_in_its_time(self):
        """Its end begins with `--drain-delay`, so nothing needs to run in the container before."""
        help_text = " ".join(raymesh("serve", "--help").split())
        self.assertRegex(help_text, r"How long the shutdown may take in all: .* \(default: 25s\)")
        self.assertRegex(help_text, r"until clients have learned of it; .* \(default: 5s\)")
        self.assertEqual(self.pod()["spec"]["terminationGracePeriodSeconds"], 30)
        self.assertNotIn("lifecycle", self.container())


if __name__ == "__main__":
    unittest.main()
