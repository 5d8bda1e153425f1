"""A Telegram bot: what people write to it, and the tag of the link that led them there.

https://core.telegram.org/bots/api#update. Telegram keeps no history for bots, and gives its updates to one program
alone. No number is shown; who shares his own card tells it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from extractors.forms.posted import Unreadable
from extractors.receiver.messages import Message, part, said

START = re.compile(r"/start(?:@\w+)?(?:\s+([A-Za-z0-9_-]{1,64}))?\s*", re.ASCII)
KINDS = ("message", "business_message")
"""What a person wrote; a bot hears of much else, and new kinds come with each version."""


def telegram_messages(posted: Any) -> list[Message]:
    """The message of an update; one of a group, of a bot or of another kind is none."""
    if not isinstance(posted, Mapping) or "update_id" not in posted:
        raise Unreadable("the body has no 'update_id'")
    kind = next((one for one in KINDS if isinstance(posted.get(one), Mapping)), None)
    message = posted.get(kind or "")
    if part(message, "chat", "type") != "private" or part(message, "from", "is_bot") is True:
        return []
    writer, chat = said(part(message, "from", "id")), said(part(message, "chat", "id"))
    # In a private chat the chat is the client; in one of a connected business its owner writes, too.
    is_ours = kind == "business_message" and writer != chat
    text = said(part(message, "text")) or said(part(message, "caption"))
    started = START.fullmatch(text or "")
    number = said(part(message, "message_id"))
    return [
        Message(
            message_id=f"{chat}-{number}" if chat and number else None,
            inbox_id=said(part(message, "business_connection_id")),
            channel_contact_id=chat,
            direction="outbound" if is_ours else "inbound",
            message_type=kind,
            # A command talks to the bot; pressing Start asks for nothing yet.
            is_writing=not (text or "").startswith("/"),
            sent_at=part(message, "date"),
            text=text,
            phone=_own_number(message, writer),
            name=None if is_ours else _name(part(message, "from")),
            link_tag=started[1] if started else None,
            payload=message,
        )
    ]


def _own_number(message: Any, writer: str | None) -> str | None:
    """The number on a card that is the writer's own: anybody's card can be sent."""
    digits = said(part(message, "contact", "phone_number"))
    if not digits or not writer or said(part(message, "contact", "user_id")) != writer:
        return None
    return digits if digits.startswith("+") else f"+{digits}"


def _name(writer: Any) -> str | None:
    names = [name for name in (said(part(writer, "first_name")), said(part(writer, "last_name"))) if name]
    return " ".join(names) or None
