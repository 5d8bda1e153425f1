"""The story: four deals are made, change, merge, move and are deleted, one state of the world a day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

STATES = ("created", "changed", "merged", "moved", "deleted")
FIRST_DAY = date(2026, 3, 2)


def day_of(state: str) -> date:
    """The day on which the world came to be so."""
    return FIRST_DAY + timedelta(days=STATES.index(state))


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

    @property
    def pipeline(self) -> str:
        return self.moves[-1][0]

    @property
    def stage(self) -> str:
        return self.moves[-1][1]

    @property
    def is_won(self) -> bool:
        """Whether it was ever won: nobody loses one in this story."""
        return any(stage == "won" for _, stage, _ in self.moves)

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
    return {world.state: world for world in (created, changed, merged, moved, deleted)}


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
