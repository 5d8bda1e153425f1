"""Reads a person's name, and says whether two names can be of one person: the one rule, for Python and for dbt's SQL.

A name is the set of its words, brought to one spelling: capitals, accents, apostrophes, titles and the usual ways to
write a letter in another alphabet (``Jörg`` and ``Joerg``, ``Юлия`` and ``Julia``) make no difference.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from functools import cache, lru_cache
from itertools import permutations
from pathlib import Path

from anyascii import anyascii
from nicknames import NickNamer
from rapidfuzz.distance import OSA

from warehouse import settings

Name = frozenset[str]

TITLES = frozenset(
    """
    mr mrs ms miss mister sir madam dr prof professor doctor phd md jr sr esq herr herrn frau fräulein dipl ing mag med
    mme mlle monsieur madame mademoiselle sig sra srta señor señora dott dhr mevr
    г гн гжа господин госпожа доктор проф пан пани
    family familie famille familia famiglia família rodzina семья сім'я сімя eheleute
    """.split()
)
"""Words that stand before a name, in the letters in which they are written. A family is everybody of that name."""

PARTICLES = frozenset("van von der den de del della di da das dos zu zum zur af av ter ten bin ibn st".split())
"""Words that belong to the next one and name nobody by themselves."""

COUPLES = re.compile(r"[&+]|(?<!\w)(und|and|et|och|og|oraz|и|та)(?!\w)")
"""What joins the names of two people in one field."""

APOSTROPHES = re.compile(r"['’‘ʼʹ`´ʻ]")
ALPHABETS = ("LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "GEORGIAN")
"""Scripts of which each letter has a usual writing in Latin ones. A Chinese sign has several readings and stays."""

BULGARIAN_VOWEL = re.compile(r"ъ(?=[^аеёиійоуыэюяїъь\W])")
"""The hard sign before a consonant is a vowel of Bulgarian; elsewhere it is none."""
BEFORE_LATIN = str.maketrans({"đ": "dj", "ђ": "dj", "х": "h", "ь": "", "ъ": "", "ў": "u"})
GREEK_PAIRS = tuple(
    (re.compile(pattern), written)
    for pattern, written in (
        (r"ο[υύ]", "ou"),
        (r"([αάεέηή])[υύ](?=[θκξπσςτφχψ]|$)", r"\1f"),
        (r"([αάεέηή])[υύ]", r"\1v"),
        (r"γγ", "ng"),
        (r"^μπ", "b"),
        (r"^ντ", "d"),
    )
)
"""Letters of Greek that are one sound together, as its passports write them; at the beginning as everybody does."""
POINTS = re.compile("[\u0591-\u05c7\u064b-\u0655\u0670]")
"""Vowels of Hebrew and Arabic, which some write and most do not."""

ONE_SPELLING = tuple(
    (re.compile(pattern), written)
    for pattern, written in (
        # The same letter is sht in Sofia and shch in Moscow.
        (r"shch|sch|sht?", "S"),
        (r"zh", "Z"),
        # What Russian writes with two points; without them it is an e.
        (r"(?<=[bcdfghklmnprstvz])yo", "e"),
        (r"^(saint|sainte|sankt)$", "st"),
        (r"^dj", "d"),
        (r"kh", "h"),
        (r"gh", "g"),
        (r"ph", "f"),
        (r"ck|q|c(?!h)", "k"),
        (r"ch", "C"),
        (r"t[sz]", "c"),
        (r"w", "v"),
        (r"x", "ks"),
        (r"ae|aa", "a"),
        (r"oe", "o"),
        (r"ue", "u"),
        (r"[yji]+", "i"),
        (r"^ie(?=.)", "e"),
        (r"(?<=.)ie$", "i"),
    )
)
"""Spellings of one sound, in this order: by tables of transliteration, or by habit. A capital stands for several
letters that are one in another alphabet, so that a slip there is one letter here."""

TWO_NAMES = frozenset(
    frozenset(pair.split("/"))
    for pair in """
        andrea/andreas christian/christina christian/christin kristian/kristina kristian/kristin francis/frances
        stefan/stefanie stephan/stephanie emil/emilie emile/emilie marina/martina marian/marina marion/mario
        sabina/sabrina louis/louise denis/denise joel/joelle
    """.split()
)
"""Given names that one letter tells apart, of people who live under one roof."""
ENDING_E_AFTER = ("an", "el", "al", "in", "on")
"""After these an e makes of a man's name a woman's: Simone, Martine, Pascale. Schulze is Schulz."""

SLIP_FROM = 5
"""From how many letters on a slip is told from another name: Tim and Tom are two."""
LONGEST_RUN = 4
"""How many words are tried as one: ``van der Berg`` and ``Vanderberg``."""


def name_words(text: str | None) -> list[str] | None:
    """The words of a name in one spelling, sorted, each once; None where it names nobody."""
    found = sorted({folded(word) for word in _written_words(text or "")} - {""})
    return found or None


def word_count(text: str | None) -> int:
    """How many words tell one person from others: 1 for a family, a couple, or a name with particles alone."""
    text = text or ""
    if COUPLES.search(text.casefold()):
        return 1
    words = set(name_words(text) or []) - PARTICLES
    if len(words) == 1 and _is_written_whole(*words):
        return 2
    return max(1, len(words))


@lru_cache(maxsize=100_000)
def folded(word: str) -> str:
    """A word in one spelling, whatever its alphabet; a sign of another script stays as it is."""
    letters = BULGARIAN_VOWEL.sub("а", POINTS.sub("", word.casefold()))
    letters = letters.replace("ьо", "йо").translate(BEFORE_LATIN)
    for pattern, written in GREEK_PAIRS:
        letters = pattern.sub(written, letters)
    if not all(unicodedata.name(letter, "").startswith((*ALPHABETS, "COMBINING")) for letter in letters):
        return letters
    latin = re.sub("[^a-z]", "", anyascii(letters).casefold())
    if len(word) == 1:
        # An initial stays one letter, also where its letter is written with two.
        return folded(latin)[:1] if len(latin) > 1 else _in_one_spelling(latin)
    return _in_one_spelling(latin)


def names_agree(one: Name, other: Name) -> bool:
    """Whether two names can be of one person.

    The words of one are all in the other, or are their initials; or all but one are equal, and that one is a short form
    or a slip of one letter in five or more; or the same words are written together.
    """
    rest, other_rest = one - other, other - one
    if not rest or not other_rest or _written_together(rest, other_rest):
        return True
    if (one & other) - PARTICLES and (_are_initials(rest, other_rest) or _are_initials(other_rest, rest)):
        return True
    if min(len(one), len(other)) == 1:
        alone, full = (one, other) if len(one) == 1 else (other, one)
        return any(_is_short_form(short, word) for short in alone for word in full)
    if len(rest) > 1 or len(other_rest) > 1 or not (one & other) - PARTICLES:
        return False
    (word,), (other_word,) = rest, other_rest
    return _is_short_form(word, other_word) or is_slip(word, other_word)


def is_slip(one: str, other: str) -> bool:
    """One letter more, less or another, or two swapped; not what makes of a man's name a woman's."""
    short, long = sorted((one, other), key=_letters)
    if _letters(short) < SLIP_FROM or OSA.distance(one, other, score_cutoff=1) > 1:
        return False
    if frozenset((one, other)) in _two_names() or (long == f"{short}e" and short.endswith(ENDING_E_AFTER)):
        return False
    if long == f"{short}a":
        return short.endswith(("ov", "ev"))
    if long == f"{short}n" and short.endswith("ia"):
        return False
    return not (one[:-1] == other[:-1] and {one[-1], other[-1]} == {"a", "o"})


@cache
def _two_names() -> frozenset[frozenset[str]]:
    return frozenset(frozenset(map(folded, pair)) for pair in TWO_NAMES)


def _are_initials(letters: Name, words: Name) -> bool:
    """Whether each is the initial of one of the words: ``И. И.`` of Иван Иванович, ``J.`` of John Michael."""
    initials = {word[0].casefold() for word in words if len(word) > 1}
    initials |= {"k"} if "c" in initials else {"c"} if "k" in initials else set()
    return all(len(letter) == 1 and letter.casefold() in initials for letter in letters)


def _letters(word: str) -> int:
    return len(word) + sum(map(str.isupper, word))


def _is_written_whole(word: str) -> bool:
    """A family's and a given name without a blank between them, as Chinese, Japanese and Korean are written."""
    return len(word) > 2 and all(
        unicodedata.name(sign, "").startswith(("CJK", "HIRAGANA", "KATAKANA", "HANGUL")) for sign in word
    )


def _in_one_spelling(latin: str) -> str:
    for pattern, written in ONE_SPELLING:
        latin = pattern.sub(written, latin)
    return latin


def _written_words(text: str) -> list[str]:
    plain = APOSTROPHES.sub("", unicodedata.normalize("NFKC", text).casefold())
    # A mark belongs to its letter, as the vowels of Hindi do; a sign that nobody sees cuts no word in two.
    letters = "".join(
        sign if unicodedata.category(sign)[0] in "LM" else " "
        for sign in plain
        if unicodedata.category(sign) != "Cf" and not unicodedata.name(sign, "").startswith("COMBINING")
    )
    return [word for word in letters.split() if word not in TITLES]


def _written_together(rest: Name, other_rest: Name) -> bool:
    one, many = (rest, other_rest) if len(rest) == 1 else (other_rest, rest)
    if len(one) != 1 or not 1 < len(many) <= LONGEST_RUN:
        return False
    # The ending of a word is folded, and inside another one it is none.
    whole, many = next(iter(one)).replace("ie", "i"), frozenset(word.replace("ie", "i") for word in many)
    return len(whole) == sum(map(len, many)) and any("".join(run) == whole for run in permutations(many))


def _is_short_form(one: str, other: str) -> bool:
    file = settings.rules_dir() / "nicknames.csv"
    forms = _short_forms(file, file.stat().st_mtime_ns if file.exists() else 0)
    return other in forms.get(one, ()) or one in forms.get(other, ())


@lru_cache(maxsize=1)
def _short_forms(file: Path, changed_at: int) -> dict[str, frozenset[str]]:
    """The full names of each short one: the library's English ones, and the rule file's."""
    found: dict[str, set[str]] = {}
    for short, full_names in NickNamer().canonical_lookup.items():
        found.setdefault(folded(short), set()).update(folded(name) for name in full_names)
    if changed_at:
        with file.open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                found.setdefault(folded(row["short_name"]), set()).add(folded(row["name"]))
    return {short: frozenset(names - {short}) for short, names in found.items()}
