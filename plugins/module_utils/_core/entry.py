# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is private to the collection: it can change at any time.

"""Where the modules start."""

from __future__ import annotations

import traceback
import typing as t

from ansible.module_utils.basic import AnsibleModule, missing_required_lib

from ansible_collections.vox.roster.plugins.module_utils._core.apply import carry_out, predict
from ansible_collections.vox.roster.plugins.module_utils._core.desired import desired_values, policy_of
from ansible_collections.vox.roster.plugins.module_utils._core.plan import Index, plan
from ansible_collections.vox.roster.plugins.module_utils._core.report import diff, shown_record
from ansible_collections.vox.roster.plugins.module_utils._http import connection
from ansible_collections.vox.roster.plugins.module_utils._http.errors import INTERNAL, Failure
from ansible_collections.vox.roster.plugins.module_utils._http.redact import Redactor

if t.TYPE_CHECKING:
    from collections.abc import Mapping

    from ansible_collections.vox.roster.plugins.module_utils._core.apply import Outcome
    from ansible_collections.vox.roster.plugins.module_utils._core.resource import Resource


def run_module(resource: Resource) -> None:
    """Run the singular module of a resource: one task, one record."""
    spec = resource.arguments()
    module = AnsibleModule(supports_check_mode=True, **spec.to_kwargs())
    if connection.REQUESTS_IMPORT_ERROR:
        module.fail_json(msg=missing_required_lib("requests"), exception=connection.REQUESTS_IMPORT_ERROR)
    redactor = Redactor()
    for name, argument in spec.arguments.items():
        if argument.get("no_log"):
            redactor.add(module.params[name])
    try:
        outcome = settle(resource, module.params, module.check_mode, redactor)
        result = result_of(resource, outcome, with_diff=module._diff)  # pylint: disable=protected-access
    except Failure as failure:
        failure.service = failure.service or resource.service
        result = failed(failure, changed=False)
    except Exception as exception:  # pylint: disable=broad-exception-caught
        result = failed(Failure(INTERNAL, redactor.clean(f"{type(exception).__name__}: {exception}"), resource.service))
        result["exception"] = redactor.clean(traceback.format_exc())
    # Ansible knows the values of the options only; tokens and encoded forms are hidden with them. A blank value counts
    # as not given, and hiding it would leave no text readable.
    hidden = module.no_log_values.union(redactor.forms())
    module.no_log_values = {value for value in hidden if value.strip()}
    for warning in result.pop("warnings", ()):
        module.warn(redactor.clean(warning))
    if "msg" in result:
        module.fail_json(**result)
    module.exit_json(**result)


def settle(resource: Resource, params: Mapping[str, t.Any], check_mode: bool, redactor: Redactor) -> Outcome:
    """Bring one record to the state that the parameters declare, or in check mode predict the outcome.

    Raises Failure when the task makes no sense or the service cannot be read.
    """
    desired = desired_values(resource, params)
    policy = policy_of(resource, params)
    client = resource.connect(params, check_mode, redactor)
    change = plan(resource, params["state"], desired, Index(resource, client.candidates([desired])), policy)
    if check_mode:
        return predict(change)
    return carry_out(resource, client, change, policy, params["retries"])


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
