# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is private to the collection: it can change at any time.

"""Many items at once: one reading, one plan, and changes side by side.

Planning is pure here, too. What is done for one item is what is done for a single task.
"""

from __future__ import annotations

import queue
import re
import threading
import typing as t
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import replace

from ansible_collections.vox.roster.plugins.module_utils._core.apply import Outcome, carry_out, predict
from ansible_collections.vox.roster.plugins.module_utils._core.desired import desired_values, policy_of
from ansible_collections.vox.roster.plugins.module_utils._core.plan import (
    DELETE,
    NOTHING,
    Change,
    Index,
    canonical_of,
    is_blank,
    label_of,
    plan,
)
from ansible_collections.vox.roster.plugins.module_utils._http.errors import BROKEN, INTERNAL, OPTION, REFUSED, Failure
from ansible_collections.vox.roster.plugins.module_utils._http.retry import is_sent_away

if t.TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from ansible_collections.vox.roster.plugins.module_utils._core.interruption import Interruption
    from ansible_collections.vox.roster.plugins.module_utils._core.resource import (
        Client,
        Policy,
        Record,
        Resource,
        Values,
    )

PURGE_LIMIT = 10  # records, or
PURGE_SHARE = 0.1  # of those in scope, whichever is more

DUPLICATES = 20  # that one message names
WATCHED = 1.0  # seconds after which somebody is told again how far the changes have got


class Item(t.NamedTuple):
    """One entry of the list, by its position from 1; ``failure`` when it makes no sense."""

    position: int
    state: str
    desired: Values
    policy: Policy
    failure: Failure | None = None


class Purge(t.NamedTuple):
    """What may be removed although nothing declares it to be absent.

    scope: field names to regular expressions that the whole value has to match; empty for everything.
    limit: how many records at the most; None for the default.
    """

    scope: Mapping[str, str]
    limit: int | None


def purge_of(resource: Resource, params: Mapping[str, t.Any]) -> Purge | None:
    """What the options say of a purge; Failure when its filter makes no sense."""
    return Purge(scope_of(resource, params), params["purge_limit"]) if params["purge"] else None


def scope_of(resource: Resource, params: Mapping[str, t.Any]) -> dict[str, str]:
    """The filter of a purge: regular expressions by name of a field; Failure when it makes no sense."""
    scope = {name: str(pattern) for name, pattern in (params["purge_filter"] or {}).items()}
    known = [one.name for one in resource.fields if one.returned]
    for name, pattern in scope.items():
        if name not in known:
            hint = f"Fields are {', '.join(known)}."
            raise Failure(OPTION, f"'purge_filter' names {name!r}, which is no field that is returned", hint=hint)
        try:
            re.compile(pattern)
        except re.error as error:
            raise Failure(
                OPTION, f"'purge_filter' has {pattern!r} for {name!r}, which is no regular expression: {error}"
            ) from None
    return scope


def items_of(resource: Resource, params: Mapping[str, t.Any]) -> list[Item]:
    """The items of a task, cleaned. Failure when two of them mean the same record."""
    items = [_item(resource, params, position, entry) for position, entry in enumerate(params[resource.plural], 1)]
    _refuse_duplicates(resource, items)
    return items


def read(resource: Resource, client: Client, items: Sequence[Item], purge: Purge | None) -> list[Record]:
    """All records that the items may mean, and with a purge all that there are."""
    wanted = [item.desired for item in items if not item.failure]
    if purge is None:
        return client.candidates(wanted) if wanted else []
    everything = client.everything(purge.scope)
    if resource.listed:
        return everything
    return joined(everything, client.candidates(wanted) if wanted else [])


def joined(everything: Sequence[Record], candidates: Sequence[Record]) -> list[Record]:
    """Each record once; of one that is in both the candidate, which tells more."""
    return list({record.values.get("id"): record for record in (*everything, *candidates)}.values())


def plan_items(resource: Resource, items: Sequence[Item], records: Sequence[Record]) -> list[Change]:
    """The change for each item, in their order; the second of two items that mean one record is refused."""
    index = Index(resource, records)
    first: dict[t.Any, Item] = {}
    planned = []
    for item in items:
        change = _plan_item(resource, item, index)
        if change.record:
            other = first.setdefault(change.record.values.get("id"), item)
            change = change if other is item else _refused(resource, change, other, item)
        planned.append(change)
    return planned


def plan_purge(
    resource: Resource,
    client: Client,
    items: Sequence[Item],
    changes: Sequence[Change],
    records: Sequence[Record],
    purge: Purge,
) -> list[Change]:
    """The removal of every record in scope that no item names. Failure when that is too much or too uncertain."""
    failed = [change.label for change in changes if change.refusal]
    if failed:
        raise Failure(
            REFUSED,
            f"nothing is purged, because {len(failed)} item(s) could not be planned: {', '.join(failed[:5])}",
            code="purge",
            hint="Mend the items first: a record may be one of them.",
        )
    if not items and purge.limit is None:
        raise Failure(
            REFUSED,
            f"'{resource.plural}' is empty, and 'purge' would remove every {resource.name} in scope",
            code="purge",
            hint="If that is what you want, say how many with 'purge_limit'.",
        )
    concerned = in_scope(records, purge.scope)
    surplus = [record for record in unnamed(resource, items, changes, concerned) if not client.is_own(record)]
    nameless = [record for record in surplus if _is_nameless(resource, record)]
    if nameless:
        keys = " or ".join(key for key in resource.keys if key != "id")
        raise Failure(
            REFUSED,
            f"nothing is purged, because {len(nameless)} {resource.plural} in scope are shown without {keys}",
            code="purge",
            hint=f"One of them may be an item. Name those that shall stay by 'id': "
            f"{', '.join(str(record.values.get('id')) for record in nameless[:5])}.",
        )
    allowed = max(PURGE_LIMIT, int(len(concerned) * PURGE_SHARE)) if purge.limit is None else purge.limit
    if len(surplus) > allowed:
        raise Failure(
            REFUSED,
            f"'purge' would remove {len(surplus)} of {len(concerned)} {resource.plural} in scope, "
            f"and at most {allowed} are allowed",
            code="purge",
            hint="Check the list and 'purge_filter'. If it is right, raise 'purge_limit'.",
        )
    return [removal(resource, record) for record in surplus]


def in_scope(records: Sequence[Record], scope: Mapping[str, str]) -> list[Record]:
    """The records that the filter of a purge leaves."""
    return [record for record in records if _matches(record, scope)]


def unnamed(
    resource: Resource, items: Sequence[Item], changes: Sequence[Change], records: Sequence[Record]
) -> list[Record]:
    """The records that no item names, by id or by any key."""
    named = _Named(resource, items, changes)
    return [record for record in records if not named.holds(record)]


def removal(resource: Resource, record: Record) -> Change:
    """The removal of a record that no item names; Failure when it has no id."""
    desired = {key: record.values[key] for key in reversed(resource.keys) if isinstance(record.values.get(key), str)}
    if not desired.get("id"):
        raise Failure(BROKEN, f"the service returned a {resource.name} without an id", resource.service)
    natural = {key: value for key, value in desired.items() if key != "id"} or desired
    return Change(DELETE, label_of(resource, natural), natural, before=record.values, record=record)


def predict_all(changes: Sequence[Change], stop: bool) -> list[Outcome | None]:
    """The outcome of each change in their order, if the service refuses none; None as for ``carry_out_all``."""
    last = _last(changes, stop)
    return [
        predict(change) if position <= last or change.needs_nothing else None for position, change in enumerate(changes)
    ]


def _last(changes: Sequence[Change], stop: bool) -> int:
    """The position of the last change that is attempted, if the service refuses none.

    Where a task stops after a failure, that is the first that the plan refuses.
    """
    refused = (position for position, change in enumerate(changes) if stop and change.refusal)
    return next(refused, len(changes) - 1)


def carry_out_all(
    resource: Resource,
    client: Client,
    changes: Sequence[Change],
    concurrency: int,
    stop: bool,
    retries: int,
    watch: Callable[[int, int], None],
    interruption: Interruption,
) -> list[Outcome | None]:
    """The outcome of each change in their order; None for those not attempted.

    Those are what is left after an interruption, after the service has asked for more time than a task can wait, and
    after any failure where it stops then.
    watch: is told at the start, every second, and at the end how many are done, and of how many.
    """
    halted = threading.Event()
    outcomes = [predict(change) if change.needs_nothing else None for change in changes]
    total = outcomes.count(None)
    waiting: queue.SimpleQueue[int] = queue.SimpleQueue()
    for position, outcome in enumerate(outcomes[: _last(changes, stop) + 1]):
        if outcome is None:
            waiting.put(position)

    def work() -> None:
        while not (halted.is_set() or interruption.requested):
            try:
                position = waiting.get_nowait()
            except queue.Empty:
                return
            outcome = _settled(resource, client, changes[position], retries)
            if outcome.failure and (stop or is_sent_away(outcome.failure)):
                halted.set()
            outcomes[position] = outcome

    with ThreadPoolExecutor(max_workers=concurrency) as pool:
        try:
            workers = _started(pool, work, min(concurrency, total))
            if workers:
                watch(0, total)
            while workers:
                ended, workers = wait(workers, timeout=WATCHED)
                watch(total - outcomes.count(None), total)
                for worker in ended:
                    worker.result()
        except BaseException:
            # Ansible ends a task that takes too long in this way. The pool waits for what is under way, and no more.
            halted.set()
            raise
    return outcomes


def _started(pool: ThreadPoolExecutor, work: Callable[[], None], number: int) -> set[Future[None]]:
    """So many workers, or as many as the system has threads for; RuntimeError when it has none."""
    workers: set[Future[None]] = set()
    for _number in range(number):
        try:
            workers.add(pool.submit(work))
        except RuntimeError:
            if not workers:
                raise
            break
    return workers


def _settled(resource: Resource, client: Client, change: Change, retries: int) -> Outcome:
    """What became of a change; a fault of ours with one item must not hide what was done for the others."""
    try:
        return carry_out(resource, client, change, retries)
    except Exception as exception:  # pylint: disable=broad-exception-caught
        fault = Failure(INTERNAL, f"{type(exception).__name__}: {exception}", resource.service)
        return Outcome(change, change.before, False, fault)


class _Named:
    """The records that items name, by their ids and by their keys."""

    def __init__(self, resource: Resource, items: Sequence[Item], changes: Sequence[Change]) -> None:
        self._resource = resource
        self._ids = {change.record.values.get("id") for change in changes if change.record}
        # None stands for what cannot be compared, with which nothing is named.
        self._keys = {
            key: {canonical_of(resource, key, item.desired.get(key)) for item in items} - {None}
            for key in resource.keys
        }

    def holds(self, record: Record) -> bool:
        if record.values.get("id") in self._ids:
            return True
        for key, named in self._keys.items():
            value = record.values.get(key)
            if not is_blank(value) and canonical_of(self._resource, key, value) in named:
                return True
        return False


def _item(resource: Resource, params: Mapping[str, t.Any], position: int, entry: Mapping[str, t.Any]) -> Item:
    options = {**params, **entry}
    policy = policy_of(resource, options)
    try:
        if all(entry.get(key) is None for key in resource.keys):
            keys = " nor ".join(f"'{key}'" for key in resource.keys)
            raise Failure(OPTION, f"it has neither {keys}", hint=f"Say which {resource.name} is meant.")
        return Item(position, entry["state"], desired_values(resource, entry["state"], options), policy)
    except Failure as failure:
        given = {key: str(entry[key]).strip() for key in resource.keys if entry.get(key) is not None}
        failure.message = f"item {position}: {failure.message}"
        return Item(position, entry["state"], given, policy, failure)


def _refuse_duplicates(resource: Resource, items: Sequence[Item]) -> None:
    seen: dict[tuple[str, t.Any], int] = {}
    twice: list[str] = []
    for item in items:
        for key in resource.keys:
            value = item.desired.get(key)
            canonical = canonical_of(resource, key, value)
            if is_blank(value) or is_blank(canonical):
                continue
            before = seen.setdefault((key, canonical), item.position)
            if before != item.position:
                twice.append(f"items {before} and {item.position} of '{resource.plural}' both have the {key} {value!r}")
    if twice:
        more = f"; and {len(twice) - DUPLICATES} more" if len(twice) > DUPLICATES else ""
        message = "; ".join(twice[:DUPLICATES]) + more
        raise Failure(OPTION, message, code="duplicate", hint="Name each record once.")


def _plan_item(resource: Resource, item: Item, index: Index) -> Change:
    if item.failure:
        item.failure.service = item.failure.service or resource.service
        named = any(not is_blank(value) for value in item.desired.values())
        label = label_of(resource, item.desired) if named else f"item {item.position}"
        return Change(NOTHING, label, item.desired, refusal=item.failure, policy=item.policy)
    return plan(resource, item.state, item.desired, index, item.policy)


def _refused(resource: Resource, change: Change, other: Item, item: Item) -> Change:
    failure = Failure(
        REFUSED,
        f"items {other.position} and {item.position} of '{resource.plural}' mean the same {resource.name}",
        resource.service,
        code="duplicate",
        hint="Name each record once.",
    )
    return replace(change, action=NOTHING, after=change.before, differing=(), refusal=failure)


def _is_nameless(resource: Resource, record: Record) -> bool:
    """Whether nothing but an id tells which item a record might be."""
    shown = (canonical_of(resource, key, record.values.get(key)) for key in resource.keys if key != "id")
    return all(is_blank(value) for value in shown)


def _matches(record: Record, scope: Mapping[str, str]) -> bool:
    return all(re.fullmatch(pattern, _text(record.values.get(name))) for name, pattern in scope.items())


def _text(value: t.Any) -> str:
    return "" if value is None else str(value)
