# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is private to the collection: it can change at any time.

"""Where the plural modules start."""

from __future__ import annotations

import typing as t

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.vox.roster.plugins.module_utils import _start  # noqa: F401  pylint: disable=unused-import
from ansible_collections.vox.roster.plugins.module_utils._core.drift import result_of_comparison
from ansible_collections.vox.roster.plugins.module_utils._core.entry import answer_with, finish
from ansible_collections.vox.roster.plugins.module_utils._core.interruption import (
    Interrupted,
    Interruption,
    failure_of_early_interruption,
    failure_of_interruption,
    heeding_sigterm,
)
from ansible_collections.vox.roster.plugins.module_utils._core.many import (
    carry_out_all,
    items_of,
    plan_items,
    plan_purge,
    predict_all,
    purge_of,
    read,
)
from ansible_collections.vox.roster.plugins.module_utils._core.report_of_many import changes, diff_of_many, summary
from ansible_collections.vox.roster.plugins.module_utils._http.errors import OPTION, Failure

if t.TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from ansible_collections.vox.roster.plugins.module_utils._core.apply import Outcome
    from ansible_collections.vox.roster.plugins.module_utils._core.resource import Resource
    from ansible_collections.vox.roster.plugins.module_utils._http.options import ArgumentSpec
    from ansible_collections.vox.roster.plugins.module_utils._http.redact import Redactor

WARNINGS = 20  # of one task that are shown


def run_plural_module(resource: Resource) -> None:
    """Run the plural module of a resource: one task, many records."""
    module = PluralModule(resource.plural_arguments())
    with_diff = module._diff  # pylint: disable=protected-access
    with heeding_sigterm() as interruption:
        result = answer_of_many(resource, module.params, module.check_mode, with_diff, interruption=interruption)
        finish(module, result)


class PluralModule(AnsibleModule):
    """For options with thousands of items, which Ansible would log, and search for each secret, for minutes."""

    def __init__(self, spec: ArgumentSpec) -> None:
        super().__init__(supports_check_mode=True, **spec.to_kwargs())  # type: ignore[no-untyped-call]

    def _log_invocation(self) -> None:
        """Leave the options out of the system log."""

    def fail_json(self, msg: str, **kwargs: t.Any) -> t.NoReturn:
        """Fail without the options in the result."""
        super().fail_json(msg, **{"invocation": {}, **kwargs})


def answer_of_many(
    resource: Resource,
    params: Mapping[str, t.Any],
    check_mode: bool,
    with_diff: bool,
    watch: Callable[[int, int], None] = lambda done, total: None,
    interruption: Interruption | None = None,
) -> dict[str, t.Any]:
    """Do the task of a plural module, in the same way; ``watch`` and ``interruption`` as for ``carry_out_all``."""
    asked = interruption or Interruption()

    def settled(filled: Mapping[str, t.Any], redactor: Redactor) -> dict[str, t.Any]:
        try:
            if filled["drift_file"]:
                check_work(filled)
                with asked.at_once():
                    return result_of_comparison(resource, filled, check_mode, redactor)
            outcomes = settle_many(resource, filled, check_mode, redactor, watch, asked)
        except Interrupted:
            raise failure_of_early_interruption() from None
        return result_of_many(resource, outcomes, with_diff, asked.requested)

    return answer_with(resource, resource.plural_arguments(), params, settled)


def settle_many(
    resource: Resource,
    params: Mapping[str, t.Any],
    check_mode: bool,
    redactor: Redactor,
    watch: Callable[[int, int], None] = lambda done, total: None,
    interruption: Interruption | None = None,
) -> list[Outcome | None]:
    """Bring many records to the states that the parameters declare, or in check mode predict the outcomes.

    The outcomes come in the order of the items, then those of a purge. Raises Failure before anything is written,
    when the task makes no sense, the service cannot be read, or a purge would go too far; Interrupted when it is asked
    to end by then.
    """
    check_work(params)
    items = items_of(resource, params)
    purge = purge_of(resource, params)
    client = resource.connect(params, check_mode, redactor)
    stop = params["on_error"] == "stop"
    asked = interruption or Interruption()
    with asked.at_once():
        records = read(resource, client, items, purge)
        planned = plan_items(resource, items, records)
        if purge:
            planned += plan_purge(resource, client, items, planned, records, purge)
    if check_mode:
        return predict_all(planned, stop)
    concurrency, retries = params["concurrency"], params["retries"]
    return carry_out_all(resource, client, planned, concurrency, stop, retries, watch, asked)


def result_of_many(
    resource: Resource, outcomes: Sequence[Outcome | None], with_diff: bool, interrupted: bool = False
) -> dict[str, t.Any]:
    """The result of a plural task; with ``msg`` when an item failed or was left out, as ``fail_json`` wants it."""
    attempted = [outcome for outcome in outcomes if outcome]
    failures = [outcome.failure for outcome in attempted if outcome.failure]
    changed = [outcome for outcome in attempted if outcome.changed]
    result: dict[str, t.Any] = {
        "changed": bool(changed),
        "summary": summary(outcomes),
        "changes": changes(outcomes),
        "warnings": _some([warning for outcome in attempted for warning in outcome.change.warnings]),
    }
    if failures:
        left = outcomes.count(None)
        result["msg"] = (
            f"{len(failures)} of {len(outcomes)} {resource.plural} failed"
            f"{f', {left} not attempted' if left and not interrupted else ''}. "
            f"The first: {failures[0]} All are in 'changes', and so is what was done."
        )
        result["failure"] = failures[0].as_result()
    if interrupted and len(attempted) < len(outcomes):
        failure = failure_of_interruption(resource.service, len(attempted), len(outcomes))
        result["msg"] = " ".join(filter(None, (f"{failure} What was done is in 'changes'.", result.get("msg"))))
        result["failure"] = failure.as_result()
    if with_diff and changed:
        result["diff"] = diff_of_many(resource, [outcome.change for outcome in changed if not outcome.failure])
    return result


def _some(warnings: list[str]) -> list[str]:
    """The first warnings, and how many more there are."""
    if len(warnings) <= WARNINGS:
        return warnings
    return [*warnings[:WARNINGS], f"{len(warnings) - WARNINGS} more warnings of the same task are left out."]


def check_work(params: Mapping[str, t.Any]) -> None:
    """Failure when the numbers among the parameters make no sense."""
    if params["concurrency"] < 1:
        raise Failure(OPTION, f"'concurrency' is {params['concurrency']}", hint="Give 1 or more.")
    if params["requests_per_minute"] < 0:
        raise Failure(OPTION, f"'requests_per_minute' is {params['requests_per_minute']}", hint="Give 0 or more.")
    if (params["purge_limit"] or 0) < 0:
        raise Failure(OPTION, f"'purge_limit' is {params['purge_limit']}", hint="Give 0 or more.")
