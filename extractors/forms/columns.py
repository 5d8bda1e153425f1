"""Which answer of a form fills which column: what the account's options say, else its type, its name, its label.

What a person wrote and what a machine filled in are kept apart. An answer that only looks like an address is a guess:
it is taken where no field asks for one, it is marked, and the option ``guess: false`` switches it off.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urlsplit

from extractors.errors import FixSettings
from extractors.fields import as_json
from extractors.forms.charsets import readable
from extractors.forms.identifiers import unwrapped
from extractors.forms.inside import cookies_inside, tags_inside
from extractors.forms.names import CLICK_IDS, UTM, Dictionary, dictionary, is_anothers, is_consent, is_no_phone, plain
from extractors.model import Account, ColumnType, Row

PERSON = (
    "email", "phone", "name", "company", "city", "client_id", "visit_id", "referrer", "product", "self_reported_source",
)  # fmt: skip
TAGS = (*UTM, *CLICK_IDS)
NAME_PARTS = ("first_name", "middle_name", "last_name")
PHONE_PARTS = ("phone_country", "phone_area")
CONTACT = ("email", "phone", *PHONE_PARTS, "name", *NAME_PARTS, "company", "city")
FILLED_BY_MACHINES = frozenset((*TAGS, "client_id", "visit_id", "page_url", "referrer", "context"))
NO_COLUMNS = ("context", "page_url_guess")

MAPPED = ("email", "phone", "name", "company", "city", "client_id", "visit_id", "page_url", "referrer", "product",
          "self_reported_source", *TAGS)  # fmt: skip
"""Columns that the option ``fields`` may name."""

WORDS: Mapping[str, ColumnType] = dict.fromkeys(("contact_found_by", "message", "answers", "context"), "text")
"""What is landed of a form's words, and how sure its contact is."""

FoundBy = Literal["option", "type", "name", "label", "look"]
WAYS: tuple[FoundBy, ...] = ("option", "type", "name", "label", "look")
"""How a column was found, the surest first."""

OF_A_VISIT = re.compile(r"[?&#](?:utm_source|[a-z_]*clid|gbraid|wbraid)=", re.IGNORECASE)
# An international number; others look like any number.
PHONE = re.compile(r"\+[\d ().\-/]{7,22}", re.ASCII)
CODE = re.compile(r"(?<!\d)\+?\d{1,5}(?!\d)", re.ASCII)
LOGINS = frozenset(("username", "login", "nickname", "nick"))
"""What somebody calls himself at a site: a name where no other is told."""
WORST = 9
"""Behind all that names say better."""
TICKED = frozenset(("on", "true", "false", "checked", "accepted", "1", "0"))
"""What a page sends for a box."""
EMAIL = re.compile(r"[^\s@,;<>]+@[^\s@,;<>]+\.[^\s@,;<>]{2,}")
TYPES = {
    "email": "email", "work_email": "email", "email_address": "email", "user_provided_email": "email",
    "tel": "phone", "phone": "phone", "phone_number": "phone", "work_phone_number": "phone", "work_phone": "phone",
    "user_provided_phone_number": "phone", "full_name": "name", "first_name": "first_name", "last_name": "last_name",
    "company_name": "company", "city": "city",
}  # fmt: skip
"""What builders and lead forms call the types of their fields."""
OWN_QUESTION = "custom"
"""A question that the vendor knows to be the advertiser's own: an address in its answer may be anybody's."""
MACHINE_TYPES = frozenset(("hidden", "upload", "file", "file_url", "captcha", "recaptcha", "honeypot"))
ADDRESS = re.compile(r"https?://[^\s,;]+", re.IGNORECASE)
FILE = re.compile(r"\.(?:jpe?g|png|gif|webp|heic|svg|bmp|tiff?|pdf|docx?|xlsx?|pptx?|odt|ods|txt|csv|zip|rar|7z|dwg|"
                  r"dxf|mp[34]|mov|avi|webm|wav|m4a)$", re.IGNORECASE)  # fmt: skip


@dataclass(frozen=True)
class Answer:
    """One answer of a form; an empty value says that the field was shown and left empty."""

    name: str
    value: str
    title: str = ""
    kind: str = ""
    """The type of the form's field, where the sender says it."""


@dataclass(frozen=True)
class FormRules:
    """What the account's options say of a form."""

    mapping: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Column -> names of the answers that fill it, joined by a blank."""
    is_guessing: bool = True
    honeypots: frozenset[str] = frozenset()
    """Fields that no person sees; who fills them is a program."""


@dataclass(frozen=True)
class Filled:
    """A form's answers in their places."""

    columns: Mapping[str, str | None]
    found_by: Mapping[str, FoundBy]
    fields: Mapping[str, str]
    """Column -> the name of the field that fills it."""
    message: str | None
    """What the person wrote, without what is a contact."""
    answers: Mapping[str, str]
    """All that the person was asked, by label or name."""
    context: Mapping[str, str]
    """What the page, the builder or a cookie filled in."""
    is_trapped: bool

    @property
    def contact_found_by(self) -> FoundBy | None:
        """The least sure of the ways in which the address and the number were found."""
        ways = [way for column, way in self.found_by.items() if column in ("email", "phone")]
        return max(ways, key=WAYS.index, default=None)

    def words(self) -> Row:
        """The columns ``WORDS``."""
        return {
            "contact_found_by": self.contact_found_by,
            "message": self.message,
            "answers": as_json(self.answers),
            "context": as_json(self.context),
        }

    @property
    def click_ids(self) -> dict[str, str]:
        """The click ids among the columns."""
        return {name: value for name in CLICK_IDS if (value := self.columns.get(name))}


def rules_of(account: Account, form_id: str | None = None) -> FormRules:
    """The options of a form: its own lines beat the account's."""
    options, where = account.options, f"{account.source}, account {account.account}"
    forms = options.get("forms") or {}
    if not isinstance(forms, Mapping):
        raise FixSettings(f"{where}: 'forms' must be form ids with their fields below.")
    own = next((fields for name, fields in forms.items() if str(name) == form_id), None) or {}
    found: dict[str, list[str]] = {}
    for fields in (options.get("fields") or {}, own):
        if not isinstance(fields, Mapping):
            raise FixSettings(f"{where}: 'fields' must be columns with the names of a form's answers.")
        for column, names in fields.items():
            if column not in MAPPED:
                raise FixSettings(f"{where}: 'fields' has no column {column!r}; there are {', '.join(MAPPED)}.")
            found[column] = [str(name) for name in (names if isinstance(names, list) else [names])]
    guess, honeypots = options.get("guess", True), options.get("honeypots") or []
    if not isinstance(guess, bool):
        raise FixSettings(f"{where}: 'guess' must be true or false.")
    if not isinstance(honeypots, list) or not all(isinstance(name, str) for name in honeypots):
        raise FixSettings(f"{where}: 'honeypots' must be a list of the names of fields.")
    return FormRules(found, guess, frozenset(map(plain, honeypots)))


def filled(answers: Sequence[Answer], rules: FormRules) -> Filled:
    """Each answer in its place; what the options name is never guessed."""
    told = [one for one in answers if not rules.honeypots & {plain(one.name), plain(one.title)}]
    found = _Found(rules, dictionary())
    inside = [
        [Answer(name, value) for one in told for name, value in pairs(one.value)]
        for pairs in (tags_inside, cookies_inside)
    ]
    found.holders = {one.value for one in told if any(tags_inside(one.value)) or any(cookies_inside(one.value))}
    found.by_options(told)
    left = [one for one in told if not found.taken & ({plain(one.name), plain(one.title)} - {""})]
    found.by_what_they_are_called(left)
    for answers_inside in inside:
        # Tags come whole from one place: the form's own fields or its page's, a link's, a cookie's, which may be old.
        has_tags = found.has_tags()
        found.by_what_they_are_called([one for one in answers_inside if not (has_tags and found.would_be_a_tag(one))])
    found.by_look(left)
    found.join_names()
    found.join_phone()
    machine = [one for one in told if one.value and found.is_machine_s(one)]
    written = [one for one in told if one.value and not found.is_machine_s(one)]
    # Who is asked to write an address twice says nothing by it.
    contacts = {found.columns.get(column) for column in CONTACT}
    words = [
        one.value
        for one in written
        if found.column_of(one) not in CONTACT and one.value not in contacts and not _is_ticked(one)
    ]
    return Filled(
        columns=found.columns,
        found_by=found.by,
        fields=found.fields,
        message="\n".join(words) or None,
        answers={one.title or one.name: one.value for one in written},
        context={
            one.title or one.name: one.value
            for one in machine
            if not is_internet_address(one.value) and not any(cookies_inside(one.value))
        },
        is_trapped=any(one.value.strip() for one in answers if one not in told),
    )


class _Found:
    """The columns as they fill, the surest way first."""

    def __init__(self, rules: FormRules, names: Dictionary) -> None:
        self.columns: dict[str, str | None] = {}
        self.by: dict[str, FoundBy] = {}
        self.fields: dict[str, str] = {}
        self.taken: set[str] = set()
        self.holders: set[str] = set()
        """Values that hold the tags or the cookies of the visit."""
        self._rules, self._names = rules, names
        self._column_of: dict[int, str] = {}
        self._asked: set[str] = set()

    def by_options(self, answers: Sequence[Answer]) -> None:
        """What the options name."""
        if not self._rules.mapping:
            return
        by_name = {plain(name): one for one in reversed(answers) for name in (one.title, one.name)}
        exact = {name: one for one in reversed(answers) for name in (one.title, one.name)}
        for column, names in self._rules.mapping.items():
            given = [one for name in names if (one := exact.get(name) or by_name.get(plain(name))) and one.value]
            self.taken.update(map(plain, names))
            self.columns[column] = None
            for one in given:
                self._column_of[id(one)] = column
            if given:
                self._fill(column, " ".join(one.value for one in given), " ".join(one.name for one in given), "option")

    def by_what_they_are_called(self, answers: Sequence[Answer]) -> None:
        """Types first, then names, then labels; of several the one whose name says it best."""
        for way in ("type", "name", "label"):
            found: list[tuple[tuple[int, int], str, Answer]] = []
            for one in answers:
                column, rank = self._called(one, way)
                if not column:
                    continue
                self._asked.add(column)
                self._column_of.setdefault(id(one), column)
                if one.value.strip() and self._column_of[id(one)] == column:
                    found.append((rank, column, one))
            for _, column, one in sorted(found, key=lambda each: each[0]):
                if column in NO_COLUMNS or self.columns.get(column) or column in self._rules.mapping:
                    continue
                self._fill(column, one.value, one.name or one.title, way)

    def by_look(self, answers: Sequence[Answer]) -> None:
        """An address and an international number show themselves, where nothing asks for one or says whose it is."""
        for one in answers if self._rules.is_guessing else ():
            if self.column_of(one) == "page_url_guess" and not self.columns.get("page_url") and _is_page(one.value):
                self._column_of[id(one)] = "page_url"
                self._fill("page_url", one.value, one.name or one.title, "look")
            column = "email" if EMAIL.fullmatch(one.value) else "phone" if PHONE.fullmatch(one.value) else None
            if column is None or self.columns.get(column) or {column} & {*self._asked, *self._rules.mapping}:
                continue
            is_own = self.is_machine_s(one) or one.kind == OWN_QUESTION
            # What a field is called says more than what it looks like.
            is_other = any(
                is_anothers(name) or (column == "phone" and is_no_phone(name)) for name in (one.name, one.title)
            )
            if id(one) in self._column_of or is_own or is_other:
                continue
            self._column_of[id(one)] = column
            self._fill(column, one.value, one.name or one.title, "look")

    def join_names(self) -> None:
        """A name in several fields is one name: given, father's, family; "Name" beside "Vorname" is the family's."""
        first, middle, last = (self.columns.pop(part, None) for part in NAME_PARTS)
        if "name" in self._rules.mapping:
            return
        name = self.columns.get("name")
        if name and (not first or not last):
            order = (first, middle, name) if first else (name, middle, last)
            parts = [one for one in order if one and (one is name or one not in name)]
        else:
            parts = [one for one in (first, middle, last) if one] or [name or ""]
        self.columns["name"] = " ".join(parts) or None
        if parts and "name" not in self.by and (way := next((self.by[p] for p in NAME_PARTS if p in self.by), None)):
            self.by["name"] = way
            self.fields["name"] = " ".join(self.fields[part] for part in NAME_PARTS if part in self.fields)

    def join_phone(self) -> None:
        """A country's or a town's code in a field of its own stands before a number that has none."""
        country, area = (self.columns.pop(part, None) for part in PHONE_PARTS)
        phone = self.columns.get("phone")
        if not phone or "phone" in self._rules.mapping or phone.strip().startswith(("+", "00")):
            return
        digits = {part: re.sub(r"\D", "", text or "", flags=re.ASCII) for part, text in (("c", country), ("a", area))}
        number = re.sub(r"\D", "", phone, flags=re.ASCII)
        parts = [phone]
        if digits["a"] and not number.startswith((digits["a"], digits["a"].lstrip("0") or "-")):
            parts.insert(0, (area or "").strip())
        if digits["c"] and not parts[0].startswith("+") and not _has_code(number, digits["c"]):
            parts.insert(0, f"+{digits['c'].lstrip('0')}")
        self.columns["phone"] = " ".join(parts)

    def has_tags(self) -> bool:
        """Whether it is known where the visit came from."""
        return (
            any(self.columns.get(tag) for tag in TAGS)
            or OF_A_VISIT.search(self.columns.get("page_url") or "") is not None
        )

    def would_be_a_tag(self, answer: Answer) -> bool:
        """Whether the answer is of the kind that tells where a visit came from."""
        meaning = self._names.meaning(answer.name)
        return meaning is not None and meaning.column in TAGS

    def column_of(self, answer: Answer) -> str | None:
        """What the answer means, whether it filled the column or another one did."""
        return self._column_of.get(id(answer))

    def is_machine_s(self, answer: Answer) -> bool:
        """Whether nobody wrote it."""
        return (
            self.column_of(answer) in FILLED_BY_MACHINES
            or answer.kind in MACHINE_TYPES
            or answer.name.startswith(("_", "cookie:"))
            or answer.value.startswith("Mozilla/")
            or answer.value in self.holders
            or _is_files(answer.value)
            or is_internet_address(answer.value)
        )

    def _called(self, answer: Answer, way: FoundBy) -> tuple[str | None, tuple[int, int]]:
        if way == "type":
            # A friend's address has the type of the visitor's own, which comes first.
            return TYPES.get(answer.kind), (int(is_anothers(answer.name) or is_anothers(answer.title)), 0)
        name = answer.name if way == "name" else answer.title
        meaning = self._names.meaning(name) if name else None
        if meaning is None and answer.value and self._names.columns_named(name) == {"email", "phone"}:
            return ("email" if "@" in answer.value else "phone"), (WORST, 0)
        if meaning is None or not _can_be(meaning.column, answer.value):
            return None, (0, 0)
        # Of the usual names of a person each is as good as another: the form's first one counts.
        step, place = meaning.rank
        if meaning.column == "name" and plain(name) in LOGINS:
            step = WORST
        return meaning.column, (step, place if meaning.column in FILLED_BY_MACHINES else 0)

    def _fill(self, column: str, value: str, name: str, way: FoundBy) -> None:
        self.columns[column] = readable(value) if column in CONTACT else unwrapped(column, value) or None
        self.by[column], self.fields[column] = way, name


def _can_be(column: str, value: str) -> bool:
    """Whether an answer with such a name can be what the name says; an empty one can."""
    value = value.strip()
    if not value:
        return True
    if column == "phone":
        return any(letter.isdigit() for letter in value)
    if column in ("page_url", "referrer"):
        return bool({".", "/"} & set(value)) and not any(letter.isspace() for letter in value)
    if column in PHONE_PARTS:
        return CODE.search(value) is not None
    if column in ("name", *NAME_PARTS):
        # Words beside an address were written into the name's field, as advertising is: the rules of spam look there.
        return any(letter.isalpha() for letter in value) and not ADDRESS.fullmatch(value)
    return True


def _has_code(number: str, country: str) -> bool:
    """Whether a number already begins with its country's code: it is longer than a number of that country may be."""
    return number.startswith(country) and len(number) - len(country) >= (10 if len(country) == 1 else 8)


def _is_ticked(answer: Answer) -> bool:
    """Whether the answer is a box's own words, or no words at all."""
    return is_consent(answer.name) or is_consent(answer.title) or answer.value.strip().lower() in TICKED


def _is_page(value: str) -> bool:
    """Whether the answer can be the form's own page: a question called "url" holds somebody's site, which is a host."""
    try:
        parts = urlsplit(value) if ADDRESS.fullmatch(value) else None
    except ValueError:
        return False
    return parts is not None and bool(parts.query or parts.path.strip("/"))


def _is_files(value: str) -> bool:
    """Whether the answer is nothing but addresses of files, which the builder wrote when they were sent up."""
    found = ADDRESS.findall(value)
    return bool(found) and not ADDRESS.sub("", value).strip(" ,;\n") and all(map(_is_file, found))


def _is_file(address: str) -> bool:
    try:
        return bool(FILE.search(urlsplit(address).path))
    except ValueError:
        return False


def is_internet_address(value: str) -> bool:
    """Whether the value is an IP address and nothing else."""
    if len(value) > 45 or not ({".", ":"} & set(value)):
        return False
    try:
        ipaddress.ip_address(value)
    except ValueError:
        return False
    return True
