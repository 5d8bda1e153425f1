"""The senders: how each proves itself, what it wants to hear, and where in its post the form lies.

Tilda, Gravity Forms, WPForms, Elementor, Jotform, Contact Form 7 and Typeform post forms, Google the lead forms of its
ads; Meta posts that there is a lead, WhatsApp and Telegram what people write; ``signed`` is any program that signs as
Standard Webhooks do; ``browser`` is a page that posts its own form.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

import msgspec

from extractors.forms.columns import TAGS, Answer, is_internet_address
from extractors.forms.names import plain
from extractors.forms.nested import form_fields
from extractors.forms.posted import Unreadable
from extractors.forms.submission import Submission, flat_form, host_of, left_empty, spoken
from extractors.receiver.cookies import clicks_of, marketing_cookies, tilda_tags
from extractors.receiver.messages import Message
from extractors.receiver.nested_forms import contact_form_7, google_lead_form, is_google_test, typeform
from extractors.receiver.signatures import Proof
from extractors.receiver.telegram import telegram_messages
from extractors.receiver.whatsapp import whatsapp_messages

Told = Literal["inquiries", "lead_notices", "messages"]
"""The table that a sender's posts land in."""


@dataclass(frozen=True)
class Sender:
    """One kind of sender."""

    name: str
    proof: Proof
    read: Callable[[Any, Mapping[str, str]], Submission] | None
    """Takes the decoded post and the kept headers; None where posts are no forms."""
    answer: str = "ok"
    is_probe: Callable[[Any], bool] | None = None
    """Whether the post only asks if somebody is there; None where the sender never asks."""
    key_field: str | None = None
    """The field of the post in which the sender always puts the secret."""
    messages: Callable[[Any], list[Message]] | None = None
    """Takes the decoded post of a messenger; None where posts are no messages."""

    @property
    def table(self) -> Told:
        """Where its posts land: forms as inquiries, what is neither form nor message as notices of leads."""
        return "inquiries" if self.read else "messages" if self.messages else "lead_notices"


KEPT_HEADERS = ("webhook-id", "webhook-timestamp", "x-wpforms-webhook-id", "user-agent")
WORDPRESS = re.compile(r"WordPress/[\w.-]+; https?://([^\s;/]+(?:/[^\s;]*)?)", re.ASCII)

JOTFORM_QUESTION = re.compile(r"q\d+_(.+)", re.ASCII)
ELEMENTOR_FIELD = re.compile(r"fields\[(?P<id>[^\]]+)\]\[(?P<part>\w+)\]")
ELEMENTOR_META = re.compile(r"meta\[(?P<id>\w+)\]\[value\]")
# What it adds to a form, as the site's language has it; the page's address it puts beside them.
IP = frozenset(
    map(plain, ("Remote IP", "Remote-IP", "IP-Adresse", "Удалённый IP", "IP remota", "IP distante", "IP remoto",
                "Zdalny adres IP", "Uzak IP"))
)  # fmt: skip
ELEMENTOR_LABELS = IP | frozenset(
    map(plain, ("Date", "Time", "User Agent", "Powered by", "Datum", "Zeit", "Uhrzeit", "Benutzer-Agent",
                "Bereitgestellt von", "Unterstützt von", "Präsentiert von", "Дата", "Время", "Агент пользователя",
                "Работает на", "Fecha", "Hora", "Agente de usuario", "Desarrollado por", "Funciona con", "Heure",
                "Agent utilisateur", "Propulsé par", "Data", "Agente do usuário", "Desenvolvido por", "Czas",
                "Godzina", "Klient użytkownika", "Wspierane przez", "Tarih", "Saat", "Kullanıcı Aracısı",
                "Destekleyen"))
)  # fmt: skip
ELEMENTOR_PAGE = frozenset(
    map(plain, ("Page URL", "Seiten-URL", "URL der Seite", "URL страницы", "URL de la página", "URL de página",
                "URL de la page", "URL da página", "Adres URL strony", "Sayfa URL", "Sayfa URL'si"))
)  # fmt: skip


def _tilda(posted: Any, headers: Mapping[str, str]) -> Submission:
    """Tilda: the visitor's cookies come as one field, and the tags of the visit inside one of them."""
    fields = flat_form(posted)
    cookies = marketing_cookies(fields.pop("COOKIES", ""))
    tags = tilda_tags(cookies)
    own = {name: value for name, value in fields.items() if name not in ("tranid", "formid", "formname")}
    answers = [Answer(name, value) for name, value in own.items()] + left_empty(posted)
    if not any(_says_source(name) for name in own):
        # The page's own fields are of this visit, a cookie may be a month old: one of them counts, and whole.
        answers += [Answer(name, value) for name, value in (tags or clicks_of(cookies)).items() if name not in own]
    answers += [Answer(f"cookie:{name}", value) for name, value in cookies.items()]
    if device := next((cookies[name] for name in ("_lg_id", "_ga", "_ym_uid") if name in cookies), None):
        # A hidden field of that name comes first.
        answers.append(Answer("client_id", device))
    return Submission(
        record_id=fields.get("tranid"),
        form_id=fields.get("formid"),
        form_name=fields.get("formname"),
        answers=answers,
        payload={**fields, **({"COOKIES": cookies} if cookies else {})},
    )


def _says_source(name: str) -> bool:
    return plain(name) in TAGS_WRITTEN


TAGS_WRITTEN = frozenset(map(plain, TAGS))

GRAVITY_OWN = frozenset(
    "id form_id post_id date_created date_updated is_starred is_read ip source_url user_agent currency payment_status "
    "payment_date payment_amount payment_method transaction_id is_fulfilled created_by transaction_type status".split()
)


def _gravity(posted: Any, headers: Mapping[str, str]) -> Submission:
    """Gravity Forms: answers are named by their field's number, and times are UTC without saying so."""
    fields = flat_form(posted)
    created = None
    if stamp := fields.get("date_created"):
        try:
            created = datetime.strptime(stamp, "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)
        except ValueError:
            created = None
    return Submission(
        record_id=fields.get("id"),
        form_id=fields.get("form_id"),
        form_name=None,
        answers=[Answer(name, value) for name, value in fields.items() if name not in GRAVITY_OWN]
        + [one for one in left_empty(posted) if one.name not in GRAVITY_OWN],
        occurred_at=created,
        site=site_of(headers, fields.get("source_url")),
        page_url=fields.get("source_url"),
        is_marked_spam=fields.get("status") == "spam",
        payload={name: value for name, value in fields.items() if name != "ip"},
    )


WPFORMS_OWN = ("entry_id", "form_id", "form_name")


def _wpforms(posted: Any, headers: Mapping[str, str]) -> Submission:
    """WPForms: only what the site's owner mapped, under the names that the owner chose."""
    fields = flat_form(posted)
    site = site_of(headers, fields.get("page_url") or fields.get("Page URL"))
    return Submission(
        # Where nothing says which site counts, what was written tells entry 900 of one from entry 900 of another.
        record_id=fields.get("entry_id") if site else _with_words(fields),
        form_id=fields.get("form_id") or headers.get("x-wpforms-webhook-id"),
        form_name=fields.get("form_name"),
        answers=[Answer(name, value) for name, value in fields.items() if name not in WPFORMS_OWN] + left_empty(posted),
        site=site,
        payload=fields,
    )


def _with_words(fields: Mapping[str, str]) -> str | None:
    words = hashlib.sha256(repr(sorted(fields.items())).encode(errors="replace")).hexdigest()[:12]
    return f"{fields['entry_id']}-{words}" if "entry_id" in fields else None


def _elementor(posted: Any, headers: Mapping[str, str]) -> Submission:
    """Elementor: with "advanced data" by ids; without, labels as they are shown. It gives no id of its own."""
    fields = flat_form(posted)
    parts: dict[str, dict[str, str]] = {}
    meta: dict[str, str] = {}
    for name, value in fields.items():
        if found := ELEMENTOR_FIELD.fullmatch(name):
            parts.setdefault(found["id"], {})[found["part"]] = value
        elif found := ELEMENTOR_META.fullmatch(name):
            meta[found["id"]] = value
    if parts:
        answers = [
            Answer(name, one.get("value", ""), one.get("title", ""), one.get("type", "")) for name, one in parts.items()
        ]
        form_id, form_name, page_url = fields.get("form[id]"), fields.get("form[name]"), meta.get("page_url")
    else:
        # PHP writes an underscore where a label has a blank.
        own = _elementor_s_own(fields)
        labelled = {name: value for name, value in fields.items() if plain(name) not in ELEMENTOR_LABELS | own.keys()}
        form_id, form_name = labelled.pop("form_id", None), labelled.pop("form_name", None)
        pages = [name for name in labelled if plain(name) in ELEMENTOR_PAGE]
        page_url = next((labelled.pop(name) for name in pages), None) or own.get(PAGE)
        answers = [Answer(name, value) for name, value in labelled.items()] + left_empty(posted)
    return Submission(
        record_id=None, form_id=form_id, form_name=form_name, answers=answers, page_url=page_url,
        payload={
            name: value
            for name, value in fields.items()
            if "remote_ip" not in name and plain(name) not in IP and not is_internet_address(value)
        },
    )  # fmt: skip


PAGE = "page"
OWN_VALUES = {
    PAGE: re.compile(r"https?://\S+", re.IGNORECASE),
    "browser": re.compile(r"Mozilla/.*", re.DOTALL),
    "maker": re.compile("Elementor"),
    "time": re.compile(r"\d{1,2}[:.]\d{2}(?:[:.]\d{2})?(?:\s?[ap]\.?m\.?)?", re.IGNORECASE),
    # A day stands before its time.
    "day": re.compile(r"(?=\d{4}\D|.*\D\d{4}\Z)(?=.*(?<!\d)\d{1,2}(?!\d))[\w .,/-]{8,30}"),
}
"""How the values look that Elementor writes itself."""


def _elementor_s_own(fields: Mapping[str, str]) -> dict[str, str]:
    """What Elementor wrote below the form's fields, in whatever language: known by the browser, the IP or its own name.

    By plain name, and the page's address under ``PAGE``.
    """
    own: dict[str, str] = {}
    kinds: list[str] = []
    for name, value in reversed([*fields.items()]):
        kind = "ip" if is_internet_address(value) else _kind_of(value, kinds)
        if kind is None or kind in kinds:
            break
        kinds.append(kind)
        own[plain(name)] = value
        if kind == PAGE:
            own[PAGE] = value
    return own if {"ip", "browser", "maker"} & {*kinds} else {}


def _kind_of(value: str, kinds: list[str]) -> str | None:
    looks = [kind for kind, look in OWN_VALUES.items() if look.fullmatch(value)]
    return next((kind for kind in looks if kind != "day" or kinds[-1:] == ["time"]), None)


def _jotform(posted: Any, headers: Mapping[str, str]) -> Submission:
    """Jotform: the answers are JSON inside one of the parts."""
    fields = flat_form(posted)
    try:
        raw = msgspec.json.decode(fields.get("rawRequest", "{}"))
    except msgspec.MsgspecError as broken:
        raise Unreadable("its rawRequest is not JSON") from broken
    if not isinstance(raw, dict):
        raise Unreadable("its rawRequest is not an object")
    answers = [
        Answer(question[1] if (question := JOTFORM_QUESTION.fullmatch(name)) else name, spoken(value))
        for name, value in raw.items()
        if name not in JOTFORM_OWN
    ]
    kept = {name: value for name, value in fields.items() if name not in ("ip", "rawRequest", "webhookURL")}
    return Submission(
        record_id=fields.get("submissionID"),
        form_id=fields.get("formID"),
        form_name=fields.get("formTitle"),
        answers=answers,
        # The address of the hook holds the secret.
        payload={**kept, "rawRequest": raw},
    )


JOTFORM_OWN = frozenset(
    "slug event_id path buildDate validatedNewRequiredFieldIDs jsExecutionTracker submitSource timeToSubmit "
    "temp_upload uploadServerUrl eventObserver submitDate webhookURL".split()
)


def _any_form(posted: Any, headers: Mapping[str, str]) -> Submission:
    """Any names: what they mean is told by their look and by the options."""
    told = form_fields(posted)
    fields = {one.title: one.value for one in told}
    return Submission(
        record_id=headers.get("webhook-id") or fields.get("submission_id"),
        form_id=fields.get("form_id"),
        form_name=fields.get("form_name"),
        answers=[one for one in told if one.title not in OUR_OWN],
        payload=posted,
    )


OUR_OWN = ("submission_id", "form_id", "form_name")


def site_of(headers: Mapping[str, str], page_url: str | None) -> str | None:
    """The site that sends: WordPress names itself to whom it posts, and the page names its host."""
    found = WORDPRESS.match(headers.get("user-agent", ""))
    home = found[1].lower().removeprefix("www.").rstrip("/") if found else None
    return home or host_of(page_url)


def _is_tilda_probe(posted: Any) -> bool:
    return isinstance(posted, Mapping) and posted.get("test") == "test" and "tranid" not in posted


SENDERS: Mapping[str, Sender] = {
    sender.name: sender
    for sender in (
        Sender("tilda", "shared_secret", _tilda, is_probe=_is_tilda_probe),
        Sender("gravity_forms", "shared_secret", _gravity),
        Sender("wpforms", "wpforms", _wpforms),
        Sender("elementor", "shared_secret", _elementor),
        Sender("jotform", "shared_secret", _jotform),
        Sender("contact_form_7", "shared_secret", contact_form_7),
        Sender("google_lead_form", "shared_secret", google_lead_form, is_probe=is_google_test, key_field="google_key"),
        Sender("typeform", "typeform", typeform),
        Sender("meta_leads", "meta", None),
        Sender("whatsapp", "meta", None, messages=whatsapp_messages),
        Sender("telegram", "shared_secret", None, messages=telegram_messages),
        Sender("signed", "standard", _any_form),
        Sender("browser", "origin", _any_form),
    )
}
