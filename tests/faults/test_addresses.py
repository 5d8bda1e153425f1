"""Nothing is read from an address that cannot prove its name, or that nobody knows; the proof is not sent there."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import requests
import urllib3
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from requests.adapters import HTTPAdapter

from extractors.errors import FixSettings, RetryLater
from extractors.http.auth import BearerToken, NoAuth
from extractors.http.client import HttpClient


class Asked(BaseHTTPRequestHandler):
    """Notes what it is asked, and answers with a list."""

    def do_GET(self) -> None:
        self.server.seen.append(dict(self.headers))  # type: ignore[attr-defined]
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"[]")

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


def certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate of one's own, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "api.vendor.example")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    files = folder / "cert.pem", folder / "key.pem"
    files[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    files[1].write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return files


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ThreadingHTTPServer]:
    """A vendor whose certificate nobody vouches for."""
    served = ThreadingHTTPServer(("127.0.0.1", 0), Asked)
    served.seen = []  # type: ignore[attr-defined]
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate(tmp_path))
    served.socket = context.wrap_socket(served.socket, server_side=True)
    thread = Thread(target=served.serve_forever, daemon=True)
    thread.start()
    yield served
    served.shutdown()
    served.server_close()


def test_a_certificate_that_nobody_vouches_for_needs_a_person(
    server: ThreadingHTTPServer, caplog: pytest.LogCaptureFixture
) -> None:
    client = HttpClient(
        f"https://127.0.0.1:{server.server_address[1]}", name="vendor/a", auth=BearerToken("a-token-of-ours")
    )

    with pytest.raises(FixSettings, match=r"the certificate of 127\.0\.0\.1 is not valid, so it is not read"):
        client.get("/list")
    assert server.seen == []  # type: ignore[attr-defined]


class Nowhere(HTTPAdapter):
    """Says what urllib3 says of a name that the resolver does not know."""

    def send(self, *sent: Any, **options: Any) -> requests.Response:
        unknown = socket.gaierror(-2, "Name or service not known")
        connection = urllib3.connection.HTTPConnection("api.vendor.example")
        raise requests.ConnectionError(
            urllib3.exceptions.NameResolutionError("api.vendor.example", connection, unknown)
        )


def test_a_name_that_is_not_found_is_told_as_one() -> None:
    client = HttpClient("http://api.vendor.example", name="vendor/a", auth=NoAuth(), max_attempts=1)
    client._transport._session.mount("http://", Nowhere())

    with pytest.raises(RetryLater, match=r"the name api\.vendor\.example cannot be found"):
        client.get("/list")
