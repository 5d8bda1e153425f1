"""Words, ids, numbers to call and addresses: texts that tell things apart, and what means that there is nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from babel import Locale
from babel.numbers import is_currency

from extractors.model import ColumnType
from extractors.sources.manual.written.cell import Converter, Notation, Unfit, text
from handwritten.words import nearest

YES = ("true", "1", "yes", "y", "t", "ja", "j", "да", "sí", "si", "x", "1.0")
NO = ("false", "0", "no", "n", "f", "nein", "нет", "0.0")
NOTHING = (
    "",
    "null",
    "(null)",
    "<null>",
    "none",
    "nan",
    "nil",
    "n/a",
    "#n/a",
    "na",
    "-",
    "--",
    "---",
    "–",
    "—",
    "undefined",
)
"""What programs and people write for a value that is not there."""
NOTHING_IN_NAMES = ("", "null", "(null)", "<null>", "n/a", "#n/a", "-", "--", "---", "–", "—", "nan", "undefined")
"""The same where a name stands: somebody may be called None, a country is NA."""
NAMES = ("name", "company", "city", "country", "product", "campaign_name", "ad_group_name", "keyword", "lost_reason")
ZEROS = ("0", "0.0", "00")
"""Nothing, where an id or a number to call stands."""
NO_MOMENT = ("0000-00-00", "0000-00-00 00:00:00", "00.00.0000", "0")
IDS = (
    "campaign_id", "ad_group_id", "visit_id", "client_id", "user_id", "inquiry_id", "form_id", "deal_id", "contact_id",
    "receipt_id", "returned_receipt_id", "loyalty_card",
)  # fmt: skip
OF_SHOPS = ("store", "entrance", "till", "promotion_code")
"""Ids of which 0 is one like any other."""
PHONES = ("phone", "tracking_number")
# Programs that know no missing integer write 12 as 12.0.
WHOLE_FLOAT = re.compile(r"[+-]?(\d+)\.0+", re.ASCII)
SCIENTIFIC = re.compile(r"[+-]?\d+([.,]\d+)?[eE][+-]?\d+", re.ASCII)
DIGITS = re.compile(r"\d+", re.ASCII)
SEVERAL = re.compile(r"\s*[;,|/\n]\s*|\s+(?=\+)")
SYMBOLS: Mapping[str, str] = {
    "€": "EUR",
    "£": "GBP",
    "₽": "RUB",
    "₴": "UAH",
    "₸": "KZT",
    "zł": "PLN",
    "₺": "TRY",
    "₹": "INR",
}
"""Marks that stand for one currency."""
SHARED_SYMBOLS: Mapping[str, tuple[str, ...]] = {
    "$": ("USD", "CAD", "AUD", "NZD", "SGD", "HKD", "TWD", "MXN", "ARS", "CLP", "COP", "UYU", "BRL"),
    "¥": ("JPY", "CNY"),
    "kr": ("SEK", "NOK", "DKK", "ISK"),
    "Fr.": ("CHF",),
}
"""Marks that several currencies have, and which those are."""
CURRENCY_WORDS: Mapping[str, str] = {
    **SYMBOLS, "euro": "EUR", "euros": "EUR", "dollar": "USD", "us$": "USD", "dollars": "USD",
    "руб": "RUB", "руб.": "RUB", "рубль": "RUB", "рублей": "RUB", "rubles": "RUB", "rur": "RUB",
    "pound": "GBP", "pounds": "GBP",
}  # fmt: skip
NO_CURRENCIES = ("XXX", "XTS")
LANGUAGES = ("en", "de", "ru", "es", "fr", "pt", "it", "pl", "nl", "tr", "uk", "bg", "cs")
"""Those in which a currency is known by its whole name."""
ADDRESS = re.compile(r"[^\s;,|<>()\"']+@[^\s;,|<>()\"']+")


def words_for_nothing(column: str, kind: ColumnType, notation: Notation) -> tuple[str, ...]:
    """What means in a column that there is nothing, in small letters."""
    words = (*(NOTHING_IN_NAMES if column in NAMES else NOTHING), *notation.empty)
    if column in (*IDS, *PHONES, "email"):
        words += ZEROS
    if kind in ("date", "timestamp"):
        words += NO_MOMENT
    return words


def identifier(value: Any, notation: Notation) -> str:
    """A text that tells things apart: ``500.0`` is ``500``, and ``4.9E+11`` has lost its digits."""
    written = text(value, notation)
    if whole := WHOLE_FLOAT.fullmatch(written):
        return whole[1]
    if SCIENTIFIC.fullmatch(written) and "e+" in written.lower():
        raise Unfit("is a number in scientific notation, which has lost digits; format the column as text")
    return written


def first_identifier(value: Any, notation: Notation) -> str:
    """The first of the ids in a cell: a CRM lists all contacts of a deal there."""
    return identifier(re.split(r"\s*[;,|]\s*", text(value, notation))[0], notation)


def phone(value: Any, notation: Notation) -> str:
    """The first of the numbers in a cell. One that lost its digits stays as it is: nobody can be called by it."""
    written = text(value, notation)
    if whole := WHOLE_FLOAT.fullmatch(written):
        return whole[1]
    several = [one for one in SEVERAL.split(written) if len(DIGITS.findall(one)) and len(re.sub(r"\D", "", one)) >= 6]
    return several[0] if len(several) > 1 else written


def email(value: Any, notation: Notation) -> str:
    """The first of the addresses in a cell."""
    written = text(value, notation)
    found = ADDRESS.search(written)
    return found[0].removeprefix("mailto:") if found else written


def currency(value: Any, notation: Notation) -> str:
    """Three letters of ISO 4217; the usual words and signs are taken for them."""
    written = text(value, notation)
    code = CURRENCY_WORDS.get(written.casefold(), CURRENCY_WORDS.get(written, written)).upper()
    if code not in NO_CURRENCIES and is_currency(code):
        return code
    if named := _currency_names().get(" ".join(written.casefold().split())):
        return named
    raise Unfit("is no currency; write three letters such as EUR")


@cache
def _currency_names() -> Mapping[str, str]:
    """The code of each currency by its name in one of the languages, where no other one is called so."""
    named: dict[str, set[str]] = {}
    for language in LANGUAGES:
        for code, name in Locale.parse(language).currencies.items():
            if is_currency(code) and code not in NO_CURRENCIES:
                named.setdefault(name.casefold(), set()).add(code)
    return {name: min(codes) for name, codes in named.items() if len(codes) == 1}


def phone_that_is_a_key(value: Any, notation: Notation) -> str:
    """The same where the number tells things apart: one without its digits does not."""
    identifier(value, notation)
    return phone(value, notation)


def one_of(choices: Sequence[str]) -> Converter:
    """A word of a closed list, in any case."""
    spelled = {word.casefold(): word for word in choices}

    def convert(value: Any, notation: Notation) -> str:
        written = text(value, notation)
        known = spelled.get(written.casefold().replace(" ", "_").replace("-", "_"))
        known = known or spelled.get(written.casefold())
        if known is None:
            raise Unfit(f"is none of {', '.join(choices)}")
        return known

    return convert


def known_word(known: Iterable[str], what: str, cure: str, is_closed: bool = True) -> Converter:
    """A word of a list that a rule file holds: another case or other marks are put right, another word refused."""
    words = list(known)
    exact = set(words)
    spelled: dict[str, str] = {}
    for word in reversed(words):
        spelled[_loose(word)] = word

    def convert(value: Any, notation: Notation) -> str:
        written = text(value, notation)
        if written in exact:
            return written
        if found := spelled.get(_loose(written)):
            return found
        if not is_closed:
            return written
        meant = nearest(written, words)
        raise Unfit(f"is {what}; {cure}" + (f". Did you mean {meant!r}?" if meant else ""))

    return convert


def _loose(word: str) -> str:
    return re.sub(r"[\s_-]+", "_", word.strip()).casefold()


def boolean(value: Any, notation: Notation) -> bool:
    """Yes or no, in four languages."""
    word = text(value, notation).casefold()
    if word not in YES + NO:
        raise Unfit("is none of true, false, 1, 0, yes, no")
    return word in YES
