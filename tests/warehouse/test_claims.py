"""Who contradicts whom, and in which order links are followed, by hand."""

from __future__ import annotations

from warehouse.steps.claims import Claims, Link, contradiction, follow
from warehouse.steps.names import name_words


def claims(email: str = "", phone: str = "", name: str = "") -> Claims:
    """What one record says."""
    words = name_words(name)
    return Claims({email} - {""}, {phone} - {""}, {frozenset(words)} if words else set())


def link(strength: int, seen_at: str, one: str, other: str, number: int) -> Link:
    """A link by whatever matches."""
    return Link(strength, seen_at, one, other, "same_x", number)


def test_names_outweigh_addresses_and_addresses_outweigh_numbers() -> None:
    ann = claims("a@x.de", "+1", "Anna Weber")

    assert contradiction(ann, claims("b@x.de", "+2", "Anna Weber")) is None
    assert contradiction(ann, claims("a@x.de", "+1", "Peter Lang")) == "names"
    assert contradiction(ann, claims("b@x.de", "+1")) == "emails"
    assert contradiction(ann, claims("a@x.de", "+2")) == "phones"
    assert contradiction(ann, claims("", "+2")) == "phones"
    assert contradiction(ann, claims("b@x.de", "+2")) == "emails"
    assert contradiction(ann, Claims()) is None
    assert contradiction(ann, Claims({"b@x.de", "a@x.de"}, {"+2", "+1"})) is None


def test_the_surer_and_older_link_is_followed_first_and_its_group_has_the_smallest_name() -> None:
    said = {"a": claims("a@x.de"), "b": claims("b@x.de"), "c": claims("c@x.de")}
    links = [
        link(2, "2026-01-01", "d", "a", 1),
        link(1, "2026-01-02", "d", "b", 2),
        link(1, "2026-01-03", "d", "c", 3),
    ]

    assert follow(links, said, []) == ({"a": "a", "b": "b", "c": "c", "d": "b"}, [(3, "emails"), (1, "emails")])


def test_a_strong_link_holds_against_all_but_a_declared_separation() -> None:
    said = {"a": claims("a@x.de"), "b": claims("b@x.de")}
    strong = [link(0, "", "a", "b", 1)]

    assert follow(strong, said, []) == ({"a": "a", "b": "a"}, [])
    assert follow(strong, said, [("b", "a")]) == ({"a": "a", "b": "b"}, [(1, "declared")])


def test_who_was_set_apart_stays_apart_over_others() -> None:
    links = [link(0, "1", "a", "m", 1), link(0, "2", "m", "b", 2), link(0, "3", "b", "z", 3)]

    groups, refused = follow(links, {}, [("a", "b")])

    assert groups == {"a": "a", "m": "a", "b": "b", "z": "b"}
    assert refused == [(2, "declared")]
    # Also where the group has the name of a node that nobody said anything of.
    assert follow([link(0, "1", "a", "b", 1), link(0, "2", "a", "c", 2)], {}, [("c", "b")])[1] == [(2, "declared")]


def test_what_one_node_said_is_said_by_its_whole_group() -> None:
    said = {"b": claims("b@x.de"), "c": claims("c@x.de")}
    links = [link(1, "1", "a", "b", 1), link(1, "2", "a", "c", 2)]

    assert follow(links, said, []) == ({"a": "a", "b": "a", "c": "c"}, [(2, "emails")])
    # The claims of others stay as they were handed over.
    assert said["b"].emails == {"b@x.de"}
