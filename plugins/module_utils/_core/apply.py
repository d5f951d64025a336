# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is private to the collection: it can change at any time.

"""Carrying out a plan: the only step that writes."""

from __future__ import annotations

import time
import typing as t
from dataclasses import replace

from ansible_collections.vox.roster.plugins.module_utils._core.plan import (
    CREATE,
    DELETE,
    NOTHING,
    UPDATE,
    Change,
    Index,
    agreed,
    is_blank,
    plan,
)
from ansible_collections.vox.roster.plugins.module_utils._core.resource import PRESENT
from ansible_collections.vox.roster.plugins.module_utils._http.errors import DUPLICATE, HINTS, SERVER, Failure
from ansible_collections.vox.roster.plugins.module_utils._http.retry import FIRST_PAUSE, is_worth_waiting, pause

if t.TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ansible_collections.vox.roster.plugins.module_utils._core.resource import Client, Resource, Values


class Outcome(t.NamedTuple):
    """What became of one change.

    values: the record as it is now, in our words; None when there is none.
    changed: whether anything was written, also when the rest failed.
    """

    change: Change
    values: Values | None
    changed: bool
    failure: Failure | None = None


def predict(change: Change) -> Outcome:
    """The outcome that carrying out the change would have."""
    if change.refusal:
        return Outcome(change, change.before, False, change.refusal)
    return Outcome(change, change.after, change.action != NOTHING)


def carry_out(resource: Resource, client: Client, change: Change, retries: int) -> Outcome:
    """Make one change and tell what became of it; a failure is part of the outcome, not raised."""
    if change.refusal or change.action == NOTHING:
        return predict(change)
    try:
        if change.action == CREATE:
            return _create(resource, client, change, retries)
        if change.action == UPDATE:
            return Outcome(change, _merged(change, client.update(change)), True)
        client.delete(change)
        return Outcome(change, None, True)
    except Failure as failure:
        failure.service = failure.service or resource.service
        _explain_doubt(failure, change)
        failure.hint = failure.hint or HINTS.get(failure.kind, "")
        return Outcome(change, change.before, bool(failure.done), failure)


def in_steps(steps: Sequence[tuple[str, Callable[[], Values | None]]]) -> Values:
    """Carry out several requests that together make one change; returns all that the service told.

    When one fails, its Failure says which had been done.
    """
    told: dict[str, t.Any] = {}
    done: list[str] = []
    for name, step in steps:
        try:
            told.update(step() or {})
        except Failure as failure:
            failure.done = (*done, *failure.done)
            raise
        done.append(name)
    return told


def _create(resource: Resource, client: Client, change: Change, retries: int) -> Outcome:
    """Create a record once, whatever happens to the answer.

    After a lost answer, or when the service says that the record exists, only a read tells what is there.
    """
    attempt = 0
    while True:
        try:
            return Outcome(change, _merged(change, client.create(change)), True)
        except Failure as failure:
            in_doubt = failure.acted is None
            if failure.done or not (in_doubt or failure.kind == DUPLICATE):
                raise
            last = attempt >= retries or not is_worth_waiting(failure)
            if in_doubt:
                # The service may still be at work. A longer wait that it asked for is meant for sending again.
                time.sleep(FIRST_PAUSE if last else pause(attempt, failure))
            try:
                current = plan(resource, PRESENT, change.desired, _read(resource, client, change), change.policy)
            except Failure as unread:
                # The read did nothing, but the creation before it may have.
                unread.acted = failure.acted
                raise unread from None
            if current.refusal:
                current.refusal.acted = failure.acted
                raise current.refusal from None
            if current.action != CREATE:
                return _adopt(resource, client, change, current, made=in_doubt or attempt > 0)
            if failure.kind == DUPLICATE or last:
                raise
            attempt += 1


def _read(resource: Resource, client: Client, change: Change) -> Index:
    return Index(resource, client.candidates([change.desired]))


def _adopt(resource: Resource, client: Client, change: Change, current: Change, made: bool) -> Outcome:
    """The record is there: our own creation whose answer was lost (made), or that of a run beside this one."""
    told = client.update(current) if current.action == UPDATE else {}
    warnings = list(change.warnings)
    unknown = [one.name for one in resource.fields if one.write_once and not is_blank(change.desired.get(one.name))]
    if unknown:
        warnings.append(f"The answer to the creation of {change.label} was lost: {', '.join(unknown)} may not be set.")
    values = {**_merged(current, told), **agreed(resource, change, current)}
    after = {one.name: values.get(one.name) for one in resource.fields if one.argument is not None and one.name != "id"}
    adopted = replace(change, after={**(change.after or {}), **after}, warnings=tuple(warnings))
    return Outcome(adopted, values, made or current.action == UPDATE)


def _merged(change: Change, told: Values | None) -> Values:
    """The predicted record, corrected by what the service told and we could not know before."""
    after = dict(change.after or {})
    after.update({name: value for name, value in (told or {}).items() if value is not None})
    return after


def _explain_doubt(failure: Failure, change: Change) -> None:
    if failure.acted is None:
        doing = {CREATE: "created", UPDATE: "changed", DELETE: "deleted"}[change.action]
        failure.message += f"; it is not known whether {change.label} was {doing}"
        if failure.hint in ("", *HINTS.values()):
            more = "" if failure.kind == SERVER else failure.hint
            failure.hint = f"Run the task again: it reads first and does only what is missing. {more}".rstrip()
