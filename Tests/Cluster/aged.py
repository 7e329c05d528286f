"""Authorities and certificates of any age, as Raymesh would have made them long ago."""

import datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

HOSTS = ["raymesh.raymesh-system.svc", "raymesh.raymesh-system.svc.cluster.local"]
NAME = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "raymesh")])


def pem(certificate):
    """A certificate as text."""
    return certificate.public_bytes(serialization.Encoding.PEM)


def pem_key(key):
    """A key as text."""
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())


class Authority:
    """One that began some days ago, or that somebody else has made."""

    def __init__(self, age=0, days=3650, texts=None):
        if texts:
            self.certificate = x509.load_pem_x509_certificates(texts[0])[0]
            self.key = serialization.load_pem_private_key(texts[1], None)
            return
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.certificate = (
            draft(NAME, self.key.public_key(), age, days)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(usage(key_cert_sign=True, crl_sign=True), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(self.key.public_key()), critical=False)
            .sign(self.key, hashes.SHA256()))

    def pair(self, age=0, days=90):
        """A serving certificate and its key, as text."""
        key = ec.generate_private_key(ec.SECP256R1())
        identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(self.certificate.public_key())
        certificate = (
            draft(x509.Name([]), key.public_key(), age, days)
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(host) for host in HOSTS]), critical=True)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(usage(digital_signature=True), critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=True)
            .add_extension(identifier, critical=False)
            .sign(self.key, hashes.SHA256()))
        return pem(certificate), pem_key(key)

    def secret(self, age=0):
        """The data of a Secret whose serving certificate is `age` days old."""
        certificate, key = self.pair(age)
        return {"ca.crt": pem(self.certificate), "ca.key": pem_key(self.key), "tls.crt": certificate, "tls.key": key}


def draft(subject, public_key, age, days):
    """A certificate of raymesh's that is not signed yet."""
    start = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(days=age)
    return (
        x509.CertificateBuilder().subject_name(subject).issuer_name(NAME).public_key(public_key)
        .serial_number(x509.random_serial_number()).not_valid_before(start)
        .not_valid_after(start + datetime.timedelta(days=days)))


def usage(**purposes):
    """A key usage for these purposes alone."""
    every = [
        "digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
        "key_cert_sign", "crl_sign", "encipher_only", "decipher_only"]
    return x509.KeyUsage(**{name: purposes.get(name, False) for name in every})
