"""Writes an OCI image as one file, which Docker, Podman, containerd and skopeo can load."""

import hashlib
import io
import json
import tarfile

from tree import Tree, compressed

KIND = "application/vnd.oci.image"


def encoded(value):
    """Encodes a value as JSON that is always the same for the same value."""
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()


class Archive:
    """The parts of an image, each stored under the digest of its content."""

    def __init__(self):
        self.tree = Tree()

    def blob(self, kind, content, **more):
        """Adds a part, and returns a reference to it."""
        digest = hashlib.sha256(content).hexdigest()
        self.tree.file(f"blobs/sha256/{digest}", content)
        return {"mediaType": f"{KIND}.{kind}", "digest": f"sha256:{digest}", "size": len(content), **more}


def image(layers, configuration, architecture, created, name):
    """Returns the file, and the digest of the image.

    `layers` are pairs of a tree and a word on what made it. `name` has the form raymesh:0.1.0."""
    archive, references, digests, history = Archive(), [], [], []
    for tree, origin in layers:
        tar = tree.tar()
        references.append(archive.blob("layer.v1.tar+gzip", compressed(tar)))
        digests.append("sha256:" + hashlib.sha256(tar).hexdigest())
        history.append({"created": created, "created_by": origin})
    platform = {"architecture": architecture, "os": "linux"} | ({"variant": "v8"} if architecture == "arm64" else {})
    config = archive.blob("config.v1+json", encoded({
        **platform, "created": created, "config": configuration, "history": history,
        "rootfs": {"type": "layers", "diff_ids": digests}}))
    manifest = archive.blob("manifest.v1+json", encoded({
        "schemaVersion": 2, "mediaType": f"{KIND}.manifest.v1+json", "config": config, "layers": references,
        "annotations": configuration["Labels"]}))
    _, tag = name.split(":")
    names = {"io.containerd.image.name": f"docker.io/library/{name}", "org.opencontainers.image.ref.name": tag}
    index = {"schemaVersion": 2, "mediaType": f"{KIND}.index.v1+json",
             "manifests": [manifest | {"platform": platform, "annotations": names}]}
    archive.tree.file("index.json", encoded(index))
    archive.tree.file("oci-layout", encoded({"imageLayoutVersion": "1.0.0"}))
    # `docker load` reads this if containerd does not store its images.
    archive.tree.file("manifest.json", encoded([{
        "Config": path(config), "RepoTags": [name], "Layers": [path(each) for each in references]}]))
    return archive.tree.tar(), manifest["digest"]


def path(reference):
    return "blobs/" + reference["digest"].replace(":", "/")


def read(content):
    """Returns the parts of an archive by their paths."""
    with tarfile.open(fileobj=io.BytesIO(content)) as files:
        return {member.name: files.extractfile(member).read() for member in files if member.isreg()}
