# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This plugin util is private to the collection: it can change at any time.

"""The variables of the playbooks: slips in their names, and values that make no sense, before a service is asked."""

from __future__ import annotations

import re
import typing as t
from collections.abc import Mapping

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.module_utils.parsing.convert_bool import BOOLEANS_FALSE, BOOLEANS_TRUE

from ansible_collections.vox.roster.plugins.module_utils._core.many import scope_of
from ansible_collections.vox.roster.plugins.module_utils._core.plural import check_work
from ansible_collections.vox.roster.plugins.module_utils._http.errors import Failure
from ansible_collections.vox.roster.plugins.module_utils._http.options import settings
from ansible_collections.vox.roster.plugins.module_utils._http.redact import Redactor
from ansible_collections.vox.roster.plugins.module_utils._services import (
    autodialer_info,
    exotel_info,
    simotel_info,
    sunbird_info,
)
from ansible_collections.vox.roster.plugins.plugin_utils._roster_nodes import shortened
from ansible_collections.vox.roster.plugins.plugin_utils._roster_slips import did_you_mean, mistyped
from ansible_collections.vox.roster.plugins.plugin_utils._roster_values import (
    AUTODIALER,
    LISTS,
    SERVICES,
    WORDS,
    person_columns,
)

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ansible_collections.vox.roster.plugins.module_utils._core.info import Info
    from ansible_collections.vox.roster.plugins.module_utils._core.resource import Resource

CONNECTIONS = tuple(f"{service}_connection" for service in SERVICES)
COMMON = (
    *("roster_hosts", "roster_services", "roster_file", "roster_defaults", "roster_departments", "roster_options"),
    *CONNECTIONS,
)
_PERSON = tuple(f"person_{name}" for name in person_columns())
_NEW = tuple(f"new_{name}" for name in person_columns())
PLAYBOOKS: Mapping[str, Sequence[str]] = {
    "roster_sync": (*COMMON, "roster_purge", "roster_purge_limit"),
    "audit": (*COMMON, "audit_directory", "audit_name", "audit_mode", "audit_fail_on_drift"),
    "onboard": (*COMMON, *_PERSON),
    "offboard": (*COMMON, *_PERSON, "offboard_force"),
    "move": (*COMMON, *_PERSON, *_NEW),
}
# What is a variable of one playbook is no slip in another: both may get the variables of the same host.
_KNOWN = {name for names in PLAYBOOKS.values() for name in names}
_NEEDS_FILE = ("roster_sync", "audit")
# Where connections count for info modules, too, which do not know every option of the plural modules.
_OF_PERSON = ("onboard", "offboard", "move")
_INFOS: Mapping[str, Info] = {
    "simotel": simotel_info.USER_INFO,
    AUTODIALER: autodialer_info.GROUP_INFO,
    "exotel": exotel_info.USER_INFO,
    "sunbird": sunbird_info.USER_INFO,
}
# What Ansible puts in the place of a value that is to be left out: a text until 2.18, and then an object.
_OMITTED, _OMITTED_TYPE = "__omit_place_holder__", "_OmitType"
_SWITCHES = ("offboard_force", "audit_fail_on_drift")
_SWITCH_WORDS = {str(word).lower() for word in (*BOOLEANS_TRUE, *BOOLEANS_FALSE)}
_LISTS_OF_SERVICES = ("roster_services", "roster_purge")
# Those of a person are looked at where their values are.
_ELSEWHERE = ("person_", "new_", "ansible_")
# Options of the plural modules that the playbooks set, and what there is instead.
_SET = {
    "users": "The roster says who they are.",
    "groups": "The roster says what they are.",
    "purge": "Name the service in 'roster_purge' of vox.roster.roster_sync instead.",
    "drift_file": "The playbook vox.roster.audit compares.",
}
_NEARLY_A_NUMBER = re.compile(r"[-+]?[0-9]{1,6}([.,][0-9]{0,3})? ?[a-z]{0,3}", re.I)
_WAYS_OUT = {
    "int": "Give a whole number.",
    "float": "Give a number.",
    "bool": "Give yes or no.",
    "dict": "Give key and value pairs.",
    "list": "Give a list.",
}


def slips(playbook: str, names: Iterable[str]) -> list[str]:
    """What to warn of: variables that are nearly called like one of the playbook. Others are none of its business."""
    known = PLAYBOOKS[playbook]
    told = []
    for name in sorted(set(names) - _KNOWN):
        close = "" if name.startswith(_ELSEWHERE) else _meant(name, known)
        if close:
            what = f"'{name}' is no variable of vox.roster.{playbook}, so it does not count."
            told.append(f"{what} Did you mean '{close}'?")
    return told


def _meant(name: str, known: Sequence[str]) -> str:
    first, _underscore, rest = name.partition("_")
    for one in known:
        begin, _underscore, end = one.partition("_")
        if (first == begin and mistyped(rest, [end])) or (rest == end and mistyped(first, [begin])):
            return one
    # As though they were called like the others, such as roster_person_email.
    return mistyped(rest, [one for one in known if not one.startswith("roster_")]) if first == "roster" else ""


def problems(playbook: str, values: Mapping[str, t.Any]) -> list[str]:
    """What is wrong with the values, as far as it can be known before a service is asked. No secrets are told.

    values: by the names of variables; those of a person do not count.
    """
    told = []
    if playbook in _NEEDS_FILE and _is_blank(values.get("roster_file")):
        told.append("'roster_file' is not set. Give the path of the roster.")
    for name in PLAYBOOKS[playbook]:
        if _is_blank(values.get(name)):
            continue
        if name in _LISTS_OF_SERVICES:
            told += _services_problems(name, values[name])
        elif name in _SWITCHES:
            told += _switch_problems(name, values[name])
        elif name == "roster_purge_limit" and not re.fullmatch("[0-9]+", str(values[name])):
            told.append(f"{_quoted(name, values[name])}. Give a number, 0 or more.")
        elif name == "roster_options":
            told += _all_options_problems(values[name])
        elif name in CONNECTIONS:
            told += _options_problems(name, name.partition("_")[0], values[name], for_infos=playbook in _OF_PERSON)
    return told


def _is_blank(value: t.Any) -> bool:
    return value is None or value is False or str(value).strip() in ("", "[]", "{}")


def _quoted(name: str, value: t.Any) -> str:
    return f"'{name}' is '{shortened(str(value))}'"


def _services_problems(name: str, value: t.Any) -> list[str]:
    words = re.findall(r"[^\s,]+", " ".join(map(str, _flat(value))))
    return [
        f"'{name}' names '{shortened(word)}', which is no service.{did_you_mean(word, SERVICES)} "
        f"The services are {', '.join(SERVICES)}."
        for word in words
        if word not in SERVICES
    ]


def _flat(value: t.Any) -> list[t.Any]:
    return [one for entry in value for one in _flat(entry)] if isinstance(value, (list, tuple)) else [value]


def _switch_problems(name: str, value: t.Any) -> list[str]:
    word = str(value).strip().lower()
    if word in _SWITCH_WORDS:
        return []
    hint = did_you_mean(word, WORDS) or " Give yes or no."
    return [f"{_quoted(name, value)}, which is neither yes nor no.{hint}"]


def _all_options_problems(value: t.Any) -> list[str]:
    if not isinstance(value, Mapping):
        return ["'roster_options' has to be key and value pairs: services, and below each the options of its module."]
    told = []
    for service, options in value.items():
        if service in SERVICES:
            told += _options_problems(f"roster_options.{service}", service, options)
        else:
            told += _services_problems("roster_options", service)
    return told


def _options_problems(where: str, service: str, options: t.Any, for_infos: bool = False) -> list[str]:
    """What is wrong with options of the plural module of a service. for_infos: its info module gets them, too."""
    if _is_blank(options):
        return []
    if not isinstance(options, Mapping):
        return [f"'{where}' has to be key and value pairs, the options of vox.roster.{LISTS[service]}."]
    info = _INFOS[service]
    resource = info.resource
    every = resource.plural_arguments().arguments
    known_to_info = info.arguments().arguments if for_infos else every
    arguments = {name: argument for name, argument in every.items() if name in known_to_info}
    params = {name: argument.get("default") for name, argument in every.items()}
    redactor = _redactor(every, options)
    told = []
    for name, value in options.items():
        if name in _SET:
            told.append(f"'{where}.{name}' is for the playbook to set. {_SET[name]}")
        elif name not in every:
            open_to = [one for one in every if one not in _SET]
            hint = did_you_mean(str(name), open_to) or f" Options are {', '.join(sorted(open_to))}."
            told.append(f"'{where}.{shortened(str(name))}' is no option of vox.roster.{LISTS[service]}.{hint}")
        elif name not in arguments:
            hint = f"Give it in 'roster_options.{service}' instead."
            told.append(f"'{where}.{name}' is an option of vox.roster.{LISTS[service]} alone. {hint}")
        elif not _is_left_out(value):
            wrong, params[name] = _typed(f"{where}.{name}", arguments[name], name, value, redactor)
            told += wrong
    return told or _numbers_problems(where, resource, params, redactor)


def _is_left_out(value: t.Any) -> bool:
    return value is None or type(value).__name__ == _OMITTED_TYPE or str(value).startswith(_OMITTED)


def _redactor(arguments: Mapping[str, t.Any], options: Mapping[str, t.Any]) -> Redactor:
    """Hides the secrets among the options, wherever else they stand. A name that is not known may be that of one."""
    redactor = Redactor()
    for name, value in options.items():
        if not _is_left_out(value) and (name not in arguments or arguments[name].get("no_log")):
            redactor.add(str(value))
    return redactor


def _typed(
    told: str, argument: Mapping[str, t.Any], name: str, value: t.Any, redactor: Redactor
) -> tuple[list[str], t.Any]:
    """What is wrong with the value of one option, and the value as its module gets it."""
    plain = {key: one for key, one in argument.items() if key not in ("required", "fallback", "default")}
    valid = ArgumentSpecValidator({name: plain}).validate({name: value})
    if not valid.errors.errors:
        return [], valid.validated_parameters[name]
    choices = argument.get("choices")
    hint = did_you_mean(str(value), choices or WORDS)
    # Anything else may be a secret in the wrong place.
    may_be_shown = hint or _NEARLY_A_NUMBER.fullmatch(str(value))
    quoted = _quoted(told, redactor.clean(str(value))) if may_be_shown else f"'{told}' has a value of another kind"
    if choices:
        return [f"{quoted}. It is one of {', '.join(choices)}.{hint}"], None
    return [f"{quoted}. {_WAYS_OUT.get(argument['type'], 'Give a text.')}"], None


def _numbers_problems(where: str, resource: Resource, params: Mapping[str, t.Any], redactor: Redactor) -> list[str]:
    """What the module itself would say of its numbers and its filter."""
    reach = {"timeout": params["timeout"], "retries": params["retries"], "validate_certs": True}
    told = []
    for check in (
        lambda: settings("", "http://localhost", reach, True),
        lambda: check_work(params),
        lambda: scope_of(resource, params),
    ):
        try:
            check()
        except Failure as failure:
            told.append(f"'{where}': {redactor.clean(str(failure))}")
    return told
