"""The node's certificate: self-signed and new at each start, as the network has it (facts: offchain 10.5).

Gateways do not verify it against anything; who answers is proved by signatures of the account. Its one name is the
host of the service URI, as a DNS name even where that is an IP address.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from offchain.errors import SettingsError

CERTIFICATE_FILE = "certificate.pem"
KEY_FILE = "certificate-key.pem"
VALID = timedelta(days=365)
SKEW = timedelta(hours=1)


def make_certificate(host: str) -> tuple[bytes, bytes]:
    """A certificate for a host and its private key, both PEM: EC P-256, one year."""
    key = ec.generate_private_key(ec.SECP256R1())
    now = datetime.now(UTC)
    nobody = x509.Name([])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(nobody)
        .issuer_name(nobody)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - SKEW)
        .not_valid_after(now + VALID)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=True)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    return (
        certificate.public_bytes(serialization.Encoding.PEM),
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()),
    )


def write_certificate(directory: Path, host: str) -> tuple[Path, Path]:
    """Makes a certificate in a folder; the key is readable by its owner alone.

    Raises:
        SettingsError: the folder cannot be written to.
    """
    certificate, key = make_certificate(host)
    paths = directory / CERTIFICATE_FILE, directory / KEY_FILE
    try:
        for path, content in zip(paths, (certificate, key), strict=True):
            path.unlink(missing_ok=True)
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
    except OSError as error:
        raise SettingsError(f"the certificate cannot be written to {directory}: {error.strerror}") from error
    return paths
