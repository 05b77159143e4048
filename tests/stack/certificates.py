"""A certificate authority of the tests' own, which nobody else trusts."""

from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

PEM = serialization.Encoding.PEM
CA_MAY = x509.KeyUsage(
    key_cert_sign=True,
    crl_sign=True,
    digital_signature=True,
    content_commitment=False,
    key_encipherment=False,
    data_encipherment=False,
    key_agreement=False,
    encipher_only=False,
    decipher_only=False,
)


class Authority:
    """``file`` holds its own certificate, for REQUESTS_CA_BUNDLE."""

    def __init__(self, folder: Path, name: str) -> None:
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _common(f"The tests' authority {name}")
        own = (
            _builder(self._name, self._name, self._key.public_key())
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(CA_MAY, critical=True)
            .sign(self._key, hashes.SHA256())
        )
        self.file = folder / f"{name}-authority.pem"
        self.file.write_bytes(own.public_bytes(PEM))

    def certificate(self, ip: str) -> Path:
        """A file with a certificate for the server at ``ip``, and its key."""
        key = ec.generate_private_key(ec.SECP256R1())
        signed = (
            _builder(_common(ip), self._name, key.public_key())
            .add_extension(
                x509.SubjectAlternativeName([x509.IPAddress(ip_address(ip))]), critical=False
            )
            .sign(self._key, hashes.SHA256())
        )
        private = key.private_bytes(
            PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        path = self._folder / f"{self.file.stem}-{ip}.pem"
        path.write_bytes(private + signed.public_bytes(PEM))
        return path


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
    )


def _common(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
