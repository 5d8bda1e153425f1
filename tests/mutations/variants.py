"""Writes each planted mistake as a model of its own, beside the sound one and with the same examples.

dbt takes longer to begin than a hundred examples take: all mistakes are tried in one run of it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import yaml

from tests.dbt_project.two_brands import examples
from tests.mutations.planted_mistakes import Mistake

MACRO = re.compile(r"{%-? *macro +(\w+)\(")
ALIAS = re.compile(r"({{ *config\([^}]*\balias *= *)'\w+'")


def write_variants(copy: Path, mistakes: Sequence[Mistake]) -> dict[str, Mistake]:
    """Write the models with mistakes into a copy of the project. Returns the name of each, and its mistake."""
    project = copy / "dbt_project"
    models = {file.stem: file for file in (project / "models").rglob("*.sql")}
    of_models = {one["model"]: read["unit_tests"] for _, read in examples(project) for one in read["unit_tests"]}
    made: dict[str, Mistake] = {}
    for number, mistake in enumerate(mistakes):
        ending = f"__mistake_{number}"
        macros = _macros_with(copy, mistake, ending) if mistake.is_of_a_macro else {}
        for model in mistake.seen_by:
            sound = models[model].read_text(encoding="utf-8")
            text = _renamed(sound, macros) if macros else sound.replace(mistake.find, mistake.replace)
            name = f"{model}{ending}"
            # One that is stored under another name would be two models of one table.
            text = ALIAS.sub(rf"\1'{name}'", text)
            models[model].with_name(f"{name}.sql").write_text(text, encoding="utf-8")
            tests = [{**example, "model": name} for example in of_models[model] if example["model"] == model]
            models[model].with_name(f"{name}.yml").write_text(
                yaml.safe_dump({"unit_tests": tests}, sort_keys=False, allow_unicode=True), encoding="utf-8"
            )
            made[name] = mistake
    return made


def _macros_with(copy: Path, mistake: Mistake, ending: str) -> dict[str, str]:
    """Write the macros of the file once more, with the mistake and under other names. Returns the names."""
    sound = copy / mistake.file
    text = sound.read_text(encoding="utf-8")
    names = {name: f"{name}{ending}" for name in MACRO.findall(text)}
    wrong = _renamed(text.replace(mistake.find, mistake.replace), names)
    sound.with_name(f"{sound.stem}{ending}.sql").write_text(wrong, encoding="utf-8")
    return names


def _renamed(text: str, names: dict[str, str]) -> str:
    return re.sub(r"\w+", lambda word: names.get(word[0], word[0]), text)
