# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This plugin util is private to the collection: it can change at any time.

"""Modules without a process of their own.

Starting a module costs many times what its work costs, and a loop pays that for each item. Where a module would run
with the same Python on the same machine anyway, its work is done in the process that works through the loop.
Everything else about the task stays Ansible's: what is done here ends in the JSON text that the module would have
printed, and Ansible reads that.

A plural module gains little speed. But here it can tell a person at a terminal how far it has got, which a process
of its own cannot: what that prints is read when it ends.
"""

from __future__ import annotations

import contextlib
import gc
import json
import multiprocessing
import os
import sys
import time
import typing as t

from ansible import constants
from ansible.errors import AnsibleActionFail
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.module_utils.common.parameters import remove_values
from ansible.module_utils.errors import UnsupportedError
from ansible.module_utils.parsing.convert_bool import boolean
from ansible.utils.display import Display
from ansible.utils.unsafe_proxy import wrap_var

from ansible_collections.vox.roster.plugins.module_utils._core.entry import answer
from ansible_collections.vox.roster.plugins.module_utils._core.plural import answer_of_many
from ansible_collections.vox.roster.plugins.module_utils._http import kept
from ansible_collections.vox.roster.plugins.module_utils._start import NEW_OBJECTS
from ansible_collections.vox.roster.plugins.plugin_utils._unshown import UnshownAction

if t.TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from ansible_collections.vox.roster.plugins.module_utils._core.resource import Resource

try:
    from ansible.module_utils.common.json import Direction, get_module_encoder
except ImportError:  # ansible-core 2.18
    from ansible.module_utils.common.json import AnsibleJSONEncoder

    PROFILE: tuple[str, ...] = ()
    ENCODING: dict[str, t.Any] = {"cls": AnsibleJSONEncoder, "vault_to_text": True}
else:
    PROFILE = ("legacy",)
    ENCODING = {"cls": get_module_encoder(*PROFILE, Direction.CONTROLLER_TO_MODULE)}

SLOW = 2  # changes a second, below which a minute tells more
SWITCH = "vox_roster_in_process"
# Asked when this file is imported, which the main process does: a worker has no terminal. ansible-runner, and so AWX,
# provides one and keeps what is printed there.
PROGRESS = sys.stderr.isatty() and "AWX_ISOLATED_DATA_DIR" not in os.environ

display = Display()


class InProcessAction(UnshownAction):
    """The action plugin of a module; a subclass names the resource, and whether the module is the plural one."""

    resource: Resource
    plural = False

    def _execute_module(self, *args: t.Any, **kwargs: t.Any) -> dict[str, t.Any]:
        task_vars = kwargs.get("task_vars") or {}
        obstacle = self._obstacle(task_vars)
        if obstacle:
            display.vvv(f"{self._task.action} runs in a process of its own: {obstacle}.", host=self._host(task_vars))
            return super()._execute_module(*args, **kwargs)
        display.vvv(f"{self._task.action} runs in the process of the task.", host=self._host(task_vars))
        leave_garbage()
        arguments = dict(self._task.args)
        self._update_module_args(self._task.action, arguments, task_vars)
        watch = Progress(self._task.action) if PROGRESS else unwatched
        with _as_if_started(self._environment(), self._loader.get_basedir()):
            result = run(self.resource, self.plural, json.loads(json.dumps(arguments, **ENCODING)), watch)
        printed: t.Any = {"rc": 0, "stdout": json.dumps(result), "stderr": ""}
        parsed: t.Any = self._parse_returned_data(printed, *PROFILE)
        if not isinstance(parsed, dict):  # ansible-core 2.21
            parsed.remove_internal_keys()
            parsed = parsed.as_result_dict(for_round_trip=True)
        return t.cast("dict[str, t.Any]", parsed if PROFILE else wrap_var(parsed))

    def _obstacle(self, task_vars: Mapping[str, t.Any]) -> str:
        """Why the module needs a process of its own; empty when it does not."""
        own = self._own_variables(task_vars)
        names = {name for argument in self.resource.connection.arguments.values() for name in _variables(argument)}
        foreign = sorted(set(self._environment()) - names)
        interpreter = self._templar.template(constants.config.get_config_value("INTERPRETER_PYTHON", variables=own))
        if not switched_on(self._templar.template(task_vars.get(SWITCH, True))):
            return f"{SWITCH} says so"
        if sys.platform == "darwin":
            return "looking for proxies in a forked process is not safe on macOS"
        if self._task.async_val:
            return "the task is asynchronous"
        if self._connection.transport not in ("local", "ansible.builtin.local"):
            return "the connection is not local"
        if self._connection.become:
            return "the task becomes another user"
        if interpreter != sys.executable:
            return f"ansible_python_interpreter is not {sys.executable}"
        if foreign:
            return f"the environment of the task sets {', '.join(foreign)}"
        return (
            "the files of modules are to be kept"
            if constants.config.get_config_value("DEFAULT_KEEP_REMOTE_FILES")
            else ""
        )

    def _environment(self) -> dict[str, str]:
        environment: dict[str, t.Any] = {}
        self._compute_environment_string(environment)
        return {name: str(value) for name, value in environment.items()}

    def _own_variables(self, task_vars: Mapping[str, t.Any]) -> Mapping[str, t.Any]:
        """The variables of the host that runs the module."""
        if not self._task.delegate_to:
            return task_vars
        return t.cast("Mapping[str, t.Any]", task_vars["ansible_delegated_vars"][self._task.delegate_to])

    def _host(self, task_vars: Mapping[str, t.Any]) -> t.Any:
        return self._task.delegate_to or task_vars.get("inventory_hostname")


def switched_on(value: t.Any) -> bool:
    """What the variable says; AnsibleActionFail if that is neither yes nor no."""
    try:
        return bool(boolean(value))
    except TypeError as reason:
        raise AnsibleActionFail(
            f"The variable '{SWITCH}' is {value!r}, which is neither yes nor no. Correct it, or leave it out."
        ) from reason


def leave_garbage() -> None:
    """Have a worker look for garbage less often: it ends with its task.

    Most of what it holds is the main process's, whose memory is copied where it is looked through.
    """
    if multiprocessing.parent_process() is not None and 0 < gc.get_threshold()[0] < NEW_OBJECTS:
        gc.freeze()
        gc.set_threshold(NEW_OBJECTS)


def unwatched(done: int, total: int) -> None:
    """Tell nobody how far a task has got."""


class Progress:
    """Tells a person at a terminal how far a long task has got, on standard error and not in any log."""

    def __init__(self, name: str, pause: float = 5.0) -> None:
        self._name = name
        self._pause = pause  # seconds without a word
        self._started: float | None = None
        self._told = 0.0

    def __call__(self, done: int, total: int) -> None:
        now = time.monotonic()
        if self._started is None:
            self._started = self._told = now
        elif now - self._told >= self._pause:
            self._told = now
            rate = done / (now - self._started)
            speed = f"{rate:.0f} a second" if rate >= SLOW else f"{rate * 60:.0f} a minute"
            text = f"{self._name}: {done} of {total} changes made, {speed}"
            display.display(
                text, color=constants.config.get_config_value("COLOR_VERBOSE"), stderr=True, screen_only=True
            )


def run(
    resource: Resource, plural: bool, arguments: Mapping[str, t.Any], watch: Callable[[int, int], None]
) -> dict[str, t.Any]:
    """What a module of a resource would print for these arguments, Ansible's own among them."""
    internal = {name: value for name, value in arguments.items() if name.startswith("_ansible_")}
    options = {name: value for name, value in arguments.items() if name not in internal}
    spec = resource.plural_arguments() if plural else resource.arguments()
    valid = ArgumentSpecValidator(**spec.to_kwargs()).validate(options)
    params, modes = valid.validated_parameters, (internal["_ansible_check_mode"], internal["_ansible_diff"])
    if valid.errors.errors:
        result = _refusal(valid, str(internal["_ansible_module_name"]), plural)
    else:
        kept.start()
        result = answer_of_many(resource, params, *modes, watch) if plural else answer(resource, params, *modes)
    if not result["warnings"]:
        del result["warnings"]
    if not internal.get("_ansible_inject_invocation", True):  # ansible-core 2.21
        del result["invocation"]
    return {**result, "failed": True} if "msg" in result else result


def _refusal(valid: t.Any, name: str, plural: bool) -> dict[str, t.Any]:
    """The words of ``AnsibleModule`` for options that it does not accept."""
    message = valid.errors.msg
    if isinstance(valid.errors[0], UnsupportedError):
        message = f"Unsupported parameters for ({name}) module: {message}"
    invocation = {} if plural else {"module_args": valid.validated_parameters}
    result = {"msg": message, "invocation": invocation, "warnings": []}
    return t.cast("dict[str, t.Any]", remove_values(result, valid._no_log_values))  # pylint: disable=protected-access


def _variables(argument: Mapping[str, t.Any]) -> list[str]:
    """The environment variables that stand in for an option."""
    return list(argument["fallback"][1]) if "fallback" in argument else []


@contextlib.contextmanager
def _as_if_started(environment: Mapping[str, str], directory: str) -> Iterator[None]:
    """The environment and the working directory that the module's own process would have had."""
    before, surroundings = os.getcwd(), dict(os.environ)
    os.chdir(directory)
    os.environ.update(environment)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(surroundings)
        os.chdir(before)
