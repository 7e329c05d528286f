"""What each service account may do: exactly that, in each overlay and in the chart."""

import unittest

import yaml
from chart import charted
from manifests import CONTROLLER, Manifests, rendered
from project import ROOT

# Verbs by resource, and by name if a rule has names; in the whole cluster, and in Raymesh's own namespace.
KEEPS_CERTIFICATES = {
    "cluster": {
        "mutatingwebhookconfigurations.admissionregistration.k8s.io/raymesh": {"get", "list", "watch", "patch"}},
    "raymesh-system": {
        "secrets": {"create"}, "secrets/raymesh-certificates": {"get", "list", "watch", "update"}},
}
APPLIES_SERVICES = {
    "cluster": {
        "rayclusters.ray.io": {"get", "list", "watch"},
        "services": {"get", "list", "watch", "create", "patch"},
        "pods": {"list", "watch"},
        "events": {"create", "patch"},
    },
    "raymesh-system": {
        "leases.coordination.k8s.io": {"create"}, "leases.coordination.k8s.io/raymesh": {"get", "update"}},
}
BOTH = {scope: KEEPS_CERTIFICATES[scope] | APPLIES_SERVICES[scope] for scope in KEEPS_CERTIFICATES}
WEBHOOK, CONTROLLING = "raymesh", "raymesh-controller"
# The rights of each account that has any.
EXPECTED = {
    "self-managed": {WEBHOOK: KEEPS_CERTIFICATES, CONTROLLING: APPLIES_SERVICES},
    "kubernetes-1.20": {WEBHOOK: KEEPS_CERTIFICATES, CONTROLLING: APPLIES_SERVICES},
    "own-authority": {CONTROLLING: APPLIES_SERVICES},
    "cert-manager": {CONTROLLING: APPLIES_SERVICES},
    "metacontroller": {WEBHOOK: KEEPS_CERTIFICATES},
    "kind": {WEBHOOK: BOTH},
}


def rights(objects):
    """Verbs by account, scope and resource, as all bindings together give them."""
    named = {(each["kind"], each["metadata"]["name"]): each for each in objects.values()}
    found = {}
    for binding in (each for each in objects.values() if each["kind"] in ("ClusterRoleBinding", "RoleBinding")):
        role = named[binding["roleRef"]["kind"], binding["roleRef"]["name"]]
        scope = binding["metadata"].get("namespace", "cluster")
        for subject in binding["subjects"]:
            account = found.setdefault(name_of(subject), {}).setdefault(scope, {})
            for resource, verbs in resources(role):
                account.setdefault(resource, set()).update(verbs)
    return found


def name_of(subject):
    """A service account of Raymesh's namespace by its name, and anybody else by all that there is."""
    if (subject["kind"], subject["namespace"]) == ("ServiceAccount", "raymesh-system"):
        return subject["name"]
    return str(subject)


def resources(role):
    """What a role names, and the verbs for it."""
    for rule in role["rules"]:
        for resource in rule["resources"]:
            for group in rule["apiGroups"]:
                for name in rule.get("resourceNames", [""]):
                    whole = f"{resource}.{group}".removesuffix(".")
                    yield f"{whole}/{name}".removesuffix("/"), set(rule["verbs"])


class Rights(Manifests):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        others = {name: rendered(ROOT / "manifests/overlays" / name) for name in ["metacontroller", "kind"]}
        cls.overlays = others | {
            "self-managed": cls.self_managed, "kubernetes-1.20": cls.old, "own-authority": cls.overlay,
            "cert-manager": cls.cert_manager}

    def test_every_overlay_is_in_the_table(self):
        folders = {each.name for each in (ROOT / "manifests/overlays").iterdir()}
        self.assertEqual(folders, set(EXPECTED))

    def test_each_overlay_gives_each_account_these_rights_and_no_more(self):
        for name, expected in EXPECTED.items():
            with self.subTest(overlay=name):
                self.assertEqual(rights(self.overlays[name]), expected)

    def test_so_does_the_chart(self):
        cert_manager = {"certificates": {"mode": "cert-manager"}}
        for values, expected in [
            ({}, EXPECTED["self-managed"]), ({"controller": "beside-webhook"}, EXPECTED["kind"]),
            ({"controller": False}, EXPECTED["metacontroller"]), ({"kubeVersion": "1.20.2"}, EXPECTED["self-managed"]),
            (cert_manager, EXPECTED["cert-manager"]), (cert_manager | {"controller": False}, {}),
            (cert_manager | {"controller": "beside-webhook"}, {WEBHOOK: APPLIES_SERVICES}),
        ]:
            with self.subTest(values=values):
                self.assertEqual(rights(charted(values)), expected)

    def test_the_webhook_may_neither_read_rayclusters_nor_write_services(self):
        """Said once more by itself, as it is what an account apart is for."""
        for name in ["self-managed", "own-authority", "cert-manager", "kubernetes-1.20"]:
            own = rights(self.overlays[name]).get(WEBHOOK, {})
            touched = {resource.split("/")[0] for scope in own.values() for resource in scope}
            self.assertLessEqual(
                touched, {"secrets", "mutatingwebhookconfigurations.admissionregistration.k8s.io"}, name)

    def test_pods_have_the_token_of_an_account_that_has_rights_and_no_other(self):
        for name, objects in self.overlays.items():
            accounts = {each["metadata"]["name"] for each in objects.values() if each["kind"] == "ServiceAccount"}
            used = set()
            for deployment in {"Deployment", CONTROLLER} & set(objects):
                pod = self.pod(objects, deployment)["spec"]
                used.add(pod["serviceAccountName"])
                self.assertEqual(
                    pod["automountServiceAccountToken"], pod["serviceAccountName"] in EXPECTED[name],
                    (name, deployment))
            self.assertEqual(used, accounts, name)
            for each in objects.values():
                if each["kind"] == "ServiceAccount":
                    self.assertFalse(each["automountServiceAccountToken"])

    def test_a_right_too_many_is_found_out(self):
        more = dict(self.self_managed)
        binding = dict(more["ClusterRoleBinding raymesh-controller"], subjects=[
            {"kind": "ServiceAccount", "name": "raymesh", "namespace": "raymesh-system"}])
        more["ClusterRoleBinding more"] = binding
        self.assertNotEqual(rights(more), EXPECTED["self-managed"])


class OpenShift(Manifests):
    def test_the_controller_may_delete_services_too_if_owners_need_that(self):
        component = yaml.safe_load((ROOT / "manifests/components/openshift/kustomization.yaml").read_text())
        [patch] = component["patches"]
        self.assertEqual(patch["target"], {"kind": "ClusterRole", "name": "raymesh-controller"})
        [operation] = yaml.safe_load(patch["patch"])
        self.assertEqual((operation["op"], operation["path"]), ("add", "/rules/-"))
        self.assertEqual(operation["value"], {"apiGroups": [""], "resources": ["services"], "verbs": ["delete"]})
        usual, more = (charted(values)["ClusterRole raymesh-controller"]["rules"]
                       for values in [{}, {"openshift": True}])
        self.assertEqual(more, usual + [operation["value"]])


if __name__ == "__main__":
    unittest.main()
