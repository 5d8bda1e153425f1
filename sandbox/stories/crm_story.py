"""Eight people and their eight deals in March 2026, told by each small CRM of the sandbox in its own words.

Every third deal is won, every fourth lost, the others are open. The seventh was deleted on the 20th. The fifth person
has two addresses, the sixth deal a second contact, the first person. The eighth was brought over from elsewhere: it was
made as won, in one instant, and closed in January. Whoever is won stands in "Contract signed". The sixth was sold in
crowns of Iceland, for which no bank of the sandbox has a rate; amoCRM and Salesforce know one currency each. The only
contact and the only product of the fifth were taken off it on the 16th.

The third person was entered a second time, as the ninth, with another address, and so was the deal, which was won, too.
On the 18th both were merged into the third ones: what there is depends on the day.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

NAMES = (
    "Ada Berg", "Ben Cole", "Cleo Dahl", "Dina Egger", "Emil Falk", "Finn Gold", "Gerd Horn", "Hans Iber", "Cleo Dahl",
)  # fmt: skip
FIRST_ENTERED, TWIN = 3, 9
"""A person and a deal, and the same ones under the number under which they were entered again."""
STAGES = ("new", "qualified", "offer", "won", "lost")
FIRST = datetime(2026, 3, 1, 10, tzinfo=UTC)
IMPORTED_CLOSED_AT = datetime(2026, 1, 15, 10, tzinfo=UTC)
CUT_AT = datetime(2026, 3, 16, 8, tzinfo=UTC)
MERGED_AT = datetime(2026, 3, 18, 8, tzinfo=UTC)
DELETED_AT = datetime(2026, 3, 20, 8, tzinfo=UTC)


@dataclass(frozen=True)
class Deal:
    """A deal and the person whose it is; both have the same number."""

    number: int
    today: date | None = None
    """The day on which it is looked at; None: after all that happens."""

    def has_been(self, moment: datetime) -> bool:
        """Whether something has happened until today."""
        return self.today is None or moment.date() <= self.today

    @property
    def name(self) -> str:
        """The person."""
        return NAMES[self.number - 1]

    @property
    def email(self) -> str:
        """The person's address."""
        return f"{self.name.split()[0].lower()}@{'second' if self.number == TWIN else 'mail'}.example"

    @property
    def emails(self) -> tuple[str, ...]:
        """All addresses of the person, the main one first."""
        if self.number == FIRST_ENTERED and self.has_been(MERGED_AT):
            return (self.email, Deal(TWIN).email)
        second = (f"{self.name.split()[1].lower()}@second.example",) if self.number == 5 else ()
        return (self.email, *second)

    @property
    def person_updated_at(self) -> datetime:
        """The last change of the person."""
        return MERGED_AT if self.number == FIRST_ENTERED and self.has_been(MERGED_AT) else self.created_at

    @property
    def contacts(self) -> tuple[int, ...]:
        """The numbers of the deal's people, the main one first."""
        if self.is_cut:
            return ()
        return (self.number, 1) if self.number == 6 else (self.number,)

    @property
    def phone(self) -> str:
        """The person's number."""
        return f"+1 500 555 000{self.number}"

    @property
    def home_phone(self) -> str | None:
        """The number of the person's home, where one is known."""
        return f"+1 500 555 010{self.number}" if self.number == 5 else None

    @property
    def cents(self) -> int:
        """What it is worth, in hundredths."""
        return 100_050 * (FIRST_ENTERED if self.number == TWIN else self.number)

    @property
    def created_at(self) -> datetime:
        """One deal a day; the one that was entered twice stood there once more on the next day."""
        if self.number == TWIN:
            return Deal(FIRST_ENTERED).created_at + timedelta(days=1)
        return FIRST + timedelta(days=self.number - 1)

    @property
    def stages(self) -> tuple[tuple[str, datetime], ...]:
        """Each stage and when the deal came there, two days apart."""
        if self.is_imported:
            return (("won", self.created_at),)
        names = ["new", "qualified"]
        if self.number % 3 == 0:
            names += ["offer", "won"]
        elif self.number % 4 == 0:
            names.append("lost")
        return tuple((name, self.created_at + timedelta(days=2 * step)) for step, name in enumerate(names))

    @property
    def stage(self) -> str:
        """Where it stands."""
        return self.stages[-1][0]

    @property
    def is_imported(self) -> bool:
        """Whether somebody brought it over from another CRM, where it had been won."""
        return self.number == 8

    @property
    def closed_at(self) -> datetime | None:
        """When it was closed, here or where it was before."""
        return IMPORTED_CLOSED_AT if self.is_imported else self.entered("won") or self.entered("lost")

    @property
    def currency(self) -> str:
        """That in which it was sold, where the CRM has several."""
        return "ISK" if self.number == 6 else "EUR"

    @property
    def is_cut(self) -> bool:
        """Whether its last contact and its last product were taken off it."""
        return self.number == 5 and self.has_been(CUT_AT)

    @property
    def is_deleted(self) -> bool:
        """Whether somebody deleted it."""
        return self.number == 7 and self.has_been(DELETED_AT)

    @property
    def is_merged_away(self) -> bool:
        """Whether it, and its person, became a part of another."""
        return self.number == TWIN and self.has_been(MERGED_AT)

    @property
    def updated_at(self) -> datetime:
        """Its last change."""
        if self.number in (FIRST_ENTERED, TWIN) and self.has_been(MERGED_AT):
            return MERGED_AT
        if self.is_cut:
            return CUT_AT
        return DELETED_AT if self.is_deleted else self.stages[-1][1]

    def entered(self, stage: str) -> datetime | None:
        """When it came to the stage, None when it never did."""
        return dict(self.stages).get(stage)


DEALS = tuple(Deal(number) for number in range(1, TWIN))
"""Those that there are in the end, and the deleted one."""


def all_on(today: date | None) -> tuple[Deal, ...]:
    """Every deal that ever was, as on that day; without a day, as in the end."""
    return tuple(Deal(number, today) for number in range(1, TWIN + 1))


def unmerged_on(today: date | None) -> tuple[Deal, ...]:
    """The deals on that day, the deleted one too; those that became a part of another left."""
    return tuple(deal for deal in all_on(today) if not deal.is_merged_away)


def stage_number(stage: str) -> int:
    """The stage's place in the pipeline, from 1."""
    return STAGES.index(stage) + 1


def label_of(stage: str) -> str:
    """What the customer calls the stage: the label of the won one says nothing of winning."""
    return "Contract signed" if stage == "won" else stage.title()


def zulu(moment: datetime | None) -> str | None:
    """The moment in RFC 3339."""
    return None if moment is None else moment.strftime("%Y-%m-%dT%H:%M:%SZ")
