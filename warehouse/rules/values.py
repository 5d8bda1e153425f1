"""What a value of a rule file must be: each check says what it should have been, or that it is good."""

from __future__ import annotations

import re
import zoneinfo
from collections.abc import Callable, Mapping
from datetime import date, time
from functools import lru_cache

import duckdb
import phonenumbers

from handwritten.words import did_you_mean

Check = Callable[[str], str | None]
"""Says what a value should have been; None where the value is good."""


RowCheck = Callable[[Mapping[str, str]], str | None]
"""Says what is wrong with a row and what to do; None where it is good."""


def a_whole_number(value: str) -> str | None:
    """As many digits as an integer of the database holds."""
    return None if re.fullmatch(r"-?[0-9]{1,9}", value) else "a whole number such as 30"


def a_weight(value: str) -> str | None:
    """A share or a part; a negative one would take credit away."""
    return None if re.fullmatch(r"[0-9]{1,3}(\.[0-9]{1,6})?", value) else "a number from 0 on, such as 0.3"


def a_share(value: str) -> str | None:
    """A part of the whole."""
    return None if re.fullmatch(r"0([.][0-9]{1,6})?|1([.]0{1,6})?", value) else "a share from 0 to 1 such as 0.5"


def a_weekday(value: str) -> str | None:
    """Monday is 1, as ISO counts."""
    return None if re.fullmatch(r"[1-7]", value) else "a day of the week from 1 (Monday) to 7 (Sunday)"


def a_day(value: str) -> str | None:
    """A day of the calendar."""
    try:
        date.fromisoformat(value)
    except ValueError:
        return "a day such as 2026-12-24"
    return None


def a_number(value: str) -> str | None:
    """A number with a point before its decimals."""
    return None if re.fullmatch(r"-?[0-9]{1,9}(\.[0-9]{1,6})?", value) else "a number such as 0.25"


def a_time_of_day(value: str) -> str | None:
    """Hours and minutes; midnight at the end of a day is 23:59."""
    try:
        time.fromisoformat(value)
    except ValueError:
        return "a time such as 09:00"
    return None


def a_time_zone(value: str) -> str | None:
    """A name of the IANA list."""
    return None if value in zoneinfo.available_timezones() else "a time zone such as Europe/Berlin"


def a_currency(value: str) -> str | None:
    """Three letters, as ISO 4217 writes them."""
    return None if re.fullmatch(r"[A-Za-z]{3}", value) else "a currency of three letters such as EUR"


def a_region(value: str) -> str | None:
    """A country whose phone numbers can be read."""
    if value.upper() in phonenumbers.SUPPORTED_REGIONS:
        return None
    if value.upper() == "UK":
        return "GB, which is how the list of countries calls it"
    return "a country of two letters such as DE"


def a_pattern(value: str) -> str | None:
    """A regular expression as the database reads it, which is not quite as Python does."""
    try:
        _database().execute("select regexp_full_match('', ?)", [value])
    except duckdb.Error:
        return "a regular expression; is a bracket open?"
    # Of a class or an escaped mark the text does not matter.
    marks = re.sub(r"\\.|\[\^?\]?[^\]]*\]", "x", value)
    if re.search(r"[^(|?:)]\^|\$[^)|]", marks):
        return (
            "an expression that can fit: ^ stands at the beginning of a text and $ at its end, and both say so anyway"
        )
    return None


def a_small_pattern(value: str) -> str | None:
    """A regular expression for text that is in small letters: a capital would fit nothing."""
    if wanted := a_pattern(value):
        return wanted
    # \S, \W and the like are no letters.
    letters = re.sub(r"\\.|\(\?[a-zA-Z]+\)", "", value)
    if letters != letters.lower() and "(?i)" not in value:
        return f"written in small letters, as the text is that it is held against: {value.lower()}"
    return None


def hosts(value: str) -> str | None:
    """Names of sites, not addresses of pages: those would be nobody's own."""
    one = r"(\*\.)?[\w-]+(\.[\w-]+)*(:\d+)?"
    is_right = all(re.fullmatch(one, host) for host in re.split(r"[\s,;|]+", value.strip()))
    return None if is_right else "hosts alone, such as nordhaus.example, *.nordhaus.example"


def days(value: str) -> str | None:
    """A number of days to look back."""
    return None if re.fullmatch(r"[0-9]{1,4}", value) else "a number of days from 0 on, such as 30"


def an_email(value: str) -> str | None:
    """An address."""
    return None if re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", value) else "an address such as anna@nordhaus.example"


def a_phone(value: str) -> str | None:
    """A number with its country, without anything that a spreadsheet made of it."""
    digits = re.sub(r"[\s()./-]", "", value)
    return None if re.fullmatch(r"\+?[0-9]{5,17}", digits) else "a phone number such as +49 30 5550101"


def one_of(*words: str) -> Check:
    """A value of a closed list, in any case."""
    return lambda value: None if value.lower() in words else f"one of {', '.join(words)}"


IDENTIFIER_TYPES = ("channel_contact", "client_id", "contact_id", "email", "phone", "user_id", "vendor_person_id")


def an_identifier_type(value: str) -> str | None:
    """What people are known by."""
    if value in IDENTIFIER_TYPES:
        return None
    return f"one of {', '.join(IDENTIFIER_TYPES)}.{did_you_mean(value, IDENTIFIER_TYPES)}".rstrip(".")


def an_identifier(type_column: str, value_column: str) -> RowCheck:
    """The value as the models hold it: another notation of it would meet nobody."""

    def check(row: Mapping[str, str]) -> str | None:
        kind, value = row[type_column], row[value_column]
        if kind == "phone" and not re.fullmatch(r"\+[1-9][0-9]{6,14}", value):
            return f"{value_column} must be a phone number with its country and digits only, such as +4915112345678."
        if kind == "email" and (an_email(value) or value != value.lower()):
            return f"{value_column} must be an address in small letters, such as anna@nordhaus.example."
        return None

    return check


def two_identifiers(row: Mapping[str, str]) -> str | None:
    """An identifier cannot be merged with itself, or separated from itself."""
    first, second = (
        (row[f"{which}identifier_type"], row[f"{which}identifier_value"].lower()) for which in ("", "other_")
    )
    return "both identifiers are the same one. Name two, or remove the line." if first == second else None


def opens_before_it_closes(row: Mapping[str, str]) -> str | None:
    """A night shift is two lines: nobody works from 18:00 back to 09:00."""
    opens, closes = row["opens_at"].rjust(5, "0"), row["closes_at"].rjust(5, "0")
    return None if opens < closes else "closes_at must be later than opens_at. Write a night as two lines."


@lru_cache(maxsize=1)
def _database() -> duckdb.DuckDBPyConnection:
    return duckdb.connect()
