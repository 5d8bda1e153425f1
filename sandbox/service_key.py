"""The private key of the market's service account: made once, kept in the market's folder."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

FILE = "service_account_key.pem"


def service_key(market: Path) -> str:
    """The key as the account's JSON file has it; whoever asks first makes it, for every process the same."""
    file = market / FILE
    if not file.exists():
        _make(file)
    return file.read_text(encoding="ascii")


def _make(file: Path) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    text = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    aside = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as opened:
        opened.write(text)
    # A link never replaces: the key that another process made meanwhile stays.
    with suppress(FileExistsError):
        file.hardlink_to(aside)
    aside.unlink()
