"""However a form is worded, its contact, device and tags are those of the market, at the rates that are said."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

from extractors.forms.posted import unpacked
from extractors.model import Account
from extractors.receiver.spool import Received
from extractors.sources.webhook import rows_of
from sandbox.stories.wordings import WORDINGS, packed, worded, wording_of

AT = datetime(2026, 3, 10, tzinfo=UTC)
FORMS = "forms"
PEOPLE = (
    {"full_name": "Jörg Weiß", "email": "joerg@mail.example", "phone": "030 5551234"},
    {"full_name": "Иван Петров", "phone": "+7 900 000-00-01"},
    {"full_name": "Cher", "email": "cher@mail.example", "message": "A roof, please"},
    {"email": "nobody@mail.example"},
)
PAGE = "https://n.example/?gclid=SYN-1"
HIDDEN = {"client_id": "111.222", "utm_source": "google", "utm_medium": "cpc", "page_url": PAGE}


def test_whatever_the_wording_the_truth_is_read() -> None:
    account = Account("webhook", FORMS, FORMS, "retold", {"sender": "signed"})
    seen: Counter[str] = Counter()
    for number in range(1200):
        key, said = f"R{number}", {**PEOPLE[number % len(PEOPLE)], **HIDDEN}
        form = worded(key, said)
        body = unpacked(packed(form.body), "gzip", 10_000) if form.is_packed else form.body
        received = Received(id="r", at=AT, body=body, content_type=form.content_type, headers={"webhook-id": key})
        (row,) = rows_of(account, received)

        seen[wording_of(key)] += 1
        told = {"name": said.get("full_name"), **{name: said.get(name) for name in ("email", "phone", *HIDDEN)}}
        assert {name: row[name] for name in told} == told, (wording_of(key), row["answers"])
        # Three links to files and one of the page are no words of a person.
        assert "uploads" not in (row["message"] or "")
        assert row["contact_found_by"] in ("name", "label")

    assert [one.name for one in WORDINGS if abs(seen[one.name] / 12 - one.rate) > 4] == []
