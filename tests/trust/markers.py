# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Known secrets, and all that one of them may look like when it gets out."""

from __future__ import annotations

import base64
import json
import typing as t
from pathlib import Path
from urllib.parse import quote, quote_plus

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

SHORTEST_CORE = 8  # characters of a base64 text that are enough to know it by


def forms_of(secret: str) -> dict[bytes, str]:
    """Every form of a secret that is looked for, with its name.

    As it is, in JSON, in Python, in YAML, in an address, in base64 wherever it stands in the encoded text, in
    hexadecimal digits, and all of these backwards.
    """
    texts = {
        secret: "plain",
        json.dumps(secret)[1:-1]: "in JSON",
        json.dumps(secret, ensure_ascii=False)[1:-1]: "in JSON",
        json.dumps(json.dumps(secret)[1:-1])[1:-1]: "in JSON in JSON",
        repr(secret)[1:-1]: "in Python",
        secret.replace("'", "''"): "in YAML",
        quote(secret, safe=""): "percent-encoded",
        quote(secret): "percent-encoded",
        quote_plus(secret): "percent-encoded",
        secret.encode("utf-8").hex(): "in hexadecimal digits",
    }
    found = {text.encode("utf-8"): name for text, name in texts.items()}
    found.update({text.lower(): name for text, name in list(found.items()) if b"%" in text})
    found.update(dict.fromkeys(_base64_cores(secret), "in base64"))
    found.update({_backwards(text): f"{name}, backwards" for text, name in list(found.items())})
    return found


def _base64_cores(secret: str) -> Iterator[bytes]:
    """What base64 makes of a secret whatever stands before and after it."""
    content = secret.encode("utf-8")
    for before in range(3):
        whole = base64.b64encode(b"\0" * before + content).rstrip(b"=")
        after = len(whole) - (0 if (before + len(content)) % 3 == 0 else 1)
        core = whole[[0, 2, 3][before] : after]
        if len(core) >= SHORTEST_CORE:
            yield core
            yield core.replace(b"+", b"-").replace(b"/", b"_")


def _backwards(text: bytes) -> bytes:
    return text.decode("utf-8")[::-1].encode("utf-8")


def found_in(content: bytes, secrets: Iterable[str]) -> list[str]:
    """The secrets in a text: each with its form and what stands around it."""
    return [
        f"{secret!r} {name}: {content[max(0, place - 120) : place + 120]!r}"
        for secret in secrets
        for form, name in forms_of(secret).items()
        if (place := content.find(form)) >= 0
    ]


def files_below(directory: Path) -> list[Path]:
    """All files in a directory."""
    return sorted(path for path in directory.rglob("*") if path.is_file())
