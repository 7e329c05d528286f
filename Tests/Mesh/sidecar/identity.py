"""Workload certificates as istiod's authority issues them: a SPIFFE identity as the only subject alternative name.

From `security/pkg/pki/util/generate_cert.go` and `san.go` of istio/istio. Certificates live for a day, as there.
"""

import datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from .registry import TRUST_DOMAIN

LIFETIME = datetime.timedelta(days=1)
# Clocks of one machine agree; this is what istiod grants all the same.
SKEW = datetime.timedelta(minutes=2)
# What all of a pod's processes may read and nobody else needs to.
READABLE = 0o644


class Authority:
    """A root certificate in a folder, and what it has signed there: `NAME.crt`, `NAME.key`, `root.crt`."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, TRUST_DOMAIN)])
        extensions = [(x509.BasicConstraints(ca=True, path_length=None), True), (_usage("key_cert_sign"), True)]
        self._root = self._signed(self._name, self._key.public_key(), extensions)
        self.root = _written(self.folder / "root.crt", self._root.public_bytes(serialization.Encoding.PEM))

    def certificate(self, pod):
        """The paths of a certificate for a pod's identity, and of its key."""
        key = ec.generate_private_key(ec.SECP256R1())
        extensions = [
            # The subject is empty, and so the name is critical (RFC 5280 section 4.2.1.6).
            (x509.SubjectAlternativeName([x509.UniformResourceIdentifier(pod.spiffe)]), True),
            (x509.BasicConstraints(ca=False, path_length=None), True),
            (_usage("digital_signature"), True),
            (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]), False),
        ]
        certificate = self._signed(x509.Name([]), key.public_key(), extensions)
        private = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        return (
            _written(self.folder / f"{pod.name}.crt", certificate.public_bytes(serialization.Encoding.PEM)),
            _written(self.folder / f"{pod.name}.key", private),
        )

    def _signed(self, subject, public_key, extensions):
        now = datetime.datetime.now(datetime.timezone.utc)
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(public_key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - SKEW)
            .not_valid_after(now + LIFETIME)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()), critical=False)
        )
        for extension, is_critical in extensions:
            builder = builder.add_extension(extension, is_critical)
        return builder.sign(self._key, hashes.SHA256())


def _usage(purpose):
    purposes = ["digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement"]
    purposes += ["key_cert_sign", "crl_sign", "encipher_only", "decipher_only"]
    return x509.KeyUsage(**{each: each == purpose for each in purposes})


def _written(path, content):
    path.write_bytes(content)
    path.chmod(READABLE)
    return str(path)
