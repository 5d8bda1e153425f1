"""Words of closed lists: the same word in another spelling, and the nearest right one for a message."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable

CLOSE_ENOUGH = 0.75
NOT_A_LETTER = re.compile(r"[\W_]+")


def plain(word: str) -> str:
    """The word without case, blanks and marks: ``Deal ID``, ``deal_id`` and ``DealId`` are one."""
    return NOT_A_LETTER.sub("", word).casefold()


def nearest(word: str, known: Iterable[str], cutoff: float = CLOSE_ENOUGH) -> str | None:
    """The known word that was probably meant; None where none is near."""
    spelled = {plain(one): one for one in sorted(known, reverse=True)}
    if plain(word) in spelled:
        return spelled[plain(word)]
    close = difflib.get_close_matches(plain(word), spelled, n=1, cutoff=cutoff)
    return spelled[close[0]] if close else None


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """`` Did you mean 'x'?`` with a blank before it; empty where nothing is near."""
    meant = nearest(word, known)
    return f" Did you mean {meant!r}?" if meant is not None and meant != word else ""
