"""``activations.yml``: what is told to which account of an ad platform, under which name and with which value.

destinations:
- destination: microsoft_ads
  account: '900100'
  brand: nordhaus
  consent: asked
  tells:
  - {milestone: qualified, as: Qualified lead, value: 50}
  - {milestone: sale, as: Sale, value: revenue, hold_days: 1}
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from handwritten.plain_yaml import NotYaml, load
from handwritten.words import did_you_mean

FILE = "activations.yml"
MILESTONES = ("inquiry", "lead", "qualified", "opportunity", "sale")
VALUES = ("revenue", "margin", "none")
CONSENTS = ("asked", "assumed")
"""Whether silence about ``ad_user_data`` keeps a contact here, or lets it go."""
KEYS = ("destination", "account", "brand", "connection", "consent", "options", "tells")
TELL_KEYS = ("milestone", "as", "value", "hold_days")
MOST_HOLD_DAYS = 90
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}", re.ASCII)


class WrongActivations(ValueError):
    """The file says something that cannot be meant; the sentence says where, and what it may say."""


@dataclass(frozen=True)
class Tell:
    """One milestone that an account is told."""

    milestone: str
    told_as: str
    """The platform's name or id for it: a goal, a conversion action, an event, a rule."""
    value_from: str
    """``revenue``, ``margin``, ``fixed`` or ``none``."""
    fixed_value: Decimal | None = None
    hold_days: int = 0
    """It is told when it is so many days old: what is taken back sooner was never told."""


@dataclass(frozen=True)
class Told:
    """An account of an ad platform, and what it is told."""

    destination: str
    account: str
    brand: str
    connection: str
    consent: str
    tells: tuple[Tell, ...]
    options: Mapping[str, Any] = field(default_factory=dict)


def read_activations(folder: Path, destinations: Collection[str]) -> list[Told]:
    """Whom to tell what; nobody where there is no such file. What is wrong is said with place and nearest word."""
    file = folder / FILE
    try:
        content = load(file.read_text(encoding="utf-8-sig"), words_are_booleans=True) or {}
    except FileNotFoundError:
        return []
    except OSError as error:
        raise WrongActivations(f"{file} cannot be read: {error.strerror}.") from None
    except NotYaml as broken:
        line = f", line {broken.line}" if broken.line else ""
        raise WrongActivations(f"{file}{line}: {broken}") from None
    except UnicodeDecodeError:
        raise WrongActivations(f"{file}: this is not UTF-8. Save the file as UTF-8.") from None
    if not isinstance(content, dict) or not isinstance(content.get("destinations"), list):
        raise WrongActivations(f"{file}: there is no list 'destinations'. See docs/activations.md.")
    _only(str(file), content, ("destinations",))
    told: dict[tuple[str, str], Told] = {}
    for number, entry in enumerate(content["destinations"], start=1):
        one = _told(f"{file}, destination {number}", entry, destinations)
        if (one.destination, one.account) in told:
            raise WrongActivations(f"{file}: {one.destination} account {one.account} is listed twice. Remove one.")
        told[one.destination, one.account] = one
    return list(told.values())


def _told(where: str, entry: Any, destinations: Collection[str]) -> Told:
    if not isinstance(entry, dict):
        raise WrongActivations(f"{where}: it must have {', '.join(KEYS[:3])} and tells.")
    _only(where, entry, KEYS)
    destination = _one_of(where, entry, "destination", destinations)
    account = str(entry.get("account") or "")
    if not NAME.fullmatch(account):
        raise WrongActivations(f"{where}: 'account' must be 1 to 100 letters, digits, dots, dashes or underscores.")
    if not entry.get("brand"):
        raise WrongActivations(f"{where}: 'brand' is missing. Whose sales may this account hear of?")
    options = entry.get("options") or {}
    if not isinstance(options, dict):
        raise WrongActivations(f"{where}: 'options' must be names and values.")
    tells = entry.get("tells")
    if not isinstance(tells, list) or not tells:
        raise WrongActivations(f"{where}: 'tells' must be a list of milestones: {', '.join(MILESTONES)}.")
    read = tuple(_tell(f"{where}, tell {number}", tell) for number, tell in enumerate(tells, start=1))
    if twice := [one.milestone for one in read if sum(other.milestone == one.milestone for other in read) > 1]:
        raise WrongActivations(f"{where}: {twice[0]} is told twice. Remove one.")
    return Told(
        destination=destination,
        account=account,
        brand=str(entry["brand"]),
        connection=str(entry.get("connection") or f"{destination}_{account}"),
        consent=_one_of(where, {"consent": entry.get("consent", "asked")}, "consent", CONSENTS),
        tells=read,
        options=options,
    )


def _tell(where: str, entry: Any) -> Tell:
    if not isinstance(entry, dict):
        raise WrongActivations(f"{where}: it must have {', '.join(TELL_KEYS[:3])}.")
    _only(where, entry, TELL_KEYS)
    milestone = _one_of(where, entry, "milestone", MILESTONES)
    told_as = str(entry.get("as") or "").strip()
    if not told_as:
        raise WrongActivations(f"{where}: 'as' is missing. Which goal, action or event is it?")
    hold_days = entry.get("hold_days", 0)
    if not isinstance(hold_days, int) or isinstance(hold_days, bool) or not 0 <= hold_days <= MOST_HOLD_DAYS:
        raise WrongActivations(f"{where}: 'hold_days' must be a number of days from 0 to {MOST_HOLD_DAYS}.")
    value = str(entry.get("value", "none")).strip()
    fixed = _amount(value)
    if fixed is None:
        value = _one_of(where, {"value": value}, "value", VALUES, " or an amount such as 50")
    if value in ("revenue", "margin") and milestone != "sale":
        raise WrongActivations(f"{where}: only a sale has {value}. Give {milestone} an amount, or none.")
    return Tell(milestone, told_as, "fixed" if fixed is not None else value, fixed, hold_days)


def _amount(value: str) -> Decimal | None:
    try:
        amount = Decimal(value)
    except InvalidOperation:
        return None
    return amount if amount.is_finite() and amount >= 0 else None


def _only(where: str, entry: Mapping[Any, Any], known: Collection[str]) -> None:
    if unknown := sorted(str(key) for key in entry if key not in known):
        meant = did_you_mean(unknown[0], known)
        raise WrongActivations(f"{where}: {unknown[0]!r} means nothing here; known are {', '.join(known)}.{meant}")


def _one_of(where: str, entry: Mapping[Any, Any], key: str, known: Collection[str], more: str = "") -> str:
    value = str(entry.get(key) or "").strip()
    if value not in known:
        listed = ", ".join(known)
        raise WrongActivations(
            f"{where}: {key!r} is {value!r} and must be one of {listed}{more}.{did_you_mean(value, known)}"
        )
    return value
