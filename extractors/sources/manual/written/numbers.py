"""Numbers as people write them: marks between thousands, signs of currencies, brackets for less than 0."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from babel.numbers import is_currency

from extractors.sources.manual.written.cell import Notation, Unfit, text
from extractors.sources.manual.written.words import DIGITS, SCIENTIFIC, SHARED_SYMBOLS, SYMBOLS

GROUPED = re.compile(r"[+-]?\d{1,3}([.,])\d{3}(\1\d{3})*", re.ASCII)
BLANKS = re.compile(r"[\s\u00a0\u202f\u2009'\u2019]")
LENGTH = re.compile(r"(?:(\d+):)?(\d{1,2}):(\d\d)", re.ASCII)
MOST = Decimal(10) ** 14
SMALLEST = Decimal("0.000001")


def integer(value: Any, notation: Notation) -> int:
    """A whole number, with or without marks between its thousands."""
    if isinstance(value, str) and GROUPED.fullmatch(value.strip()):
        # A whole number has no decimals: its marks are those of the thousands, whatever marks the file has.
        value = re.sub(r"[.,]", "", value)
    number = decimal(value, notation)
    if number != number.to_integral_value():
        raise Unfit("is not a whole number")
    if abs(number) >= 2**63:
        raise Unfit("has too many digits")
    return int(number)


def seconds(value: Any, notation: Notation) -> int:
    """A length in seconds, also written ``0:02:31``."""
    length = LENGTH.fullmatch(str(value).strip())
    if length:
        return (int(length[1] or 0) * 60 + int(length[2])) * 60 + int(length[3])
    return integer(value, notation)


def decimal(value: Any, notation: Notation) -> Decimal:
    """A number as it is written: marks between thousands, the sign of a currency, brackets for less than 0."""
    if isinstance(value, bool):
        raise Unfit("is true or false where a number is wanted")
    if isinstance(value, float):
        value = Decimal(repr(value))
    if isinstance(value, int | Decimal):
        number = Decimal(value)
        if not number.is_finite():
            raise Unfit("is not a finite number")
    else:
        number = _number(text(value, notation), notation)
    if abs(number) >= MOST:
        raise Unfit("has too many digits")
    return number.quantize(SMALLEST, ROUND_HALF_EVEN)


def _number(written: str, notation: Notation) -> Decimal:
    body, sign = written, 1
    if body.startswith("(") and body.endswith(")"):
        body, sign = body[1:-1].strip(), -1
    body, _ = without_symbol(body)
    if body.startswith("(") and body.endswith(")"):
        body, sign = body[1:-1].strip(), -1
    body = body.replace("\u2212", "-").strip()
    if body.endswith("-"):
        body = f"-{body[:-1].strip()}"
    if body[:1] in "+-" and body:
        sign, body = (-sign if body[0] == "-" else sign), body[1:].strip()
        body, _ = without_symbol(body)
    exponent = SCIENTIFIC.fullmatch(body)
    digits = body.replace(",", ".") if exponent else _plain_digits(body, notation)
    try:
        return sign * Decimal(digits)
    except ArithmeticError:
        raise Unfit("is not a number; write it like 1234.50") from None


def without_symbol(body: str) -> tuple[str, str | None]:
    """An amount without the sign or the code of its currency, and which that is."""
    for symbol, code in SYMBOLS.items():
        if symbol in body:
            return body.replace(symbol, "", 1).strip(), code
    for symbol in SHARED_SYMBOLS:
        if symbol in body:
            return body.replace(symbol, "", 1).strip(), symbol
    if said := re.fullmatch(r"([A-Za-z]{3})\s*([-+(\d].*)|(.*[\d)])\s*([A-Za-z]{3})", body):
        code = (said[1] or said[4]).upper()
        if is_currency(code):
            return (said[2] or said[3]).strip(), code
    return body, None


def _plain_digits(body: str, notation: Notation) -> str:
    """Digits with a point before the decimals; a number that may be read in two ways is refused."""
    if notation.thousands:
        body = body.replace(notation.thousands, "")
    blanks = BLANKS.split(body)
    if len(blanks) > 1:
        head, *groups = blanks
        last = re.split(r"[.,]", groups[-1])[0]
        if not DIGITS.fullmatch(head) or any(len(one) != 3 for one in (*groups[:-1], last)):
            raise Unfit("is not a number; write it like 1234.50")
        body = "".join(blanks)
    if not re.fullmatch(r"[\d.,]*\d[\d.,]*", body, re.ASCII):
        raise Unfit("is not a number; write it like 1234.50")
    points, commas = body.count("."), body.count(",")
    if points and commas:
        mark = max(".,", key=body.rfind)
        other = "," if mark == "." else "."
        whole, _, rest = body.rpartition(mark)
        if body.count(mark) > 1 or not _is_grouped(whole, other) or (notation.decimal and notation.decimal != mark):
            raise Unfit("is not a number; write it like 1234.50")
        return f"{whole.replace(other, '')}.{rest}"
    if not commas and not points:
        return body
    mark = "," if commas else "."
    if body.count(mark) > 1:
        if not _is_grouped(body, mark) or notation.decimal == mark:
            raise Unfit("is not a number; write it like 1234.50")
        return body.replace(mark, "")
    whole, _, rest = body.partition(mark)
    if notation.decimal == mark or (mark == "." and notation.decimal is None and not GROUPED.fullmatch(body)):
        return body.replace(",", ".")
    looks_grouped = len(rest) == 3 and 1 <= len(whole) <= 3 and whole != "0"
    if notation.decimal is not None:
        if not looks_grouped:
            raise Unfit(f"has {mark!r} where the decimals of this file stand behind {notation.decimal!r}")
        return whole + rest
    if looks_grouped:
        raise Unfit("may be thousands or decimals; say 'decimal' in mapping.yml, or write it like 1234.50")
    return f"{whole or '0'}.{rest}"


def _is_grouped(whole: str, mark: str) -> bool:
    first, *groups = whole.split(mark)
    if 1 <= len(first) <= 3 and all(len(one) == 3 for one in groups):
        return True
    # India counts in hundreds above the thousands: 1,23,456.
    is_indian = mark == "," and len(groups) > 1 and len(first) <= 2 and len(groups[-1]) == 3
    return is_indian and all(len(one) == 2 for one in groups[:-1])
