# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This plugin util is private to the collection: it can change at any time.

"""What the playbooks say of accounts and of failures, in words that a person at a terminal can use."""

from __future__ import annotations

import typing as t

from ansible_collections.vox.roster.plugins.module_utils._http.errors import INTERRUPTED, Failure

if t.TYPE_CHECKING:
    from collections.abc import Mapping

# What tells a person whose account it is. The first is needed to talk of it at all, or else the id.
_SHOWN = {
    "simotel": ("number", "name", "email"),
    "exotel": ("name", "email", "device_contact_uri"),
    "sunbird": ("name", "username", "email", "phone"),
}
_BEFORE = {"number": "extension ", "username": "user name "}


def account_told(service: str, record: Mapping[str, t.Any]) -> str:
    """An account in a few words, such as ``extension 1001, Sara Ahmadi, sara@example.com``.

    record: what the info module returned of it.
    """
    whole = " ".join(str(record[part]) for part in ("first_name", "last_name") if record.get(part))
    known = {"name": whole, **{name: value for name, value in record.items() if value}}
    told = [f"{_BEFORE.get(name, '')}{known[name]}" for name in _SHOWN[service] if known.get(name)]
    return ", ".join(told) or f"id {record['id']}"


def reasons(result: Mapping[str, t.Any]) -> list[str]:
    """Why a task of a module failed: one text for each item that failed, or one for all; none if it did not fail."""
    if not result.get("failed"):
        return []
    changes = result.get("changes") or {}
    told = [_of_item(one["item"], one["failure"]) for one in changes.get("failed", ())]
    for more in changes.get("failed_more", ()):
        told.append(f"{len(more['names'])} more for the reason {more['code']}: {', '.join(more['names'])}")
    failure = result.get("failure") or {"code": ""}
    if not told:
        return [
            _sentence(failure) if changes and "message" in failure else str(result.get("msg") or "no reason is given.")
        ]
    return [_sentence(failure), *told] if failure["code"] == INTERRUPTED else told


def _of_item(label: str, failure: Mapping[str, t.Any]) -> str:
    sentence = _sentence(failure)
    return sentence if label in sentence else f"{label}: {sentence}"


def _sentence(failure: Mapping[str, t.Any]) -> str:
    operation = failure["operation"] if failure["operation"] != "plan" else ""
    more = {"http_status": failure["http_status"], "hint": failure["hint"], "done": failure["done"]}
    return str(Failure(failure["code"], failure["message"], operation=operation, **more))
