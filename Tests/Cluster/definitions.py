"""Small definitions of the kinds that the tests write. Whatever is in them is kept, as they say nothing about it."""

OPEN = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}


def definition(group, kind, plural, *versions):
    """A CustomResourceDefinition whose first version is stored."""
    served = [
        {"name": version, "served": True, "storage": version == versions[0],
         "schema": {"openAPIV3Schema": {"type": "object", "properties": {"spec": OPEN, "status": OPEN}}},
         "subresources": {"status": {}}}
        for version in versions]
    return {
        "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
        "metadata": {"name": f"{plural}.{group}"},
        "spec": {"group": group, "scope": "Namespaced", "versions": served,
                 "names": {"kind": kind, "plural": plural, "singular": kind.lower()}}}


DEFINITIONS = [
    definition("ray.io", "RayCluster", "rayclusters", "v1", "v1alpha1"),
    definition("ray.io", "RayJob", "rayjobs", "v1", "v1alpha1"),
    definition("ray.io", "RayService", "rayservices", "v1", "v1alpha1"),
    definition("security.istio.io", "PeerAuthentication", "peerauthentications", "v1"),
]
