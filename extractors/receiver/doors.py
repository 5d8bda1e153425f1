"""The accounts that may post, each with its secrets and its limit: read once, when the receiver starts."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import repeat
from typing import Any
from urllib.parse import urlsplit

from extractors.errors import FixSettings
from extractors.forms.columns import rules_of
from extractors.model import Account, Source
from extractors.receiver.senders import SENDERS, Sender
from extractors.receiver.throttle import Bucket, Buckets
from extractors.redaction import remember
from extractors.settings import connection, load_accounts

log = logging.getLogger(__name__)

POSTS_PER_SECOND = 100.0
HITS_PER_SECOND = 1000.0
BURST_SECONDS = 5
HITS_PER_SECOND_OF_ONE_ADDRESS = 20.0
FORMS_PER_SECOND_OF_ONE_ADDRESS = 1.0
FORMS_AT_ONCE_OF_ONE_ADDRESS = 20.0


@dataclass(frozen=True)
class HookDoor:
    """Where one sender posts to."""

    account: Account
    sender: Sender
    bucket: Bucket
    secrets: Sequence[str] = field(repr=False)
    verify_token: str = field(default="", repr=False)
    origins: frozenset[str] = frozenset()
    amp_origins: frozenset[str] = frozenset()
    """The same pages, as the caches of AMP show them."""
    thanks_url: str | None = None
    key_field: str | None = None
    """The field of the post that holds the secret, where the sender puts it there."""
    fault: str | None = None
    """Why nothing can be taken; the others go on."""


@dataclass(frozen=True)
class PixelDoor:
    """One site that reports its visits."""

    account: Account
    bucket: Bucket
    origins: frozenset[str]
    is_consent_assumed: bool = False
    cookie_domain: str | None = None


@dataclass(frozen=True)
class Doors:
    """All of them, by account."""

    hooks: Mapping[str, HookDoor]
    pixels: Mapping[str, PixelDoor]
    addresses: Buckets = field(
        default_factory=lambda: Buckets(HITS_PER_SECOND_OF_ONE_ADDRESS, 10 * HITS_PER_SECOND_OF_ONE_ADDRESS)
    )
    """What each address may still send to the pixel: behind it may be a whole office, or one program."""
    form_addresses: Buckets = field(
        default_factory=lambda: Buckets(FORMS_PER_SECOND_OF_ONE_ADDRESS, FORMS_AT_ONCE_OF_ONE_ADDRESS)
    )
    """The same for forms that browsers post: nobody else can be told apart from who only pretends to be a page."""


def open_doors(known: Mapping[str, Source]) -> Doors:
    """The accounts that may be posted to; one without its connection is said in the log and refuses."""
    hooks, pixels = {}, {}
    for account in load_accounts(known):
        if account.source == "webhook":
            hooks[account.account] = _hook_door(account, known["webhook"])
        elif account.source == "pixel":
            pixels[account.account] = pixel_door(account)
    return Doors(hooks, pixels)


def sender_of(account: Account) -> Sender:
    """The kind of sender that the account's options name."""
    name = account.options.get("sender")
    if name not in SENDERS:
        raise FixSettings(f"webhook, account {account.account}: 'sender' must be one of {', '.join(SENDERS)}.")
    return SENDERS[str(name)]


def _hook_door(account: Account, source: Source) -> HookDoor:
    sender, options = sender_of(account), account.options
    rules_of(account)
    secrets: list[str] = []
    verify_token, fault = "", None
    try:
        if sender.proof != "origin":
            found = connection(source, account)
            remember(found.secrets())
            secrets = [one for one in (found.password, found.extra.get("previous_secret", "")) if one]
            verify_token = found.extra.get("verify_token", "")
            if not secrets:
                raise FixSettings(f"webhook, account {account.account}: the connection's password is empty.")
    except FixSettings as missing:
        fault = str(missing)
        log.error("%s Its posts are answered with 503 until then.", fault)
    origins = _origins(account)
    if sender.proof == "origin" and not origins:
        raise FixSettings(f"webhook, account {account.account}: name the sites that may post, under 'origins'.")
    return HookDoor(
        account=account,
        sender=sender,
        bucket=_bucket(account, POSTS_PER_SECOND),
        secrets=secrets,
        verify_token=verify_token,
        origins=origins,
        amp_origins=frozenset(map(amp_origin, origins, repeat("cdn.ampproject.org"))),
        thanks_url=options.get("thanks_url"),
        key_field=options.get("key_field") or sender.key_field,
        fault=fault,
    )


def pixel_door(account: Account) -> PixelDoor:
    """A site; without ``origins`` nobody would be let in."""
    origins = _origins(account)
    if not origins:
        raise FixSettings(f"pixel, account {account.account}: name the site's addresses under 'origins'.")
    consent = account.options.get("consent", "asked")
    if consent not in ("asked", "assumed"):
        raise FixSettings(f"pixel, account {account.account}: 'consent' must be asked or assumed.")
    return PixelDoor(
        account=account,
        bucket=_bucket(account, HITS_PER_SECOND),
        origins=origins,
        is_consent_assumed=consent == "assumed",
        cookie_domain=account.options.get("cookie_domain"),
    )


def _origins(account: Account) -> frozenset[str]:
    """Addresses of sites as browsers name them: scheme, host and port."""
    named: Any = account.options.get("origins") or []
    found = set()
    for one in named if isinstance(named, list) else [named]:
        parts = urlsplit(str(one))
        if parts.scheme not in ("http", "https") or not parts.netloc or parts.path not in ("", "/"):
            raise FixSettings(
                f"{account.source}, account {account.account}: {str(one)!r} in 'origins' is not an address like "
                "https://www.example.com."
            )
        found.add(f"{parts.scheme}://{parts.netloc}".lower())
    return frozenset(found)


def origin_of(address: str) -> str:
    """Scheme, host and port of an address, as browsers name a page's origin."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    return f"{parts.scheme}://{parts.netloc}".lower()


def amp_origin(origin: str, cache: str) -> str:
    """Where an AMP cache shows a page of the origin: dots become dashes, dashes two."""
    host = urlsplit(origin).hostname or ""
    return f"https://{host.replace('-', '--').replace('.', '-')}.{cache}"


def _bucket(account: Account, usual: float) -> Bucket:
    rate = account.options.get("posts_per_second", usual)
    if isinstance(rate, bool) or not isinstance(rate, int | float) or rate <= 0:
        raise FixSettings(f"{account.source}, account {account.account}: 'posts_per_second' must be a number above 0.")
    return Bucket(float(rate), max(1.0, float(rate) * BURST_SECONDS))
