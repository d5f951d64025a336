# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is private to the collection: it can change at any time.

"""How to talk to a Simotel server: options, authentication, and the envelope of its answers.

Every call is a POST. The server says success with ``"success": 1`` in the body and nothing else means success:
failures come with 0 or a negative number, under HTTP 200 as well as under an error status.
"""

from __future__ import annotations

import typing as t

from ansible_collections.vox.roster.plugins.module_utils._http import errors
from ansible_collections.vox.roster.plugins.module_utils._http.auth import HeaderAuth, basic, header_value
from ansible_collections.vox.roster.plugins.module_utils._http.connection import (
    Answer,
    Connection,
    Operation,
    failure_of,
    not_understood,
)
from ansible_collections.vox.roster.plugins.module_utils._http.options import (
    ArgumentSpec,
    base_url,
    connection_arguments,
    given,
    required,
    settings,
    with_environment,
)

if t.TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from ansible_collections.vox.roster.plugins.module_utils._http.redact import Redactor

ARGUMENTS = connection_arguments("SIMOTEL") + ArgumentSpec(
    {
        "url": with_environment("SIMOTEL_URL", type="str"),
        "api_path": with_environment("SIMOTEL_API_PATH", type="str", default="api/v4"),
        "api_user": with_environment("SIMOTEL_API_USER", type="str"),
        "api_password": with_environment("SIMOTEL_API_PASSWORD", type="str", no_log=True),
        "api_key": with_environment("SIMOTEL_API_KEY", type="str", no_log=True),
    },
)

CREDENTIALS_HINT = (
    "Give 'api_user' and 'api_password', or 'api_key', or all three, as the API account in the panel demands "
    "(Maintenance > API Accounts). The environment variables are SIMOTEL_API_USER, SIMOTEL_API_PASSWORD and "
    "SIMOTEL_API_KEY."
)

FOREIGN_HINT = "Check 'url', and what is between this machine and the server, such as a proxy: it changes requests."

UNKNOWN_CALL_HINT = (
    "This server does not offer the call: it is older than the API, or the paid module is not installed."
)

# Parts of the server's messages, in lower case, in the order in which they are looked for.
_KINDS_OF_MESSAGES = (
    ("basicauth or apikey", errors.AUTHENTICATION, CREDENTIALS_HINT),
    ("already exists", errors.DUPLICATE, ""),
    ("is missing", errors.INVALID, "The server wants a field that the task does not give."),
    ("ip is not permitted", errors.PERMISSION, "Add this machine to Allowed IPs in Maintenance > Settings."),
    (
        "access denied",
        errors.PERMISSION,
        "Give the API account the permission that the message names (Maintenance > API Accounts > Request).",
    ),
    ("unable to parse content", errors.INVALID, FOREIGN_HINT),
    ("requested service do", errors.INVALID, UNKNOWN_CALL_HINT),
    (
        "requested operation failed",
        errors.INVALID,
        "The server does not say why. Common reasons are a value that it does not accept, a number or name that is in "
        "use, and a secret that is too simple for its rules.",
    ),
)

_HINTS_OF_STATUS = {
    401: CREDENTIALS_HINT,
    404: "Check 'url' and 'api_path': the server knows no such address.",
    405: FOREIGN_HINT,
    501: UNKNOWN_CALL_HINT,
}


def connect(params: Mapping[str, t.Any], service: str, read_only: bool, redactor: Redactor) -> Connection:
    """A connection to the server that a module's parameters name; Failure when they are incomplete."""
    return Connection(
        settings(service, _address(params), params, read_only),
        HeaderAuth(_headers(params, redactor)),
        payload_of,
        redactor,
    )


def remove(
    connection: Connection,
    operation: Operation,
    identifier: t.Any,
    listing: Callable[[], Sequence[Mapping[str, t.Any]]],
) -> None:
    """Remove a record by its id; no failure when it has gone already.

    listing: reads all records, as the server returns them. A server may answer failure for an id that has gone, perhaps
    with a first answer that was lost. Then only ids tell what is left: the rest of a record may have changed meanwhile.
    """
    try:
        connection.call(operation, body={"_id": identifier})
    except errors.Failure as failure:
        if failure.kind != errors.INVALID or any(raw.get("_id") == identifier for raw in listing()):
            raise


def _address(params: Mapping[str, t.Any]) -> str:
    """The address of the API, also where 'url' holds the path of the API already."""
    # Checked before the path is added, so that a message shows what was given.
    url, path = base_url(required(params, "url", "SIMOTEL_URL")), params["api_path"].strip("/")
    return url if not path or url.endswith(f"/{path}") else f"{url}/{path}"


def _headers(params: Mapping[str, t.Any], redactor: Redactor) -> dict[str, str]:
    user = given(params, "api_user")
    password = given(params, "api_password")
    key = given(params, "api_key")
    if bool(user) != bool(password):
        missing = "api_password" if user else "api_user"
        raise errors.Failure(errors.OPTION, f"'{missing}' is missing or empty", hint=CREDENTIALS_HINT)
    headers = {}
    if user and password:
        headers["Authorization"] = basic(user, password)
        redactor.add(password)
        redactor.add(f"{user}:{password}")
    if key:
        headers["X-APIKEY"] = header_value("api_key", key)
        redactor.add(key)
    if not headers:
        raise errors.Failure(errors.OPTION, "there are no credentials for the server", hint=CREDENTIALS_HINT)
    return headers


def payload_of(answer: Answer) -> t.Any:
    """The ``data`` of a successful answer; Failure otherwise."""
    body = answer.data
    if not isinstance(body, dict) or "success" not in body:
        failure = not_understood(answer)
        if failure.kind == errors.NOT_FOUND:
            # An address outside the API; a missing record never looks like this.
            failure.kind = errors.BROKEN
            failure.acted = False
        failure.hint = _HINTS_OF_STATUS.get(answer.status, FOREIGN_HINT if failure.kind == errors.INVALID else "")
        raise failure
    if answer.ok and body["success"] in (1, "1"):
        return body.get("data")
    message = str(body.get("message") or "the server refused without a reason")
    kind, hint = "", ""
    for part, kind_of_message, hint_of_message in _KINDS_OF_MESSAGES:
        if part in message.lower():
            kind, hint = kind_of_message, hint_of_message
            break
    raise failure_of(
        answer,
        message,
        kind=kind or (errors.INVALID if answer.ok else ""),
        code=body["success"],
        hint=hint or _HINTS_OF_STATUS.get(answer.status, ""),
    )
