"""Invents what stands in the place of a person: random, so that nobody can calculate who it was."""

from __future__ import annotations

import secrets
import string

from forgotten.listed import address_of, number_of

CONSONANTS, VOWELS = "bdfgklmnprstvz", "aeou"
SYLLABLES = 4
BYTES = 16
LONG, BEGINNING = 20, 4


def new_subject() -> str:
    """Two words that can stand where a name stood: a name of nobody."""
    return " ".join(_word() for _ in range(2))


def _word() -> str:
    syllables = (secrets.choice(CONSONANTS) + secrets.choice(VOWELS) for _ in range(SYLLABLES))
    return "".join(syllables).capitalize()


def new_number() -> str:
    """A number that no country has."""
    return number_of(secrets.token_bytes(BYTES))


def new_unreadable_number() -> str:
    """What is no number, in the place of what was none."""
    return "000" + "".join(secrets.choice(string.digits) for _ in range(9))


def new_address(address: str, *, is_valid: bool, is_role: bool, is_disposable: bool) -> str:
    """An address of nobody that is read as the old one was: no ending, a role's, thrown away after use."""
    made = address_of(secrets.token_bytes(BYTES))
    mailbox, _, domain = address.rpartition("@")
    if not is_valid:
        return made.replace("@erased.example", "@erased.invalid")
    if is_role:
        made = f"{mailbox.partition('+')[0]}+{made}"
    return made.replace("erased.example", domain) if is_disposable else made


def new_id(before: str) -> str:
    """An id of the same length and letters: models tell kinds of ids by how they look."""
    is_hexadecimal = all(letter in string.hexdigits for letter in before)
    # Vendors begin their long ids alike, and some models know a kind by that.
    kept = BEGINNING if len(before) >= LONG else 0
    return before[:kept] + "".join(_letter_like(letter, is_hexadecimal) for letter in before[kept:])


def _letter_like(letter: str, is_hexadecimal: bool) -> str:
    if letter.isdigit():
        return secrets.choice(string.digits)
    if not letter.isascii() or not letter.isalpha():
        return letter
    letters = "abcdef" if is_hexadecimal else string.ascii_lowercase
    return secrets.choice(letters if letter.islower() else letters.upper())
