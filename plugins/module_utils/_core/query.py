# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is private to the collection: it can change at any time.

"""A JMESPath expression over records: whatever can be wrong with it is found before anything is read.

The library accepts a misspelt function until it is called, and a misspelt field for ever: an empty answer would then
be taken for a true one. So the parsed expression is looked through for both.
"""

from __future__ import annotations

import typing as t
from difflib import get_close_matches

from ansible.module_utils.basic import missing_required_lib

from ansible_collections.vox.roster.plugins.module_utils._http.errors import OPTION, Failure

if t.TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    # A part of a parsed expression: type, value and children.
    Node = t.Dict[str, t.Any]

IDENTIFIERS = ("unquoted_identifier", "quoted_identifier")


def compiled(
    expression: str, names: Collection[str], unforeseen: Collection[str], left_out: Mapping[str, str]
) -> Callable[[t.Any], t.Any]:
    """The expression as a function of the records; Failure when it is none, or names what there is not.

    names: everything that a record holds, at any depth. unforeseen: those of them with names below them that nobody
    knows beforehand; an expression that uses one may name anything. left_out: what a record might hold, and what to
    do to have it there.
    """
    try:
        import jmespath
    except ImportError:
        hint = "Install it for the Python that runs the module, or leave 'query' out."
        raise Failure(OPTION, missing_required_lib("jmespath"), code="missing_library", hint=hint) from None
    try:
        parsed = jmespath.compile(expression)
    except jmespath.exceptions.JMESPathError as error:
        column = getattr(error, "lex_position", 0) + 1
        raise _senseless(f"is {expression!r}, which is no JMESPath expression: {_reason(error)}", column) from None
    nodes = list(_nodes(parsed.parsed))
    _check_functions(expression, nodes, jmespath.functions.Functions.FUNCTION_TABLE)
    used = {node["value"] for node in nodes if node["type"] == "field"}
    if not used & set(unforeseen):
        _check_names(expression, nodes, names, left_out)

    def search(records: t.Any) -> t.Any:
        try:
            return parsed.search(records)
        except jmespath.exceptions.JMESPathTypeError as error:
            # The library's own words quote the value, which may be a secret or all records.
            wanted = " or ".join(error.expected_types)
            message = (
                f"'query' cannot be applied: {error.function_name}() takes {wanted}, and there is {error.actual_type}"
            )
            hint = "What a record does not hold is null: leave such records out first, as in [?email]."
            raise Failure(OPTION, message, code="query", hint=hint) from None
        except ValueError as error:
            raise Failure(OPTION, f"'query' cannot be applied: {error}", code="query") from None

    return search


def _senseless(what: str, column: int, hint: str = "") -> Failure:
    return Failure(OPTION, f"'query' {what} (column {column})", code="query", hint=hint)


def _reason(error: t.Any) -> str:
    """What the library objects to, in a few words."""
    value = getattr(error, "lexer_value", None) or getattr(error, "token_value", None)
    return f"it cannot go on at {value!r}" if value else "it ends too early"


def _nodes(node: t.Any) -> Iterator[Node]:
    if isinstance(node, dict):
        yield node
        for child in node["children"]:
            yield from _nodes(child)


def _check_functions(expression: str, nodes: list[Node], table: dict[str, t.Any]) -> None:
    for node in nodes:
        if node["type"] != "function_expression":
            continue
        name, given = node["value"], len(node["children"])
        if name not in table:
            what = f"calls {name}(), which is no function of JMESPath"
            raise _senseless(what, _column(expression, name), _guess(name, table))
        signature = table[name]["signature"]
        wanted = len(signature)
        if given < wanted or (given > wanted and not signature[-1].get("variadic")):
            what = f"calls {name}() with {given} argument{'' if given == 1 else 's'}, and it takes {wanted}"
            raise _senseless(what, _column(expression, name))


def _check_names(expression: str, nodes: list[Node], names: Collection[str], left_out: Mapping[str, str]) -> None:
    made = {node["value"] for node in nodes if node["type"] == "key_val_pair"}
    made.update(name for node in nodes if node["type"] == "literal" for name in _keys(node["value"]))
    used = {node["value"] for node in nodes if node["type"] == "field"}
    unknown = {_column(expression, name): name for name in used - made - set(names)}
    if unknown:
        column, name = min(unknown.items())
        quoted = "Double quotes name a field. Put a text in single quotes." if f'"{name}"' in expression else ""
        hint = left_out.get(name) or quoted or _guess(name, names)
        raise _senseless(f"names {name!r}, which no record holds", column, hint)


def _keys(value: t.Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from value
    for one in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _keys(one)


def _guess(name: str, known: Collection[str]) -> str:
    near = get_close_matches(name, sorted(known), n=1)
    return f"Perhaps {near[0]} is meant." if near else f"There are {', '.join(sorted(known))}."


def _column(expression: str, name: str) -> int:
    """Where the name stands in the expression, counted from 1."""
    from jmespath.lexer import Lexer

    tokens = Lexer().tokenize(expression)
    return next((token["start"] + 1 for token in tokens if token["type"] in IDENTIFIERS and token["value"] == name), 1)
