"""What people answer to "how did you hear of us", and the one channel that it means by the project's own list."""

from __future__ import annotations

import csv

import duckdb
import pytest

from tests.dbt_project.tiny_market import PROJECT


@pytest.mark.parametrize(
    ("answer", "channel"),
    [
        ("Google", "Organic Search"),
        ("нашли в Гугле", "Organic Search"),
        ("Яндекс", "Organic Search"),
        ("Buscador de Internet", "Organic Search"),
        ("My neighbour", "Word of Mouth"),
        ("Соседка посоветовала", "Word of Mouth"),
        ("Препоръка от приятел", "Word of Mouth"),
        ("Empfehlung", "Word of Mouth"),
        ("por un amigo", "Word of Mouth"),
        ("Znajomi", "Word of Mouth"),
        ("Реклама по радио", "Offline"),
        ("saw your van", "Offline"),
        ("a sign at the road", "Offline"),
        ("Plakat", "Offline"),
        ("Инстаграм", "Organic Social"),
        ("вконтакте", "Organic Social"),
        ("TikTok", "Organic Social"),
        ("ютуб", "Organic Video"),
        ("asked ChatGPT", "AI Assistant"),
        ("нейросеть", "AI Assistant"),
        ("Your newsletter", "Email"),
        # A part of another word says nothing.
        ("a design blog", None),
        ("was told in advance", None),
        ("radiology congress", None),
        ("Savannah", None),
        ("Друг", "Word of Mouth"),
        ("Другое", None),
        ("unbekannt", None),
        ("-", None),
    ],
)
def test_an_answer_means_one_channel_in_the_languages_of_the_brands_and_a_part_of_a_word_none(
    answer: str, channel: str | None
) -> None:
    with (PROJECT / "seeds" / "self_reported_channels.csv").open(encoding="utf-8", newline="") as file:
        rules = list(csv.DictReader(file))
    found = {
        rule["channel"]
        for rule in rules
        if duckdb.execute("select regexp_full_match(lower(?), ?)", [answer, rule["answer_pattern"]]).fetchone()
        == (True,)
    }
    assert found == ({channel} if channel else set())
