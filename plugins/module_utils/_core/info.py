# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is private to the collection: it can change at any time.

"""Reading records without changing any: all, those with certain keys, or those that the service's own filters leave.

A record is turned into what is shown of it as soon as it arrives, so that a large listing is held once.
"""

from __future__ import annotations

import typing as t

from ansible_collections.vox.roster.plugins.module_utils import _start  # noqa: F401  pylint: disable=unused-import
from ansible_collections.vox.roster.plugins.module_utils._core.desired import desired_values
from ansible_collections.vox.roster.plugins.module_utils._core.entry import Module, answer_with, finish
from ansible_collections.vox.roster.plugins.module_utils._core.plan import Index, canonical_of, is_blank
from ansible_collections.vox.roster.plugins.module_utils._core.query import compiled
from ansible_collections.vox.roster.plugins.module_utils._core.resource import ABSENT, Unreadable, decode
from ansible_collections.vox.roster.plugins.module_utils._http.options import ArgumentSpec
from ansible_collections.vox.roster.plugins.module_utils._http.redact import Cleaned

if t.TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from ansible_collections.vox.roster.plugins.module_utils._core.resource import Field, Record, Resource, Values
    from ansible_collections.vox.roster.plugins.module_utils._http.redact import Redactor

    # A record as a result shows it.
    Shown = t.Dict[str, t.Any]

SECRETS_WARNING = (
    "The result holds secrets, because of 'include_secrets: true'. Give the task 'no_log: true', and print nothing "
    "that it registers."
)
MASKED_WARNING = "The service masks '{0}', so it is null wherever there is one."


class Reader(t.Protocol):
    """How one service says what there is. Both raise Failure when the service says no."""

    def candidates(self, wanted: Sequence[Values]) -> list[Record]:
        """All records that hold a key value of one of the wanted states; others may be among them."""

    def select(self, filters: Mapping[str, t.Any], keep: Callable[[Record], t.Any]) -> list[t.Any]:
        """What is kept of each record that the filters leave, all where there are none; never of a part of them."""


class Info(t.NamedTuple):
    """What can be asked of a resource.

    connect: from a module's parameters and the redactor, to a reader whose connection cannot write.
    order: the field by which records are sorted; records alike in it by their ids.
    fields: what only a reading shows, beside the fields of the resource.
    source: the service's own record, of which ``fields`` are read.
    filters: the service's own filters, by the names of options.
    options: further options, such as what a key cannot be understood without.
    inner: names inside of the values of fields, as queries may use them, where no option tells them.
    unforeseen: fields with names inside that nobody knows beforehand.
    remarks: what a person should know of wanted keys that no record holds; given these and the records.
    """

    resource: Resource
    connect: Callable[[Mapping[str, t.Any], Redactor], Reader]
    order: str
    fields: Sequence[Field] = ()
    source: Callable[[Record], Mapping[str, t.Any]] = lambda record: record.raw
    filters: Mapping[str, Mapping[str, t.Any]] = {}
    options: ArgumentSpec = ArgumentSpec()
    inner: Sequence[str] = ()
    unforeseen: Sequence[str] = ()
    remarks: Callable[[Sequence[Values], Sequence[Record]], Sequence[str]] = lambda missing, records: ()

    @property
    def secrets(self) -> list[Field]:
        """The secrets that a reading can show."""
        return [one for one in self.resource.fields if one.secret and not one.write_once]

    def arguments(self) -> ArgumentSpec:
        """The options of the info module."""
        arguments: dict[str, t.Any] = {key: {"type": "list", "elements": "str"} for key in self.resource.keys}
        arguments["query"] = {"type": "str"}
        if self.filters:
            arguments["filters"] = {"type": "dict", "options": dict(self.filters)}
        if self.secrets:
            arguments["include_secrets"] = {"type": "bool", "default": False, "no_log": False}
        exclusive = tuple((key, "filters") for key in self.resource.keys) if self.filters else ()
        return self.resource.connection + self.options + ArgumentSpec(arguments, mutually_exclusive=exclusive)

    def shown_fields(self, params: Mapping[str, t.Any]) -> list[Field]:
        """The fields of the resource that this task gets to see."""
        included = self.secrets if params.get("include_secrets") else []
        return [one for one in self.resource.fields if one.returned or one in included]


def run_info_module(info: Info) -> None:
    """Run the info module of a resource: one task, any number of records."""
    module = Module(info.arguments())

    def settled(params: Mapping[str, t.Any], redactor: Redactor) -> dict[str, t.Any]:
        return told(info, params, redactor, hidden=module.no_log)

    finish(module, answer_with(info.resource, info.arguments(), module.params, settled))


def told(info: Info, params: Mapping[str, t.Any], redactor: Redactor, hidden: bool) -> dict[str, t.Any]:
    """The result of an info task. hidden: Ansible does not show it anyway.

    Raises Failure when the task makes no sense, before the first request, or when the service cannot be read.
    """
    search = _search(info, params)
    wanted = _wanted(info.resource, params)
    filters = {name: value for name, value in (params.get("filters") or {}).items() if not is_blank(value)}
    reader = info.connect(params, redactor)
    show = _Show(info, params, redactor)
    warnings: list[str] = []
    if wanted is None:
        shown = reader.select(filters, show)
    else:
        records = reader.candidates(wanted) if wanted else []
        found, missing = _found(info.resource, wanted, records)
        warnings += info.remarks(missing, records)
        shown = [show(record) for record in found]
    shown.sort(key=lambda one: (*_position(one[info.order]), str(one["id"])))
    result: dict[str, t.Any] = {"changed": False, "count": Cleaned(len(shown))}
    if params.get("include_secrets"):
        result["secrets_included"] = True
        warnings += [] if hidden else [SECRETS_WARNING]
        warnings += [MASKED_WARNING.format(name) for name in sorted(show.masked)]
    if search:
        result["query_result"] = Cleaned(search(shown))
    else:
        result[info.resource.plural] = Cleaned(shown)
    return {**result, "warnings": warnings}


class _Show:
    """From a record to what the task gets to see of it, with no secret in it but those that were asked for.

    masked: the secrets that were asked for, and that the service does not give out.
    """

    def __init__(self, info: Info, params: Mapping[str, t.Any], redactor: Redactor) -> None:
        self._info = info
        self._fields = info.shown_fields(params)
        self._redactor = redactor
        self.masked: set[str] = set()

    def __call__(self, record: Record) -> Shown:
        shown = {one.name: self._value(one, record.values.get(one.name)) for one in self._fields}
        more = decode(self._info.fields, self._info.source(record)) if self._info.fields else {}
        return {**shown, **{name: self._redactor.clean_all(value) for name, value in more.items()}}

    def _value(self, one: Field, value: t.Any) -> t.Any:
        if isinstance(value, Unreadable):
            self.masked.update([one.name] if one.secret else [])
            return None
        # Somebody's secret may be equal to one of the task's own, and is wanted all the same.
        return value if one.secret else self._redactor.clean_all(value)


def _search(info: Info, params: Mapping[str, t.Any]) -> Callable[[t.Any], t.Any] | None:
    """The query of the task, if it has one."""
    expression = params.get("query")
    if expression is None or not expression.strip():
        return None
    fields = [*info.shown_fields(params), *info.fields]
    options = [(one.argument or {}).get("options", {}) for one in fields]
    names = {*(one.name for one in fields), *(name for inside in options for name in inside), *info.inner}
    left_out = dict.fromkeys(
        [one.name for one in info.secrets], "Secrets are left out without 'include_secrets: true'."
    )
    return compiled(expression, names, info.unforeseen, left_out)


def _wanted(resource: Resource, params: Mapping[str, t.Any]) -> list[Values] | None:
    """One wanted state for each key value of the task, cleaned; None when it gives no key at all."""
    if all(params.get(key) is None for key in resource.keys):
        return None
    common = {one.name: params.get(one.name) for one in resource.fields if one.part_of_key}
    wanted: dict[tuple[str, t.Any], Values] = {}
    for key in resource.keys:
        for value in params.get(key) or ():
            desired = desired_values(resource, ABSENT, {**common, key: value})
            wanted.setdefault((key, canonical_of(resource, key, desired[key])), desired)
    return list(wanted.values())


def _found(
    resource: Resource, wanted: Sequence[Values], records: Sequence[Record]
) -> tuple[list[Record], list[Values]]:
    """The records that hold a wanted key, each once, and the wanted states that none of them holds."""
    index = Index(resource, records)
    found: dict[t.Any, Record] = {}
    missing = []
    for desired in wanted:
        keys = [key for key in resource.keys if key in desired]
        holders = [record for key in keys for record in index.holders(key, desired[key])]
        found.update({record.values.get("id"): record for record in holders})
        missing += [] if holders else [desired]
    return list(found.values()), missing


def _position(value: t.Any) -> tuple[int, int, str]:
    """Where a value stands in a sorted list: numbers by their size, then texts, then what is not set."""
    if value is None:
        return (2, 0, "")
    text = str(value)
    if text.isascii() and text.isdigit():
        return (0, len(text.lstrip("0")), text.lstrip("0"))
    return (1, 0, text.casefold())
