"""What of the dbt project a phase builds and tests: told to dbt by tags, because its own selection is slow."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any

CHOSEN = "chosen_for_this_phase"
"""The tag of what a phase builds and tests."""

NOTHING_LANDED = "nothing_landed"
"""The tag of what has no rows because its source never landed any: it is not built (macros/shapes.sql, landing.sql)."""


Wanted = Callable[[Mapping[str, Any]], Collection[str]]
"""Which nodes of the graph are to be built."""


def in_folders(folders: Sequence[str]) -> Wanted:
    """All that lies in these folders below ``models/``."""
    return lambda nodes: [name for name, node in nodes.items() if not is_test(node) and _lies_in(node, folders)]


def choose(manifest: Any, wanted: Wanted, never_landed: Collection[str] = ()) -> None:
    """Tag what is wanted, and each test that they are the last to be needed for; forget the rest.

    dbt's own selection by path walks through the whole graph once for every folder named, which takes it half a
    minute; and before it selects, it connects every test of the graph with every model behind it. What a phase needs
    is a small part of both. Unit tests are left out: they test the models, not the night's data, and the test suite
    runs them.
    """
    nodes = manifest.nodes
    without_rows = not_to_be_built(nodes, never_landed)
    for name in without_rows:
        nodes[name].tags.append(NOTHING_LANDED)
    chosen = set(wanted(nodes)) - without_rows
    built = set(with_all_before(nodes, chosen))
    for name, node in list(nodes.items()):
        tested = set(node.depends_on_nodes) if is_test(node) else set()
        if name in chosen or (tested & chosen and tested <= built):
            node.tags.append(CHOSEN)
        # What was staged is counted by what the graph knows of it (macros/landing.sql).
        elif name not in built and not (node.resource_type == "model" and _lies_in(node, ["staging"])):
            del nodes[name]
    manifest.unit_tests.clear()
    # They name marts, which most phases do not build.
    manifest.exposures.clear()


def is_test(node: Any) -> bool:
    """Whether it looks at data; unit tests are none."""
    return bool(node.resource_type == "test")


def not_to_be_built(nodes: Mapping[str, Any], never_landed: Collection[str]) -> set[str]:
    """The models that state nothing but what these sources say, where only the union of their shape asks for them.

    A union has the columns that its YAML declares whether or not a source states them. Any other model or test that
    reads such a model keeps it, empty as it is.
    """
    known: dict[str, frozenset[str]] = {}
    without_rows = {
        name
        for name, node in nodes.items()
        if node.resource_type == "model"
        and (sources := _sources_stated(nodes, name, known))
        and sources <= set(never_landed)
    }
    asked_for = {
        asked
        for name, node in nodes.items()
        if name not in without_rows and not _is_union(node)
        for asked in _asked_for(node, without_rows)
    }
    return without_rows - set(with_all_before(nodes, asked_for))


def _asked_for(node: Any, without_rows: Collection[str]) -> Iterator[str]:
    """What is without rows and read by this; a test of nothing else asks for nothing."""
    read = [name for name in node.depends_on_nodes if name.startswith("model.")]
    empty = [name for name in read if name in without_rows]
    if not is_test(node) or len(empty) < len(read):
        yield from empty


def _sources_stated(nodes: Mapping[str, Any], name: str, known: dict[str, frozenset[str]]) -> frozenset[str]:
    """The sources of what lies between the landing zone and the unions of the shapes; the rules are none."""
    if name not in known:
        node = nodes.get(name)
        found: frozenset[str] = frozenset()
        if node is not None and _lies_in(node, ["staging"]) and not _lies_in(node, ["staging/rules"]):
            found = frozenset({str(node.original_file_path).split("/")[2]})
        elif node is not None and _lies_in(node, ["shapes"]) and not _is_union(node):
            found = frozenset[str]().union(*(_sources_stated(nodes, before, known) for before in node.depends_on_nodes))
        known[name] = found
    return known[name]


def with_all_before(nodes: Mapping[str, Any], names: Collection[str]) -> Iterator[str]:
    """These and all that they stand on."""
    seen, waiting = set(names), list(names)
    while waiting:
        name = waiting.pop()
        yield name
        more = set(nodes[name].depends_on_nodes if name in nodes else ()) - seen
        seen |= more
        waiting.extend(more)


def _is_union(node: Any) -> bool:
    return bool(_lies_in(node, ["shapes"]) and node.name.endswith("__unioned"))


def _lies_in(node: Any, folders: Sequence[str]) -> bool:
    return str(node.original_file_path).startswith(tuple(f"models/{folder}/" for folder in folders))
