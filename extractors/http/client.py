"""The one way to a vendor's API: proof, limits, retries and decoding around single requests.

A request is repeated as a whole, its body included: a body that was cut off is not an answer.
Redirects are never followed, and the proof goes to the configured host alone.
"""

from __future__ import annotations

import copy
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from typing import IO, Any, TypeVar, cast
from urllib.parse import urlsplit

from pyrate_limiter import Rate
from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_after_attempt

from extractors.errors import ExtractError, SourceChanged
from extractors.http.answers import (
    Answer,
    AskAgain,
    Classify,
    Gone,
    Restart,
    TooMuch,
    Verdict,
    common_verdict,
)
from extractors.http.auth import Auth, ProvenToken, Request
from extractors.http.bodies import NotWhole, decode_json
from extractors.http.limits import gate
from extractors.http.patience import given_up_on, refuse, seconds_before_again
from extractors.http.transport import Transport
from extractors.model import Traffic
from extractors.redaction import redacted, remember, safe_logger
from extractors.settings import limits_dir

__all__ = ["Answer", "Gone", "HttpClient", "Restart", "TooMuch", "Verdict"]

log = safe_logger(__name__)

T = TypeVar("T")


class HttpClient:
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
        self.base_url = base_url.rstrip("/")
        self.name = name
        self.last_headers: Mapping[str, str] = {}
        self.gone: set[date] = set()
        self.partly_gone: set[date] = set()
        self.awaited: set[date] = set()
        self.parts_read: set[str] = set()
        self.parts_kept: set[str] = set()
        self.parts_unfinished: set[str] = set()
        self.faults: list[str] = []
        self.may_have_arrived = False
        """Of the last request, all its attempts taken together: whether the vendor may have done what it asked."""
        self._auth = auth
        self._classify = classify
        self._max_attempts = max_attempts
        self._patience = patience
        self._sleep = sleep
        waiting = gate(name, rates, limits_dir() if rates else None)
        self._transport = Transport(name, waiting, headers or {}, (connect_timeout, read_timeout))
        remember([*secrets, *auth.secrets()])

    @property
    def traffic(self) -> Traffic:
        """What was sent so far."""
        return self._transport.traffic

    @property
    def proof(self) -> str:
        """How the client proves itself: the name of its kind of ``Auth``."""
        return type(self._auth).__name__

    def verdict_of(self, answer: Answer) -> Verdict | None:
        """What is to be done about an answer by the source's rules, else by those of all; None where it is good."""
        return (self._classify(answer) if self._classify else None) or common_verdict(answer)

    def close(self) -> None:
        """Let the connections go."""
        self._transport.close()

    def pause(self, seconds: float) -> None:
        """Leave the source alone for a while, and count it."""
        self.traffic.waited_seconds += seconds
        self._sleep(seconds)

    def with_token(self, token: str) -> HttpClient:
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

    def submit(
        self,
        path: str,
        json: Any = None,
        *,
        raw: bytes | None = None,
        params: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        is_read: Callable[[Answer], bool],
    ) -> Answer:
        """The answer to a post, also one that refuses some of its rows: where ``is_read`` says that it can tell.

        Only for posts that may be repeated. Any other answer is judged as always.
        """
        return self._call("POST", path, _answered, params=params, headers=headers, json=json, raw=raw, is_read=is_read)

    def get_bytes(
        self, path: str, params: Mapping[str, Any] | None = None, headers: Mapping[str, str] | None = None
    ) -> bytes:
        """The body as it is. Only for small files: one of more than 256 MiB is ``TooMuch``."""
        return self._call("GET", path, lambda body: body.read(), params=params, headers=headers)

    @contextmanager
    def stream(
        self, method: str, path: str, json: Any = None, check: Callable[[IO[bytes]], None] = lambda body: None
    ) -> Iterator[IO[bytes]]:
        """The complete body as a file, at its start; what is large lies on disk, not in memory.

        A body for which ``check`` raises ``NotWhole`` is asked for again.
        """

        def checked(body: IO[bytes]) -> IO[bytes]:
            check(body)
            body.seek(0)
            return body

        body = self._call(method, path, checked, json=json, keep=True)
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
        raw: bytes | None = None,
        keep: bool = False,
        is_read: Callable[[Answer], bool] | None = None,
    ) -> T:
        """Ask until an answer is whole and decoded, an error needs another cure, or patience ends."""
        url = self._url(path)
        where = f"{self.name}: {method} {redacted(urlsplit(url).path)}"
        renewed = False
        self.may_have_arrived = False

        def once() -> T:
            nonlocal renewed
            form = None if fields is None else dict(fields)
            request = Request(dict(headers or {}), dict(params or {}), form, json, raw)
            self._auth.apply(request, self._transport.post_bare)
            remember(self._auth.secrets())
            try:
                answer, body = self._transport.send(
                    method, url, request, request.json, is_json=read in (_json, _answered), is_stream=keep
                )
            except BaseException:
                self.may_have_arrived |= self._transport.was_connected
                raise
            self.last_headers = answer.headers
            if is_read is not None and is_read(answer):
                # Whoever asked may still stumble over what it says.
                self.may_have_arrived |= 200 <= answer.status < 300
                body.close()
                return cast(T, answer)
            verdict = self.verdict_of(answer)
            self.may_have_arrived |= verdict is None or verdict.cure == "transient"
            if verdict is not None:
                body.close()
                if verdict.cure == "refresh_auth" and not renewed and self._auth.refresh():
                    renewed = True
                    raise AskAgain("the token had expired", after=0)
                refuse(where, answer, verdict, self._patience)
            return self._read(body, read, answer, keep)

        attempts = Retrying(
            stop=stop_after_attempt(self._max_attempts),
            retry=retry_if_exception_type(AskAgain),
            wait=seconds_before_again,
            sleep=self._sleep,
            before_sleep=lambda state: self._note(where, state),
            reraise=True,
        )
        try:
            return attempts(once)
        except AskAgain as given_up:
            raise given_up_on(where, given_up, self._max_attempts) from None
        except ExtractError as error:
            # The proof itself failed (a refused refresh): say whose it was.
            if not str(error).startswith(redacted(self.name)):
                error.args = (f"{where}: {error}",)
            raise

    def _url(self, path: str) -> str:
        """The absolute address; a link to another host is refused, or the proof would go there."""
        if not re.match(r"[A-Za-z][A-Za-z0-9+.-]*://", path):
            return f"{self.base_url}/{path.lstrip('/')}"
        ours, theirs = urlsplit(self.base_url), urlsplit(path)
        if (ours.scheme, ours.netloc) != (theirs.scheme, theirs.netloc):
            raise SourceChanged(
                f"{self.name}: the answer links to {theirs.scheme}://{theirs.hostname}, and only "
                f"{ours.scheme}://{ours.hostname} is asked. Has the vendor moved?"
            )
        return path

    def _read(self, body: IO[bytes], read: Callable[[IO[bytes]], T], answer: Answer, keep: bool) -> T:
        is_kept = False
        try:
            if answer.text.lstrip("\ufeff \r\n").lower().startswith(("<!doctype html", "<html")):
                # Nothing is read from web pages: this one comes from a proxy, or from maintenance.
                raise AskAgain("the answer is a page in HTML")
            if read is _json and answer.body is not None:
                return cast(T, answer.body)
            if read is _json and answer.status == 204:
                # Some vendors say so that a list is empty.
                return cast(T, None)
            value = read(body)
            is_kept = keep
            return value
        except NotWhole as broken:
            raise AskAgain(str(broken)) from None
        finally:
            if not is_kept:
                body.close()

    def _note(self, where: str, state: RetryCallState) -> None:
        seconds = state.next_action.sleep if state.next_action else 0.0
        self.traffic.retries += 1
        self.traffic.waited_seconds += seconds
        reason = state.outcome.exception() if state.outcome else None
        log.info("%s: %s; asking again in %.1f s", where, reason, seconds)


def _answered(body: IO[bytes]) -> Answer:
    """A good status whose body says nothing that can be read is no answer."""
    raise NotWhole("the answer is none that is known")


def _json(body: IO[bytes]) -> Any:
    return decode_json(body.read())
