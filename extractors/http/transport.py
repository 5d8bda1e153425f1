"""One request and its whole body: the only door to ``requests``. What goes wrong is named by whether to ask again."""

from __future__ import annotations

from collections.abc import Mapping
from tempfile import SpooledTemporaryFile
from typing import IO, Any, cast
from urllib.parse import urlsplit

import requests
import urllib3

from extractors.errors import FixSettings, RetryLater
from extractors.http.answers import Answer, AskAgain, TooMuch, retry_after
from extractors.http.auth import Request, TokenStyle
from extractors.http.bodies import NotWhole, TooLarge, copy_body, decode_json, first_of_json
from extractors.http.limits import Gate
from extractors.model import Traffic
from extractors.redaction import redacted, safe_logger

# The library below names whole addresses, tokens in the query included.
safe_logger("urllib3.connectionpool")

KEPT_IN_MEMORY = 8 << 20
LARGEST_IN_MEMORY = 256 << 20
"""A body that is not streamed may not be larger than this."""
USER_AGENT = "leadgen-attribution/0.1"

# What is wrong with these is wrong before anything is sent: another attempt would fail the same way.
NOT_SENDABLE = (
    requests.exceptions.InvalidURL,
    requests.exceptions.InvalidSchema,
    requests.exceptions.MissingSchema,
    requests.exceptions.InvalidHeader,
    UnicodeError,
)


class Transport:
    """Sends single requests of one client. Redirects are never followed."""

    def __init__(self, name: str, gate: Gate, headers: Mapping[str, str], timeout: tuple[float, float]) -> None:
        self.traffic = Traffic()
        self.was_connected = False
        """Whether the last request found somebody to be sent to."""
        self._name = name
        self._gate = gate
        self._plain = {"User-Agent": USER_AGENT, "Accept-Encoding": "gzip"}
        self._headers = {**self._plain, **headers}
        self._timeout = timeout
        self._session = requests.Session()
        # A proxy or a .netrc of the machine must not change where the proof goes.
        self._session.trust_env = False

    def close(self) -> None:
        """Let the connections go."""
        self._session.close()

    def send(
        self, method: str, url: str, request: Request, json: Any, *, is_json: bool, is_stream: bool
    ) -> tuple[Answer, IO[bytes]]:
        """The answer and its complete body, which whoever reads it closes."""
        self._gate.wait()
        self.traffic.requests += 1
        body = cast(IO[bytes], SpooledTemporaryFile(max_size=KEPT_IN_MEMORY))  # noqa: SIM115 - outlives this call
        try:
            response = self._session.request(
                method,
                url,
                params=request.params,
                headers={**self._headers, **request.headers},
                data=request.fields if request.raw is None else request.raw,
                json=json,
                timeout=self._timeout,
                allow_redirects=False,
                stream=True,
            )
            with response:
                copy_body(response, body, None if is_stream else LARGEST_IN_MEMORY)
        except BaseException as broken:
            body.close()
            self.was_connected = not isinstance(broken, requests.exceptions.ConnectTimeout) and not (
                isinstance(broken, requests.exceptions.ConnectionError) and "NewConnectionError" in str(broken)
            )
            self._explain(broken, url)
            raise
        self.was_connected = True
        body.seek(0)
        start = body.read(KEPT_IN_MEMORY + 1)
        body.seek(0)
        decoded = None
        # A stream that succeeded is left to its reader: it need not be JSON, nor fit into memory.
        if len(start) <= KEPT_IN_MEMORY and (is_json or response.status_code >= 400):
            try:
                decoded = decode_json(start)
            except NotWhole:
                decoded = first_of_json(start) if response.status_code >= 400 else None
        text = redacted(start[:2000].decode(errors="replace"))
        return Answer(method, redacted(url), response.status_code, response.headers, decoded, text), body

    def post_bare(
        self,
        url: str,
        fields: Mapping[str, str],
        style: TokenStyle = "form",
        headers: Mapping[str, str] | None = None,
    ) -> tuple[int, Any]:
        """Ask for a token, without any proof but the fields: the status and the decoded JSON."""
        self.traffic.requests += 1
        sent = dict(fields)
        try:
            response = self._session.request(
                "GET" if style == "query" else "POST",
                url,
                params=sent if style == "query" else None,
                data=sent if style == "form" else None,
                json=sent if style == "json" else None,
                # Not the client's own: some of those prove who asks, to the vendor's API alone.
                headers={**self._plain, **(headers or {})},
                timeout=self._timeout,
                allow_redirects=False,
            )
        except (requests.RequestException, UnicodeError) as broken:
            self._explain(broken, url)
            raise
        if response.status_code == 429 or response.status_code >= 500:
            raise AskAgain(f"the token could not be fetched ({response.status_code})", retry_after(response.headers))
        try:
            return response.status_code, decode_json(response.content)
        except NotWhole:
            if response.status_code == 200:
                raise AskAgain("the token did not arrive whole") from None
            return response.status_code, None

    def _explain(self, broken: BaseException, url: str) -> None:
        """Raise what a failed request means. The library's own message holds the whole address: it is not kept."""
        if isinstance(broken, TooLarge):
            raise TooMuch(f"{self._name}: the answer is larger than {LARGEST_IN_MEMORY >> 20} MiB.") from None
        if isinstance(broken, NOT_SENDABLE):
            raise FixSettings(
                f"{self._name}: no request can be made of the connection's address and secrets "
                f"({type(broken).__name__}). Look for blanks and line breaks in them."
            ) from None
        if isinstance(broken, requests.exceptions.SSLError) and "CERTIFICATE_VERIFY_FAILED" in str(broken):
            raise FixSettings(
                f"{self._name}: the certificate of {urlsplit(url).hostname} is not valid, so it is not read. "
                "Is the address right? Name the certificate of a proxy of your own in REQUESTS_CA_BUNDLE."
            ) from None
        if "NameResolutionError" in str(broken) or "Name or service not known" in str(broken):
            raise RetryLater(
                f"{self._name}: the name {urlsplit(url).hostname} cannot be found. Is the address right, and is there "
                "a way to the internet?"
            ) from None
        if isinstance(broken, requests.RequestException | urllib3.exceptions.HTTPError | NotWhole):
            raise AskAgain(f"the answer did not arrive whole ({type(broken).__name__})") from None
