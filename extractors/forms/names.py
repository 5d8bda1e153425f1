"""What a field of a form means, by what it is called: one list of names for all that posts or lists forms.

The names stand in the rule file ``form_fields.csv``, in the languages of the sites; a file of that name among your
rules adds to them and may say otherwise. A name counts as a whole: ``Ihre Telefonnummer (optional)`` is a telephone
number once the words that carry no meaning are left out, ``telefonanlage`` is none.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path

from extractors.settings import config_dir

SHIPPED = Path(__file__).parents[2] / "dbt_project" / "seeds" / "form_fields.csv"

CLICK_IDS = (
    "gclid", "gbraid", "wbraid", "dclid", "fbclid", "msclkid", "ttclid", "yclid", "ymclid", "li_fat_id", "twclid",
    "rdt_cid", "oppref", "rb_clickid", "epik", "sccid", "irclickid",
)  # fmt: skip

# Letters that Unicode does not take apart into a letter and its mark.
ONE_PIECE = str.maketrans({"ł": "l", "ı": "i", "ø": "o", "đ": "d", "æ": "ae", "œ": "oe"})
NO_MEANING = frozenset(
    # What a form says to whoever fills it in, or of whose field it is.
    "your my the a of an please enter best main primary preferred required optional field input text "
    "form frm txt fld inp et pb sqf mf listing wsf nf "
    "contact customer client user visitor lead billing applicant guest buyer "
    "ihr ihre ihren ihrer deine dein bitte eingeben angeben pflichtfeld optional kontakt kunde kunden kunden "
    "ваш ваша ваше ваши введите укажите напишите свой свою свое обязательно необязательно клиент клиента контактный "
    "tu su el la introduce escribe obligatorio contacto cliente "
    "votre ton le saisissez obligatoire facultatif "
    "seu sua o informe digite obrigatorio contato "
    "twoj twoje twoja podaj wpisz wymagane opcjonalne "
    "lutfen giriniz sizin zorunlu musteri "
    "il tuo la tua suo sua inserisci obbligatorio facoltativo uw je jouw vul verplicht optioneel "
    "din ditt dit mitt vas vase vasa zadejte povinne alamat cust usr".split()
)
ANOTHERS = frozenset(
    # Whose address or number stands in a field called so: nobody who asks for something.
    "site admin administrator owner from sender recipient to cc bcc support info noreply reply replyto friend partner "
    "referrer invite colleague manager agent shop store webmaster author system wp wordpress server blog post host "
    "page notification notify receiver seller vendor company office department dealer franchise kollege freund "
    "empfaenger empfanger absender betreiber inhaber ansprechpartner администратор сайта менеджер друга "
    "landlord vermieter boss chef supervisor vorgesetzter vorgesetzte spouse emergency notfall notfallkontakt "
    "руководителя начальника директора бухгалтера".split()
)
NO_PHONES = frozenset(
    # What has digits, and nobody can be called at.
    "fax telefax iban vat vatid ust ustid tax steuer steuernummer order bestellung bestellnummer auftrag "
    "auftragsnummer invoice rechnung rechnungsnummer kundennummer contract vertrag vertragsnummer passport "
    "ausweis ticket serial факс инн огрн снилс заказа договора паспорта паспорт".split()
)
AROUND_TAGS = frozenset(
    "hidden last latest current lasttouch touch lt lc session cookie url query param parameter value val field input c "
    "custom cf pys handl gf wpf hs ga google ads adwords fb facebook meta bing microsoft ms yandex tracking track "
    "your form lead contact visitor raw ct".split()
)
"""What plug-ins and CRMs put around the name of a tag or a click id of the present visit."""
CONSENTS = frozenset(
    "consent consents gdpr privacy policy terms conditions agreement agree accept acceptance optin opt newsletter "
    "subscribe permission disclaimer legal dsgvo datenschutz datenschutzerklarung einwilligung zustimmung agb "
    "einverstanden согласие согласен соглашение политика обработку персональных rgpd consentement confidentialite "
    "consentimiento privacidad privacidade aceito acepto lgpd consenso informativa zgoda zgody rodo regulamin "
    "kvkk onay riza izin toestemming voorwaarden".split()
)
BOTH = re.compile(r"\s*[/|,&+]\s*|\s+(?:or|oder|или|ou|lub|veya|and|und|и|y|et|e|i|ve|o)\s+")
BUILDERS = re.compile(r"(?:q\d+_|[a-z]+-\d+-)?(.+?)[-_ ]*\d*", re.ASCII | re.DOTALL)
LAST = re.compile(r".*[$/]", re.DOTALL)
INNER = re.compile(r".*\[([^\[\]]+)\](?:\[\])?", re.DOTALL)
UTM = ("utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content")
TAGS = frozenset((*UTM, *CLICK_IDS))
MOST_WORDS_OF_TAGS = 6
SENTENCE = 4
"""So many words are a question, and its words say nothing of whose address it asks for."""
MOST_REMEMBERED = 10_000
MOST_LETTERS = 120
"""No field is called by more; a question that long has no usual name."""


@dataclass(frozen=True)
class Meaning:
    """What a name means, and how well it says so: the smaller, the better."""

    column: str
    rank: tuple[int, int]
    """How much of the name had to be left out, then the place in the list."""


@dataclass(frozen=True)
class Dictionary:
    """The names of the rule file, as they are compared."""

    columns: Mapping[str, Meaning] = field(repr=False)
    _read: dict[str, Meaning | None] = field(default_factory=dict, repr=False, compare=False)
    """Names that were read before: a form is sent many times."""

    def meaning(self, name: str) -> Meaning | None:
        """What a field of this name holds; None for a question like any other."""
        if name not in self._read:
            if len(self._read) >= MOST_REMEMBERED:
                self._read.clear()
            self._read[name] = self._meaning(name)
        return self._read[name]

    def _meaning(self, name: str) -> Meaning | None:
        for step, one in enumerate(ways_to_read(name[:MOST_LETTERS])):
            if found := self.columns.get(one):
                return Meaning(found.column, (step, found.rank[1]))
        return self._of_a_tag(name) or self._of_two(name)

    def columns_named(self, name: str) -> frozenset[str]:
        """All that the parts of a name mean, as of ``E-Mail oder Telefon``."""
        found = [self.columns.get(_without_words(part)) for part in BOTH.split(name[:MOST_LETTERS].casefold())]
        return frozenset(one.column for one in found if one)

    def _of_a_tag(self, name: str) -> Meaning | None:
        if name.startswith("cookie:"):
            return None
        words = words_of(name[:MOST_LETTERS])
        inner = "".join(word for word in words if word not in AROUND_TAGS)
        found = self.columns.get(inner) if len(words) <= MOST_WORDS_OF_TAGS else None
        return Meaning(found.column, (8, found.rank[1])) if found and found.column in TAGS else None

    def _of_two(self, name: str) -> Meaning | None:
        parts = BOTH.split(_outside(name[:MOST_LETTERS]).casefold())
        if len(parts) < 2:
            return None
        found = [self.columns.get(_without_words(part)) for part in parts]
        columns = {one.column if one else "" for one in found}
        if columns <= {"name", "first_name", "last_name", "middle_name"}:
            return Meaning("name", (9, 0))
        return Meaning(columns.pop(), (9, 0)) if len(columns) == 1 and columns != {""} else None


def dictionary() -> Dictionary:
    """The names that come with the project, and yours over them."""
    own = config_dir() / "form_fields.csv"
    try:
        return _read(SHIPPED, own, own.stat().st_mtime_ns)
    except FileNotFoundError:
        return _read(SHIPPED, None, 0)


@cache
def _read(shipped: Path, own: Path | None, changed: int) -> Dictionary:
    columns: dict[str, Meaning] = {}
    for place, (name, meaning) in enumerate([*_rows(shipped), *(_rows(own) if own else ())]):
        # "click_id" is the kind of id that the name says.
        column = CLICK_OF.get(plain(name), meaning) if meaning == "click_id" else meaning
        columns[plain(name)] = Meaning(column, (0, place))
    return Dictionary(columns)


def _rows(file: Path) -> Iterator[tuple[str, str]]:
    with file.open(encoding="utf-8-sig", newline="") as lines:
        for row in csv.DictReader(lines):
            if row.get("field") and row.get("meaning"):
                yield row["field"].strip(), row["meaning"].strip().lower()


@lru_cache(MOST_REMEMBERED)
def plain(name: str) -> str:
    """The name without what people write differently; a number stays: field 1.3 is not field 13."""
    letters = "".join(letter for letter in _folded(name) if letter.isalnum())
    return name if letters.isdecimal() else letters


def ways_to_read(name: str) -> Iterator[str]:
    """The name whole, then with less and less of what a builder or a form's owner put around it."""
    inner = INNER.fullmatch(name)
    # What stands behind a page's own place: ctl00$Main$txtPhone, 0-1/phone.
    names = [name, *([inner[1]] if inner else []), *([last] if (last := LAST.sub("", name)) != name else [])]
    names += [shorter for one in list(names) if (shorter := _without_number(one)) != one]
    seen: set[str] = set()
    for one in [*map(plain, names), *(plain(_outside(one)) for one in names), *map(_without_words, names)]:
        if one and one not in seen:
            seen.add(one)
            yield one


def is_anothers(name: str) -> bool:
    """Whether the name says that what stands there belongs to the site or to somebody else than the visitor."""
    words = words_of(name)
    return name.startswith("_") or (len(words) < SENTENCE and not ANOTHERS.isdisjoint(words))


def is_no_phone(name: str) -> bool:
    """Whether the name says that the digits there are no number that could be called."""
    return not NO_PHONES.isdisjoint(words_of(name[:MOST_LETTERS]))


@lru_cache(MOST_REMEMBERED)
def is_consent(name: str) -> bool:
    """Whether the name is that of a box to tick, whose words are the form's own."""
    return not CONSENTS.isdisjoint(words_of(name[:MOST_LETTERS]))


def words_of(name: str) -> Sequence[str]:
    """The words of a name, however it joins them: ``yourName6``, ``your-name``, ``Your Name``."""
    parted = re.sub(r"(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])|(?<=[a-zа-яё])(?=[A-ZА-ЯЁ])", " ", name)
    return [
        "".join(letter for letter in word if letter.isalnum()) for word in re.split(r"[\W_]+", _folded(parted)) if word
    ]


@lru_cache(MOST_REMEMBERED)
def _without_words(name: str) -> str:
    return "".join(word for word in words_of(_outside(name)) if word not in NO_MEANING and not word.isdecimal())


def _without_number(name: str) -> str:
    """Builders put the number of the question before or behind the name: ``q6_yourName6``, ``tel-123``."""
    found = BUILDERS.fullmatch(name)
    return found[1] if found else name


def _outside(name: str) -> str:
    """The name without what stands in brackets."""
    return re.sub(r"[(（][^()（）]*[)）]|[\[【][^\[\]【】]*[\]】]", " ", name)


def _folded(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text.casefold().translate(ONE_PIECE))
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


CLICK_OF = {plain(name): name for name in CLICK_IDS}
