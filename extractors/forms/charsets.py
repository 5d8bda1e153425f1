"""Bytes as text, in the charset of the page that sent them: what it says, else UTF-8, else what it looks like."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

# Browsers read a page that says ISO-8859-1 as Windows-1252, and send its forms so.
WESTERN = ("iso-8859-1", "iso8859-1", "latin1", "latin-1", "us-ascii", "ascii")
ALIASES = {**dict.fromkeys(WESTERN, "windows-1252"), "utf8": "utf-8"}
OF_TEXTS = re.compile(
    r"utf-?8|utf-?16(?:le|be)?|(?:windows|cp)-?125\d|iso-?8859-\d{1,2}|koi8-[ru]|gb2312|gbk|gb18030|big5|shift_jis|"
    r"euc-(?:jp|kr)|macintosh|x-mac-cyrillic"
)
MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
# What a page of another charset cannot write in it, its browser writes so.
NUMBERED = re.compile(r"&#(\d{2,7});", re.ASCII)
HIGH = re.compile(rb"[\x80-\xff]+")


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
    return name if OF_TEXTS.fullmatch(name) else None


def looks_like(parts: Sequence[bytes]) -> str:
    """Cyrillic where letters beyond ASCII stand in words of their own, Western where they stand among others."""
    runs = [run for part in parts for run in HIGH.findall(part)]
    letters = sum(map(len, runs))
    return "windows-1251" if letters and 2 * sum(len(run) for run in runs if len(run) > 2) > letters else "windows-1252"


def _numbered(text: str, charset: str) -> str:
    return text if charset.startswith("utf") else NUMBERED.sub(_letter(), text)


def _letter() -> Callable[[re.Match[str]], str]:
    def letter(found: re.Match[str]) -> str:
        number = int(found[1])
        return chr(number) if number < 0x110000 and not 0xD800 <= number < 0xE000 else found[0]

    return letter
