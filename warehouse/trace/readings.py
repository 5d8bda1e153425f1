"""Finds out of a model's statement which rows of its parents a row of it was made of.

A condition on a row of the output is pushed down through the statement, as a database pushes down a filter: through a
select by what a column stands for, through a group by its keys, through a window by its partition, through a join by
what it holds equal. That never loses a row that had a part in the output: the same statement, asked of the rows that
were found alone, gives the same row of the output again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlglot import exp, parse_one
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import Scope, build_scope

from warehouse.trace.expressions import (
    CHILD,
    PARENT,
    ROWS,
    column,
    columns_of,
    is_cheap,
    is_made_of,
    is_of_one_row,
    keys_of,
    names_of,
    replaced,
    tables_of,
    written,
)
from warehouse.trace.joins import (
    Carried,
    Equality,
    Key,
    Known,
    Wish,
    carried_into,
    carried_to,
    conditions_of,
    known_columns,
    sources_of,
    telling,
    wishes_for,
)
from warehouse.trace.model import Alike, Beside, CannotRead, Reading, Readings

Columns = Mapping[str, Mapping[str, Mapping[str, str]]]
"""The types of the columns, by schema, table and column."""


@dataclass(frozen=True)
class _Way:
    """What came of pushing something into a scope, and of how much each reading below it was joined to then."""

    outputs: _Outputs
    beside: dict[int, int]


class _Outputs(dict[str, list[tuple[int, exp.Expr]]]):
    """Of each column of a scope that goes back to a column of readings: each of them, and what it is of its row."""

    def __init__(self, whole: int | None = None) -> None:
        super().__init__()
        self.whole = whole
        self.firm: set[str] = set()
        """The columns by which rows may be left out without changing the others."""

    def of(self, name: str) -> list[tuple[int, exp.Expr]]:
        """Empty where the column goes back to none, or where something else is mixed into it."""
        return [(self.whole, column(PARENT, name))] if self.whole is not None else self.get(name, [])

    def is_firm(self, name: str) -> bool:
        return self.whole is not None or name in self.firm


MOST_WAYS = 20
"""In which a step is followed that others of its statement read."""

_Made = tuple[str, frozenset[str]]


def readings_of(sql: str, columns: Columns) -> Readings:
    """The readings of a model's compiled statement; raises ``CannotRead``."""
    try:
        tree = qualify(
            parse_one(sql, dialect="duckdb"),
            dialect="duckdb",
            schema={name: {table: dict(its) for table, its in tables.items()} for name, tables in columns.items()},
            validate_qualify_columns=False,
            identify=False,
            quote_identifiers=False,
        )
        root = build_scope(tree)
    except Exception as unread:  # what a parser may meet is its own
        raise CannotRead(f"{type(unread).__name__}: {str(unread).splitlines()[0][:200]}") from unread
    if root is None:
        raise CannotRead("it is no select")
    carried = carried_to(root)
    found: list[list[Reading]] = []
    names = names_of(root.expression)
    for windows in (False, True):
        pusher = _Pusher(carried, windows)
        pusher.push(
            root, [Wish(column("", name), column(CHILD, name)) for name in names], carried[id(root.expression)], {}
        )
        found.append(pusher.readings)
    return Readings(found[0], found[1])


class _Pusher:
    def __init__(self, carried: Mapping[int, Carried], windows: bool) -> None:
        self.readings: list[Reading] = []
        self._carried, self._windows = carried, windows
        self._shared: set[int] = set()
        self._pushed: dict[int, dict[tuple[frozenset[Key], frozenset[_Made]], _Way]] = {}
        """By the scope, and by what was pushed into it: a step that is read twice has its readings once."""

    def push(self, scope: Scope, wishes: list[Wish], carried: Carried, outer: Known) -> _Outputs:
        """Bring the wishes down to the readings below the scope.

        ``carried`` names for each column of its output the columns of the child whose value it becomes.
        """
        with_ = scope.expression.args.get("with_")
        if with_ is not None and with_.args.get("recursive"):
            wishes = []
        asked = {one.key: one for one in wishes if is_cheap(one.what)}
        before = self._pushed.setdefault(id(scope.expression), {})
        if len(before) >= MOST_WAYS:
            # Steps that read each other twice, one after the other, would double the ways each time. To know less of a
            # row loses none.
            carried = self._carried.get(id(scope.expression), carried)
            whole = frozenset((name, frozenset(made)) for name, made in carried.items())
            known_less = [keys for keys, more in before if keys <= set(asked) and more == whole]
            every = frozenset.intersection(*(keys for keys, _ in before)) & set(asked)
            keys = max(known_less, key=len) if known_less else every
            asked = {key: one for key, one in asked.items() if key in keys}
        way_key = (frozenset(asked), frozenset((name, frozenset(made)) for name, made in carried.items()))
        if (way := before.get(way_key)) is None:
            first = len(self.readings)
            outputs = self._pushed_into(scope, list(asked.values()), carried, outer)
            way = _Way(outputs, {place: len(self.readings[place].beside) for place in range(first, len(self.readings))})
            before[way_key] = way
        else:
            # Its rows serve two who read it: what one of them joins to it says nothing of the other's.
            for place, count in way.beside.items():
                del self.readings[place].beside[count:]
            self._shared |= way.beside.keys()
        return way.outputs

    def _pushed_into(self, scope: Scope, wishes: list[Wish], carried: Carried, outer: Known) -> _Outputs:
        if isinstance(scope.expression, exp.SetOperation):
            return self._push_into_union(scope, wishes, carried, outer)
        if not isinstance(scope.expression, exp.Select):
            return _Outputs()
        return self._push_into_select(scope, wishes, carried, outer)

    def _push_into_union(self, scope: Scope, wishes: list[Wish], carried: Carried, outer: Known) -> _Outputs:
        names = names_of(scope.expression)
        by_name = scope.expression.args.get("by_name")
        outputs, mixed, loose = _Outputs(), set[str](), set[str]()
        for branch in scope.set_operation_scopes:
            own = names_of(branch.expression)
            pairs = [(name, name) for name in names if name in own] if by_name else list(zip(names, own, strict=True))
            standing: Known = {("", name): exp.null() for name in names} if by_name else {}
            standing |= {("", name): column("", other) for name, other in pairs}
            there = [Wish(replaced(one.what, standing), one.child, one.may_be_missing) for one in wishes]
            taken = {other: carried.get(name, set()) for name, other in pairs} | {ROWS: carried.get(ROWS, set())}
            found = self.push(branch, there, taken, outer)
            for name, other in pairs:
                if places := found.of(other):
                    outputs.setdefault(name, []).extend(places)
                else:
                    mixed.add(name)
                if not found.is_firm(other):
                    loose.add(name)
        for name in mixed:
            outputs.pop(name, None)
        outputs.firm = set(outputs) - loose
        return outputs

    def _push_into_select(self, scope: Scope, wishes: list[Wish], carried: Carried, outer: Known) -> _Outputs:
        select = scope.expression
        assert isinstance(select, exp.Select)
        projections = {one.alias_or_name: one.unalias() for one in select.selects}
        standing: Known = {("", name): what for name, what in projections.items()}
        keys = keys_of(select, self._windows)
        kept = []
        for one in wishes if not select.args.get("limit") else ():
            made = Wish(replaced(one.what, standing), one.child, one.may_be_missing)
            is_whole = all(found.table for found in columns_of(made.what))
            if is_whole and is_of_one_row(made.what) and all(is_made_of(made.what, key) for key in keys):
                kept.append(made)
        sources = sources_of(select)
        optional, equalities, filters = conditions_of(select, sources)
        told: Known = {place: what for place, what in outer.items() if place[0] not in sources}
        for one in kept:
            what = one.what
            if one.child is None or one.may_be_missing or not isinstance(what, exp.Column):
                continue
            if what.table not in optional:
                told.setdefault((what.table, what.name), one.child)
        known = known_columns(told, equalities)
        wanted = {name: wishes_for(name, kept, filters, equalities, optional, told, known) for name in sources}
        found: dict[str, _Outputs] = {}
        for name in sorted(sources, key=lambda one: -telling(wanted[one])):
            beside = self._beside(name, equalities, found, known)
            down = carried_into(scope, name, carried)
            found[name] = self._push_into_source(scope, name, wanted[name], beside, down)
        for inner in scope.subquery_scopes:
            self.push(inner, [], {}, known)
        outputs = _Outputs()
        for alias, what in projections.items():
            if isinstance(what, exp.Column) and what.table in found and (places := found[what.table].of(what.name)):
                outputs[alias] = places
                is_kept = what.table not in optional and found[what.table].is_firm(what.name)
                if is_kept and not select.args.get("limit") and all(is_made_of(what, key) for key in keys):
                    outputs.firm.add(alias)
        return outputs

    def _push_into_source(
        self, scope: Scope, name: str, wishes: list[Wish], beside: list[Beside], carried: Carried
    ) -> _Outputs:
        source = scope.sources.get(name)
        first = len(self.readings)
        if isinstance(source, Scope):
            own: Known = {}
            for one in wishes:
                own |= {(name, found.name): column("", found.name) for found in columns_of(one.what)}
            inside = [Wish(replaced(one.what, own), one.child, one.may_be_missing) for one in wishes]
            outputs = self.push(source, inside, carried, {})
            for place, joined in _single(beside, outputs, name):
                if place not in self._shared and all(other < place for other, _ in joined.others):
                    self.readings[place].beside.append(joined)
            return outputs
        if not isinstance(source, exp.Table) or not source.name or not isinstance(source.this, exp.Identifier):
            return _Outputs()
        reading = Reading(source.db, source.name)
        for one in wishes:
            row: Known = {(name, found.name): column(PARENT, found.name) for found in columns_of(one.what)}
            what = written(replaced(one.what, row))
            reading.alike.append(Alike(what, written(one.child) if one.child else "", one.may_be_missing))
        reading.alike = list(dict.fromkeys(reading.alike))
        for them in beside:
            reading.beside.append(Beside(tuple(_as_row(one, name) for one in them.parent), them.others))
        for into, made in carried.items():
            for child in made:
                reading.carries.setdefault(child, []).append(into)
        self.readings.append(reading)
        assert len(self.readings) == first + 1
        return _Outputs(whole=first)

    def _beside(
        self, name: str, equalities: list[Equality], found: Mapping[str, _Outputs], known: Known
    ) -> list[Beside]:
        """What the rows of a source share with those of the sources that were followed before it.

        The expressions of the source's own side still name its columns by the source.
        """
        by_other: dict[tuple[int, ...], list[tuple[str, list[tuple[int, str]]]]] = {}
        for one in equalities:
            for mine, others in ((one.left, one.right), (one.right, one.left)):
                tables = tables_of(others)
                if name not in one.into or tables_of(mine) != {name} or len(tables) != 1 or not tables <= set(found):
                    continue
                if all((part.table, part.name) in known for part in columns_of(others)):
                    continue
                if places := _resolved(others, found[next(iter(tables))], self.readings):
                    by_other.setdefault(tuple(place for place, _ in places), []).append((written(mine), places))
        made = []
        for order, pairs in by_other.items():
            there = tuple((place, tuple(places[at][1] for _, places in pairs)) for at, place in enumerate(order))
            made.append(Beside(tuple(mine for mine, _ in pairs), there))
        return made


def _resolved(what: exp.Expr, outputs: _Outputs, readings: list[Reading]) -> list[tuple[int, str]]:
    """The readings that an expression over one source goes back to, and what it is there; empty where to none."""
    parts = columns_of(what)
    places = {part.name: outputs.of(part.name) for part in parts}
    if not parts or not all(places.values()):
        return []
    orders = {tuple(place for place, _ in those) for those in places.values()}
    if len(orders) != 1:
        return []
    made = []
    for at, place in enumerate(next(iter(orders))):
        if not readings[place].alike and not readings[place].beside:
            return []
        row: Known = {(part.table, part.name): places[part.name][at][1] for part in parts}
        made.append((place, written(replaced(what, row))))
    return made


def _single(beside: list[Beside], outputs: _Outputs, name: str) -> list[tuple[int, Beside]]:
    """What is shared with a scope, said of the readings that its columns go back to."""
    made = []
    for one in beside:
        mine = [parse_one(text, dialect="duckdb") for text in one.parent]
        parts = {part.name for what in mine for part in columns_of(what)}
        places = {part: outputs.of(part) for part in parts}
        orders = {tuple(place for place, _ in those) for those in places.values()}
        if not all(places.values()) or len(orders) != 1 or not all(outputs.is_firm(part) for part in parts):
            continue
        for at, place in enumerate(next(iter(orders))):
            row: Known = {(name, part): places[part][at][1] for part in parts}
            made.append((place, Beside(tuple(written(replaced(what, row)) for what in mine), one.others)))
    return made


def _as_row(text: str, name: str) -> str:
    what = parse_one(text, dialect="duckdb")
    return written(replaced(what, {(name, one.name): column(PARENT, one.name) for one in columns_of(what)}))
