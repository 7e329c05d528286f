"""What a scanner of TLS finds: nothing old, nothing weak, no early data."""

import subprocess
import tempfile
import unittest
import xml.etree.ElementTree as ElementTree

from server import Server, make_certificates

# Forward secret AEAD suites (RFC 9325 section 4.2), and all of TLS 1.3.
SUITES = {
    "TLSv1.3": {"TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256"},
    "TLSv1.2": {
        "ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-ECDSA-AES256-GCM-SHA384", "ECDHE-ECDSA-CHACHA20-POLY1305",
        "ECDHE-RSA-AES128-GCM-SHA256", "ECDHE-RSA-AES256-GCM-SHA384", "ECDHE-RSA-CHACHA20-POLY1305",
    },
}
# A share of any other costs the server more than the client, those of finite fields most (CVE-2002-20001).
GROUPS = {"x25519", "secp256r1", "secp384r1", "prime256v1"}


class TLSTest(unittest.TestCase):
    """One server for all looks at it."""

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        make_certificates(cls.folder.name)
        cls.server = Server("127.0.0.1", cls.folder.name, ["--log-level", "critical"]).start()
        cls.addClassCleanup(cls.server.kill)
        cls.place = f"127.0.0.1:{cls.server.port}"

    def test_a_scanner_finds_nothing_old_and_nothing_weak(self):
        """By sslscan, as an auditor would."""
        run = subprocess.run(
            ["sslscan", "--xml=-", "--no-colour", self.place], check=True, capture_output=True, text=True, timeout=120)
        scan = ElementTree.fromstring(run.stdout).find("ssltest")
        enabled = {f"{each.get('type')}{each.get('version')}" for each in scan.findall("protocol")
                   if each.get("enabled") == "1"}
        self.assertEqual(enabled, {"tls1.2", "tls1.3"})
        self.assertEqual(scan.find("renegotiation").get("supported"), "0")
        self.assertEqual({each.get("vulnerable") for each in scan.findall("heartbleed")}, {"0"})
        groups = {each.get("name").split()[0] for each in scan.findall("group")}
        self.assertLessEqual(groups, GROUPS)
        self.assertGreater(len(groups), 1)
        suites = [(each.get("sslversion"), each.get("cipher")) for each in scan.findall("cipher")]
        self.assertGreater(len(suites), 3)
        for version, suite in suites:
            self.assertIn(suite, SUITES[version])

    def session(self, *flags):
        """What openssl's client says of a session."""
        run = subprocess.run(
            ["openssl", "s_client", "-connect", self.place, *flags], input="Q", capture_output=True, text=True,
            timeout=60)
        return run.stdout

    def test_tickets_carry_no_early_data(self):
        """A review must not be sent again by somebody who has only recorded it (RFC 8446 section 8)."""
        run = subprocess.run(
            ["openssl", "s_client", "-connect", self.place, "-tls1_3", "-ign_eof"], input="GET / HTTP/1.0\r\n\r\n",
            capture_output=True, text=True, timeout=60)
        self.assertIn("Max Early Data: 0", run.stdout)

    def test_old_versions_and_compression_are_refused(self):
        """By openssl, at its own lowest security."""
        for flag in ["-tls1", "-tls1_1"]:
            self.assertIn("Cipher is (NONE)", self.session(flag, "-cipher", "ALL:@SECLEVEL=0"))
        self.assertIn("Compression: NONE", self.session("-tls1_2", "-comp"))


if __name__ == "__main__":
    unittest.main()
