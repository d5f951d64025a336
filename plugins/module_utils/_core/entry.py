# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is private to the collection: it can change at any time.

"""Where the singular modules start, and what a task of any module has in common.

A plural module needs more, which a singular one would only be slower to start with.
"""

from __future__ import annotations

import traceback
import typing as t

from ansible.module_utils.basic import AnsibleModule, missing_required_lib

from ansible_collections.vox.roster.plugins.module_utils import _start  # noqa: F401  pylint: disable=unused-import
from ansible_collections.vox.roster.plugins.module_utils._core.apply import carry_out, predict
from ansible_collections.vox.roster.plugins.module_utils._core.desired import desired_values, policy_of
from ansible_collections.vox.roster.plugins.module_utils._core.plan import Index, plan
from ansible_collections.vox.roster.plugins.module_utils._core.report import diff, shown_record, tidied
from ansible_collections.vox.roster.plugins.module_utils._http import connection
from ansible_collections.vox.roster.plugins.module_utils._http.errors import HINTS, INTERNAL, OPTION, Failure
from ansible_collections.vox.roster.plugins.module_utils._http.options import fill_blanks
from ansible_collections.vox.roster.plugins.module_utils._http.redact import Redactor

if t.TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from ansible_collections.vox.roster.plugins.module_utils._core.apply import Outcome
    from ansible_collections.vox.roster.plugins.module_utils._core.resource import Resource
    from ansible_collections.vox.roster.plugins.module_utils._http.options import ArgumentSpec

ITEMS = 50  # of a list in the options that are shown
COUNTS = ("summary", "drift")  # our own words and numbers, which stay readable if somebody's secret is one of them


class Module(AnsibleModule):
    """A module whose options Ansible may write to the system's log."""

    def __init__(self, spec: ArgumentSpec) -> None:
        super().__init__(supports_check_mode=True, **spec.to_kwargs())  # type: ignore[no-untyped-call]

    def _log_to_syslog(self, msg: str) -> None:
        """A text with the character NUL ends the module here otherwise, before it can say which option that is."""
        super()._log_to_syslog(msg.replace("\0", "\\0"))  # type: ignore[no-untyped-call]


def run_module(resource: Resource) -> None:
    """Run the singular module of a resource: one task, one record."""
    module = Module(resource.arguments())
    with_diff = module._diff  # pylint: disable=protected-access
    finish(module, answer(resource, module.params, module.check_mode, with_diff))


def finish(module: AnsibleModule, result: dict[str, t.Any]) -> None:
    """End the module with a result that ``answer`` and its like returned."""
    # No secret is left in it. What Ansible does, for one after the other, takes hours for those of ten thousand people.
    module.no_log_values = set()
    for warning in result.pop("warnings"):
        module.warn(warning)
    if "msg" in result:
        module.fail_json(**result)
    module.exit_json(**result)


def answer(resource: Resource, params: Mapping[str, t.Any], check_mode: bool, with_diff: bool) -> dict[str, t.Any]:
    """Do the task of a singular module with its validated options; returns the result without secrets.

    It holds ``warnings``, and ``msg`` when the task failed. Raises nothing.
    """

    def settled(filled: Mapping[str, t.Any], redactor: Redactor) -> dict[str, t.Any]:
        return result_of(resource, settle(resource, filled, check_mode, redactor), with_diff)

    return answer_with(resource, resource.arguments(), params, settled)


def answer_with(
    resource: Resource,
    spec: ArgumentSpec,
    given: Mapping[str, t.Any],
    settled: Callable[[Mapping[str, t.Any], Redactor], dict[str, t.Any]],
) -> dict[str, t.Any]:
    """What ``settled`` makes of the options, filled from the environment, or the failure that it raises.

    settled: is given the filled options and the redactor. Secrets are hidden in what it returns.
    """
    params = fill_blanks(resource.connection.arguments, given)
    redactor = Redactor()
    _hide(redactor, spec.arguments, [params])
    try:
        if connection.REQUESTS_IMPORT_ERROR:
            raise Failure(OPTION, missing_required_lib("requests"), code="missing_library")
        result = settled(params, redactor)
    except Failure as failure:
        failure.service = failure.service or resource.service
        failure.hint = failure.hint or HINTS.get(failure.kind, "")
        result = failed(failure, changed=False)
        if connection.REQUESTS_IMPORT_ERROR:
            result["exception"] = connection.REQUESTS_IMPORT_ERROR
    except Exception as exception:  # pylint: disable=broad-exception-caught
        result = failed(Failure(INTERNAL, f"{type(exception).__name__}: {exception}", resource.service))
        result["exception"] = traceback.format_exc()
    told = {name: _in_brief(value) for name, value in params.items()}
    # Ansible knows the values of the options only. Tokens and encoded forms are hidden here, and everything in one go.
    result = {"warnings": [], **result, "invocation": {"module_args": told}}
    return tidied({name: one if name in COUNTS else redactor.clean_all(one) for name, one in result.items()})


def _in_brief(value: t.Any) -> t.Any:
    """An option without its long lists, also where it is a list whose items have some."""
    if isinstance(value, dict):
        return {name: _in_brief(one) for name, one in value.items()}
    if isinstance(value, list):
        return f"{len(value)} items" if len(value) > ITEMS else [_in_brief(one) for one in value]
    return value


def _hide(redactor: Redactor, arguments: Mapping[str, t.Any], entries: Iterable[Mapping[str, t.Any]]) -> None:
    """Hide the values of all secret options, in the items of a list, too."""
    secrets = [name for name, argument in arguments.items() if argument.get("no_log")]
    addresses = [name for name in arguments if name.endswith("url") and name not in secrets]
    lists = [name for name, one in arguments.items() if one.get("elements") == "dict" and "options" in one]
    for entry in entries:
        for name in secrets:
            redactor.add(entry.get(name))
        for name in addresses:
            redactor.add_address(entry.get(name))
        for name in lists:
            _hide(redactor, arguments[name]["options"], entry.get(name) or ())


def settle(resource: Resource, params: Mapping[str, t.Any], check_mode: bool, redactor: Redactor) -> Outcome:
    """Bring one record to the state that the parameters declare, or in check mode predict the outcome.

    Raises Failure when the task makes no sense or the service cannot be read.
    """
    desired = desired_values(resource, params["state"], params)
    policy = policy_of(resource, params)
    client = resource.connect(params, check_mode, redactor)
    change = plan(resource, params["state"], desired, Index(resource, client.candidates([desired])), policy)
    if check_mode:
        return predict(change)
    return carry_out(resource, client, change, params["retries"])


def result_of(resource: Resource, outcome: Outcome, with_diff: bool) -> dict[str, t.Any]:
    """The result of a singular task; with ``msg`` when it failed, as ``fail_json`` wants it."""
    result: dict[str, t.Any] = {"warnings": outcome.change.warnings}
    if outcome.failure:
        result.update(failed(outcome.failure, outcome.changed))
    else:
        result["changed"] = outcome.changed
        result[resource.name] = shown_record(resource, outcome.values)
    if with_diff and outcome.changed and not outcome.failure:
        result["diff"] = diff(resource, outcome.change)
    return result


def failed(failure: Failure, changed: bool = False) -> dict[str, t.Any]:
    """The result of a task that failed."""
    return {"msg": str(failure), "failure": failure.as_result(), "changed": changed}
