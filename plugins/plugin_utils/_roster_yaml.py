# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This plugin util is private to the collection: it can change at any time.

"""From YAML to nodes.

Texts stay as they were typed, so that a telephone number keeps its zeros and its plus sign. What a value means is
decided where its type is known.
"""

from __future__ import annotations

import re
import typing as t

import yaml
from yaml.composer import Composer

from ansible_collections.vox.roster.plugins.plugin_utils._roster_nodes import Node, Problems

if t.TYPE_CHECKING:
    from collections.abc import Callable

_STANDARD = "tag:yaml.org,2002:"
_SCALARS = {f"{_STANDARD}{name}" for name in ("str", "int", "float", "bool", "null", "timestamp", "value")}
_COLLECTIONS = {f"{_STANDARD}{name}" for name in ("map", "seq")}
_VAULT = ("!vault", "!vault-encrypted")
_UNSAFE = "!unsafe"
# What people write for "nothing"; other spellings of it are surnames.
_NOTHING = ("", "~", "null")
_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def _loader() -> t.Any:
    """The fast parser without its own composer, which ends the whole program where the nesting is too deep."""
    fast: t.Any = getattr(yaml, "CSafeLoader", None)
    if fast is None:
        return yaml.SafeLoader

    def begin(self: t.Any, text: str) -> None:
        fast.__init__(self, text)
        Composer.__init__(self)

    return type("_Loader", (Composer, fast), {"__init__": begin})


_LOADER = _loader()


def read_yaml(text: str, problems: Problems, decrypt: Callable[[str], str]) -> Node | None:
    """The document as nodes; None when it cannot be read, which is then among the problems.

    decrypt: from the text of a ``!vault`` value to what it holds; raises ValueError with the reason.
    """
    stray = _UNPRINTABLE.search(text)
    if stray:
        before = text[: stray.start()]
        place = (before.count("\n") + 1, stray.start() - before.rfind("\n"), "")
        problems.add(place, f"holds the character U+{ord(stray.group()):04X}, which YAML does not allow.")
        return None
    try:
        root = yaml.compose(text, Loader=_LOADER)
        if root is not None:
            return _Converter(problems, decrypt).node(root)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = (mark.line + 1, mark.column + 1, "") if mark else (1, 1, "")
        problems.add(place, f"is no YAML: {_reason(error)}.")
        return None
    except RecursionError:
        problems.add((1, 1, ""), "is nested too deeply.")
        return None
    problems.add((1, 1, ""), "the file is empty.")
    return None


def _reason(error: yaml.MarkedYAMLError) -> str:
    """The parser's complaint, without any text of the file, which may be a secret."""
    problem = str(error.problem or error.context or "the parser gives no reason")
    if "undefined alias" in problem:
        return "a text that begins with * needs quotes"
    if "another document" in problem:
        return "it has more than one document"
    return re.sub(r"(['\"])[^'\", ]{4,}\1", "a text", problem)


class _Converter:
    def __init__(self, problems: Problems, decrypt: Callable[[str], str]) -> None:
        self._problems = problems
        self._decrypt = decrypt
        self._open: set[int] = set()
        self._done: dict[int, Node] = {}  # what is referred to again is not converted again

    def node(self, raw: yaml.Node) -> Node:
        if id(raw) in self._done:
            return self._done[id(raw)]
        converted = Node(None, raw.start_mark.line + 1, raw.start_mark.column + 1)
        if id(raw) in self._open:
            self._problems.add(converted.place, "contains itself.")
            return converted
        self._open.add(id(raw))
        if isinstance(raw, yaml.ScalarNode):
            converted.value = self._text(raw, converted)
        elif raw.tag not in _COLLECTIONS:
            self._refuse_tag(raw, converted)
        elif isinstance(raw, yaml.SequenceNode):
            converted.value = [self.node(entry) for entry in raw.value]
        elif isinstance(raw, yaml.MappingNode):
            self._fill(converted, raw)
        self._open.discard(id(raw))
        self._done[id(raw)] = converted
        return converted

    def _text(self, raw: yaml.ScalarNode, converted: Node) -> str | None:
        if raw.tag in _VAULT:
            try:
                return self._decrypt(raw.value)
            except ValueError as reason:
                self._problems.add(converted.place, f"this encrypted value {reason}")
                return None
        if raw.tag == f"{_STANDARD}null" and raw.value in _NOTHING:
            return None
        if raw.tag not in _SCALARS and raw.tag != _UNSAFE:
            self._refuse_tag(raw, converted)
            return None
        return str(raw.value)

    def _refuse_tag(self, raw: yaml.Node, converted: Node) -> None:
        self._problems.add(converted.place, "has a tag that is not known here. Quote a text that begins with !.")

    def _fill(self, converted: Node, raw: yaml.MappingNode) -> None:
        converted.value = {}
        merged: list[Node] = []
        for key, value in raw.value:
            place = (key.start_mark.line + 1, key.start_mark.column + 1, "")
            if key.tag == f"{_STANDARD}merge":
                merged += self._merged(value, place)
            elif not isinstance(key, yaml.ScalarNode):
                self._problems.add(place, "a key has to be a text.")
            elif key.value in converted.value:
                line = converted.keys[key.value][0]
                self._problems.add(place, f"this key stands on line {line} already.")
            else:
                converted.value[key.value] = self.node(value)
                converted.keys[key.value] = place
        for other in merged:
            for name, node in other.value.items():
                if name not in converted.value:
                    converted.value[name] = node
                    converted.keys[name] = other.keys[name]

    def _merged(self, raw: yaml.Node, place: tuple[int, int, str]) -> list[Node]:
        node = self.node(raw)
        entries = node.value if isinstance(node.value, list) else [node]
        if all(isinstance(entry.value, dict) for entry in entries):
            return entries
        self._problems.add(place, "'<<' needs an alias of key and value pairs.")
        return []
