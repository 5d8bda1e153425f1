"""Turns the stage of a deal into the moments it came to one: what the file says of won and lost outranks the stage."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from extractors.model import ColumnType
from extractors.sources.manual import written
from extractors.sources.manual.convert import ARROW, is_earlier_that_day
from extractors.sources.manual.findings import FileRead
from extractors.sources.manual.mapping import Stages
from extractors.sources.manual.sheets import Block, Coded, listed
from handwritten.words import plain

Mask = np.ndarray[tuple[int], np.dtype[np.bool_]]
Convert = Callable[[str, ColumnType, int], tuple[pa.Array, dict[int, str]]]
"""Reads a column of the file as one of ours: name, type, its place; the values, and what is wrong with which."""


def add_stage_times(
    file: FileRead, block: Block, arrays: dict[str, pa.Array], reasons: dict[int, list[str]], convert: Convert
) -> None:
    """Fill ``won_at`` and the like of the rows whose stage, or whose own word, says so."""
    fitted, stages = file.recognised.fitted, file.recognised.fitted.mapping.stages
    assert stages is not None
    said: dict[str, pa.Array] = {}
    for name, place in fitted.stage_said.items():
        said[name], unclear = convert(name, "boolean", place)
        for row, why in unclear.items():
            reasons.setdefault(row, []).append(f"{fitted.header[place]} {why}")
    masks = _of_words(stages, block.columns[fitted.stage], file, not said) if fitted.stage is not None else {}
    masks |= _of_what_is_said(masks, said, len(block))
    at, problems = pa.nulls(len(block), ARROW["timestamp"]), dict[int, str]()
    for place in fitted.stage_at:
        found, trouble = convert("won_at", "timestamp", place)
        problems = {**trouble, **problems}
        at = pc.coalesce(at, found)
    # A deal that came to a stage on a day came to it after it was made.
    moment = pc.if_else(is_earlier_that_day(at, arrays["created_at"]), arrays["created_at"], at)
    headers = " and ".join(repr(fitted.header[place]) for place in fitted.stage_at) or "no column of a time"
    for name, mask in masks.items():
        arrays[name] = pc.coalesce(arrays[name], pc.if_else(pa.array(mask), moment, pa.scalar(None, at.type)))
        for row in np.nonzero(mask & arrays[name].is_null().to_numpy(zero_copy_only=False))[0].tolist():
            why = problems.get(row, f"has no moment: the stage says it, and {headers} is empty")
            reasons.setdefault(row, []).append(f"{name} {why}")


def _of_words(stages: Stages, coded: Coded, file: FileRead, is_all_that_is_known: bool) -> dict[str, Mask]:
    """Which rows are in a stage that means it."""
    texts = [written.as_text(value) or "" for value in listed(coded.values)] + [""]
    codes = np.minimum(coded.codes, len(texts) - 1)
    if is_all_that_is_known:
        file.meet_stages(texts, np.bincount(codes, minlength=len(texts)).tolist())
    words = [plain(text) for text in texts]
    return {name: np.array([word in meant for word in words])[codes] for name, meant in stages.words.items()}


def _of_what_is_said(masks: Mapping[str, Mask], said: Mapping[str, pa.Array], rows: int) -> dict[str, Mask]:
    """Which rows are won and lost by the file's own columns; where those are empty, by the stage."""
    if not said:
        return {}
    nobody = np.zeros(rows, dtype=bool)

    def is_said(name: str, what: bool) -> Mask:
        return (
            pc.fill_null(pc.equal(said[name], what), False).to_numpy(zero_copy_only=False) if name in said else nobody
        )

    is_open = is_said("is_closed", False)
    is_won = (is_said("is_won", True) | (masks.get("won_at", nobody) & ~is_said("is_won", False))) & ~is_open
    is_lost = is_said("is_lost", True) | (is_said("is_closed", True) & is_said("is_won", False))
    is_lost = (is_lost | (masks.get("lost_at", nobody) & ~is_said("is_lost", False))) & ~is_open
    return {
        "won_at": is_won & ~(is_said("is_lost", True) & ~is_said("is_won", True)),
        "lost_at": is_lost & ~is_said("is_won", True),
    }
