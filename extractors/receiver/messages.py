"""What the posts of every messenger are read into: one message that a client wrote to us, or that we wrote to him."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal


@dataclass(frozen=True)
class Message:
    """A message, before it is a row. What the messenger does not say is None."""

    message_id: Any
    inbox_id: Any
    """Which of our numbers, bots or accounts it went to."""
    channel_contact_id: Any
    """The other side as the messenger counts people: no number, no address, and always there."""
    direction: Literal["inbound", "outbound"]
    message_type: Any
    is_writing: bool
    """Whether somebody asked for something; a thumb up, a changed number and a pressed Start are no inquiry."""
    sent_at: Any
    text: str | None = None
    phone: str | None = None
    email: str | None = None
    name: str | None = None
    ad_id: str | None = None
    """The ad that opened the chat, as its platform numbers ads."""
    post_id: str | None = None
    """The post that opened the chat; nobody paid for it."""
    click_id_type: str | None = None
    click_id: str | None = None
    page_url: str | None = None
    link_tag: str | None = None
    """The tag of the link that led to the chat: whoever made the link says what it means."""
    payload: Any = None


def said(value: Any) -> str | None:
    """A text or a number as text; anything else, and an empty one, says nothing."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return None
    return str(value).strip() or None


def part(value: Any, *names: str) -> Any:
    """What lies in nested objects under these names; None where one of them is no object or has no such name."""
    for name in names:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def parts(value: Any) -> list[Mapping[str, Any]]:
    """The objects of a list; whatever else is in it is passed over."""
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []
