"""Whether the Helm chart makes the objects that kustomize makes, and refuses values that it does not know."""

import base64
import copy
import json
import tarfile
import tempfile
import unittest

import helm_python as helm
import kubernetes_validate
import yaml
from chart import CHART, by_name, charted
from kubernetes_validate.utils import all_versions
from manifests import Manifests, rendered
from project import ROOT, flags, raymesh, read, variable

# What the chart has a value of its own for, or no other place in a pod.
SETTINGS_APART = {
    "tls-certificate", "tls-key", "listen", "admin-listen", "controller", "kubeconfig", "context", "namespace", "lease",
    "certificates", "certificate-secret", "webhook-configuration", "service"}


class Chart(Manifests):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        texts = {name: (cls.certificates / file).read_text(encoding="utf-8")
                 for name, file in [("authority", "ca.crt"), ("certificate", "tls.crt"), ("key", "tls.key")]}
        cls.own = {"certificates": {"mode": "own", "own": texts}}


class SameObjects(Chart):
    """But for the namespace, which is there before a release is."""

    def assert_same(self, release, objects):
        objects = by_name(self.normal(each) for each in objects.values() if each["kind"] != "Namespace")
        release = by_name(self.normal(each) for each in release.values())
        self.assertEqual(set(release), set(objects))
        for name, each in objects.items():
            self.assertEqual(release[name], each, name)

    def normal(self, each):
        """An object without the hash in the name of kustomize's Secret, and without its authority: each rendering of
        the overlays has one of its own."""
        each = copy.deepcopy(each)
        if each["kind"] == "Secret":
            each["metadata"]["name"] = "raymesh-tls"
            each["data"] = sorted(each["data"])
        if each["kind"] == "Deployment":
            for volume in each["spec"]["template"]["spec"].get("volumes", []):
                name = volume["secret"]["secretName"]
                volume["secret"]["secretName"] = "raymesh-tls" if name.startswith("raymesh-tls-") else name
        for webhook in each.get("webhooks", []):
            bundle = webhook["clientConfig"].pop("caBundle", None)
            webhook["clientConfig"]["hasBundle"] = bundle is not None
        return each

    def test_with_no_values_at_all(self):
        self.assert_same(charted({}), self.self_managed)

    def test_with_certificates_of_one_s_own(self):
        self.assert_same(charted(self.own), self.overlay)

    def test_with_cert_manager(self):
        self.assert_same(charted({"certificates": {"mode": "cert-manager"}}), self.cert_manager)

    def test_for_old_servers(self):
        self.assert_same(charted({"kubeVersion": "1.20.2"}), self.old)

    def test_without_the_controller(self):
        release = charted({"certificates": {"mode": "cert-manager"}, "controller": False})
        self.assert_same(release, self.without_controller(self.cert_manager))
        self.assert_same(charted({"controller": False}), self.without_controller(self.self_managed))

    def without_controller(self, objects):
        return {name: each for name, each in objects.items() if not name.endswith(" raymesh-controller")}

    def test_with_the_controller_beside_the_webhook(self):
        values = {"controller": "beside-webhook", "replicas": 1, "image": {"pullPolicy": "Never"}, "resources": {
            "requests": {"cpu": "10m", "memory": "32Mi"}}}
        release = charted(values)
        # Of one replica a budget would let none be taken; the overlay is for a single node anyway.
        del release["PodDisruptionBudget raymesh"]
        self.assert_same(release, rendered(ROOT / "manifests/overlays/kind"))

    def test_with_monitoring(self):
        release = charted(self.own | {"monitoring": True})
        self.assert_same(release, self.overlay | rendered(ROOT / "manifests/monitoring"))

    def test_the_bundle_and_the_secret_are_the_values(self):
        release, own = charted(self.own), self.own["certificates"]["own"]
        data = {key: base64.b64decode(text).decode() for key, text in release["Secret raymesh-tls"]["data"].items()}
        self.assertEqual(data, {"ca.crt": own["authority"], "tls.crt": own["certificate"], "tls.key": own["key"]})
        for each in release["MutatingWebhookConfiguration raymesh"]["webhooks"]:
            self.assertEqual(base64.b64decode(each["clientConfig"]["caBundle"]).decode(), own["authority"])

    def test_in_another_namespace_nothing_names_the_usual_one(self):
        release = charted({"monitoring": True}, namespace="elsewhere")
        self.assertNotIn("raymesh-system", yaml.safe_dump(list(release.values())))
        release = charted({"certificates": {"mode": "cert-manager"}}, namespace="elsewhere")
        self.assertNotIn("raymesh-system", yaml.safe_dump(list(release.values())))
        self.assertEqual(release["Certificate raymesh"]["spec"]["dnsNames"], ["raymesh.elsewhere.svc"])


class Validity(Chart):
    def test_every_object_is_valid_for_kubernetes(self):
        versions = [each for each in sorted(set(all_versions())) if int(each.split(".")[1]) >= 28]
        settings = {
            "settings": {"maximum-ports": "500"}, "tolerations": [{"key": "a", "operator": "Exists"}],
            "nodeSelector": {"a": "b"}, "priorityClassName": "system-cluster-critical", "podAnnotations": {"a": "b"},
            "affinity": {"podAntiAffinity": {}}, "image": {"pullPolicy": "Always", "pullSecrets": ["a"]}}
        for values in [{}, self.own, self.own | settings]:
            for version in versions:
                for name, each in charted(values | {"kubeVersion": version}).items():
                    with self.subTest(name=name, version=version):
                        kubernetes_validate.validate(each, version, strict=True)

    def test_what_is_set_arrives(self):
        values = self.own | {
            "settings": {"maximum-body": "8388608", "threads": "3"}, "image": {"tag": "1", "pullSecrets": ["a"]},
            "nodeSelector": {"a": "b"}, "podAnnotations": {"a": "b"}, "replicas": 3}
        release = charted(values)["Deployment raymesh"]["spec"]
        pod = release["template"]["spec"]
        [container] = pod["containers"]
        names = {each["name"]: each["value"] for each in container["env"]}
        self.assertEqual((names["RAYMESH_MAXIMUM_BODY"], names["RAYMESH_THREADS"]), ("8388608", "3"))
        self.assertEqual((container["image"], release["replicas"]), ("raymesh:1", 3))
        self.assertEqual((pod["nodeSelector"], pod["imagePullSecrets"]), ({"a": "b"}, [{"name": "a"}]))
        self.assertEqual(release["template"]["metadata"]["annotations"]["a"], "b")

    def test_what_is_set_for_the_controller_arrives_there(self):
        values = {
            "settings": {"maximum-ports": "500", "log-level": "debug", "threads": "3"}, "nodeSelector": {"a": "b"},
            "controllerReplicas": 1, "controllerResources": {"limits": {"memory": "1Gi"}}, "podAnnotations": {"a": "b"},
            "image": {"tag": "1", "pullSecrets": ["a"]},
            "serviceAccounts": {"webhook": "hook", "controller": "hand"}}
        release = charted(values)
        deployment = release["Deployment raymesh-controller"]["spec"]
        pod = deployment["template"]["spec"]
        [container] = pod["containers"]
        self.assertEqual({each["name"]: each["value"] for each in container["env"]},
                         {"RAYMESH_MAXIMUM_PORTS": "500", "RAYMESH_LOG_LEVEL": "debug"})
        self.assertEqual((deployment["replicas"], container["resources"]["limits"]), (1, {"memory": "1Gi"}))
        self.assertEqual((container["image"], pod["nodeSelector"]), ("raymesh:1", {"a": "b"}))
        self.assertEqual(pod["imagePullSecrets"], [{"name": "a"}])
        self.assertEqual(deployment["template"]["metadata"]["annotations"]["a"], "b")
        self.assertEqual(pod["serviceAccountName"], "hand")
        self.assertEqual(release["Deployment raymesh"]["spec"]["template"]["spec"]["serviceAccountName"], "hook")
        self.assertEqual(
            {each["metadata"]["name"] for each in release.values() if each["kind"] == "ServiceAccount"},
            {"hook", "hand"})
        for name, account in [("certificates", "hook"), ("controller", "hand")]:
            for kind in ["ClusterRoleBinding", "RoleBinding"]:
                self.assertEqual([each["name"] for each in release[f"{kind} raymesh-{name}"]["subjects"]], [account])

    def test_an_upgrade_that_reuses_the_values_of_an_older_chart(self):
        """`--reuse-values` hands over the old defaults, and none of what is new; null takes a default away."""
        new = ["controllerReplicas", "controllerResources", "serviceAccounts", "callerPolicies"]
        old = {name: None for name in new} | {"controller": True}
        self.assertEqual(charted(old), charted({}))

    def test_helm_s_linter_has_nothing_to_say(self):
        said = helm.lint(CHART, self.own, strict=True)
        self.assertEqual(said["errors"], [])
        self.assertEqual([each["error"] for each in said["messages"]], ["icon is recommended"])

    def test_the_package_holds_what_it_needs_by_itself(self):
        with tempfile.TemporaryDirectory() as folder:
            with tarfile.open(helm.package(CHART, destination=folder)) as archive:
                files = {each.name: each for each in archive.getmembers()}
        for name in ["alerts.yaml", "dashboard.json", "ca-bundle.yaml", "secret.yaml"]:
            self.assertTrue(files[f"raymesh/files/{name}"].isreg())
            self.assertGreater(files[f"raymesh/files/{name}"].size, 1000)


class Values(Chart):
    def refusal(self, values):
        with self.assertRaises(helm.HelmError) as raised:
            charted(values)
        return str(raised.exception)

    def test_a_value_that_nobody_knows_is_refused(self):
        for values, word in [
            ({"replica": 2}, "replica"), ({"settings": {"maximum-prots": "1"}}, "maximum-prots"),
            ({"certificates": {"mode": "magic"}}, "mode"), ({"webhooks": {"failurePolicy": "fail"}}, "failurePolicy"),
            ({"settings": {"maximum-body": 8388608}}, "maximum-body"), ({"replicas": 0}, "replicas"),
        ]:
            self.assertIn(word, self.refusal(self.own | values))

    def test_a_certificate_that_is_missing_is_named(self):
        for name in ["authority", "certificate", "key"]:
            values = copy.deepcopy(self.own)
            del values["certificates"]["own"][name]
            self.assertIn(f"certificates.own.{name} is missing", self.refusal(values))

    def test_a_secret_of_one_s_own_is_mounted_and_none_is_made(self):
        own = {"authority": self.own["certificates"]["own"]["authority"], "secret": "mine"}
        release = charted({"certificates": {"mode": "own", "own": own}})
        self.assertNotIn("Secret", [each["kind"] for each in release.values()])
        [volume] = release["Deployment raymesh"]["spec"]["template"]["spec"]["volumes"]
        self.assertEqual(volume["secret"]["secretName"], "mine")

    def test_settings_are_the_flags_of_the_server(self):
        schema = json.loads(read("manifests/chart/values.schema.json"))["properties"]
        self.assertEqual(set(schema["settings"]["properties"]), set(flags("serve")) - SETTINGS_APART)
        self.assertEqual(set(schema) - {"global"}, set(yaml.safe_load(read("manifests/chart/values.yaml"))))

    def test_the_controller_has_the_settings_that_it_knows(self):
        """All of those and no others, as it reads no more variables."""
        schema = json.loads(read("manifests/chart/values.schema.json"))["properties"]
        every = {name: "1" for name in schema["settings"]["properties"]}
        deployment = charted({"settings": every})["Deployment raymesh-controller"]
        [container] = deployment["spec"]["template"]["spec"]["containers"]
        names = {each["name"] for each in container["env"]}
        self.assertEqual(names, {variable(name) for name in set(every) & set(flags("control"))})

    def test_the_version_is_the_binary_s(self):
        chart = yaml.safe_load(read("manifests/chart/Chart.yaml"))
        self.assertEqual({chart["version"], chart["appVersion"]}, {raymesh("--version").split()[1]})


if __name__ == "__main__":
    unittest.main()
