"""The one way to a vendor's API: proof, limits, retries and decoding around ``requests``.

A request is repeated as a whole, its body included: a body that was cut off is not an answer.
Redirects are never followed, and the proof goes to the configured host alone.
"""

from __future__ import annotations

import copy
import logging
import time
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from tempfile import SpooledTemporaryFile
from typing import IO, Any, TypeVar, cast
from urllib.parse import urlsplit

import msgspec
import requests
import urllib3
from pyrate_limiter import Rate
from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_after_attempt
from tenacity.wait import wait_random_exponential

from extractors.answers import (
    CURES,
    Answer,
    Classify,
    Restart,
    TooMuch,
    Verdict,
    common_verdict,
    retry_after,
)
from extractors.auth import Auth, ProvenToken, Request
from extractors.errors import ExtractError, RetryLater, SourceChanged
from extractors.limits import gate
from extractors.redaction import redacted, remember

__all__ = ["Answer", "Client", "Restart", "TooMuch", "Verdict"]

log = logging.getLogger(__name__)

CHUNK = 1 << 16
KEPT_IN_MEMORY = 8 << 20
USER_AGENT = "leadgen-attribution/0.1"

_decode = msgspec.json.Decoder(float_hook=Decimal).decode

T = TypeVar("T")


class _AskAgain(Exception):
    """This attempt brought nothing; another may."""

    def __init__(self, reason: str, after: float | None = None) -> None:
        super().__init__(reason)
        self.after = after


@dataclass
class Traffic:
    """What a client did, for the run's summary."""

    requests: int = 0
    retries: int = 0
    waited_seconds: float = 0.0


class Client:
    """Asks one account of one source. Not shared between threads."""

    def __init__(
        self,
        base_url: str,
        *,
        name: str,
        auth: Auth,
        classify: Classify | None = None,
        rates: Sequence[Rate] = (),
        headers: Mapping[str, str] | None = None,
        secrets: Sequence[str] = (),
        connect_timeout: float = 10,
        read_timeout: float = 120,
        max_attempts: int = 5,
        patience: timedelta = timedelta(minutes=5),
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        from extractors.settings import limits_dir

        self.base_url = base_url.rstrip("/")
        self.name = name
        self.traffic = Traffic()
        self.last_headers: Mapping[str, str] = {}
        self._auth = auth
        self._classify = classify
        self._headers = {"User-Agent": USER_AGENT, "Accept-Encoding": "gzip", **(headers or {})}
        self._timeout = (connect_timeout, read_timeout)
        self._max_attempts = max_attempts
        self._patience = patience
        self._sleep = sleep
        self._gate = gate(name, rates, limits_dir() if rates else None)
        self._session = requests.Session()
        # A proxy or a .netrc of the machine must not change where the proof goes.
        self._session.trust_env = False
        remember([*secrets, *auth.secrets()])

    def with_token(self, token: str) -> Client:
        """The same client with another token: what lies inside an account may have one of its own."""
        if not isinstance(self._auth, ProvenToken):
            raise TypeError(f"{self.name} does not prove itself by a token that could be exchanged")
        other = copy.copy(self)
        other._auth = replace(self._auth, token=token)
        remember(other._auth.secrets())
        return other

    def get(self, path: str, params: Mapping[str, Any] | None = None, headers: Mapping[str, str] | None = None) -> Any:
        """The decoded JSON of an answer; numbers with a fraction are ``Decimal``."""
        return self._call("GET", path, _json, params=params, headers=headers)

    def post_json(self, path: str, body: Any, params: Mapping[str, Any] | None = None) -> Any:
        """The decoded JSON of the answer to a JSON body. Only for requests that may be repeated."""
        return self._call("POST", path, _json, params=params, json=body)

    def post_form(self, path: str, fields: Mapping[str, Any]) -> Any:
        """The decoded JSON of the answer to a form. Only for requests that may be repeated."""
        return self._call("POST", path, _json, fields=fields)

    def get_bytes(
        self, path: str, params: Mapping[str, Any] | None = None, headers: Mapping[str, str] | None = None
    ) -> bytes:
        """The body as it is; at most what fits into memory, so only for small files."""
        return self._call("GET", path, lambda body: body.read(), params=params, headers=headers)

    @contextmanager
    def stream(self, method: str, path: str, json: Any = None) -> Iterator[IO[bytes]]:
        """The complete body as a file; what is large lies on disk, not in memory."""
        body = self._call(method, path, lambda body: body, json=json, keep=True)
        try:
            yield body
        finally:
            body.close()

    def _call(
        self,
        method: str,
        path: str,
        read: Callable[[IO[bytes]], T],
        *,
        params: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        json: Any = None,
        fields: Mapping[str, Any] | None = None,
        keep: bool = False,
    ) -> T:
        """Ask until an answer is whole and decoded, an error needs another cure, or patience ends."""
        url = self._url(path)
        where = f"{self.name}: {method} {redacted(urlsplit(url).path)}"
        renewed = False

        def once() -> T:
            nonlocal renewed
            request = Request(dict(headers or {}), dict(params or {}), None if fields is None else dict(fields))
            self._auth.apply(request, self._post_bare)
            remember(self._auth.secrets())
            answer, body = self._send(method, url, request, json)
            verdict = (self._classify(answer) if self._classify else None) or common_verdict(answer)
            if verdict is None:
                return self._read(body, read, answer, keep)
            body.close()
            if verdict.cure == "refresh_auth" and not renewed and self._auth.refresh():
                renewed = True
                raise _AskAgain("the token had expired", after=0)
            self._refuse(where, answer, verdict)
            raise AssertionError("a verdict always ends the attempt")

        attempts = Retrying(
            stop=stop_after_attempt(self._max_attempts),
            retry=retry_if_exception_type(_AskAgain),
            wait=self._wait,
            sleep=self._sleep,
            before_sleep=lambda state: self._note(where, state),
            reraise=True,
        )
        try:
            return attempts(once)
        except _AskAgain as given_up:
            raise RetryLater(
                f"{where}: {given_up}, {self._max_attempts} times in a row. Ask again later.",
                after=None if given_up.after is None else timedelta(seconds=given_up.after),
            ) from None
        except ExtractError as error:
            # The proof itself failed (a refused refresh): say whose it was.
            if str(error).startswith(self.name):
                raise
            raise type(error)(f"{where}: {error}") from error

    def _url(self, path: str) -> str:
        """The absolute address; a link to another host is refused, or the proof would go there."""
        if "://" not in path:
            return f"{self.base_url}/{path.lstrip('/')}"
        ours, theirs = urlsplit(self.base_url), urlsplit(path)
        if (ours.scheme, ours.netloc) != (theirs.scheme, theirs.netloc):
            raise SourceChanged(
                f"{self.name}: the answer links to {theirs.scheme}://{theirs.hostname}, and only "
                f"{ours.scheme}://{ours.hostname} is asked. Has the vendor moved?"
            )
        return path

    def _send(self, method: str, url: str, request: Request, json: Any) -> tuple[Answer, IO[bytes]]:
        """One request and its complete body."""
        self._gate.wait()
        self.traffic.requests += 1
        # Outlives this call: who reads the body closes it.
        body = cast(IO[bytes], SpooledTemporaryFile(max_size=KEPT_IN_MEMORY))  # noqa: SIM115
        try:
            response = self._session.request(
                method,
                url,
                params=request.params,
                headers={**self._headers, **request.headers},
                data=request.fields,
                json=json,
                timeout=self._timeout,
                allow_redirects=False,
                stream=True,
            )
            with response:
                _copy_body(response, body)
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError, _CutBody) as broken:
            body.close()
            if isinstance(broken, requests.exceptions.SSLError):
                raise RetryLater(
                    f"{self.name}: the certificate of {urlsplit(url).hostname} is not valid. It is not read."
                ) from None
            if isinstance(broken, OSError) and not isinstance(broken, requests.RequestException):
                raise
            # The library's own message holds the whole address, secrets included: only its kind is kept.
            raise _AskAgain(f"the answer did not arrive whole ({type(broken).__name__})") from None
        self.last_headers = response.headers
        body.seek(0)
        # Only errors and small answers are looked into; a large success is left to its reader.
        start = body.read(KEPT_IN_MEMORY + 1)
        body.seek(0)
        decoded = None
        if len(start) <= KEPT_IN_MEMORY:
            try:
                decoded = _decode(start)
            except (msgspec.DecodeError, UnicodeDecodeError):
                decoded = None
        text = redacted(start[:2000].decode(errors="replace"))
        answer = Answer(method, redacted(url), response.status_code, response.headers, decoded, text)
        return answer, body

    def _read(self, body: IO[bytes], read: Callable[[IO[bytes]], T], answer: Answer, keep: bool) -> T:
        if answer.text.lstrip("\ufeff \r\n").lower().startswith(("<!doctype html", "<html")):
            # Nothing is read from web pages: this one comes from a proxy, or from maintenance.
            body.close()
            raise _AskAgain("the answer is a page in HTML")
        if read is _json and answer.body is not None:
            body.close()
            return cast(T, answer.body)
        try:
            return read(body)
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise _AskAgain("the answer is not whole JSON") from None
        finally:
            if not keep:
                body.close()

    def _refuse(self, where: str, answer: Answer, verdict: Verdict) -> None:
        """Raise what the verdict says."""
        asked = verdict.after if verdict.after is not None else retry_after(answer.headers)
        if verdict.cure in ("wait", "transient"):
            if asked is not None and asked > self._patience.total_seconds():
                raise RetryLater(
                    f"{where}: {verdict.reason}; the source asks to wait {asked:.0f} seconds.",
                    after=timedelta(seconds=asked),
                )
            raise _AskAgain(f"{verdict.reason} ({answer.status})", after=asked)
        if verdict.cure == "defer":
            raise RetryLater(
                f"{where}: {verdict.reason}. Run it again when the quota is back.",
                after=timedelta(seconds=asked) if asked is not None else timedelta(hours=1),
            )
        kind, cure = CURES[verdict.cure]
        raise kind(f"{where} was answered with {answer.status}: {verdict.reason}. {cure}")

    def _wait(self, state: RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        if isinstance(error, _AskAgain) and error.after is not None:
            return error.after
        return wait_random_exponential(multiplier=1, max=60)(state)

    def _note(self, where: str, state: RetryCallState) -> None:
        seconds = state.next_action.sleep if state.next_action else 0.0
        self.traffic.retries += 1
        self.traffic.waited_seconds += seconds
        reason = state.outcome.exception() if state.outcome else None
        log.info("%s: %s; asking again in %.1f s", where, reason, seconds)

    def _post_bare(self, url: str, fields: Mapping[str, str]) -> tuple[int, Any]:
        """Post a form without any proof: how a token is fetched."""
        self.traffic.requests += 1
        try:
            response = self._session.post(
                url, data=dict(fields), headers=self._headers, timeout=self._timeout, allow_redirects=False
            )
        except requests.RequestException as broken:
            raise _AskAgain(f"the token could not be fetched ({type(broken).__name__})") from None
        if response.status_code == 429 or response.status_code >= 500:
            raise _AskAgain(f"the token could not be fetched ({response.status_code})", retry_after(response.headers))
        try:
            return response.status_code, _decode(response.content)
        except msgspec.DecodeError:
            return response.status_code, None


def _json(body: IO[bytes]) -> Any:
    return _decode(body.read())


class _CutBody(Exception):
    """The connection closed before the body was complete."""


def _copy_body(response: requests.Response, body: IO[bytes]) -> None:
    """Write the whole body, unpacked. ``requests`` takes a cut gzip body for a short one; this does not."""
    raw = response.raw
    if response.headers.get("Content-Encoding", "").lower() != "gzip":
        for chunk in raw.stream(CHUNK, decode_content=True):
            body.write(chunk)
        return
    unpack = zlib.decompressobj(wbits=31)
    try:
        for chunk in raw.stream(CHUNK, decode_content=False):
            body.write(unpack.decompress(chunk))
    except zlib.error as broken:
        raise _CutBody from broken
    if not unpack.eof:
        raise _CutBody
