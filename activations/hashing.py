"""Contacts as each receiver wants them, hashed. Nothing is guessed: what has no country is no number.

Each vendor's form is written out here and not taken from the vendor's helpers: those were seen to make well-formed
wrong hashes of national numbers, to change their results between releases, and to print contacts in their exceptions.
"""

from __future__ import annotations

import hashlib
import re

E164 = re.compile(r"\+[1-9][0-9]{6,14}")
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
GMAIL = ("gmail.com", "googlemail.com")


def sha256(text: str) -> str:
    """Hexadecimal, in small letters."""
    return hashlib.sha256(text.encode()).hexdigest()


def md5(text: str) -> str:
    """Hexadecimal, in small letters. No protection of anything: the form that one receiver knows."""
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def plain_email(email: str | None) -> str | None:
    """The address in small letters without blanks around it; None where it is none."""
    address = (email or "").strip().lower()
    return address if EMAIL.fullmatch(address) else None


def gmail_email(email: str | None) -> str | None:
    """The same, and of Gmail's addresses without dots and without what follows a plus."""
    address = plain_email(email)
    if address is None:
        return None
    local, _, domain = address.rpartition("@")
    if domain in GMAIL:
        local = local.partition("+")[0].replace(".", "")
        return f"{local}@{domain}" if local else None
    return address


def bare_mailbox(email: str | None) -> str | None:
    """The address without dots and plus before the @, whatever its domain."""
    address = plain_email(email)
    if address is None:
        return None
    local, _, domain = address.rpartition("@")
    local = local.partition("+")[0].replace(".", "")
    return f"{local}@{domain}" if local else None


def with_plus(phone: str | None) -> str | None:
    """The number with its country, as ``+4915112345678``; None for anything else."""
    if "(0)" in (phone or "").replace(" ", ""):
        # Whether the zero is dialled from abroad is for each country to say.
        return None
    number = re.sub(r"[\s()./-]", "", phone or "")
    return number if E164.fullmatch(number) else None


def digits(phone: str | None) -> str | None:
    """The number with its country and without the plus."""
    number = with_plus(phone)
    return number[1:] if number else None


def hashed(text: str | None) -> str | None:
    """SHA-256 of what there is; nothing of nothing."""
    return sha256(text) if text else None
