# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is private to the collection: it can change at any time.

"""How far a service has drifted from a list: everything that a plural task would do, in full and in a file.

The comparison is that of a task that changes things. Only what would end such a task is a finding here: an item that
is refused, a listing that cannot be had, more surplus records than a purge may remove.
"""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
import typing as t

from ansible_collections.vox.roster.plugins.module_utils._core.many import (
    in_scope,
    items_of,
    joined,
    plan_items,
    removal,
    scope_of,
    unnamed,
)
from ansible_collections.vox.roster.plugins.module_utils._core.plan import (
    CREATE,
    DELETE,
    NOTHING,
    UPDATE,
    Change,
    is_blank,
)
from ansible_collections.vox.roster.plugins.module_utils._core.report import difference
from ansible_collections.vox.roster.plugins.module_utils._http.errors import OPTION, TIMEOUT, TLS, UNREACHABLE, Failure

if t.TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ansible_collections.vox.roster.plugins.module_utils._core.many import Item
    from ansible_collections.vox.roster.plugins.module_utils._core.resource import Client, Record, Resource, Values
    from ansible_collections.vox.roster.plugins.module_utils._http.redact import Redactor

    # One finding; see row_of.
    Row = t.Dict[str, t.Any]

MISSING = "missing"  # in the list, not in the service
DIFFERENT = "different"
EXTRA = "extra"  # in the service, not in the list
REFUSED = "refused"  # an item that cannot be compared, or a change that must not be made
NOTE = "note"  # no drift, but something to know
KINDS = (MISSING, DIFFERENT, EXTRA, REFUSED, NOTE)

VERSION = 1  # of the form of the file
SPARED = (
    "The list does not name it, and a purge leaves it alone: the task uses it itself, or it may be one of those listed."
)

_OUR_OWN = ("version", "service", "resource", "drift", "kind", "listed")
_KIND_OF = {CREATE: MISSING, UPDATE: DIFFERENT, DELETE: EXTRA}
# Where nothing can be asked, a second question is no use.
_HOPELESS = (UNREACHABLE, TLS, TIMEOUT)
# A program that puts the file into a web page needs not look into it: none of these ends a script there.
_ESCAPED = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"}


class Drift(t.NamedTuple):
    """What was found.

    address: of the service, without credentials. scope: the filter of a purge, which limits what can be extra.
    rows: every finding, as ``row_of`` makes them.
    agreeing: how many items the service holds as the list says.
    unlisted: why the surplus records are not known; None when they are.
    """

    address: str
    scope: Mapping[str, str]
    rows: Sequence[Row]
    agreeing: int
    unlisted: Failure | None

    def counts(self) -> dict[str, t.Any]:
        """How many rows there are of each kind; ``extra`` is None when the service could not be listed.

        findings: of all kinds that are drift. agreeing: as above.
        """
        counted: dict[str, t.Any] = dict.fromkeys(KINDS, 0)
        for row in self.rows:
            counted[row["kind"]] += 1
        findings = len(self.rows) - counted[NOTE]
        if self.unlisted and not counted[EXTRA]:
            counted[EXTRA] = None
        return {"findings": findings, **counted, "agreeing": self.agreeing}


def result_of_comparison(
    resource: Resource, params: Mapping[str, t.Any], check_mode: bool, redactor: Redactor
) -> dict[str, t.Any]:
    """Compare, write the file that ``drift_file`` names, and return the result of the task, which is small.

    Raises Failure when the task makes no sense, the service cannot be read, or the file cannot be written.
    """
    path = params["drift_file"]
    if not check_mode:
        hint = "Give the task 'check_mode: true', or leave 'drift_file' out to make the changes."
        raise Failure(OPTION, "'drift_file' compares and changes nothing, but this is no check mode", hint=hint)
    if not os.path.isdir(os.path.dirname(os.path.abspath(path))):
        raise Failure(OPTION, f"'drift_file' is '{path}', in a directory that does not exist", hint="Make it first.")
    drift = compare(resource, params, redactor)
    counts = drift.counts()
    unlisted = drift.unlisted.as_result() if drift.unlisted else None
    told = {"address": drift.address, "drift": counts, "unlisted": unlisted}
    _write(path, _text_of(resource, drift, told, redactor))
    return {"changed": counts["findings"] > 0, **told}


def compare(resource: Resource, params: Mapping[str, t.Any], redactor: Redactor) -> Drift:
    """Plan every item, and the removal of all that no item names; nothing is written.

    Raises Failure when the options make no sense or the service cannot be read.
    """
    items = items_of(resource, params)
    scope = scope_of(resource, params)
    client = resource.connect(params, True, redactor)
    records, unlisted = _read(resource, client, items, scope)
    changes = plan_items(resource, items, records)
    rows = [row_of(resource, change) for change in changes if _is_finding(change)]
    try:
        rows += [] if unlisted else _surplus(resource, client, items, changes, in_scope(records, scope))
    except Failure as failure:
        # Whether a record is the task's own account may take a log-in.
        unlisted = failure
    still = sum(change.needs_nothing for change in changes)
    return Drift(client.address, scope, rows, still, unlisted)


def _read(
    resource: Resource, client: Client, items: Sequence[Item], scope: Mapping[str, str]
) -> tuple[list[Record], Failure | None]:
    """All records, or those that the items may mean and why there is no more."""
    everything: list[Record] = []
    unlisted = None
    try:
        everything = client.everything(scope)
        if resource.listed:
            return everything, None
    except Failure as failure:
        if failure.kind in _HOPELESS:
            raise
        failure.service = failure.service or resource.service
        unlisted = failure
    wanted = [item.desired for item in items if not item.failure]
    return joined(everything, client.candidates(wanted) if wanted else []), unlisted


def _surplus(
    resource: Resource, client: Client, items: Sequence[Item], changes: Sequence[Change], records: Sequence[Record]
) -> list[Row]:
    rows = []
    for record in unnamed(resource, items, changes, records):
        row = {**row_of(resource, removal(resource, record)), "listed": False}
        rows.append({**row, "kind": NOTE, "warnings": [SPARED]} if client.is_own(record) else row)
    return rows


def _is_finding(change: Change) -> bool:
    return bool(not change.needs_nothing or change.warnings)


def row_of(resource: Resource, change: Change) -> Row:
    """A finding as it stands in the file.

    kind: one of KINDS. item: the key as a person would say it. name: what the person or group is called, if known.
    id: the service's, if it holds the record. listed: whether an item of the list speaks of it.
    fields: by name, ``before`` and ``after`` as far as there is one, secrets hidden. warnings: texts.
    failure: why it cannot be compared, or the change must not be made.
    """
    kind = NOTE
    if change.refusal:
        kind = REFUSED
    elif change.action != NOTHING:
        kind = _KIND_OF[change.action]
    row: Row = {
        "kind": kind,
        "item": change.label,
        "name": _name_in({**(change.before or {}), **change.desired}),
        "id": change.record.values.get("id") if change.record else None,
        "listed": True,
        "fields": {} if change.refusal else difference(resource, change, _telling(change)),
        "warnings": list(change.warnings),
    }
    return {**row, "failure": change.refusal.as_result()} if change.refusal else row


def _telling(change: Change) -> Sequence[str]:
    """The fields that say what is to be done: what differs, what the list gives, or who is meant."""
    if change.action == UPDATE:
        return change.differing
    return [name for name, value in change.desired.items() if not is_blank(value)]


def _name_in(values: Values) -> str | None:
    parts = [values.get(name) for name in ("first_name", "last_name")]
    name = values.get("name") or " ".join(part for part in parts if isinstance(part, str) and part)
    return name if isinstance(name, str) and name else None


def _text_of(resource: Resource, drift: Drift, told: Mapping[str, t.Any], redactor: Redactor) -> str:
    """JSON with one row a line, which tools that compare lines can read."""
    head = {
        "version": VERSION,
        "service": resource.service,
        "resource": resource.name,
        "scope": dict(drift.scope),
        **told,
    }
    rows = ",\n".join(_json(_clean(row, redactor)) for row in drift.rows)
    return f'{_json(_clean(head, redactor))[:-1]}, "rows": [\n{rows}\n]}}\n'


def _clean(value: Mapping[str, t.Any], redactor: Redactor) -> dict[str, t.Any]:
    """Without secrets. Our own words and numbers stay what they are, even if somebody's secret is the same."""
    return {name: one if name in _OUR_OWN else redactor.clean_all(one) for name, one in value.items()}


def _json(value: t.Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str).translate(_ESCAPED)


def _write(path: str, text: str) -> None:
    """Put the file in place as a whole; only its owner may read it, as it holds personal data."""
    # What is no valid Unicode becomes an escape that JSON knows.
    content = text.encode("utf-8", "backslashreplace")
    try:
        # A new file of a name that nobody knows before: what lies there may belong, or lead, to somebody else.
        handle, unfinished = tempfile.mkstemp(prefix=".drift-", dir=os.path.dirname(os.path.abspath(path)))
        try:
            with open(handle, "wb") as stream:
                stream.write(content)
            os.replace(unfinished, path)
        finally:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(unfinished)
    except OSError as error:
        raise Failure(OPTION, f"'drift_file' cannot be written: {error.strerror}: '{path}'") from None
