"""The whole of a configuration: clusters, identities, and what Envoy is given."""

import json
import subprocess
import tempfile
import unittest
from pathlib import Path

from cryptography import x509

from .bootstrap import MeshError, bootstrap, resources
from .identity import Authority
from .registry import Pod
from .sample import CLUSTER, HOST, PODS, by_name, head_service, service


def clusters(*services, pods=PODS):
    return by_name(resources(pods[0], services, pods)["clusters"])


def tls(cluster):
    return cluster["transport_socket"]["typed_config"]["common_tls_context"]


def options(cluster):
    return next(iter(cluster.get("typed_extension_protocol_options", {"": {}}).values()))


class ClustersTest(unittest.TestCase):
    def test_a_headless_port_goes_where_it_was_dialled_to_one_of_the_services_identities(self):
        found = clusters(service({6379: "grpc"}))[f"outbound|6379||{HOST}"]
        self.assertEqual(found["type"], "ORIGINAL_DST")
        validation = tls(found)["combined_validation_context"]["default_validation_context"]
        names = [name["matcher"]["exact"] for name in validation["match_typed_subject_alt_names"]]
        self.assertEqual(names, [f"spiffe://cluster.local/ns/default/sa/{account}" for account in ("default", "head")])
        self.assertEqual(found["transport_socket"]["typed_config"]["sni"], f"outbound_.6379_._.{HOST}")

    def test_a_headless_service_without_endpoints_or_with_one_without_sidecar_is_plain_text(self):
        stranger = Pod("bare", "10.66.0.9", CLUSTER, has_sidecar=False)
        for pods in ([Pod("other", "10.66.0.8", {})], [*PODS, stranger]):
            found = clusters(service({6379: "grpc"}), pods=pods)[f"outbound|6379||{HOST}"]
            self.assertNotIn("transport_socket", found)

    def test_a_service_with_an_address_chooses_by_endpoint(self):
        found = clusters(head_service({8265: "http"}, address="10.96.0.7"))
        found = found[f"outbound|8265||{HOST.replace('headless', 'head')}"]
        (endpoint,) = found["load_assignment"]["endpoints"][0]["lb_endpoints"]
        self.assertEqual(endpoint["endpoint"]["address"]["socket_address"]["address"], "10.66.0.2")
        self.assertEqual(found["transport_socket_matches"][0]["match"], {"tlsMode": "istio"})

    def test_each_protocol_is_spoken_on_both_sides_as_declared(self):
        found = clusters(service({1: "grpc", 2: "http", 3: "tcp", 4: None}))
        for side in (f"outbound|{{}}||{HOST}", "inbound|{}||"):
            self.assertIn("http2_protocol_options", options(found[side.format(1)])["explicit_http_config"])
            self.assertEqual(options(found[side.format(2)]), {})
            self.assertEqual(options(found[side.format(3)]), {})
            self.assertIn("use_downstream_protocol_config", options(found[side.format(4)]))
        offered = [tls(found[f"outbound|{number}||{HOST}"])["alpn_protocols"][0] for number in (1, 2, 3, 4)]
        self.assertEqual(offered, ["istio-h2", "istio-http/1.1", "istio-peer-exchange", "istio-peer-exchange"])

    def test_what_is_for_the_application_comes_from_the_address_that_iptables_knows(self):
        for pods, source in [(PODS, "127.0.0.6"), ([Pod("six", "fd00::2", CLUSTER)], "::6")]:
            found = clusters(service({6379: "grpc"}), pods=pods)
            for name in ("inbound|6379||", "InboundPassthroughCluster"):
                self.assertEqual(found[name]["upstream_bind_config"]["source_address"]["address"], source)


class BootstrapTest(unittest.TestCase):
    def setUp(self):
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.authority = Authority(self.folder)

    def test_a_certificate_has_the_pods_identity_and_the_authoritys_signature(self):
        certificate, key = self.authority.certificate(PODS[0])
        read = x509.load_pem_x509_certificate(Path(certificate).read_bytes())
        names = read.extensions.get_extension_for_class(x509.SubjectAlternativeName)
        uris = names.value.get_values_for_type(x509.UniformResourceIdentifier)
        self.assertEqual(uris, ["spiffe://cluster.local/ns/default/sa/head"])
        self.assertTrue(names.critical)
        self.assertIn("PRIVATE KEY", Path(key).read_text(encoding="ascii"))
        verify = ["openssl", "verify", "-x509_strict", "-CAfile", self.authority.root, certificate]
        run = subprocess.run(verify, capture_output=True, text=True, check=False)
        self.assertEqual(run.returncode, 0, run.stderr)

    def test_all_is_in_the_bootstrap_or_in_files_that_are_replaced_whole(self):
        services = [service({6379: "grpc"})]
        whole = bootstrap(PODS[0], services, PODS, "STRICT", self.authority)
        apart = bootstrap(PODS[0], services, PODS, "STRICT", self.authority, folder=self.folder)
        self.assertEqual(set(apart["static_resources"]), {"secrets"})
        for kind, field in [("cds", "clusters"), ("lds", "listeners")]:
            listed = json.loads((self.folder / f"{kind}.json").read_text(encoding="utf-8"))["resources"]
            self.assertEqual(list(by_name(listed)), list(by_name(whole["static_resources"][field])))
        self.assertEqual(list(self.folder.glob("*.new")), [])

    def test_a_mode_that_there_is_not_is_refused(self):
        with self.assertRaisesRegex(MeshError, "found strict, expected STRICT or PERMISSIVE"):
            resources(PODS[0], [], PODS, "strict")
