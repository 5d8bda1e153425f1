"""What can be said of an expression of SQL without asking a database."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice

from sqlglot import exp

PARENT, CHILD = "parent_row", "child_row"
"""How a condition calls the row of a parent, and the row of the child that was made of it."""

ROWS = "*"
"""Stands for a value that counts rows."""

MOST_PARTS = 40
OUR_FUNCTIONS = {"person_name_words", "person_word_count", "person_names_agree", "is_listed_program", "fits_pattern"}
NOT_OF_ONE_ROW = (exp.AggFunc, exp.Window, exp.UDTF, exp.Explode, exp.Query, exp.Rand)


def column(table: str, name: str) -> exp.Column:
    """A column by its name; of nobody's in particular where ``table`` is empty."""
    return exp.column(name, table=table or None)


def names_of(what: exp.Expr) -> list[str]:
    """The names of the columns that a query gives."""
    return what.named_selects if isinstance(what, exp.Query) else []


def columns_of(what: exp.Expr) -> list[exp.Column]:
    """The columns that stand in it, without those of the child."""
    return [one for one in what.find_all(exp.Column) if one.table != CHILD]


def tables_of(what: exp.Expr) -> set[str]:
    """Whose columns stand in it."""
    return {one.table for one in columns_of(what)}


def written(what: exp.Expr) -> str:
    """As DuckDB reads it."""
    return what.sql(dialect="duckdb", copy=False)


def replaced(what: exp.Expr, standing: Mapping[tuple[str, str], exp.Expr]) -> exp.Expr:
    """With what each column stands for in its place, where that is known."""

    def put(node: exp.Expr) -> exp.Expr:
        if isinstance(node, exp.Column) and (found := standing.get((node.table, node.name))) is not None:
            made = found.copy()
            return made if isinstance(made, exp.Column | exp.Literal | exp.Null) else exp.paren(made, copy=False)
        return node

    return what.copy().transform(put, copy=False)


def is_of_one_row(what: exp.Expr) -> bool:
    """Whether one row gives it alone."""
    return what.find(*NOT_OF_ONE_ROW) is None


def is_cheap(what: exp.Expr) -> bool:
    """Whether it may be worked out for each row of a parent: it is short, and calls no function of ours."""
    parts = list(islice(what.walk(), MOST_PARTS + 1))
    return len(parts) <= MOST_PARTS and not any(
        isinstance(one, exp.Anonymous) and one.name.lower() in OUR_FUNCTIONS for one in parts
    )


def is_plain(what: exp.Expr) -> bool:
    """Whether it is a column as it stands, or in another type: empty where the column is empty."""
    while isinstance(what, exp.Cast | exp.Paren):
        what = what.this
    return isinstance(what, exp.Column)


def is_made_of(what: exp.Expr, keys: set[str]) -> bool:
    """Whether it can be worked out of the keys alone."""
    if written(what) in keys:
        return True
    if isinstance(what, exp.Column):
        return what.table == CHILD
    return all(is_made_of(one, keys) for one in what.iter_expressions())


def conjuncts(condition: exp.Expr | None) -> Iterator[exp.Expr]:
    """The conditions that must hold together."""
    while isinstance(condition, exp.Paren):
        condition = condition.this
    if isinstance(condition, exp.And):
        yield from conjuncts(condition.left)
        yield from conjuncts(condition.right)
    elif condition is not None:
        yield condition


def keys_of(select: exp.Select, windows: bool) -> list[set[str]]:
    """What the rows of a select may be told apart by before it puts them together: by its groups, by each window.

    Without ``windows`` only by its groups: through a window other rows decide something, and become no part of it.
    """
    found: list[set[str]] = []
    projections = {one.alias_or_name: one.unalias() for one in select.selects}
    group = select.args.get("group")
    calculated = [node for one in (*select.selects, *_asked_after(select)) for node in one.find_all(exp.AggFunc)]
    if group is not None or any(not _is_in_window(node) for node in calculated):
        keys: set[str] = set()
        if group is not None and group.args.get("all"):
            keys = {written(one) for one in projections.values() if one.find(exp.AggFunc, exp.Window) is None}
        for one in group.expressions if group is not None else ():
            if isinstance(one, exp.Literal) and one.is_int:
                one = list(projections.values())[int(one.this) - 1]
            elif isinstance(one, exp.Column) and not one.table and one.name in projections:
                one = projections[one.name]
            keys.add(written(one))
        found.append(keys)
    if not windows:
        return found
    named = {one.name: one for one in select.args.get("windows") or ()}
    for one in (*select.selects, *_asked_after(select)):
        for window in one.find_all(exp.Window):
            alias = window.args.get("alias")
            base = named.get(alias.name) if alias is not None else None
            parts = window.args.get("partition_by") or (base.args.get("partition_by") if base is not None else None)
            found.append({written(part) for part in parts or ()})
    return found


def _asked_after(select: exp.Select) -> list[exp.Expr]:
    return [one for name in ("having", "qualify") if (one := select.args.get(name)) is not None]


def _is_in_window(node: exp.Expr) -> bool:
    """Whether an aggregate is one over a window, and not one over a group."""
    above = node.parent
    while isinstance(above, exp.Filter | exp.IgnoreNulls | exp.RespectNulls | exp.WithinGroup):
        above = above.parent
    return isinstance(above, exp.Window)


def values_in(what: exp.Expr | None) -> set[tuple[str, str]]:
    """The columns that give the value, by table and name; ``("", "*")`` where rows are counted.

    What only decides between values gives none.
    """
    match what:
        case None | exp.Null():
            return set()
        case exp.Column():
            return {(what.table, what.name)} if what.table != CHILD else set()
        case exp.Literal():
            return set() if not what.is_string and float(what.this) == 0 else {("", ROWS)}
        case exp.Count():
            return {("", ROWS)}
        case exp.Case():
            results = [one.args.get("true") for one in what.args.get("ifs") or ()]
            return set().union(*(values_in(one) for one in (*results, what.args.get("default"))))
        case exp.If():
            return values_in(what.args.get("true")) | values_in(what.args.get("false"))
        case exp.Predicate() | exp.Connector() | exp.Not() | exp.Boolean():
            return {("", ROWS)}
        case exp.Window() | exp.Cast() | exp.Filter() | exp.Nullif():
            return values_in(what.this)
        case exp.Round():
            return values_in(what.this)
    return set().union(*(values_in(one) for one in what.iter_expressions()))
