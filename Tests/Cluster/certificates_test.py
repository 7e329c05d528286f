"""Certificates that manage themselves, with the manifests' own roles: from nothing to ready, and no admission that
fails whatever becomes of them."""

import time
import unittest

from aged import Authority, pem
from balancer import Balancer
from running import eventually
from self_managed import CONFIGURATION, NAMESPACE, SECRET, SERVICE, Load, Replica, SelfManagedPlane

CERTIFICATES = "raymesh_certificate_rotations_total"
DISTRUST = 'raymesh_tls_handshake_failures_total{kind="unknown-authority"'
VERIFIED = "raymesh_ca_bundle_verified"
BINDING = "clusterrolebinding/raymesh-certificates"


class SelfManaged(unittest.TestCase):
    """Each test begins with two replicas that have nothing, unless it has put something into the Secret before."""

    @classmethod
    def setUpClass(cls):
        cls.plane = SelfManagedPlane()
        cls.addClassCleanup(cls.plane.stop)
        cls.plane.start()
        cls.service = Balancer([], (SERVICE, cls.plane.service_port))
        cls.service.__enter__()
        cls.addClassCleanup(cls.service.__exit__)

    def setUp(self):
        self.plane.kubectl("-n", NAMESPACE, "delete", "secret", SECRET, "--ignore-not-found")
        if any(self.plane.bundles()):
            self.plane.wipe()

    def start(self):
        """Two replicas behind the Service, which are ready."""
        self.replicas = [Replica(self.plane, address) for address in ["127.0.0.1", "127.0.0.2"]]
        for each in self.replicas:
            self.addCleanup(each.kill)
        eventually("both are ready", lambda: all(each.is_ready() for each in self.replicas))
        self.service.follow(self.replicas)

    def load(self):
        load = Load(self.plane)
        self.addCleanup(load.stopping.set)
        return load

    def wrote(self, step):
        """How often a replica has written that step."""
        return sum(each.metric(f'{CERTIFICATES}{{step="{step}"') for each in self.replicas)

    def serve(self, certificate):
        """Waits until both serve a certificate."""
        text = certificate.decode()
        eventually("both serve it", lambda: all(each.certificate() == text for each in self.replicas))

    def assert_trusted(self):
        """No API server has rejected a certificate."""
        for each in self.replicas:
            self.assertEqual(each.metric(DISTRUST), 0)
            self.assertEqual(each.metric(VERIFIED), 1)

    def test_from_nothing_both_become_ready_by_one_secret_and_a_restart_changes_nothing(self):
        self.start()
        self.assertEqual(self.wrote("created"), 1)
        self.serve(self.plane.data("tls.crt"))
        self.assertEqual(set(self.plane.bundles()), {self.plane.data("ca.crt")})
        with self.load():
            pass
        for each in self.replicas:
            self.assertNotIn("403 Forbidden", each.said())
            self.assertIn("[+]ca-bundle ok\n", each.ask("/readyz?verbose"))
        version = self.plane.secret()["metadata"]["resourceVersion"]
        for each in self.replicas:
            self.assertEqual(each.stop(), 0, each.said())
            each.start()
            eventually("it is ready again", each.is_ready)
        self.assertEqual(self.plane.secret()["metadata"]["resourceVersion"], version)
        self.serve(self.plane.data("tls.crt"))
        self.plane.apply_overlay()
        self.assertTrue(self.plane.trusts(1), "who applies the manifests again leaves the caBundles")
        self.assert_trusted()

    def test_a_certificate_is_renewed_when_it_is_due_or_asked_for_and_no_admission_fails(self):
        self.start()
        with self.load() as load:
            for turn in range(1, 4):
                if turn % 2:
                    self.plane.kubectl("-n", NAMESPACE, "annotate", "secret", SECRET, "raymesh.io/rotate=certificate")
                else:
                    authority = Authority(texts=[self.plane.data("ca.crt"), self.plane.data("ca.key")])
                    certificate, key = authority.pair(age=61)
                    self.plane.write({"tls.crt": certificate, "tls.key": key})
                eventually("the new one", lambda: self.wrote("renewed") == turn or load.failures)
                self.serve(self.plane.data("tls.crt"))
                load.await_rounds()
        self.assert_trusted()
        self.assertTrue(self.plane.trusts(1))
        self.assertNotIn("raymesh.io/rotate", self.plane.secret()["metadata"].get("annotations", {}))
        print(f"{load.admitted} clusters admitted, while a certificate was renewed 3 times")

    def test_an_authority_is_replaced_when_it_is_due_and_no_admission_fails(self):
        old = Authority(age=2500)
        self.plane.write(old.secret())
        self.start()
        served = self.plane.data("tls.crt")
        with self.load() as load:
            eventually("both authorities", lambda: self.plane.trusts(2) or load.failures)
            self.serve(served)
            # They must have stood there for a minute.
            patience = time.monotonic() + 150
            while not self.wrote("switched"):
                self.assertLess(time.monotonic(), patience)
                load.await_rounds(1)
                self.assertFalse(load.failures)
            self.assertTrue(self.plane.trusts(2), "replicas may still serve the old one's")
            self.assertNotEqual(self.plane.data("tls.crt"), served)
            self.serve(self.plane.data("tls.crt"))
            load.await_rounds()
            # What began two hours ago has been loaded by all.
            new = Authority(texts=[self.plane.data("ca.crt"), self.plane.data("ca.key")])
            certificate, key = new.pair(age=2 / 24)
            self.plane.write({"tls.crt": certificate, "tls.key": key})
            self.serve(certificate)
            eventually("the new authority alone", lambda: self.plane.trusts(1) or load.failures)
            self.assertEqual(set(self.plane.bundles()), {pem(new.certificate)})
            load.await_rounds()
        self.assert_trusted()
        print(f"{load.admitted} clusters admitted, while an authority was replaced")

    def test_a_caBundle_that_is_wiped_is_restored(self):
        self.start()
        bundles = self.plane.bundles()
        for _ in range(3):
            self.plane.wipe()
            begun = time.monotonic()
            eventually("the caBundles", lambda: self.plane.bundles() == bundles)
            print(f"caBundles seen put back {time.monotonic() - begun:.2f} s after they were wiped")
        eventually("both have verified it", lambda: all(each.metric(VERIFIED) == 1 for each in self.replicas))
        with self.load():
            pass

    def test_a_patch_for_an_older_version_of_the_configuration_is_a_conflict(self):
        self.addCleanup(self.plane.apply_overlay)
        name = ["mutatingwebhookconfiguration", CONFIGURATION]
        older = self.plane.stored(*name)["metadata"]["resourceVersion"]
        self.plane.kubectl("annotate", *name, f"look={time.time()}")
        self.assertFalse(self.plane.patch_for(older))
        self.assertNotEqual(self.plane.stored(*name)["webhooks"][0]["timeoutSeconds"], 7)
        self.assertTrue(self.plane.patch_for(self.plane.stored(*name)["metadata"]["resourceVersion"]))
        self.assertEqual(self.plane.stored(*name)["webhooks"][0]["timeoutSeconds"], 7)

    def test_a_secret_that_is_deleted_or_broken_is_restored_and_no_admission_fails(self):
        self.start()
        served = self.plane.data("tls.crt")
        with self.load() as load:
            self.plane.write({"ca.key": b"junk"})
            eventually("the key", lambda: self.plane.data("ca.key").startswith(b"-----BEGIN") or load.failures)
            load.await_rounds()
            self.plane.kubectl("-n", NAMESPACE, "delete", "secret", SECRET)
            eventually("the Secret", lambda: self.plane.secret() or load.failures)
            eventually("a next authority beside it", lambda: self.plane.trusts(2) or load.failures)
            load.await_rounds()
            self.assertEqual(self.plane.data("tls.crt"), served)
        self.assertEqual(self.wrote("restored"), 2)
        self.assert_trusted()

    def test_a_configuration_that_cannot_be_read_is_told_and_stops_nobody(self):
        self.start()
        self.plane.kubectl("delete", BINDING)
        self.addCleanup(self.plane.apply_overlay)
        # A look is due within a minute; a watch that ends brings it about too.
        self.plane.kubectl("-n", NAMESPACE, "annotate", "secret", SECRET, "look=now")
        eventually("both tell it", lambda: all(each.metric(VERIFIED) == 0 for each in self.replicas))
        for each in self.replicas:
            self.assertTrue(each.is_ready())
            self.assertIn("cannot be read", each.ask("/readyz?verbose"))
            self.assertIn("serving certificate not verified", each.said())
        with self.load():
            pass
        newcomer = Replica(self.plane, "127.0.0.3")
        self.addCleanup(newcomer.kill)
        eventually("it serves", newcomer.certificate)
        self.assertFalse(newcomer.is_ready())
        self.plane.apply_overlay()
        eventually("it is ready", newcomer.is_ready)
        eventually("all is well again", lambda: all(each.metric(VERIFIED) == 1 for each in self.replicas))


if __name__ == "__main__":
    unittest.main()
