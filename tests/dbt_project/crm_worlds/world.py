"""Two stories, one state of the world a day: four deals are made, change, merge, move and are deleted; seven leave."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

STATES = ("created", "changed", "merged", "moved", "deleted")
DEPARTURES = ("begun", "cut", "gone on", "removed", "back")
FIRST_DAY = date(2026, 3, 2)
DAYS = {
    state: FIRST_DAY + timedelta(days=number) for story in (STATES, DEPARTURES) for number, state in enumerate(story)
}


def day_of(state: str) -> date:
    """The day on which the world came to be so."""
    return DAYS[state]


def at(state: str, hour: int = 10) -> datetime:
    """A moment of that day."""
    day = day_of(state)
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


def zulu(moment: datetime) -> str:
    """The moment in RFC 3339."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass(frozen=True)
class Deal:
    """A deal as it is in one state of the world."""

    number: int
    amount: int
    moves: tuple[tuple[str, str, datetime], ...]
    """Pipeline, stage and the moment at which it came there."""
    updated_at: datetime
    contacts: tuple[int, ...]
    items: tuple[str, ...]
    merged: tuple[int, ...] = ()
    """The deals that went into it."""
    closed_on: date | None = None
    """The day on which it was closed elsewhere, before it was brought over."""
    created_at: datetime = field(default=at("created", 8))
    is_history_kept: bool = True
    """Whether the CRM still knows how it moved."""
    restored_at: datetime | None = None
    """When it was taken out of the bin."""

    @property
    def pipeline(self) -> str:
        return self.moves[-1][0]

    @property
    def stage(self) -> str:
        return self.moves[-1][1]

    @property
    def is_won(self) -> bool:
        """Whether it was won and not opened again: nobody loses one in these stories."""
        return self.stage != "new" and any(stage == "won" for _, stage, _ in self.moves)

    @property
    def won_at(self) -> datetime | None:
        return next((moment for _, stage, moment in self.moves if stage == "won"), None)


@dataclass(frozen=True)
class World:
    """What there is, and what left: deal to the moment at which it did."""

    state: str
    deals: Mapping[int, Deal]
    deleted: Mapping[int, datetime] = field(default_factory=dict)
    merged_away: Mapping[int, datetime] = field(default_factory=dict)
    before: World | None = None

    @property
    def all_until_now(self) -> list[World]:
        """How the world was in each of its states, the first one first."""
        return [*(self.before.all_until_now if self.before else ()), self]

    def last(self, number: int) -> Deal:
        """A deal as it is, or was before it went."""
        return [world.deals[number] for world in self.all_until_now if number in world.deals][-1]


def _worlds() -> dict[str, World]:
    start = at("created", 8)
    won = (("sales", "new", start), ("sales", "won", at("created", 9)))
    one = Deal(1, 100, won, at("created"), (11,), ("Tiles",))
    two = Deal(2, 200, won, at("created"), (12,), ("Gutter",))
    three = Deal(3, 400, (("sales", "new", start),), at("created"), (13, 14), ("Roof",))
    brought = (("sales", "won", start),)
    imported = Deal(4, 1000, brought, at("created"), (15,), ("Tiles",), closed_on=date(2026, 1, 15))
    created = World("created", {1: one, 2: two, 3: three, 4: imported})
    # The last contact and the last product of the second deal go.
    changed = World(
        "changed",
        {
            1: replace(one, amount=150, updated_at=at("changed")),
            2: replace(two, contacts=(), items=(), updated_at=at("changed")),
            3: replace(three, moves=(*three.moves, ("sales", "won", at("changed", 9))), updated_at=at("changed")),
            4: imported,
        },
    )
    merged_in = replace(changed.deals[2], amount=250, merged=(1,), updated_at=at("merged"))
    merged = World("merged", {2: merged_in, 3: changed.deals[3], 4: imported}, merged_away={1: at("merged")})
    gone_on = (*changed.deals[3].moves, ("delivery", "packed", at("moved", 9)))
    packed = replace(merged.deals[3], moves=gone_on, updated_at=at("moved"))
    moved = replace(merged, state="moved", deals={2: merged_in, 3: packed, 4: imported})
    deleted = replace(moved, state="deleted", deals={2: merged_in, 4: imported}, deleted={3: at("deleted")})
    return _in_order(created, changed, merged, moved, deleted)


def _in_order(*worlds: World) -> dict[str, World]:
    found: dict[str, World] = {}
    for world in worlds:
        found[world.state] = replace(world, before=[*found.values()][-1] if found else None)
    return found


def _departures() -> dict[str, World]:
    start, christmas = at("begun", 8), datetime(2025, 12, 20, 9, tzinfo=UTC)
    won = (("sales", "new", start), ("sales", "won", at("begun", 9)))
    ties = Deal(1, 300, won, at("begun"), (21, 22), ("Tiles", "Gutter"))
    goes_on = Deal(2, 500, won, at("begun"), (23,), ("Roof",))
    binned = Deal(3, 700, won, at("begun"), (24,), ("Roof",))
    renamed = Deal(4, 900, won, at("begun"), (25,), ("Roof",))
    sold_in_january = (("sales", "new", christmas), ("sales", "won", datetime(2026, 1, 10, 9, tzinfo=UTC)))
    old = Deal(5, 1100, sold_in_january, at("begun"), (26,), ("Roof",), closed_on=date(2026, 1, 10),
               created_at=christmas, is_history_kept=False)  # fmt: skip
    opened = Deal(6, 1300, won, at("begun"), (27,), ("Roof",))
    double = Deal(7, 1500, won, at("begun"), (28,), ("Roof",))
    all_of_them = {deal.number: deal for deal in (ties, goes_on, binned, renamed, old, opened, double)}
    begun = World("begun", all_of_them)
    # Both contacts and both products of the first go in one night; the third goes into the bin.
    cut = {**all_of_them, 1: replace(ties, contacts=(), items=(), updated_at=at("cut"))}
    del cut[3]
    # The second is delivered; the fourth's contact was merged into one that nobody pulled; the sixth is open again.
    packed = replace(goes_on, moves=(*won, ("delivery", "packed", at("gone on", 9))), updated_at=at("gone on"))
    again = replace(opened, moves=(*won, ("sales", "new", at("gone on", 9))), updated_at=at("gone on"))
    gone_on = {**cut, 2: packed, 4: replace(renamed, contacts=(99,), updated_at=at("gone on")), 6: again}
    # The second is deleted where it was delivered, and the open sixth; the seventh goes into one that nobody pulled.
    eight = Deal(8, 1600, won, at("removed"), (28,), ("Roof",), merged=(7,))
    removed = {1: cut[1], 4: gone_on[4], 5: old, 8: eight}
    deleted = {3: at("cut"), 2: at("removed"), 6: at("removed")}
    # The third and the sixth come out of the bin; the first has somebody, and something, again.
    back = {
        **removed,
        1: replace(cut[1], contacts=(29,), items=("Roof",), updated_at=at("back")),
        3: replace(binned, updated_at=at("back"), restored_at=at("back")),
        6: replace(again, updated_at=at("back"), restored_at=at("back")),
    }
    away = {7: at("removed")}
    return _in_order(
        begun,
        World("cut", cut, {3: deleted[3]}),
        World("gone on", gone_on, {3: deleted[3]}),
        World("removed", removed, deleted, away),
        World("back", back, {2: deleted[2]}, away),
    )


WORLDS = _worlds()
SOLD = {
    # 100 + 200, and 1,000 that was brought over from elsewhere; the third is open.
    "created": 1300,
    # 150 + 200 + 400, and the 1,000.
    "changed": 1750,
    # The first went into the second, which is worth 250 now; 400 and 1,000.
    "merged": 1650,
    # The third went on to be delivered.
    "moved": 1650,
    # The third is gone.
    "deleted": 1250,
}
"""What was sold and kept in each state, added up by hand."""

LEAVING = _departures()
KEPT = {
    # 300 + 500 + 700 + 900 + 1,100 + 1,300 + 1,500.
    "begun": 6300,
    # Without the 700 in the bin.
    "cut": 5600,
    # Without the 1,300 that are open again.
    "gone on": 4300,
    # Without the 500 that were delivered; 1,500 became 1,600.
    "removed": 3900,
    # With the 700 again; the open one stays open.
    "back": 4600,
}
"""What was sold and kept in each state of the second story, added up by hand."""
