"""The message of a night, as text and as a page."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from dags.nights import Trouble


@dataclass(frozen=True)
class Message:
    """What became of a night."""

    night: str
    summary: str
    troubles: Sequence[Trouble]
    more: int
    link: str

    @property
    def lines(self) -> list[str]:
        """The message as text."""
        named = [f"- {one.what}: {one.sentence} {one.link}".rstrip() for one in self.troubles]
        counted = [f"- and {self.more} more"] if self.more else []
        return [self.summary, *named, *counted, *([] if self.troubles else [self.link])]

    @property
    def page(self) -> str:
        """The message as HTML, for notifiers that take nothing else; every word of it is text."""
        named = [f"{html.escape(one.what)}: {html.escape(one.sentence)} {_anchor(one.link)}" for one in self.troubles]
        counted = [f"and {self.more} more"] if self.more else []
        listed = "".join(f"<li>{line.rstrip()}</li>\n" for line in [*named, *counted])
        below = f"<ul>\n{listed}</ul>" if listed else f"<p>{_anchor(self.link)}</p>"
        return f"<p>{html.escape(self.summary)}</p>\n{below}\n"


def _anchor(link: str) -> str:
    if urlsplit(link).scheme in ("http", "https"):
        return f'<a href="{html.escape(link)}">{html.escape(link)}</a>'
    return html.escape(link)
