"""The overlays for particular places: what differs there from the usual installation, and that nothing else does."""

import copy
import unittest

import kubernetes_validate
from kubernetes_validate.utils import all_versions
from manifests import CONTROLLER, SELF_MANAGED, is_known, rendered
from project import ROOT, read, server_paths

# The base is for these.
VERSIONS = [each for each in sorted(set(all_versions())) if int(each.split(".")[1]) >= 28]


class Overlay(unittest.TestCase):
    """One overlay beside the usual one."""

    @classmethod
    def setUpClass(cls):
        cls.usual = rendered(ROOT / "manifests" / SELF_MANAGED)
        cls.objects = rendered(ROOT / "manifests/overlays" / cls.name)

    def container(self, objects=None):
        [container] = (objects or self.objects)["Deployment"]["spec"]["template"]["spec"]["containers"]
        return container

    def assert_valid(self, *but):
        """Validates strictly, for each version, all kinds that Kubernetes itself has."""
        for version in VERSIONS:
            for kind, each in self.objects.items():
                if kind not in but and is_known(each, version):
                    with self.subTest(kind=kind, version=version):
                        kubernetes_validate.validate(each, version, strict=True)


class Kind(Overlay):
    name = "kind"

    def test_every_object_is_valid(self):
        self.assert_valid()

    def test_all_else_is_as_usual(self):
        """But for the controller, which is in the one replica, with the roles given to that."""
        usual, small = copy.deepcopy(self.usual), copy.deepcopy(self.objects)
        apart = {name for name in usual if name.endswith(" raymesh-controller") and "Role" not in name}
        self.assertEqual(len(apart), 4)
        self.assertEqual(set(usual) - set(small), apart | {"PodDisruptionBudget"})
        for objects in [usual, small]:
            objects["Deployment"]["spec"].pop("replicas")
            self.container(objects).pop("imagePullPolicy", None)
            self.container(objects)["resources"].pop("requests")
            for kind in ["ClusterRoleBinding", "RoleBinding"]:
                objects[f"{kind} raymesh-controller"].pop("subjects")
        self.assertEqual(self.container(small)["env"].pop(), {"name": "RAYMESH_CONTROLLER", "value": "true"})
        self.assertEqual(small, {name: each for name, each in usual.items() if name in small})

    def test_there_is_one_and_it_is_small(self):
        self.assertEqual(self.objects["Deployment"]["spec"]["replicas"], 1)
        self.assertEqual(self.container()["resources"]["requests"], {"cpu": "10m", "memory": "32Mi"})

    def test_the_image_is_the_one_that_has_been_loaded(self):
        """`kind load image-archive` gives it the name that the archive has for containerd."""
        self.assertEqual(self.container()["imagePullPolicy"], "Never")
        self.assertEqual(self.container()["image"], self.container(self.usual)["image"])
        self.assertIn(
            f".build-image/{self.container()['image'].replace(':', '-')}.oci.tar",
            read("manifests/overlays/kind/kustomization.yaml"))


class Metacontroller(Overlay):
    name = "metacontroller"

    def test_every_object_is_valid(self):
        self.assert_valid("DecoratorController")

    def test_raymesh_applies_nothing_itself(self):
        """Else the two would apply the same Services."""
        self.assertNotIn("RAYMESH_CONTROLLER", {each["name"] for each in self.container()["env"]})
        controller = {name for name in self.usual if name.endswith(" raymesh-controller")}
        self.assertIn(CONTROLLER, controller)
        self.assertEqual(set(self.usual) - set(self.objects), controller)

    def test_all_else_is_as_usual(self):
        self.assertEqual(set(self.objects) - set(self.usual), {"DecoratorController"})
        for kind in set(self.usual) & set(self.objects):
            self.assertEqual(self.objects[kind], self.usual[kind], kind)

    def test_the_decorator_calls_the_server_and_updates_in_place(self):
        decorator = self.objects["DecoratorController"]
        # It is of the whole cluster.
        self.assertNotIn("namespace", decorator["metadata"])
        url = decorator["spec"]["hooks"]["sync"]["webhook"]["url"]
        host, path = url.removeprefix("https://").split("/", 1)
        service = self.objects["Service"]["metadata"]
        self.assertEqual(host, f"{service['name']}.{service['namespace']}.svc")
        self.assertIn(f"/{path}", server_paths("WebhookRoutes"))
        [attachment] = decorator["spec"]["attachments"]
        self.assertEqual((attachment["resource"], attachment["updateStrategy"]), ("services", {"method": "InPlace"}))
        [resource] = decorator["spec"]["resources"]
        self.assertEqual(resource["resource"], "rayclusters")
        [selector] = resource["annotationSelector"]["matchExpressions"]
        self.assertEqual(selector, {"key": "raymesh.io/managed", "operator": "Exists"})


if __name__ == "__main__":
    unittest.main()
