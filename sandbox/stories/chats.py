"""Meta's leads once more as people who wrote at WhatsApp instead of filling in the form of the ad; or to a bot.

At WhatsApp a third shows a number from the start, a third gives it when asked, a third never does: all have WhatsApp's
own id. The bot is told by the tag of its link; nobody shows it a number.
"""

from __future__ import annotations

from datetime import UTC, datetime

from sandbox.stories.retold import Record, number_of

INBOX = "15550100200"


def whatsapp_notice(lead_id: str, moment: datetime, lead: Record) -> Record:
    """The notice of a conversation; its opening message is called ``opening_of(lead_id)``."""
    told = {field["name"]: field["values"][0] for field in lead.get("field_data") or []}
    # Who leaves two leads has one account.
    user = f"DE.{number_of('account ' + (told.get('phone_number') or told.get('email') or lead_id))}"
    digits = "".join(sign for sign in told.get("phone_number") or "" if sign.isdigit())
    # What is written without its country could be anybody's.
    way = number_of(f"number {user}") % 3 if (told.get("phone_number") or "").startswith("+") else 2
    shown = {"from": digits} if way == 0 else {}
    writer = {"profile": {"name": told.get("full_name", "")}, "user_id": user, **({"wa_id": digits} if shown else {})}
    sent = {"from_user_id": user, "timestamp": str(int(moment.replace(tzinfo=UTC).timestamp())), **shown}
    messages: list[Record] = [
        {
            **sent,
            "id": opening_of(lead_id),
            "type": "text",
            "text": {"body": "Hello, what would it cost?"},
            "referral": {
                "source_type": "ad",
                "source_id": lead.get("ad_id"),
                "source_url": f"https://fb.me/{lead_id}",
                # A click in the program on a desk has no id.
                **({"ctwa_clid": f"AR{number_of('click ' + lead_id)}"} if number_of(lead_id) % 5 else {}),
            },
        }
    ]
    if way == 1:
        card = [{"phones": [{"phone": told["phone_number"]}]}]
        messages.append(
            {
                **sent,
                "id": f"{opening_of(lead_id)}.1",
                "type": "contacts",
                "origin": "contact_request",
                "contacts": card,
            }
        )
    inbox = {"messaging_product": "whatsapp", "metadata": {"display_phone_number": INBOX, "phone_number_id": "200"}}
    heard = {"id": f"wamid.OUT{lead_id}", "status": "delivered", "timestamp": sent["timestamp"], "recipient_id": digits}
    changes = [
        {"field": "messages", "value": {**inbox, "contacts": [writer], "messages": messages}},
        {"field": "messages", "value": {**inbox, "statuses": [heard]}},
    ]
    return {"object": "whatsapp_business_account", "entry": [{"id": "100", "changes": changes}]}


def telegram_updates(lead_id: str, moment: datetime, lead: Record) -> list[tuple[str, Record]]:
    """What a bot hears of every third lead: a pressed Start, and the message that asks, each with its id."""
    chat = number_of(f"chat {lead_id}") % 10**12
    if number_of(lead_id) % 3:
        return []
    told = {field["name"]: field["values"][0] for field in lead.get("field_data") or []}
    seconds = int(moment.replace(tzinfo=UTC).timestamp())
    writer = {"id": chat, "is_bot": False, "first_name": told.get("full_name", "")}
    found = []
    for number, text in ((1, "/start autumn_roofs"), (2, "Hello, what would it cost?")):
        message = {
            "message_id": number,
            "from": writer,
            "chat": {"id": chat, "type": "private"},
            "date": seconds,
            "text": text,
        }
        found.append((f"{chat}-{number}", {"update_id": number_of(f"{chat} {number}") % 10**9, "message": message}))
    return found


def opening_of(lead_id: str) -> str:
    """The id of the message with which somebody asks."""
    return f"wamid.{lead_id}"
