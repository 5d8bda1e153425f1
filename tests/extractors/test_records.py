"""Parts of a record of any type: what is odd costs its own row, and a page of nothing else is a change."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from extractors.errors import FixSettings, SourceChanged
from extractors.fields import Field, as_json, columns_of, expect_fields, own_fields, picked, same_named
from extractors.model import Account
from extractors.records import Odd, id_in, list_in, object_in, objects_in, rows_made, value_in


def named(record: dict[str, Any]) -> dict[str, Any]:
    """A row of a record."""
    return {"id": id_in(record), "amount": record["amount"] + 1}


def test_a_record_of_which_no_row_can_be_made_is_refused_and_the_others_stay() -> None:
    records: list[dict[str, Any]] = [{"id": 1, "amount": 2}, {"id": None, "amount": 2}, {"id": "3", "amount": "2"}]
    rows = rows_made("x", records, named)

    assert rows == [
        {"id": "1", "amount": 3},
        {"_reject_reason": "id is NoneType, not an id", "_payload": {"id": None, "amount": 2}},
        {
            "_reject_reason": "a value is not of the type that it always had (TypeError)",
            "_payload": {"id": "3", "amount": "2"},
        },
    ]


def test_one_odd_record_alone_is_an_accident_and_two_of_two_are_a_change() -> None:
    assert len(rows_made("x", [{"amount": 2}], named)) == 1
    assert rows_made("x", [], named) == []
    with pytest.raises(SourceChanged, match="x: no record can be read: id is missing"):
        rows_made("x", [{"amount": 2}, {"amount": 2}], named)


def test_a_part_that_is_not_there_is_empty_and_one_of_another_type_is_odd() -> None:
    record = {"none": None, "object": {"a": 1}, "list": [{"a": 1}], "text": "x", "mixed": [{"a": 1}, 2]}

    assert object_in(record, "none") == object_in(record, "missing") == {}
    assert list_in(record, "none") == objects_in(record, "missing") == []
    assert (object_in(record, "object"), objects_in(record, "list")) == ({"a": 1}, [{"a": 1}])
    for read, name in [(object_in, "list"), (list_in, "object"), (objects_in, "mixed"), (object_in, "text")]:
        with pytest.raises(Odd, match=name):
            read(record, name)


def test_a_value_inside_an_object_is_found_and_something_else_in_its_place_is_told() -> None:
    record = {"none": None, "object": {"a": 1}, "empty": {}, "text": "x"}

    found = [value_in(record, name, "a") for name in ("none", "missing", "object", "empty", "text")]

    assert found == [None, None, 1, None, ["x"]]


@pytest.mark.parametrize("value", [None, "", True, 1.5, [], {}])
def test_what_is_no_id_is_odd(value: Any) -> None:
    with pytest.raises(Odd):
        id_in({"id": value})


@pytest.mark.parametrize("ask", [object_in, list_in, objects_in, id_in, partial(value_in, inner="x")])
@pytest.mark.parametrize("answer", [None, [], "", 0, True, "text", [None]])
def test_a_whole_answer_that_is_no_object_is_odd(ask: Callable[..., Any], answer: Any) -> None:
    with pytest.raises(Odd, match=r"resource was looked for in (NoneType|list|str|int|bool), not in an object"):
        ask(answer, "resource")


def test_a_field_fills_the_column_that_it_is_named_for() -> None:
    fields = {"deal_id": Field("id"), "amount": Field("value", "decimal"), **same_named("note", kind="text")}

    assert columns_of(fields) == {"deal_id": "text", "amount": "decimal", "note": "text"}
    assert picked({"id": 7, "value": "1.5", "other": 1}, fields) == {"deal_id": 7, "amount": "1.5", "note": None}
    assert (as_json(None), as_json([]), as_json({"a": 1})) == (None, "[]", '{"a":1}')


def test_a_field_that_some_records_lack_is_fine_and_one_that_all_lack_is_a_change() -> None:
    expect_fields("x", [{"a": None}, {"b": 1}], ["a", "b"])
    expect_fields("x", [], ["a"])
    with pytest.raises(SourceChanged, match="no record has 'c'"):
        expect_fields("x", [{"a": 1}, {"b": 1}], ["a", "c"])
    with pytest.raises(SourceChanged, match="it holds str"):
        expect_fields("x", ["b"], ["a"])
    expect_fields("x", [{"a": 1}, "b"], ["a"])


def test_own_fields_are_those_that_the_option_maps_and_no_unknown_column() -> None:
    def mapped(given: Any) -> dict[str, str]:
        account = Account(source="hubspot", account="1", connection="none", brand="n", options={"own": given})
        return own_fields(account, "own", ["gclid", "cost"])

    assert mapped({"cost": "kosten", "gclid": ""}) == {"cost": "kosten"}
    assert mapped(None) == {}
    for given in (["cost"], {"costs": "kosten"}):
        with pytest.raises(FixSettings, match="the option own"):
            mapped(given)
