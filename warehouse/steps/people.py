"""Finds who is one person: ``steps.person_components``, and what was not followed, ``steps.refused_links``.

Nodes are numbered in DuckDB and only the numbers are walked: ten million links are two columns of four bytes. Where
the links of a component contradict one another, ``claims`` follows them one by one.
"""

from __future__ import annotations

import duckdb
import numpy as np
import pyarrow as pa
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from warehouse.run import BuildRun, open_build
from warehouse.steps.claims import STRENGTHS, Claims, Link, follow
from warehouse.steps.person_history import remember_people


def find_people(run: BuildRun) -> dict[str, int]:
    """Write a row per linked node with its person; returns how many nodes, links, persons and refusals there are.

    The person's id is the hash of the record that was known first, so that it depends neither on the order of the
    links nor on what comes later: who becomes one with an older person takes the older one's id.
    """
    with open_build(run) as connection:
        connection.execute("create schema if not exists steps")
        counts = join_links(connection)
        remember_people(connection, run)
    return counts


def join_links(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """What ``find_people`` does with the links of a database, apart from remembering it."""
    link_count = _number(connection)
    node_count = _count(connection, "nodes")
    groups, refused = _groups(connection, node_count)
    _write(connection, groups, refused)
    people = _count(connection, "(select distinct brand, person_id from steps.person_components)")
    connection.execute("drop table nodes; drop table numbered_links; drop table claimed; drop table disputed")
    return {"nodes": node_count, "links": link_count, "people": people, "refused": len(refused)}


def components(one_end: np.ndarray, other_end: np.ndarray, node_count: int) -> tuple[int, np.ndarray]:
    """How many components there are, and the number of each node's own."""
    if node_count == 0:
        return 0, np.empty(0, dtype=np.int32)
    there = np.ones(len(one_end), dtype=np.bool_)
    graph = coo_array((there, (one_end, other_end)), shape=(node_count, node_count))
    count, labels = connected_components(graph.tocsr(), directed=False)
    return int(count), labels


def _number(connection: duckdb.DuckDBPyConnection) -> int:
    """Give nodes and links numbers; which they are means nothing, and nothing that is written depends on them."""
    strengths = " ".join(f"when '{name}' then {rank}" for rank, name in enumerate(STRENGTHS))
    connection.execute(
        f"""
        create or replace temp table nodes as
        select
            brand, node_id, min(seen_at) as seen_at,
            cast(row_number() over () - 1 as integer) as node_number
        from (
            select brand, node_a as node_id, seen_at from intermediate.int_identity__links
            union all
            select brand, node_b, seen_at from intermediate.int_identity__links
        )
        group by brand, node_id;
        create or replace temp table numbered_links as
        select
            a.node_number as a, b.node_number as b, links.matched_by, links.seen_at, links.brand,
            links.node_a, links.node_b, case links.strength {strengths} end as strength,
            cast(row_number() over () - 1 as integer) as link_number
        from intermediate.int_identity__links as links
        inner join nodes as a on links.brand = a.brand and links.node_a = a.node_id
        inner join nodes as b on links.brand = b.brand and links.node_b = b.node_id
        """
    )
    return _count(connection, "numbered_links")


def _groups(connection: duckdb.DuckDBPyConnection, node_count: int) -> tuple[np.ndarray, list[tuple[int, str]]]:
    """The group of each node, and the links that were not followed."""
    links = connection.execute("select a, b, strength from numbered_links").to_arrow_table()
    one, other, strength = (links[name].to_numpy() for name in ("a", "b", "strength"))
    _, loose = components(one, other, node_count)
    _, firm = components(one[strength == 0], other[strength == 0], node_count)
    labels = pa.table({"node_number": np.arange(node_count, dtype=np.int32), "loose": loose, "firm": firm})
    connection.register("labels", labels)
    connection.execute(DISPUTED)
    connection.unregister("labels")
    groups = loose.astype(np.int64)
    followed, refused = _follow_disputed(connection)
    # Groups that were followed are named by a node; the others by their component, beyond the last node.
    groups += node_count
    if followed:
        groups[np.fromiter(followed.keys(), dtype=np.int64)] = np.fromiter(followed.values(), dtype=np.int64)
    return groups, refused


# Components in which weaker links join several firm ones with different addresses, numbers or names, and those in
# which two nodes are declared to be apart.
DISPUTED = """
    create or replace temp table claimed as
    select
        labels.loose, labels.firm, nodes.node_number, nodes.brand || ' ' || nodes.node_id as node_name,
        case when starts_with(nodes.node_id, 'email:') then split_part(nodes.node_id, '#', 1) end as email,
        case when starts_with(nodes.node_id, 'phone:') then split_part(nodes.node_id, '#', 1) end as phone,
        names.name_key
    from nodes
    inner join labels on nodes.node_number = labels.node_number
    left join (
        select * from intermediate.int_names__normalised where word_count > 1
    ) as names on nodes.brand = names.brand and nodes.node_id = names.node_id;
    create or replace temp table set_apart as
    select
        a.node_number as a, b.node_number as b,
        a.brand || ' ' || a.node_id as node_a, b.brand || ' ' || b.node_id as node_b
    from intermediate.int_identity__separations as pairs
    inner join nodes as a on pairs.brand = a.brand and pairs.node_a = split_part(a.node_id, '#', 1)
    inner join nodes as b on pairs.brand = b.brand and pairs.node_b = split_part(b.node_id, '#', 1);
    create or replace temp table disputed as
    select loose
    from claimed
    where coalesce(email, phone, name_key) is not null
    group by loose
    having count(distinct firm) > 1
        and (count(distinct email) > 1 or count(distinct phone) > 1 or count(distinct name_key) > 1)
    union
    select claimed.loose from claimed inner join set_apart on claimed.node_number in (set_apart.a, set_apart.b)
"""


def _follow_disputed(connection: duckdb.DuckDBPyConnection) -> tuple[dict[int, int], list[tuple[int, str]]]:
    members = connection.execute(
        "select node_name, node_number, email, phone, name_key from claimed semi join disputed using (loose)"
    ).fetchall()
    numbers = {node: number for node, number, *_ in members}
    claims = {
        node: Claims(
            {email} if email else set(), {phone} if phone else set(), {frozenset(name.split(" "))} if name else set()
        )
        for node, _, email, phone, name in members
    }
    links = connection.execute(
        """
        select
            strength, coalesce(seen_at::text, ''), brand || ' ' || node_a, brand || ' ' || node_b, matched_by,
            link_number
        from numbered_links
        semi join (select node_number from claimed semi join disputed using (loose)) as members
            on numbered_links.a = members.node_number
        """
    ).fetchall()
    apart = connection.execute("select node_a, node_b from set_apart").fetchall()
    followed, refused = follow((Link(*link) for link in links), claims, apart)
    return {numbers[node]: numbers[root] for node, root in followed.items()}, refused


def _write(connection: duckdb.DuckDBPyConnection, groups: np.ndarray, refused: list[tuple[int, str]]) -> None:
    numbers = np.arange(len(groups), dtype=np.int32)
    connection.register("grouped", pa.table({"node_number": numbers, "grouping": groups}))
    connection.register(
        "refused",
        pa.table(
            {
                "link_number": pa.array([number for number, _ in refused], pa.int32()),
                "reason": pa.array([reason for _, reason in refused], pa.string()),
            }
        ),
    )
    # A record is known before what it holds; the hash is that of the macro person_id_of.
    connection.execute(
        """
        create or replace table steps.person_components as
        with numbered as (
            select nodes.brand, nodes.node_id, nodes.seen_at, grouped.grouping
            from nodes
            inner join grouped on nodes.node_number = grouped.node_number
        ),
        firsts as (
            select grouping, brand, arg_min(node_id, row(
                coalesce(seen_at, timestamp '9999-01-01'),
                case when split_part(node_id, ':', 1) in ('inquiry', 'contact', 'deal') then 0 else 1 end,
                node_id
            )) as first_node
            from numbered
            group by grouping, brand
        )
        select numbered.brand, numbered.node_id, md5(firsts.brand || '|' || firsts.first_node) as person_id
        from numbered
        inner join firsts on numbered.grouping = firsts.grouping and numbered.brand = firsts.brand;
        create or replace table steps.refused_links as
        select links.brand, links.node_a, links.node_b, links.matched_by, links.strength, refused.reason, links.seen_at
        from refused
        inner join numbered_links as links on refused.link_number = links.link_number
        """
    )
    connection.unregister("grouped")
    connection.unregister("refused")


def _count(connection: duckdb.DuckDBPyConnection, table: str) -> int:
    found = connection.execute(f"select count(*) from {table}").fetchone()
    return int(found[0]) if found else 0
