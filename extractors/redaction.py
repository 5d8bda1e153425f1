"""Keeps secrets out of what people read: by their value, whatever they are called."""

from __future__ import annotations

import json
import logging
import re
import threading
from collections.abc import Iterable
from urllib.parse import quote, quote_plus

SHORTEST_SECRET = 4
HIDDEN = "***"
LONGEST_QUOTE = 400
CONTACT = re.compile(r"[^\s@,;:<>\"'()]+@[^\s@,;:<>\"'()]+\.[a-z]{2,}|[+][1-9][\d ()/.-]{6,}\d", re.IGNORECASE)
"""An address or an international number; other digits may be the id that somebody needs to know."""

_known: set[str] = set()
_lock = threading.Lock()


def remember(secrets: Iterable[str]) -> None:
    """Hide these values from now on, also as they look inside an address or inside JSON."""
    with _lock:
        for secret in secrets:
            if len(secret) >= SHORTEST_SECRET:
                _known.update((secret, quote(secret, safe=""), quote_plus(secret), json.dumps(secret)[1:-1]))


def redacted(text: str) -> str:
    """The text with every remembered secret hidden."""
    with _lock:
        # The longest first: one secret may contain another.
        for secret in sorted(_known, key=len, reverse=True):
            text = text.replace(secret, HIDDEN)
    return text


def short(text: object) -> str:
    """The beginning of what a vendor said, without secrets and people: half of one would not be known for one.

    Vendors quote the record that they could not read.
    """
    return CONTACT.sub(HIDDEN, redacted(str(text)))[:LONGEST_QUOTE]


class RedactingFilter(logging.Filter):
    """Hides secrets in whatever is logged, tracebacks included."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite the record; it is always kept."""
        message = record.getMessage()
        hidden = redacted(message)
        if hidden != message:
            record.msg, record.args = hidden, None
        if record.exc_info and not record.exc_text:
            record.exc_text = redacted(logging.Formatter().formatException(record.exc_info))
        return True


def safe_logger(name: str) -> logging.Logger:
    """The logger of that name. What it says hides secrets, whoever listens to it."""
    logger = logging.getLogger(name)
    if not any(isinstance(one, RedactingFilter) for one in logger.filters):
        logger.addFilter(RedactingFilter())
    return logger
