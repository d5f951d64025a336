# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This plugin util is private to the collection: it can change at any time.

"""From the bytes of a roster file to what the lookup returns."""

from __future__ import annotations

import codecs
import contextlib
import gc
import typing as t

from ansible_collections.vox.roster.plugins.plugin_utils._roster import read_roster
from ansible_collections.vox.roster.plugins.plugin_utils._roster_csv import read_csv
from ansible_collections.vox.roster.plugins.plugin_utils._roster_nodes import Node, Problems
from ansible_collections.vox.roster.plugins.plugin_utils._roster_values import LISTS, columns
from ansible_collections.vox.roster.plugins.plugin_utils._roster_yaml import read_yaml

if t.TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

YAML, CSV = "yaml", "csv"
_WRITTEN = {"yml": YAML, "yaml": YAML, "json": YAML, "csv": CSV, "tsv": CSV, "txt": CSV}


def read_file(
    name: str,
    content: bytes,
    problems: Problems,
    decrypt: Callable[[str], str],
    written: str | None = None,
    defaults: Mapping[str, t.Any] | None = None,
    departments: Mapping[str, t.Any] | None = None,
) -> dict[str, t.Any]:
    """``{"people": [...], "simotel_users": [...], ...}``; what is wrong goes to the problems, and is left out.

    name: of the file; its end tells how it is written unless ``written`` does.
    decrypt: from the text of a ``!vault`` value to what it holds; raises ValueError with the reason.
    defaults, departments: the same as those of the file, which count more.
    """
    written = written or _WRITTEN.get(name.lower().removesuffix(".vault").rpartition(".")[2])
    nothing: dict[str, t.Any] = {"people": [], **{name: [] for name in LISTS.values()}}
    text = _decoded(content, problems)
    if not written:
        hint = "Give the lookup its 'format', or the file a name that ends with .yml or .csv."
        problems.add((0, 0, name), f"the name does not tell whether this is YAML or CSV. {hint}")
    if not written or text is None:
        return nothing
    with _no_collection():
        root = read_csv(text, problems, columns()) if written == CSV else read_yaml(text, problems, decrypt)
        if root is None:
            return nothing
        outer = from_value(defaults or {}, "defaults"), from_value(departments or {}, "departments")
        return read_roster(root, problems, *outer)


def from_value(value: t.Any, label: str) -> Node:
    """What a playbook holds in a variable, as nodes that name the way to them."""
    if isinstance(value, dict):
        keys = {str(key): (0, 0, f"{label}.{key}") for key in value}
        return Node({str(key): from_value(one, f"{label}.{key}") for key, one in value.items()}, 0, 0, label, keys)
    if isinstance(value, (list, tuple)):
        return Node([from_value(one, f"{label}[{position}]") for position, one in enumerate(value)], 0, 0, label)
    if isinstance(value, bool):
        return Node("true" if value else "false", 0, 0, label)
    return Node(None if value is None else str(value), 0, 0, label)


@contextlib.contextmanager
def _no_collection() -> Iterator[None]:
    """Keep Python from looking for garbage: among the hundreds of thousands of nodes it costs most of the time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _decoded(content: bytes, problems: Problems) -> str | None:
    encoding = "utf-8-sig"
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encoding = "utf-16"
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        before = content[: error.start]
        column = len(before.rpartition(b"\n")[2].decode("utf-8", "replace")) + 1
        hint = "Save the file as UTF-8; Excel calls it 'CSV UTF-8'."
        problems.add((before.count(b"\n") + 1, column, ""), f"this is no text in UTF-8. {hint}")
        return None
