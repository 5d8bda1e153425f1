"""WhatsApp Business: the messages of a notice, with who wrote them and which ad opened the chat.

https://developers.facebook.com/docs/whatsapp/cloud-api/webhooks/payload-examples. Nobody can ask for past messages:
what was not posted to us is not known. A notice holds several entries, changes and messages, and comes again until it
is acknowledged.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from extractors.forms.posted import Unreadable
from extractors.receiver.messages import Message, part, parts, said

# A reaction answers a message of ours, a system message is WhatsApp's, and who opens a chat has asked for nothing yet.
NO_WRITING = frozenset({"reaction", "system", "request_welcome"})
DIGITS = re.compile(r"[0-9]{5,17}")


def whatsapp_messages(posted: Any) -> list[Message]:
    """Every message of a notice; what became of our own messages, and the copies of them, are none."""
    if not isinstance(posted, Mapping) or not isinstance(posted.get("entry"), list):
        raise Unreadable("the body has no list 'entry'")
    return [
        _message(message, part(change, "value"))
        for entry in parts(posted["entry"])
        for change in parts(entry.get("changes"))
        # Messages that colleagues write in the app come in a field of their own.
        if change.get("field") == "messages"
        for message in parts(part(change, "value", "messages"))
    ]


def _message(message: Mapping[str, Any], told: Any) -> Message:
    user, number = said(message.get("from_user_id")), said(message.get("from"))
    writer = _writer(parts(part(told, "contacts")), user, number)
    kind = said(message.get("type"))
    referral = message.get("referral")
    # An ad's id, or a post's: what tells them apart is said beside it.
    opened_by, source_id = said(part(referral, "source_type")), said(part(referral, "source_id"))
    click = said(part(referral, "ctwa_clid"))
    return Message(
        message_id=said(message.get("id")),
        inbox_id=said(part(told, "metadata", "phone_number_id")),
        channel_contact_id=user or said(writer.get("user_id")),
        direction="inbound",
        message_type=kind,
        is_writing=kind not in NO_WRITING,
        sent_at=_seconds(message.get("timestamp")),
        text=_text(kind, message),
        phone=_shared_number(message) or _number(number) or _number(writer.get("wa_id")),
        name=said(part(writer, "profile", "name")),
        ad_id=source_id if opened_by == "ad" else None,
        post_id=source_id if opened_by == "post" else None,
        # Without one where the ad was clicked in WhatsApp's web or desktop program.
        click_id_type="ctwa_clid" if click else None,
        click_id=click,
        page_url=said(part(referral, "source_url")),
        payload=message,
    )


def _writer(listed: list[Mapping[str, Any]], user: str | None, number: str | None) -> Mapping[str, Any]:
    """The contact of a message: found by its ids, since several may be listed in any order."""
    for one in listed:
        if user and said(one.get("user_id")) == user:
            return one
    for one in listed:
        if number and said(one.get("wa_id")) == number:
            return one
    return {}


def _number(text: Any) -> str | None:
    """A number with its country; WhatsApp writes it without the plus."""
    digits = said(text)
    return f"+{digits}" if digits and DIGITS.fullmatch(digits) else None


def _shared_number(message: Mapping[str, Any]) -> str | None:
    """The number that somebody gave when we asked for it; any other card that he sends is another person's."""
    if message.get("type") != "contacts" or message.get("origin") != "contact_request":
        return None
    phones = [phone for card in parts(message.get("contacts")) for phone in parts(card.get("phones"))]
    return next((written for phone in phones if (written := said(phone.get("phone")))), None)


def _text(kind: str | None, message: Mapping[str, Any]) -> str | None:
    places = (("text", "body"), ("button", "text"), ("interactive", "button_reply", "title"),
              ("interactive", "list_reply", "title"), (kind or "", "caption"))  # fmt: skip
    return next((text for place in places if (text := said(part(message, *place)))), None)


def _seconds(stamp: Any) -> Any:
    """Seconds since 1970, which WhatsApp writes as a text; what is none is left to be rejected."""
    return int(stamp) if isinstance(stamp, str) and stamp.isascii() and stamp.isdecimal() and len(stamp) < 13 else stamp
