# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the modules say when they fail, read from their source.

Advice ends with a full stop everywhere in module_utils, and nothing else there does except docstrings. What is filled
in at run time is shown as an ellipsis.
"""

from __future__ import annotations

import ast
import functools
import re
import typing as t

from ansible_collections.vox.roster.tests.guides.blocks import ROOT

SOURCES = ROOT / "plugins" / "module_utils"
PLAYBOOK_SOURCES = ROOT / "plugins" / "plugin_utils"
PLAYBOOKS = ROOT / "playbooks"
ELLIPSIS = "…"
FAILURES = ("Failure", "failure_of")
SHORTEST = 4  # words
_PLACE = re.compile(r"\{[0-9]?\}")  # what is filled in by format
_WITH_DOCSTRINGS = (ast.Module, ast.ClassDef, ast.FunctionDef)


@functools.cache
def trees() -> list[ast.Module]:
    """The source of module_utils."""
    return [ast.parse(path.read_text(encoding="utf-8")) for path in sorted(SOURCES.rglob("*.py"))]


def kinds() -> set[str]:
    """The kinds of failure."""
    errors = ast.parse((SOURCES / "_http" / "errors.py").read_text(encoding="utf-8"))
    return {
        str(node.value.value)
        for node in errors.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
    }


def codes() -> set[str]:
    """The collection's own codes, which say more than the kind."""
    calls = [node for tree in trees() for node in ast.walk(tree) if isinstance(node, ast.Call)]
    given = [word.value for call in calls for word in call.keywords if word.arg == "code"]
    return {str(value.value) for value in given if isinstance(value, ast.Constant) and value.value}


@functools.cache
def trees_of_playbooks() -> list[ast.Module]:
    """The source of what only the controller uses."""
    return [ast.parse(path.read_text(encoding="utf-8")) for path in sorted(PLAYBOOK_SOURCES.glob("*.py"))]


def said_by_playbooks() -> str:
    """All that the playbooks and their plugins may say, with what is filled in as an ellipsis."""
    written = " ".join(path.read_text(encoding="utf-8") for path in sorted(PLAYBOOKS.rglob("*.yml")))
    return " | ".join([*_texts_of(trees_of_playbooks()), " ".join(written.split())])


@functools.cache
def texts() -> set[str]:
    """Every text of a module that is no docstring."""
    return _texts_of(trees())


def _texts_of(sources: list[ast.Module]) -> set[str]:
    found = set()
    for tree in sources:
        silent = _silent(tree)
        found |= {_text(node) for node in ast.walk(tree) if id(node) not in silent}
    return {" ".join(text.split()) for text in found}


def advice() -> set[str]:
    """Every sentence that may be part of a message."""
    return {text for text in texts() if text.endswith(".") and _words(text) >= SHORTEST}


def messages() -> set[str]:
    """What is said to be wrong, as far as it is said in one piece."""
    found = set()
    for call in (node for tree in trees() for node in ast.walk(tree) if isinstance(node, ast.Call)):
        if isinstance(call.func, (ast.Name, ast.Attribute)) and len(call.args) > 1:
            name = call.func.id if isinstance(call.func, ast.Name) else call.func.attr
            text = _text(call.args[1])
            if name in FAILURES and _words(text) >= SHORTEST:
                found.add(" ".join(text.split()))
    return found


def _words(text: str) -> int:
    return len([word for word in text.split() if word.strip(ELLIPSIS + "'.:")])


def _silent(tree: ast.Module) -> set[int]:
    """Docstrings, and the pieces of texts that are put together."""
    silent: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, _WITH_DOCSTRINGS) and node.body and isinstance(node.body[0], ast.Expr):
            silent.add(id(node.body[0].value))
        elif isinstance(node, ast.JoinedStr):
            silent.update(map(id, node.values))
    return silent


def _text(node: t.Any) -> str:
    """The text of a literal, empty for anything else."""
    if isinstance(node, ast.Constant):
        return _PLACE.sub(ELLIPSIS, node.value) if isinstance(node.value, str) else ""
    if isinstance(node, ast.JoinedStr):
        return "".join(_text(part) if isinstance(part, ast.Constant) else ELLIPSIS for part in node.values)
    return ""
