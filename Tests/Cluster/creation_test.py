"""What is stored when somebody creates: what was promised, or nothing."""

import json
import unittest

from admission import ELSEWHERE, LOOPBACK, MESH, SAMPLE, Admission, documents, manifests
from project import ROOT
from reviews import answer, cluster, group
from running import eventually

SAMPLES = sorted((ROOT / "manifests/samples").glob("*.yaml"))
GUIDE = ROOT / "../shared/guide"
# Where a RayJob and a RayService have the cluster that KubeRay makes for them.
WITHIN = {"RayJob": "rayClusterSpec", "RayService": "rayClusterConfig"}


class Creation:
    """By whichever address the API server asks."""

    def test_every_sample(self):
        """Each is stored; a RayCluster as `raymesh render` promises, anything else as it is."""
        for sample in SAMPLES:
            self.kubectl("apply", "-f", str(sample))
            for written in documents(sample.read_text()):
                stored = self.plane.stored("-n", self.namespace, written["kind"].lower(), written["metadata"]["name"])
                if written["kind"] == "RayCluster":
                    self.assert_promised(stored, self.promised(written))
                    self.assertNotEqual(stored["spec"], written["spec"])
                else:
                    self.assertEqual(stored["spec"], written["spec"])

    def test_the_clusters_that_kuberay_makes_for_a_job_and_a_service(self):
        """With its version as an annotation, and its owner's kind and name as labels."""
        for sample in SAMPLES:
            [owner] = documents(sample.read_text())
            if owner["kind"] not in WITHIN:
                continue
            labels = {"ray.io/originated-from-crd": owner["kind"],
                      "ray.io/originated-from-cr-name": owner["metadata"]["name"]}
            made = {
                "apiVersion": "ray.io/v1", "kind": "RayCluster",
                "metadata": {"name": f"{owner['metadata']['name']}-x7k2p", "labels": labels,
                             "annotations": {"ray.io/kuberay-version": "v1.4.2"}},
                "spec": owner["spec"][WITHIN[owner["kind"]]]}
            self.kubectl("create", "-f", "-", text=json.dumps(made))
            promised = self.promised(made)
            self.assert_promised(self.cluster(made["metadata"]["name"]), promised)

    @unittest.skipUnless(GUIDE.is_dir(), "the guide's files are not beside this checkout")
    def test_the_guide_s_files(self):
        """They are for the namespace default, which joins the mesh here for a moment."""
        self.plane.kubectl("label", "namespace", "default", "istio-injection=enabled")
        self.addCleanup(self.plane.kubectl, "label", "namespace", "default", "istio-injection-")
        self.namespace = "default"
        eventually("default is of the mesh", lambda: "raymesh" in self.kubectl(
            "create", "--dry-run=server", "-o", "json", "-f", str(SAMPLE)))
        self.addCleanup(self.kubectl, "delete", "--ignore-not-found", "-f", str(GUIDE))
        self.kubectl("apply", "-f", str(GUIDE))
        for path in sorted(GUIDE.glob("*.yaml")):
            for written in documents(path.read_text()):
                stored = self.plane.stored("-n", "default", written["kind"].lower(), written["metadata"]["name"])
                if written["kind"] == "RayCluster":
                    self.assert_promised(stored, self.promised(written))
                else:
                    ports = [(each["name"], each["port"], each["appProtocol"]) for each in stored["spec"]["ports"]]
                    self.assertEqual(
                        ports, [(each["name"], each["port"], each["appProtocol"]) for each in written["spec"]["ports"]])

    def test_an_older_version_of_the_kind(self):
        old = self.written() | {"apiVersion": "ray.io/v1alpha1"}
        self.kubectl("create", "-f", "-", text=json.dumps(old))
        self.assert_promised(self.cluster(), self.promised())

    def test_a_refusal_says_why_and_stores_nothing(self):
        refused = cluster(group({"node-manager-port": "6379"}))
        refused["metadata"].pop("namespace")
        run = self.kubectl_run("create", "-f", "-", text=json.dumps(refused))
        self.assertEqual(run.returncode, 1)
        self.assertIn('admission webhook "rayclusters.injection.raymesh.io" denied the request', run.stderr)
        for line in answer(refused)["status"]["message"].splitlines():
            self.assertIn(line.strip(), run.stderr)
        self.assertEqual(self.kubectl("get", "raycluster", "-o", "name"), "")

    def test_warnings_reach_who_writes(self):
        warned = cluster(annotations={"raymesh.io/node-address": "never"}, head=group({
            "min-worker-port": "20000", "max-worker-port": "20005"}))
        warned["metadata"].pop("namespace")
        warnings = answer(warned)["warnings"]
        self.assertTrue(warnings)
        run = self.kubectl_run("create", "-f", "-", text=json.dumps(warned))
        for warning in warnings:
            self.assertIn(f"Warning: {warning}", run.stderr)

    def test_a_dry_run_answers_the_same_and_changes_nothing(self):
        dry = json.loads(self.kubectl("create", "--dry-run=server", "-o", "json", "-f", str(SAMPLE)))
        self.assert_promised(dry, self.promised())
        self.assertEqual(self.kubectl("get", "raycluster", "-o", "name"), "")
        self.kubectl("create", "-f", str(SAMPLE))
        self.assertEqual(self.cluster()["spec"], dry["spec"])
        self.assertEqual(self.cluster()["metadata"]["annotations"], dry["metadata"]["annotations"])

    def test_only_the_protocol_that_is_offered_is_spoken(self):
        """No connection has been anything else."""
        self.kubectl("create", "-f", str(SAMPLE))
        spoken = {protocol for protocol in ["http/1.1", "h2"]
                  if self.server.metric(f'raymesh_connections_total{{listener="webhook",protocol="{protocol}"')}
        print(f"Kubernetes 1.{self.plane.minor}, by {self.host}: {', '.join(spoken)}")
        self.assertEqual(len(spoken), 1)
        if self.host == ELSEWHERE:
            self.assertEqual(spoken, {"http/1.1"})


class Elsewhere(Creation, Admission):
    """As the API server asks what is on another machine."""

    host = ELSEWHERE


class OnLoopback(Creation, Admission):
    """As the API server asks what is on its own machine."""

    host = LOOPBACK


class Namespaces(Admission):
    """Which namespaces join, and how often the API server asks."""

    def test_each_way_to_join_and_to_stay_out(self):
        for labels, joins in [
            (MESH, True),
            ({"istio.io/rev": "default"}, True),
            ({"raymesh.io/inject": "true"}, True),
            (MESH | {"istio.io/rev": "default", "raymesh.io/inject": "true"}, True),
            ({}, False),
            ({"istio-injection": "disabled", "istio.io/rev": "default"}, False),
            (MESH | {"raymesh.io/inject": "false"}, False),
        ]:
            with self.subTest(labels=labels):
                self.namespace = self.make_namespace(labels)
                before = self.reviews()
                self.kubectl("create", "-f", str(SAMPLE))
                self.assertEqual(self.reviews() - before, int(joins))
                self.assertEqual("annotations" in self.cluster()["metadata"], joins)

    def test_every_manifest_is_taken(self):
        """A real server's word that they are valid."""
        others = [each for kind, each in manifests().items() if kind != "MutatingWebhookConfiguration"]
        self.assertGreater(len(others), 6)
        self.plane.apply(*others)
        # As it is, with its Service. It is not stored, for nothing would answer there.
        text = json.dumps(manifests()["MutatingWebhookConfiguration"])
        self.plane.kubectl("apply", "--dry-run=server", "-f", "-", text=text)


if __name__ == "__main__":
    unittest.main()
