"""YAML as people mean it: a repeated key is refused, and a scalar keeps what stands there.

YAML 1.1 reads ``0112223334`` as an octal number, ``12_34`` and ``12:30`` as numbers, ``5.10`` as ``5.1`` and ``no``
as false. An id, a brand or a header is a text, so all of these stay as they are written. Whole numbers, ``true``,
``false`` and ``null`` are read as such where nothing but them is written.
"""

from __future__ import annotations

import re
from typing import Any

import yaml

TEXT_KEYS = frozenset({"source", "account", "brand", "connection"})
"""What stands under these keys is text, also where it is all digits."""


class NotYaml(ValueError):
    """The text cannot be read, and in which line it cannot."""

    def __init__(self, line: int | None, sentence: str) -> None:
        super().__init__(sentence)
        self.line = line


class _Loader(yaml.SafeLoader):
    """Reads what people mean."""


_Loader.yaml_implicit_resolvers = {}
_Loader.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"^(~|null|Null|NULL|)$"), ["~", "n", "N", ""])
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:bool", re.compile(r"^(true|True|TRUE|false|False|FALSE)$"), list("tTfF")
)
_Loader.add_implicit_resolver("tag:yaml.org,2002:int", re.compile(r"^(0|-?[1-9][0-9]*)$"), list("-0123456789"))
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:float", re.compile(r"^-?(0|[1-9][0-9]*)\.([0-9]*[1-9]|0)$"), list("-0123456789")
)
_Loader.add_implicit_resolver("tag:yaml.org,2002:merge", re.compile(r"^(?:<<)$"), ["<"])


def _mapping(loader: _Loader, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
    seen: dict[Any, int] = {}
    for key_node, value_node in node.value:
        if key_node.tag == "tag:yaml.org,2002:merge":
            continue
        if key_node.tag == "tag:yaml.org,2002:bool":
            # An option may be called "on".
            key_node.tag = "tag:yaml.org,2002:str"
        key = loader.construct_object(key_node, deep=True)
        line = key_node.start_mark.line + 1
        if not isinstance(key, str | int | float | bool):
            raise NotYaml(line, "a key must be a word.")
        if key in seen:
            raise NotYaml(line, f"the key {key!r} is there twice, first in line {seen[key]}. Put both under one.")
        seen[key] = line
        is_scalar = isinstance(value_node, yaml.ScalarNode) and value_node.tag != "tag:yaml.org,2002:null"
        if key in TEXT_KEYS and is_scalar:
            value_node.tag = "tag:yaml.org,2002:str"
    loader.flatten_mapping(node)
    return {
        loader.construct_object(key, deep=True): loader.construct_object(value, deep=True) for key, value in node.value
    }


_Loader.add_constructor("tag:yaml.org,2002:map", _mapping)


class _LoaderOfSettings(_Loader):
    """The same, with the words for yes and no that settings have."""


_LoaderOfSettings.yaml_implicit_resolvers = {key: list(found) for key, found in _Loader.yaml_implicit_resolvers.items()}
_LoaderOfSettings.add_implicit_resolver(
    "tag:yaml.org,2002:bool", re.compile(r"^(yes|Yes|YES|no|No|NO|on|On|ON|off|Off|OFF)$"), list("yYnNoO")
)


def load(text: str, words_are_booleans: bool = False) -> Any:
    """The content of a YAML text; ``NotYaml`` says in which line what is wrong.

    ``words_are_booleans``: whether ``yes``, ``no``, ``on`` and ``off`` are true and false, but under ``TEXT_KEYS``.
    """
    try:
        return yaml.load(text, Loader=_LoaderOfSettings if words_are_booleans else _Loader)  # noqa: S506 - Safe, and less
    except NotYaml:
        raise
    except (yaml.YAMLError, ValueError, RecursionError) as broken:
        mark = getattr(broken, "problem_mark", None)
        sentence = "this is not YAML. Check the indentation and the quotes."
        begins = text.splitlines()[mark.line] if mark and mark.line < len(text.splitlines()) else ""
        if "\t" in begins[: len(begins) - len(begins.lstrip())]:
            sentence = "this is not YAML: the line is indented by a tab. Put two blanks in its place."
        raise NotYaml(mark.line + 1 if mark else None, sentence) from None
