"""The words that a destination and the sender share."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Literal, NamedTuple

from extractors.http.client import HttpClient
from extractors.model import Connection
from handwritten.activations import Told

Action = Literal["send", "restate", "retract"]
State = Literal["accepted", "warned", "failed", "deferred", "unclear", "uncorrectable", "unlocated"]
"""``failed``: refused for what it is, and not sent again unchanged. ``deferred``: again at the next run.
``unclear``: it may have arrived, and sending it again could count it twice. ``uncorrectable``: the platform knows no
correction. ``unlocated``: of its request some came to nothing, and which was not said: it is asked for alone."""
Later = Literal["processing", "processed", "partly", "failed", "gone"]
"""``gone``: the platform remembers the request no more."""
Correction = Literal["retract", "cancel", "value", "none"]


@dataclass(frozen=True)
class Telling:
    """One thing that an account is told. Its contacts are plain: they are hashed by the destination, and leave so."""

    activation_id: str
    action: Action
    milestone: str
    conversion_id: str
    told_as: str
    happened_at: datetime
    """UTC. Once sent it stays as it was sent."""
    value: Decimal | None = None
    currency: str | None = None
    click_id_type: str | None = None
    click_id: str | None = None
    clicked_at: datetime | None = None
    lead_ad_id: str | None = None
    device_id: str | None = None
    email: str | None = field(default=None, repr=False)
    phone: str | None = field(default=None, repr=False)
    ad_user_data: str | None = None
    ad_personalization: str | None = None
    is_repeat: bool = False
    """It had an intent before and no outcome: it may have arrived."""
    is_spam: bool = False
    """It is taken back because it was spam, and not because a client changed their mind."""
    is_alone: bool = False
    """It shares its request with no other, so that what is told of the request later is told of it."""


class Outcome(NamedTuple):
    """What became of one telling."""

    activation_id: str
    state: State
    reason: str = ""
    receipt: str = ""
    """The platform's own id of the request."""


class Waiting(NamedTuple):
    """A request that was taken, and of which the platform may tell more later."""

    receipt: str
    rows: int
    noted_at: datetime
    """UTC, when the last of its rows was taken."""
    told_as: tuple[str, ...] = ()


class Heard(NamedTuple):
    """What a platform tells later of a request: as counts, and not by row."""

    receipt: str
    state: Later
    told_as: str = ""
    """Of which goal, where it counts them apart."""
    good: int = 0
    bad: Mapping[str, int] = {}
    """Reason -> rows that came to nothing."""
    again: frozenset[str] = frozenset()
    """Those of the reasons that pass by themselves."""
    already: frozenset[str] = frozenset()
    """Those of the reasons that say: it is there, so a sending of it came to something."""
    is_as_one: bool = False
    """One bad row was enough for all of them to come to nothing."""
    is_by_request: bool = True
    """Its counts are of this request's rows and of no others."""
    is_final: bool = True


@dataclass(frozen=True)
class Job:
    """What a destination needs to know of the account and of the moment."""

    told: Told
    now: datetime
    is_check: bool = False
    """Only ask whether it would be taken, where the platform knows such a question."""


@dataclass(frozen=True)
class Destination:
    """An ad platform that takes results."""

    name: str
    base_url: str
    connect: Callable[[Connection, Told], HttpClient]
    deliver: Callable[[HttpClient, Job, Sequence[Telling]], Iterator[list[Outcome]]]
    """Sends tellings of one action, and yields outcomes as soon as they are known: each telling has one."""
    correction: Correction
    normaliser: str
    """Which rules the hashes were made by: a new version makes other hashes of the same contacts."""
    batch: int
    docs: str
    settings: Mapping[str, str]
    """Field of the connection -> where a person finds its value."""
    click_hours: int = 0
    """A click must be so old, or the platform does not know it yet."""
    correction_hours: int = 0
    """So long after it was told a correction finds nothing to correct."""
    correction_days: int | None = None
    """What happened longer ago is corrected no more; None where it says no such limit."""
    corrects_by_contact: bool = False
    """What was told without a click is corrected by the same contact, and not by an id of ours."""
    resend_hours: int | None = None
    """So long the platform knows a repetition for one; None where it always does."""
    event_margin: timedelta = timedelta(hours=1)
    """What would be too old when it arrives is not sent."""
    can_check: bool = False
    ready: Callable[[HttpClient, Job], Iterator[str]] | None = None
    """Says in sentences what is missing before it can be told; None where it knows no such question."""
    later: Callable[[HttpClient, Job, Sequence[Waiting]], Iterator[Heard]] | None = None
    """What it tells of requests after it took them; None where it tells no more."""
    later_after: timedelta = timedelta(0)
    """It says nothing sooner."""
    later_until: timedelta = timedelta(days=2)
    """It is not asked any longer."""
    click_windows: Callable[[HttpClient, Job], Mapping[str, timedelta]] | None = None
    """How long after a click it counts a conversion, by what it is told as; None where it does not say, or does not
    mind."""
    requests_at_once: int = 0
    """So many requests make no difference to it: where there are few rows each has its own, and at most ``batch``."""
