"""The fields of a posted form, however deep they lie and however their names and values are put together."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from extractors.forms.columns import FILLED_BY_MACHINES, MACHINE_TYPES, TYPES, Answer
from extractors.forms.names import dictionary, plain
from extractors.forms.posted import Unreadable, flat

FIELDS = frozenset("data fields answers formdata form_data formfields form_fields values responses submissions".split())
PERSONS = frozenset("contact contacts person client customer visitor lead user respondent submitter sender".split())
OWNERS = frozenset(
    "form company organisation organization business firm site website page campaign product service shop store event "
    "webhook account agent manager employee owner item items basket cart order payment file files ad adset user_agent "
    "quiz funnel utm tracking meta".split()
)
TRACKING = frozenset(("utm", "tracking", "meta"))
FORM_S_OWN = frozenset(("name", "title", "id", "type", "slug"))
EARLIER_VISIT = frozenset(
    "first firsttouch firstvisit firstsession firstclick initial original previous firstutm initialutm".split()
)
"""Above tags that are not of the visit in which the form was sent."""
DESCRIPTIONS = frozenset(
    "schema definition headers versions form quiz funnel site website page webhook account".split()
)
"""What tells of the fields or of where they stand, and holds none that a person fills in."""
TECHNICAL = re.compile(
    r"(?:.*(?:[a-z](?=[A-Z])|[_\W]))?(?i:id|uuid|guid|at|type|token|version|locale|lang|ip|url|date|time)"
)

QUESTION_KEYS = (
    "label", "fieldlabel", "title", "fieldtitle", "question", "questiontext", "questiontitle", "questionname", "q",
    "caption", "heading", "prompt", "displayname",
)  # fmt: skip
NAME_KEYS = ("name", "fieldname", "field", "key", *QUESTION_KEYS, "id")
LABEL_KEYS = QUESTION_KEYS
VALUE_KEYS = (
    "value", "fieldvalue", "values", "answer", "answertext", "answervalue", "answers", "response", "responsetext", "a",
)  # fmt: skip
TYPE_KEYS = ("type", "fieldtype")
WORD_KEYS = ("text", "title", "label", "name", "value")
WHOLE_NUMBER = ("full", "e164", "international", "formatted", "number", "phone", "phonenumber", "value")


@dataclass(frozen=True)
class Named:
    """A field that stands in a list as a name beside its value."""

    name: str
    label: str
    kind: str
    value: Any


@dataclass(frozen=True)
class _Told:
    path: tuple[str, ...]
    value: str
    label: str = ""
    kind: str = ""


def form_fields(posted: Any) -> list[Answer]:
    """The fields of a form: what they are called, where they lie or their label, and the value, perhaps empty.

    What stands beside the fields is the form's: its ``name`` is not the person's. Nor is a company's.
    """
    if isinstance(posted, list) and len(posted) == 1 and isinstance(posted[0], Mapping) and not named_values(posted):
        posted = posted[0]
    found: list[_Told] = []
    try:
        if isinstance(posted, list) and (listed := named_values(posted)) is not None:
            for one in listed:
                _walk((one.name,), one.value, found, one.label, one.kind)
        elif (by_id := _by_id(posted)) is not None:
            for one in by_id:
                _walk((one.name,), one.value, found, one.label, one.kind)
        elif isinstance(posted, Mapping):
            for name, value in posted.items():
                _walk((str(name),), value, found)
        else:
            raise Unreadable("the body is not an object with the form's fields")
    except RecursionError as endless:
        raise Unreadable("its values are nested too deeply") from endless
    has_fields = any(_is_in_fields(one.path) for one in found)
    return [
        Answer(_called(one.path, has_fields), one.value, one.label or ".".join(one.path), _kind(one, has_fields))
        for one in found
    ]


def named_values(value: Any) -> list[Named] | None:
    """A list of objects that each hold a name and a value, or of pairs of them; None where it is no such list.

    A name that comes again is another answer to the same question.
    """
    if not isinstance(value, list) or not value:
        return None
    found: dict[str, Named] = {}
    for one in value:
        told = _pair(one) if isinstance(one, list) else _named(one) if isinstance(one, Mapping) else None
        if told is None:
            return None
        if earlier := found.get(told.name):
            told = Named(told.name, told.label, told.kind, [*_listed(earlier.value), *_listed(told.value)])
        found[told.name] = told
    return list(found.values())


def _by_id(value: Any) -> list[Named] | None:
    """The fields of an object in which each stands under its number or id, with its name or question beside its value.

    Where it stands under a name that says what it is, that name counts.
    """
    if not isinstance(value, Mapping) or not value:
        return None
    found = []
    for key, one in value.items():
        told = _named(one) if isinstance(one, Mapping) else None
        if told is None:
            return None
        found.append(Named(str(key), told.label or told.name, told.kind, told.value) if _asks(str(key)) else told)
    return found


def _pair(one: list[Any]) -> Named | None:
    if len(one) != 2 or not isinstance(one[0], str) or isinstance(one[1], Mapping):
        return None
    return Named(one[0], "", "", one[1])


def _named(one: Mapping[str, Any]) -> Named | None:
    keys = {plain(str(key)): value for key, value in one.items()}
    name = next((text for key in NAME_KEYS if (text := _words(keys.get(key)))), None)
    value_key = next((key for key in VALUE_KEYS if key in keys), None)
    if name is None or value_key is None:
        return None
    label = next((text for key in LABEL_KEYS if (text := _words(keys.get(key))) and text != name), "")
    kind = next((text for key in TYPE_KEYS if isinstance(text := keys.get(key), str)), "")
    value = keys[value_key]
    if isinstance(value, list) and value and all(isinstance(one, Mapping) for one in value):
        # Each chosen answer is an object with its words.
        value = [_words(one) or one for one in value]
    return Named(name, label, _type(kind), _chosen(value, keys.get("options")))


def _words(value: Any) -> str | None:
    """A name, also where it is an object with the question's text."""
    if isinstance(value, Mapping):
        value = next((value[key] for key in WORD_KEYS if isinstance(value.get(key), str)), None)
    return value if isinstance(value, str) and value else None


def _chosen(value: Any, options: Any) -> Any:
    """The words of the options that were chosen by their ids."""
    if not isinstance(options, list):
        return value
    words = {
        one["id"]: text
        for one in options
        if isinstance(one, Mapping) and isinstance(one.get("id"), str) and (text := _words(one))
    }
    if isinstance(value, list):
        return [words.get(one, one) if isinstance(one, str) else one for one in value]
    return words.get(value, value) if isinstance(value, str) else value


def _type(kind: str) -> str:
    """The type of a field by our name; empty where it says no more than that words were asked for."""
    kind = kind.strip().lower().removeprefix("input_").removesuffix("_fields").removesuffix("_field")
    return kind if kind in TYPES or kind in MACHINE_TYPES else ""


def _walk(path: tuple[str, ...], value: Any, found: list[_Told], label: str = "", kind: str = "") -> None:
    value = _inner_json(value)
    if isinstance(value, list) and (listed := named_values(value)) is not None:
        if _asks(path[-1]) in ("email", "phone"):
            # A person's addresses, each with what it is for.
            found.append(_Told(path, _text([one.value for one in listed]), label, kind))
            return
        # A list of names and values is one of fields, whatever it is called.
        for one in listed:
            _walk((*path[:-1], "fields", one.name), one.value, found, one.label, one.kind)
    elif (by_id := _by_id(value)) is not None:
        for one in by_id:
            _walk((*path[:-1], "fields", one.name), one.value, found, one.label, one.kind)
    elif isinstance(value, Mapping) and value:
        keys = {plain(str(key)): one for key, one in value.items()}
        if _asks(path[-1]) == "phone" and all(isinstance(one, str | int) for one in value.values()):
            found.append(_Told(path, _number(keys), label, kind))
        elif "value" in keys and not {"name", "fieldname", "key"} & set(keys):
            # A field with all that belongs to it: its question, its type, its earlier values.
            label = label or next((text for key in LABEL_KEYS if (text := _words(keys.get(key)))), "")
            _walk(path, keys["value"], found, label, kind or _type(str(keys.get("type") or keys.get("fieldtype"))))
        else:
            for key, one in value.items():
                _walk((*path, str(key)), one, found)
    elif isinstance(value, list) and any(isinstance(one, Mapping | list) for one in value):
        for number, one in enumerate(value):
            _walk((*path, str(number)), one, found, label, kind)
    else:
        found.append(_Told(path, "" if isinstance(value, Mapping) else _text(value), label, kind))


def _inner_json(value: Any) -> Any:
    """An object, or a list of objects, that was put into a text as JSON; any other value as it is."""
    if not isinstance(value, str) or not value.lstrip().startswith(("{", "[{", '[["')):
        return value
    try:
        inside = json.loads(value, parse_constant=lambda name: None)
    except (ValueError, RecursionError):
        return value
    return inside if isinstance(inside, Mapping | list) else value


def _number(keys: Mapping[str, Any]) -> str:
    """A telephone number in parts, or beside its parts whole."""
    whole = next((keys[key] for key in WHOLE_NUMBER if any(map(str.isdigit, str(keys.get(key) or "")))), None)
    # Beside it may stand its country's code, and behind it what else is known of it.
    code = str(keys.get("countrycode") or keys.get("dialcode") or keys.get("country") or keys.get("area") or "")
    if whole is not None:
        is_national = not str(whole).strip().startswith(("+", "00")) and code.lstrip("+").isdecimal()
        return f"{code} {whole}" if is_national else str(whole)
    return " ".join(str(one) for one in keys.values() if one and any(map(str.isdigit, str(one))))


def _asks(name: str) -> str | None:
    meaning = dictionary().meaning(name)
    return meaning.column if meaning else None


def _text(value: Any) -> str:
    return flat({"": value}).get("", "")


def _is_in_fields(path: tuple[str, ...]) -> bool:
    return any(part.lower() in FIELDS for part in path[:-1])


def _is_a_person_s(path: Iterable[str]) -> bool:
    return any(part.lower() in PERSONS for part in path)


def _kind(told: _Told, has_fields: bool) -> str:
    """The field's type; what the form's program says beside the fields was written by nobody."""
    *above, last = told.path
    if any(part.lower() in DESCRIPTIONS for part in above) and not _is_in_fields(told.path):
        return "hidden"
    is_beside = has_fields and not _is_in_fields(told.path) and not _is_a_person_s(above)
    return told.kind or ("hidden" if is_beside and TECHNICAL.fullmatch(last) else "")


def _called(path: tuple[str, ...], has_fields: bool) -> str:
    """The last part of the path, with the one before where that says whose it is: ``company.name``."""
    *above, last = path
    before = next((part for part in reversed(above) if not part.isdecimal()), "")
    if any(plain(part) in EARLIER_VISIT for part in above) and _asks(last) in FILLED_BY_MACHINES:
        return f"earlier_visit_{last}"
    if before.lower() in OWNERS and before.lower() not in TRACKING:
        return f"{before}_{last}"
    if before.lower() == "utm" and not last.lower().startswith("utm"):
        return f"utm_{last}"
    is_form_s = last.lower() in FORM_S_OWN and not _is_in_fields(path) and not _is_a_person_s(above)
    return f"form_{last}" if has_fields and is_form_s else last


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
