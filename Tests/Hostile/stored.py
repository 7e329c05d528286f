"""Objects that anybody may have stored before the controller starts, and a way to store many of them."""

import json

from shapes import OBJECTS, cluster, group, recorded, recorded_service

# Nothing larger fits into etcd (1.5 MiB), and the annotations of an object have 256 KiB.
OBJECT, ANNOTATIONS = 1_400_000, 250_000
# What kubectl is given at once.
PIECE = 3_000_000
MANAGED = {"raymesh.io/managed": "{}"}


def named(object_, name):
    """The same object under another name, in the namespace of these tests."""
    object_["metadata"] |= {"name": name, "namespace": "ray"}
    # An API server accepts only owners that are complete.
    object_["metadata"].pop("ownerReferences", None)
    return object_


def hostile_clusters():
    """Each hostile object as a managed cluster, at its scale and at a tenth of it, if it can be stored."""
    for index, (scale, make) in enumerate(OBJECTS.values()):
        for size in [scale, scale // 10]:
            each = named(make(size), f"shape-{index}-{size}")
            annotations = each["metadata"].setdefault("annotations", {})
            annotations.setdefault("raymesh.io/managed", "{}")
            if len(json.dumps(each)) < OBJECT and len(json.dumps(annotations)) < ANNOTATIONS:
                yield each


def wide_ranges(count):
    """Clusters that state nearly every port."""
    for index in range(count):
        parameters = {"min-worker-port": "16000", "max-worker-port": "44000"}
        yield named(cluster(group(parameters), annotations=dict(MANAGED)), f"wide-{index}")


def forged_records(count):
    """Services with a record of 1,022 bytes that stands for millions of ports; half of them have a cluster's name."""
    for index in range(count):
        yield named(recorded_service("", 100), f"forged-{index}")
        yield named(recorded_service("", 100), f"wide-{index}-headless-svc")


def large_clusters(dense, plain):
    """Managed clusters as large as etcd keeps them, full of numbers, which cost most to parse, or of text."""
    for index in range(dense + plain):
        each = named(cluster(annotations=recorded()), f"large-{index}")
        each["spec"]["filler"] = [1] * (OBJECT // 2 - 1000) if index < dense else "x" * (OBJECT - 2000)
        yield each


def store(plane, objects):
    """Creates objects, some at a time, and gives how many the API server took: it may reject some for their schema."""
    pieces, size = [[]], 0
    for each in objects:
        text = json.dumps(each, separators=(",", ":"))
        if size + len(text) > PIECE:
            pieces.append([])
            size = 0
        pieces[-1].append(text)
        size += len(text)
    return sum(create(plane, piece) for piece in pieces)


def create(plane, texts):
    """Creates some at once."""
    run = plane.kubectl_run(
        "create", "-f", "-", text='{"apiVersion":"v1","kind":"List","items":[' + ",".join(texts) + "]}")
    return len([line for line in run.stdout.splitlines() if line.endswith(" created")])
