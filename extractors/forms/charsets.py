"""Bytes as text, in the charset of the page that sent them: what it says, else UTF-8, else what it looks like."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from html import unescape

# Browsers read a page that says ISO-8859-1 as Windows-1252, and send its forms so.
WESTERN = ("iso-8859-1", "iso8859-1", "latin1", "latin-1", "us-ascii", "ascii")
ALIASES = {
    **dict.fromkeys(WESTERN, "windows-1252"), "utf8": "utf-8", "x-sjis": "shift_jis", "sjis": "shift_jis",
    "ks_c_5601-1987": "cp949", "windows-949": "cp949", "windows-31j": "cp932", "win-1251": "windows-1251",
    "win1251": "windows-1251", "x-mac-roman": "macintosh", "mac": "macintosh",
}  # fmt: skip
OF_TEXTS = re.compile(
    r"utf-?8|utf-?(?:16|32)-?(?:le|be)?|(?:windows|cp)-?(?:125\d|874)|iso-?8859-\d{1,2}|koi8-[ru]|gb2312|gbk|gb18030|big5|"
    r"shift_jis|euc-(?:jp|kr)|iso-2022-jp|tis-620|(?:cp|ibm)-?(?:437|737|775|85[0-8]|866|932|949)|macintosh|mac-?(?:roman|cyrillic)"
)
CODEPAGE = re.compile(r"(?:windows|cp|ibm)-?(\d+)")
MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
# What a page of another charset cannot write in it, its browser writes so.
NUMBERED = re.compile(r"&#(\d{2,7});", re.ASCII)
BEYOND = re.compile(r"[^\x00-\x7f]")
RUN = re.compile(r"(?:(?![ªº])[^\W\x00-\x7f])+")
MOST_ACCENTS = 2
"""Letters with marks that follow each other in a word of Latin letters."""
MEASURE = re.compile(r"(?:^|[^a-z])[cdkm]?m$", re.IGNORECASE)
MOST_LOOKED_AT = 4000
_RUSSIAN = frozenset("абвгдежзийклмнопрстуфхцчшщъыьэюяё")
GREEK = "αβγδεζηθικλμνξοπρστυφχψωςάέήίόύώϊϋΐΰ"
USUAL = {"cyrillic": frozenset("оеаинтсрвлкмдпу"), "greek": frozenset("αοιετσνηυρπκμλςάέήίόύώ")}
"""By alphabet, the letters of which most texts consist."""
LESS_USUAL = 0.6
"""So much stranger is a Greek text that says nothing of its charset than a Russian one."""
ALPHABETS = tuple(
    (charset, frozenset(letters))
    for charset, letters in (
        ("windows-1252", "äöüß"), ("windows-1252", "àâæçéèêëîïôœùûüÿ"), ("windows-1252", "áéíñóúü"),
        ("windows-1252", "àáâãçéêíóôõú"), ("windows-1252", "àèéìòù"), ("windows-1252", "åäöé"),
        ("windows-1252", "æøåé"), ("windows-1251", _RUSSIAN), ("windows-1251", "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя"),
        ("windows-1250", "ąćęłńóśźż"), ("iso-8859-2", "ąćęłńóśźż"), ("windows-1250", "áčďéěíňóřšťúůýž"),
        ("iso-8859-2", "áčďéěíňóřšťúůýž"), ("windows-1250", "áäčďéíĺľňóôŕšťúýž"),
        ("iso-8859-2", "áäčďéíĺľňóôŕšťúýž"), ("windows-1250", "áéíóöőúüű"), ("windows-1250", "čćđšž"),
        ("iso-8859-2", "čćđšž"), ("windows-1250", "ăâîşţ"), ("windows-1254", "çğıöşüi̇âî"), ("koi8-r", _RUSSIAN),
        ("windows-1252", "áéíðóúýþæö"), ("windows-1257", "āčēģīķļņšūž"), ("windows-1257", "ąčęėįšųūž"),
        ("windows-1253", GREEK),
    )
)  # fmt: skip
"""The letters beyond ASCII of languages, in the charsets of their pages, the usual ones first."""
WIDE: Mapping[tuple[bool, ...], str] = {
    (False, True, False, True): "utf-16-le", (True, False, True, False): "utf-16-be",
    (False, True, True, True): "utf-32-le", (True, True, True, False): "utf-32-be",
}  # fmt: skip
"""Which of the first four bytes are zero."""
TWICE = re.compile("[\u00c2-\u00f4][\u0080-\u00bf\u0152-\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]")
"""A letter in UTF-8 that was read byte by byte."""


def texts(parts: Sequence[bytes], said: Iterable[str]) -> list[str]:
    """The parts of one post as text, all in the same charset: of those that are said the first that fits."""
    for charset in (*filter(None, map(known, said)), "utf-8"):
        try:
            return [_numbered(part.decode(charset), charset) for part in parts]
        except UnicodeDecodeError:
            continue
    charset = looks_like(parts)
    return [_numbered(part.decode(charset, errors="replace"), charset) for part in parts]


def text_of(body: bytes, said: Iterable[str] = ()) -> str:
    """A whole body as text, without the mark that some programs put before it."""
    for mark, charset in MARKS:
        if body.startswith(mark):
            return body[len(mark) :].decode(charset, errors="replace")
    (text,) = texts([body], said)
    return text


def known(charset: str) -> str | None:
    """The charset by the name that Python knows; None where it is none of texts."""
    name = charset.strip().strip("\"'").lower()
    name = ALIASES.get(name, name)
    # Old programs put x- before a name that needs none, and a stroke where there is none.
    name = name.removeprefix("x-")
    for one in (name, CODEPAGE.sub(r"cp\1", name)) if OF_TEXTS.fullmatch(name) else ():
        with suppress(LookupError):
            return codecs.lookup(one).name
    return None


def looks_like(parts: Sequence[bytes]) -> str:
    """The charset in which the letters beyond ASCII are those of one language, of several the more usual one."""
    body = b" ".join(parts)[:MOST_LOOKED_AT]
    by_charset = {charset: body.decode(charset, errors="replace") for charset, _ in ALPHABETS}
    charset, _ = min(ALPHABETS, key=lambda one: _strangeness(by_charset[one[0]], one[1]))
    return charset


def of_nulls(body: bytes) -> str | None:
    """How JSON without a mark lies in two or four bytes a letter: its first letters are ASCII, the rest is zero."""
    zeros = tuple(not byte for byte in body[:4])
    return WIDE.get(zeros) if len(body) >= 4 else None


def readable(text: str) -> str:
    """The text without what a program wrote instead of its letters: ``M&uuml;ller``, ``MÃ¼ller``."""
    if "&" in text and ";" in text:
        text = unescape(text)
    if not TWICE.search(text):
        return text
    for charset in ("windows-1252", "latin-1"):
        try:
            return text.encode(charset).decode("utf-8")
        except UnicodeError:
            continue
    return text


def _strangeness(text: str, letters: frozenset[str]) -> float:
    """How many signs beyond ASCII a text of the language would not have there."""
    alphabet = "cyrillic" if "о" in letters else "greek" if "ω" in letters else "latin"
    is_latin, usual = alphabet == "latin", USUAL.get(alphabet, frozenset())
    strange = LESS_USUAL if alphabet == "greek" else 0.0
    for found in BEYOND.finditer(text):
        at, sign = found.start(), found[0]
        before, after = text[at - 1 : at], text[at + 1 : at + 2]
        if sign.isalpha() and sign not in "ªº":
            strange += sign.lower() not in letters
            # Within a word no letter is large after a small one, and a word has one alphabet.
            strange += before.islower() and sign.isupper()
            strange += not is_latin and any(one.isascii() and one.isalpha() for one in (before, after))
            strange += not is_latin and 0.2 * (sign.lower() not in usual)
            strange += sign == "ς" and after.isalpha()
            strange += sign == "ß" and not before.isalpha()
        elif sign in "²³":
            strange += bool(before.isalpha() and not MEASURE.search(text[max(at - 3, 0) : at]))
        elif sign not in "€–—„“”‚‘’«»…•·°§№¿¡\xa0":
            strange += any(one.isalpha() for one in (before, after)) and not (sign in "ªº" and before.isdigit())
    if is_latin:
        strange += sum(len(run) > MOST_ACCENTS for run in RUN.findall(text))
    return strange


def _numbered(text: str, charset: str) -> str:
    return text if charset.startswith("utf") else NUMBERED.sub(_letter(), text)


def _letter() -> Callable[[re.Match[str]], str]:
    def letter(found: re.Match[str]) -> str:
        number = int(found[1])
        return chr(number) if number < 0x110000 and not 0xD800 <= number < 0xE000 else found[0]

    return letter
