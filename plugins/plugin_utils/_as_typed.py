# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This plugin util is private to the collection: it can change at any time.

"""Extra variables as they were typed.

AWX hands the answers to a survey over in a file, each as ``!unsafe '+982155500101'``. Since ansible-core 2.19 such a
value becomes what it would be without the quotation marks: a number without its plus sign, an octal number where it
begins with a zero, true for yes. What was typed still stands in the file.
"""

from __future__ import annotations

import typing as t

import yaml
from ansible import context

if t.TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


def as_typed(variables: Mapping[str, t.Any]) -> dict[str, t.Any]:
    """The variables, with the text of the file in place of values that YAML made of texts.

    Only files of ``--extra-vars @FILE`` count, and only where their text leads to the very value, so a variable that
    comes from elsewhere is left alone. A file that cannot be read as YAML, such as an encrypted one, is passed over.
    """
    typed = dict(variables)
    for option in context.CLIARGS.get("extra_vars") or ():
        for name, text in _texts(option[1:]) if option.startswith("@") else ():
            if name in variables and not isinstance(variables[name], str) and _leads_to(text, variables[name]):
                typed[name] = text
    return typed


def _texts(path: str) -> Iterator[tuple[str, str]]:
    """The scalar values of a YAML file by their names."""
    try:
        with open(path, encoding="utf-8") as stream:
            document = yaml.compose(stream, yaml.SafeLoader)
    except (OSError, UnicodeDecodeError, yaml.YAMLError):
        return
    for key, value in document.value if isinstance(document, yaml.MappingNode) else ():
        if isinstance(value, yaml.ScalarNode):
            yield key.value, value.value


def _leads_to(text: str, value: t.Any) -> bool:
    try:
        return bool(yaml.safe_load(text) == value)
    except (ValueError, yaml.YAMLError):
        return False
