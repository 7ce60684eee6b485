"""The certificate for STARTTLS: the operator's, or one signed by ourselves, which is better than none."""

from __future__ import annotations

import os
import ssl
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from hotpot.kernel.errors import Refused

VALID_FOR = timedelta(days=3650)
NAME = "smtp.pem"


def context(certificate: Path, key: Path | None = None) -> ssl.SSLContext:
    """`certificate` holds the whole chain; without `key`, the key too. Raises Refused."""
    made = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    try:
        made.load_cert_chain(certificate, key)
    except (OSError, ssl.SSLError) as error:
        raise Refused(
            f"The certificate for mails in can't be used ({error}); see HOTPOT_SMTP_CERT."
        ) from None
    return made


def own_certificate(folder: Path, domain: str, now: datetime) -> Path:
    """Made on first use; key and certificate in one file that only we read."""
    path = folder / NAME
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        aside = path.with_name(f".{NAME}.{os.getpid()}")
        with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(_self_signed(domain, now))
        aside.replace(path)
    return path


def _self_signed(domain: str, now: datetime) -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, domain[:64])])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + VALID_FOR)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(domain)]), critical=False)
        .sign(key, SHA256())
    )
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return private + made.public_bytes(Encoding.PEM)
