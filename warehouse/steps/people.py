"""Finds who is one person: the connected components of the identity links, ``steps.person_components``.

Nodes are numbered in DuckDB and only the numbers are walked: ten million links are two columns of four bytes.
"""

from __future__ import annotations

import duckdb
import numpy as np
import pyarrow as pa
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from warehouse.run import BuildRun, open_build


def find_people(run: BuildRun) -> dict[str, int]:
    """Write a row per linked node with its person; returns how many nodes, links and persons there are.

    The person's id is the hash of the smallest node in the component, so that it does not depend on the order
    of the links, and a person keeps the id as long as that node stays.
    """
    with open_build(run) as connection:
        connection.execute("create schema if not exists steps")
        connection.execute(
            """
            create or replace temp table nodes as
            select node_id, cast(row_number() over () - 1 as integer) as node_number
            from (
                select node_a as node_id from intermediate.int_identity__links
                union
                select node_b from intermediate.int_identity__links
            )
            """
        )
        links = connection.execute(
            """
            select a.node_number as a, b.node_number as b
            from intermediate.int_identity__links as links
            inner join nodes as a on links.node_a = a.node_id
            inner join nodes as b on links.node_b = b.node_id
            """
        ).to_arrow_table()
        node_count = _count(connection, "nodes")
        component_count, labels = components(links["a"].to_numpy(), links["b"].to_numpy(), node_count)
        connection.register(
            "labels",
            pa.table({"node_number": np.arange(node_count, dtype=np.int32), "component": labels}),
        )
        connection.execute(
            """
            create or replace table steps.person_components as
            with numbered as (
                select nodes.node_id, labels.component
                from nodes
                inner join labels on nodes.node_number = labels.node_number
            ),
            named as (
                select component, md5(min(node_id)) as person_id from numbered group by component
            )
            select numbered.node_id, named.person_id
            from numbered
            inner join named on numbered.component = named.component
            """
        )
        connection.unregister("labels")
        connection.execute("drop table nodes")
    return {"nodes": node_count, "links": len(links), "people": component_count}


def components(one_end: np.ndarray, other_end: np.ndarray, node_count: int) -> tuple[int, np.ndarray]:
    """How many components there are, and the number of each node's own."""
    if node_count == 0:
        return 0, np.empty(0, dtype=np.int32)
    there = np.ones(len(one_end), dtype=np.bool_)
    graph = coo_array((there, (one_end, other_end)), shape=(node_count, node_count))
    count, labels = connected_components(graph.tocsr(), directed=False)
    return int(count), labels


def _count(connection: duckdb.DuckDBPyConnection, table: str) -> int:
    found = connection.execute(f"select count(*) from {table}").fetchone()
    return int(found[0]) if found else 0
