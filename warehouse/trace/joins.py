"""What the joins and filters of one select tell of the rows of its sources, and which of their values it takes over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlglot import exp
from sqlglot.optimizer.scope import Scope

from warehouse.trace.expressions import (
    ROWS,
    column,
    columns_of,
    conjuncts,
    is_of_one_row,
    is_plain,
    names_of,
    replaced,
    tables_of,
    values_in,
    written,
)

Key = tuple[str, str, bool]
Known = dict[tuple[str, str], exp.Expr]
"""What a column is, said of the child's row, by the column's table and name."""
Carried = dict[str, set[str]]
"""By a column, the columns of the child whose value it becomes."""


@dataclass(frozen=True)
class Wish:
    """What is known of a row: an expression equals one over the child's row, or is a condition where there is none."""

    what: exp.Expr
    child: exp.Expr | None
    may_be_missing: bool = False

    @property
    def key(self) -> Key:
        """What tells it from others."""
        return written(self.what), written(self.child) if self.child else "", self.may_be_missing


@dataclass(frozen=True)
class Equality:
    """Two sides that a join or a filter holds equal, and into which of the sources that may be carried."""

    left: exp.Expr
    right: exp.Expr
    into: frozenset[str]


def sources_of(select: exp.Select) -> list[str]:
    """The names of what is read, in their order."""
    from_ = select.args.get("from_")
    return [one.alias_or_name for one in ([from_.this] if from_ else [])] + [
        join.this.alias_or_name for join in select.args.get("joins") or ()
    ]


def conditions_of(select: exp.Select, sources: list[str]) -> tuple[set[str], list[Equality], dict[str, list[exp.Expr]]]:
    """Which sources may have no row; what is held equal; and what each source's rows must fulfil alone."""
    optional: set[str] = set()
    equalities: list[Equality] = []
    filters: dict[str, list[exp.Expr]] = {name: [] for name in sources}
    before = sources[:1]
    asked: list[tuple[exp.Expr, str, str]] = []
    for join in select.args.get("joins") or ():
        name, side = join.this.alias_or_name, join.side
        if side in ("RIGHT", "FULL"):
            optional |= set(before)
        if side in ("LEFT", "FULL"):
            optional.add(name)
        asked += [(one, name, side) for one in conjuncts(join.args.get("on"))]
        before.append(name)
    where = select.args.get("where")
    asked += [(one, "", "") for one in conjuncts(where.this if where else None)]
    for one, joined, side in asked:
        into = (
            frozenset({joined}) if side == "LEFT" else frozenset() if side in ("RIGHT", "FULL") else frozenset(sources)
        )
        if isinstance(one, exp.EQ | exp.NullSafeEQ):
            equalities.append(Equality(one.left, one.right, into))
        tables = tables_of(one)
        if len(tables) == 1 and is_of_one_row(one):
            name = next(iter(tables))
            if name in into and (name not in optional or name == joined):
                filters[name].append(one)
    return optional, equalities, filters


def known_columns(told: Known, equalities: list[Equality]) -> Known:
    """What the child's row tells, and what joins and filters hold equal to it where there is a row at all."""
    known: Known = dict(told)
    grows = True
    while grows:
        grows = False
        for equality in equalities:
            for mine, other in ((equality.left, equality.right), (equality.right, equality.left)):
                if not isinstance(mine, exp.Column) or mine.table not in equality.into:
                    continue
                parts = columns_of(other)
                if (mine.table, mine.name) in known or not parts or not is_of_one_row(other):
                    continue
                if all((part.table, part.name) in known for part in parts):
                    known[mine.table, mine.name] = replaced(other, known)
                    grows = True
    return known


def wishes_for(
    name: str,
    kept: list[Wish],
    filters: Mapping[str, list[exp.Expr]],
    equalities: list[Equality],
    optional: set[str],
    told: Known,
    known: Known,
) -> list[Wish]:
    """What is known of the rows of one source that may have a part in the output."""
    others: Known = {place: what for place, what in told.items() if place[0] != name}
    made: list[Wish] = [Wish(one, None) for one in filters[name]]
    for one in kept:
        for what in (*_halves(one.what, equalities), *_cases(replaced(one.what, told), one.child)):
            here = replaced(what, others)
            tables = tables_of(here)
            if not tables and one.child is not None and written(here) == written(one.child):
                continue
            if not tables:
                # The same for all rows: another branch of a union, perhaps.
                made.append(Wish(here, one.child, one.may_be_missing))
            elif tables == {name} and (name not in optional or _is_half(what, one.what, equalities)):
                made.append(Wish(here, one.child, one.may_be_missing))
            elif tables == {name} and one.child is not None and is_plain(here):
                made.append(Wish(here, one.child, True))
    made += [Wish(column(table, of), what) for (table, of), what in known.items() if table == name]
    for equality in equalities:
        for mine, other in ((equality.left, equality.right), (equality.right, equality.left)):
            if name in equality.into and tables_of(mine) == {name} and is_of_one_row(mine) and is_of_one_row(other):
                there = replaced(other, known)
                if not tables_of(there):
                    made.append(Wish(mine, there))
    unique = {f"{written(one.what)} = {written(one.child) if one.child else ''}": one for one in reversed(made)}
    return list(reversed(unique.values()))


def telling(wishes: list[Wish]) -> int:
    """How well rows are told by what is known of them: by an id, by a day, by anything else."""
    names = [part.name for one in wishes for part in columns_of(one.what)]
    return sum(100 if name.endswith("_id") else 1000 if name.endswith("date") else 1 for name in names)


def _is_half(what: exp.Expr, whole: exp.Expr, equalities: list[Equality]) -> bool:
    return what is not whole and any(what is one for one in _halves(whole, equalities))


def _cases(what: exp.Expr, child: exp.Expr | None) -> list[exp.Expr]:
    """Of a choice that the child's row itself decides, each of what may be chosen; the child's own value otherwise."""
    inner = what
    while isinstance(inner, exp.Paren):
        inner = inner.this
    chosen: list[exp.Expr] = list(inner.args.get("ifs") or []) if isinstance(inner, exp.Case) else []
    default = inner.args.get("default") if chosen else None
    if child is None or len(chosen) != 1 or default is None or inner.args.get("this") or tables_of(chosen[0].this):
        return []
    first, second = inner.copy(), inner.copy()
    first.set("default", child.copy())
    second.args["ifs"][0].set("true", child.copy())
    return [first, second]


def _halves(what: exp.Expr, equalities: list[Equality]) -> list[exp.Expr]:
    """What is taken from whichever of two has a row is what each of them has, where the join holds them equal."""
    inner = what
    while isinstance(inner, exp.Cast | exp.Paren):
        inner = inner.this
    if isinstance(inner, exp.Coalesce) and len(inner.expressions) == 1:
        first, second = inner.this, inner.expressions[0]
        for one in equalities:
            if {written(one.left), written(one.right)} == {written(first), written(second)}:
                return [first, second]
    return [what]


def carried_to(root: Scope) -> dict[int, Carried]:
    """Of each scope, by its expression, the columns of its output that become values of the child, and which."""
    made: dict[int, Carried] = {}
    names = names_of(root.expression)
    made[id(root.expression)] = {ROWS: {ROWS}, **{name: {name} for name in names}}
    # Whoever reads a step comes before it.
    for scope in reversed(list(root.traverse())):
        carried = made.get(id(scope.expression), {})
        if isinstance(scope.expression, exp.SetOperation):
            names = names_of(scope.expression)
            for branch in scope.set_operation_scopes:
                own = names_of(branch.expression)
                pairs = zip(names, names if scope.expression.args.get("by_name") else own, strict=False)
                taken = {other: carried.get(name, set()) for name, other in pairs if other in own}
                _add(made.setdefault(id(branch.expression), {}), taken | {ROWS: carried.get(ROWS, set())})
        elif isinstance(scope.expression, exp.Select):
            for name in sources_of(scope.expression):
                if isinstance(source := scope.sources.get(name), Scope):
                    _add(made.setdefault(id(source.expression), {}), carried_into(scope, name, carried))
    return made


def _add(to: Carried, more: Mapping[str, set[str]]) -> None:
    for name, made in more.items():
        to.setdefault(name, set()).update(made)


def carried_into(scope: Scope, name: str, carried: Carried) -> Carried:
    """The columns of a source that become values of the child, and which."""
    made: Carried = {}
    select = scope.expression
    assert isinstance(select, exp.Select)
    is_first = name == sources_of(select)[0]
    if is_first and carried.get(ROWS):
        made[ROWS] = set(carried[ROWS])
    for one in select.selects:
        if children := carried.get(one.alias_or_name):
            for table, column_name in values_in(one.unalias()):
                if table == name or (is_first and column_name == ROWS):
                    made.setdefault(column_name, set()).update(children)
    return made
