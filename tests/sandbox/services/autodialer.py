# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The simulated autodialer module of a Simotel server: its groups. Address, accounts and errors are the server's."""

from __future__ import annotations

from ..contract import Dialect, Sandbox, Service
from . import autodialer_groups as groups
from .simotel_gate import PREFIX, denied, json_route, not_found, unknown, upload_route


def licence(sandbox: Sandbox, path: str) -> None:
    """The autodialer is sold apart."""
    module = sandbox.dialect("autodialer.module")
    if module == "absent":
        unknown(sandbox, path)
    if module == "denied":
        raise denied(sandbox, path)


ROUTES = (
    upload_route("/autodialer/groups/upload", "autodialer.group.upload", groups.upload, licence),
    json_route("/autodialer/groups/add", "autodialer.group.add", groups.add, licence),
    json_route("/autodialer/groups/search", "autodialer.group.search", groups.search, licence),
    json_route("/autodialer/groups/update", "autodialer.group.update", groups.update, licence),
    json_route("/autodialer/groups/remove", "autodialer.group.remove", groups.remove, licence),
)

DIALECTS = tuple(
    Dialect("autodialer." + name, values, meaning)
    for name, values, meaning in (
        (
            "group_update_without_numbers",
            ("keeps", "clears"),
            "An update without numbers keeps the members, or leaves the group empty.",
        ),
        ("group_update", ("partial", "replace"), "An update without description keeps it, or removes it."),
        ("group_numbers", ("hidden", "returned"), "A search does not return the members, or does."),
        ("group_count", ("all", "distinct"), "A number given twice counts twice, or once."),
        ("group_names", ("free", "unique"), "Groups may share a name, or the second one is refused."),
        ("group_add_answer", ("id", "null"), "Adding a group answers with the new id, or with _id null."),
        (
            "unpaginated_search",
            ("first_20", "all"),
            "A search without pagination returns a first page, or a bare full list.",
        ),
        ("page_limit", ("none", "20", "100"), "The largest page; a larger count is silently cut."),
        ("page_start", ("zero_based", "one_based"), "start counts the records to skip, or names the first one."),
        (
            "record_keys",
            ("full", "sparse"),
            "Records always have count and description, or lack count and what is empty.",
        ),
        ("filename_with_numbers", ("union", "numbers", "filename"), "What counts when a call gives both."),
        (
            "update_filename",
            ("accepted", "ignored"),
            "An update takes the members from an uploaded file, or ignores it.",
        ),
        ("file_header", ("kept", "skipped"), "A first line that is no number becomes a member, or is skipped."),
        ("number_check", ("none", "digits"), "Members may be any text, or must be digits (with a plus in front)."),
        (
            "order",
            ("newest_first", "oldest_first"),
            "Groups come by their date, which every update renews, or as they were made.",
        ),
        (
            "module",
            ("installed", "absent", "denied"),
            "The server has the autodialer, or answers all of its calls with 501, or with 403.",
        ),
    )
)

SERVICE = Service(
    name="autodialer",
    title="Simotel autodialer groups",
    prefix=PREFIX,
    schema=groups.SCHEMA,
    routes=ROUTES,
    dialects=DIALECTS,
    seed=groups.seed,
    records=groups.records,
    not_found=not_found,
    change=groups.change,
    merge_slashes=True,
)
