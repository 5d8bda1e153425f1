"""Contacts of seventeen countries and of mailboxes written in many ways, as each receiver wants them hashed."""

from __future__ import annotations

import hashlib
import re
from typing import Any, NamedTuple

import pytest
from facebook_business.adobjects.serverside.normalize import Normalize

from activations.destination_list import DESTINATIONS
from activations.hashing import bare_mailbox, digits, gmail_email, plain_email, with_plus
from tests.activations.teller import Teller


class Contact(NamedTuple):
    """An address and a number as a record may hold them, and what each receiver hashes of them."""

    email: str
    plain: str | None
    gmail: str | None
    bare: str | None
    phone: str
    number: str | None


CONTACTS = (
    Contact("Jürgen.Müller+neu@Gmail.COM", "jürgen.müller+neu@gmail.com", "jürgenmüller@gmail.com",
            "jürgenmüller@gmail.com", "+49 151 2345-6789", "+4915123456789"),
    Contact("  ANN@FIRM.EXAMPLE\t", "ann@firm.example", "ann@firm.example", "ann@firm.example",
            "+1 (212) 555-0100", "+12125550100"),
    Contact("j.o.h.n@googlemail.com", "j.o.h.n@googlemail.com", "john@googlemail.com", "john@googlemail.com",
            "+44 20 7946 0958", "+442079460958"),
    Contact("b.ob+x+y@outlook.example", "b.ob+x+y@outlook.example", "b.ob+x+y@outlook.example", "bob@outlook.example",
            "+33 1 23 45 67 89", "+33123456789"),
    Contact("info@MÜLLER.example", "info@müller.example", "info@müller.example", "info@müller.example",
            "+34 912.34.56.78", "+34912345678"),
    Contact("info@xn--mller-kva.example", "info@xn--mller-kva.example", "info@xn--mller-kva.example",
            "info@xn--mller-kva.example", "+39 06 1234 5678", "+390612345678"),
    Contact("O'Brien@Mail.IE", "o'brien@mail.ie", "o'brien@mail.ie", "o'brien@mail.ie",
            "+353/85/012/3456", "+353850123456"),
    Contact("user.name@gmail.com.example", "user.name@gmail.com.example", "user.name@gmail.com.example",
            "username@gmail.com.example", "+7 (916) 123-45-67", "+79161234567"),
    Contact("a.b@sub.gmail.com", "a.b@sub.gmail.com", "a.b@sub.gmail.com", "ab@sub.gmail.com",
            "+375 29 123-45-67", "+375291234567"),
    Contact("STRAẞE@post.example", "straße@post.example", "straße@post.example", "straße@post.example",
            "+90 532 123 45 67", "+905321234567"),
    Contact("ÉLÈVE@école.example", "élève@école.example", "élève@école.example", "élève@école.example",
            "+81 3-1234-5678", "+81312345678"),
    Contact("two@at@x.example", None, None, None, "+55 11 91234-5678", "+5511912345678"),
    Contact("a b@x.example", None, None, None, "+61 4 1234 5678", "+61412345678"),
    Contact("x@.example", None, None, None, "+91\u00a098765\u00a043210", "+919876543210"),
    Contact("+tag@gmail.com", "+tag@gmail.com", None, None, "+86 138 0013 8000", "+8613800138000"),
    Contact("x_y-z@firm.example", "x_y-z@firm.example", "x_y-z@firm.example", "x_y-z@firm.example",
            "+998 90 123 45 67", "+998901234567"),
    Contact("...@firm.example", "...@firm.example", "...@firm.example", None, "+299 12 34 56", "+299123456"),
    Contact("UPPER+Tag@GOOGLEMAIL.com", "upper+tag@googlemail.com", "upper@googlemail.com", "upper@googlemail.com",
            "00 49 151 23456789", None),
    Contact("q@firm.example", "q@firm.example", "q@firm.example", "q@firm.example", "+49 (0) 151 23456789", None),
    Contact("r@firm.example", "r@firm.example", "r@firm.example", "r@firm.example", "+1 212 555 0100 ext. 7", None),
)  # fmt: skip


@pytest.mark.parametrize("contact", CONTACTS, ids=lambda one: f"{one.email.strip()} {one.phone}")
def test_an_address_and_a_number_in_each_form(contact: Contact) -> None:
    assert plain_email(contact.email) == contact.plain
    assert gmail_email(contact.email) == contact.gmail
    assert bare_mailbox(contact.email) == contact.bare
    assert with_plus(contact.phone) == contact.number
    assert digits(contact.phone) == (contact.number and contact.number[1:])


RECEIVERS = {
    "google_ads": ("gmail", "sha256", "+"),
    "meta_ads": ("plain", "sha256", ""),
    "microsoft_ads": ("bare", "sha256", "+"),
    "yandex_metrica": ("plain", "md5", ""),
    "linkedin_ads": ("plain", "sha256", None),
    "tiktok_ads": ("plain", "sha256", "+"),
}
"""Which of the forms of an address, how it is hashed, and how a number begins; None where there is no place for one."""


def wanted(name: str, contact: Contact) -> set[str]:
    """The hashes that leave of a contact."""
    form, algorithm, begin = RECEIVERS[name]
    texts = [getattr(contact, form)]
    if begin is not None and contact.number:
        texts.append(f"{begin}{contact.number[1:]}")
    return {hashlib.new(algorithm, one.encode(), usedforsecurity=False).hexdigest() for one in texts if one}


def test_every_destination_is_a_receiver() -> None:
    assert set(RECEIVERS) == set(DESTINATIONS)


@pytest.mark.parametrize("teller", sorted(RECEIVERS), indirect=True)
def test_what_leaves_of_each_contact_is_its_receiver_s_form_and_nothing_else(teller: Teller) -> None:
    nobody = dict.fromkeys(("click_id", "click_id_type", "clicked_at", "device_id", "device_seen_at"))
    # Beside a click: of some of them nothing is left that could be hashed.
    clicks: dict[str, Any] = {} if teller.name != "microsoft_ads" else nobody
    known = [one for one in CONTACTS if wanted(teller.name, one)]
    rows = []
    for number, contact in enumerate(known):
        own = nobody if teller.name == "yandex_metrica" else clicks
        rows.append(
            teller.sold(number, **{**own, "email": contact.email, "phone": contact.phone, "ad_user_data": "granted"})
        )
    teller.publish(*rows)

    teller.tell()

    sent = "\n".join(post.body for post in teller.posts())
    assert len(known) >= 17
    for contact in known:
        assert all(one in sent for one in wanted(teller.name, contact)), contact
    others = {one for contact in CONTACTS for name in RECEIVERS for one in wanted(name, contact)}
    foreign = others - {one for contact in known for one in wanted(teller.name, contact)}
    assert not any(one in sent for one in foreign)


META_IS_WRONG = {"two@at@x.example", "a b@x.example", "x@.example"}
"""What its package hashes or refuses although it is no address."""
META_CANNOT_READ = re.compile(r"[./]")
"""It raises where a number is written with one of these, and its sentence holds the number."""


@pytest.mark.parametrize("contact", [one for one in CONTACTS if one.email not in META_IS_WRONG and one.number],
                         ids=lambda one: one.email.strip())  # fmt: skip
def test_meta_s_own_package_makes_the_same_of_what_it_can_read(contact: Contact) -> None:
    assert Normalize.normalize("em", contact.email, True) == hashlib.sha256((contact.plain or "").encode()).hexdigest()
    if not META_CANNOT_READ.search(contact.phone):
        number = (contact.number or "")[1:].encode()
        assert Normalize.normalize("ph", contact.phone, True) == hashlib.sha256(number).hexdigest()
