# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is private to the collection: it can change at any time.

"""How to talk to a Sunbird installation: the two ways in, the two tokens, and the envelope of its answers.

Through the gateway every call carries an API key, and many a user token besides. Inside the cluster the service
takes calls without an API key, and private calls without any token.

The same error has three spellings of ``params.err``, depending on the release: ``UOS_USRDLT0008``, ``0008`` and
for most a word. So codes are compared by their ending.
"""

from __future__ import annotations

import re
import typing as t
from urllib.parse import quote

from ansible_collections.vox.roster.plugins.module_utils._http import errors
from ansible_collections.vox.roster.plugins.module_utils._http.auth import HeaderAuth, header_value
from ansible_collections.vox.roster.plugins.module_utils._http.bounded import Allowance
from ansible_collections.vox.roster.plugins.module_utils._http.connection import (
    Answer,
    Connection,
    Operation,
    failure_of,
    not_understood,
)
from ansible_collections.vox.roster.plugins.module_utils._http.errors import Failure
from ansible_collections.vox.roster.plugins.module_utils._http.options import (
    ArgumentSpec,
    base_url,
    connection_arguments,
    given,
    required,
    settings,
    with_environment,
)
from ansible_collections.vox.roster.plugins.module_utils._http.pace import Pace
from ansible_collections.vox.roster.plugins.module_utils._http.retry import READ
from ansible_collections.vox.roster.plugins.module_utils._http.sunbird_tokens import (
    Source,
    Tokens,
    about_tokens,
    token_of,
)

if t.TYPE_CHECKING:
    from collections.abc import Mapping

    from requests import PreparedRequest

    from ansible_collections.vox.roster.plugins.module_utils._http.options import Settings
    from ansible_collections.vox.roster.plugins.module_utils._http.redact import Redactor

PREFIX = "SUNBIRD"
GATEWAY = "gateway"
SERVICE = "service"

ARGUMENTS = connection_arguments("SUNBIRD") + ArgumentSpec(
    {
        "url": with_environment("SUNBIRD_URL", type="str"),
        "mode": with_environment("SUNBIRD_MODE", type="str", choices=[GATEWAY, SERVICE], default=GATEWAY),
        "api_key": with_environment("SUNBIRD_API_KEY", type="str", no_log=True),
        "user_token": with_environment("SUNBIRD_USER_TOKEN", type="str", no_log=True),
        "auth_username": with_environment("SUNBIRD_AUTH_USERNAME", type="str"),
        "auth_password": with_environment("SUNBIRD_AUTH_PASSWORD", type="str", no_log=True),
        "client_id": with_environment("SUNBIRD_CLIENT_ID", type="str", default="lms"),
        "client_secret": with_environment("SUNBIRD_CLIENT_SECRET", type="str", no_log=True),
        "keycloak_url": with_environment("SUNBIRD_KEYCLOAK_URL", type="str", no_log=False),
        "realm": with_environment("SUNBIRD_REALM", type="str", default="sunbird"),
    },
)

ADDRESS_HINT = (
    "Check 'url' and 'mode': in mode gateway 'url' is the public address without /api, in mode service the address "
    "of the user service inside the cluster."
)
API_KEY_HINT = "Check 'api_key' (SUNBIRD_API_KEY): the gateway does not know it."
CONSUMER_HINT = "The gateway does not let the owner of 'api_key' make this call; its consumer lacks the group for it."
POLICY_HINT = (
    "The installation's policy wants the token of that very user, or of an administrator (ORG_ADMIN) of every "
    "organisation concerned, with the roles in it."
)
OTHERS_HINT = (
    "Through the gateway a user token changes the profile of its own user only. Change other users in mode service, "
    "that is from inside the cluster with 'url' naming the user service."
)

# Endings of err, what kind of failure they stand for, and what to do about it.
_KNOWN_ERRORS = (
    (("0002",), errors.DUPLICATE, "The value named belongs to another user; it may be a blocked one."),
    (("0083",), errors.REFUSED, "Give 'force: true' to have the roles removed first."),
    (("0073",), errors.REFUSED, "The account is blocked or deleted; no API brings it back."),
    (
        ("0024", "INVALID_PASSWORD"),
        errors.INVALID,
        "The password needs 8 characters or more, among them a digit, a lower-case and an upper-case letter and a "
        "special character, and no white space.",
    ),
    (("0045", "PARAMETER_MISMATCH"), errors.INVALID, "Check that 'organisation_id' belongs to 'channel'."),
    (("0053", "ERROR_INACTIVE_ORG"), errors.INVALID, "Check 'organisation_id': that organisation is not active."),
    (("0062",), errors.INVALID, "Give another value in 'recovery_email' or 'recovery_phone' than the main one."),
    (
        ("0009",),
        errors.INVALID,
        "Check 'email', 'phone' with 'country_code', and 'dob': the service takes fewer forms of an e-mail address "
        "than other software, and checks that the number exists in the country.",
    ),
)


class Endpoint(t.NamedTuple):
    """One thing that the service can be asked to do.

    gateway, service: its path by either way, with ``{0}`` for an identifier.
    personal: it needs a user token, except for the service's private paths, which must not see one.
    """

    name: str
    method: str
    gateway: str
    service: str
    effect: str = READ
    personal: bool = True


class Sunbird:
    """An installation, reached by one of the two ways."""

    def __init__(self, mode: str, plain: Connection, personal: Connection, tokens: Tokens) -> None:
        self.through_gateway = mode == GATEWAY
        self.read_only = plain.settings.read_only
        self.url = plain.settings.url
        self.tokens = tokens
        self._plain = plain
        self._personal = personal

    def call(
        self, endpoint: Endpoint, identifier: str = "", request: Mapping[str, t.Any] | None = None
    ) -> dict[str, t.Any]:
        """The ``result`` of a call; Failure when the service says no.

        identifier: for the path. request: what goes into the body under that name.
        """
        path = endpoint.gateway if self.through_gateway else endpoint.service
        operation = Operation(endpoint.name, endpoint.method, path, endpoint.effect)
        body = None if request is None else {"request": dict(request)}
        personal = endpoint.personal and not path.startswith("private/")
        if personal and not (self.read_only and endpoint.effect != READ):
            self.tokens.current()
        connection = self._personal if personal else self._plain
        try:
            result: dict[str, t.Any] = connection.call(operation, path.format(quote(identifier, safe="")), body=body)
            return result
        except Failure as failure:
            if personal and failure.kind == errors.AUTHENTICATION and self.tokens.expired:
                failure.hint = "The user token has expired. Give a new one in 'user_token', or let the task get one."
            if personal and failure.kind == errors.PERMISSION and self.tokens.roles_problem:
                failure.hint += f" The token carries no roles: {self.tokens.roles_problem.rstrip('.')}."
            raise

    def abandon(self) -> None:
        """Send nothing any more, whatever other threads are at."""
        self._plain.abandon()
        self._personal.abandon()

    def acts_as(self, user_id: str) -> bool | None:
        """Whether the user token is that of this user; None when that is not known yet."""
        subject = self.tokens.subject
        return None if subject is None else subject == user_id


class _TokenAuth(HeaderAuth):
    """The API key, and the user token that is in force at the moment of the request."""

    def __init__(self, headers: Mapping[str, str], tokens: Tokens) -> None:
        super().__init__(headers)
        self._tokens = tokens

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        request.headers["X-Authenticated-User-token"] = self._tokens.current()
        return super().__call__(request)


def connect(params: Mapping[str, t.Any], read_only: bool, redactor: Redactor) -> Sunbird:
    """The installation that a module's parameters name; Failure when they are incomplete."""
    url = required(params, "url", "SUNBIRD_URL").rstrip("/")
    through_gateway = params["mode"] == GATEWAY
    root = settings("sunbird", url, params, read_only)
    key = given(params, "api_key")
    if through_gateway:
        key = required(params, "api_key", "SUNBIRD_API_KEY")
    redactor.add(key)
    keyed = {"Authorization": f"Bearer {header_value('api_key', key)}"} if key else {}
    pace = Pace(root.requests_per_minute)
    tokens = _tokens(params, root, keyed, redactor, pace if through_gateway else None)
    api = root._replace(url=f"{root.url}/api") if through_gateway else root
    headers = keyed if through_gateway else {}
    allowance = Allowance()
    return Sunbird(
        params["mode"],
        Connection(api, HeaderAuth(headers), payload_of, redactor, allowance=allowance, pace=pace),
        Connection(api, _TokenAuth(headers, tokens), payload_of, redactor, tokens.renew, allowance, pace),
        tokens,
    )


def _tokens(
    params: Mapping[str, t.Any], root: Settings, keyed: Mapping[str, str], redactor: Redactor, pace: Pace | None
) -> Tokens:
    """Where user tokens come from.

    keyed: the header with the API key, which the refresh with roles demands.
    pace: of what else is sent to the same server, if anything.
    """
    token = given(params, "user_token")
    if token:
        redactor.add(token)
        return Tokens(header_value("user_token", token), None, redactor)
    form = _grant(params, redactor)
    keycloak_url = given(params, "keycloak_url")
    through_gateway = params["mode"] == GATEWAY
    if not keycloak_url and through_gateway:
        keycloak_url = f"{root.url}/auth"
    if form is None or not keycloak_url:
        return Tokens(None, None, redactor, homeless=form is not None)
    keycloak = root._replace(url=base_url(keycloak_url, "keycloak_url"))
    public = root._replace(url=f"{root.url}/auth") if through_gateway else keycloak
    refresher = Connection(public, HeaderAuth(keyed), refreshed_token_of, redactor, pace=pace) if keyed else None
    path = f"realms/{quote(params['realm'], safe='')}/protocol/openid-connect/token"
    key = (keycloak, public, path, *sorted(form.items()), *sorted(keyed.items()))
    source = Source(Connection(keycloak, HeaderAuth({}), token_of, redactor), path, form, refresher, key)
    return Tokens(None, source, redactor)


def _grant(params: Mapping[str, t.Any], redactor: Redactor) -> dict[str, str] | None:
    """The form that asks Keycloak for a token; None when the task gives nothing to log in with."""
    user = given(params, "auth_username")
    password = given(params, "auth_password")
    secret = given(params, "client_secret")
    redactor.add(password)
    redactor.add(secret)
    if bool(user) != bool(password):
        missing = "auth_password" if user else "auth_username"
        raise Failure(errors.OPTION, f"'{missing}' is missing or empty", hint="Give both, or neither.")
    form = {"client_id": params["client_id"]}
    if secret:
        form["client_secret"] = secret
    if user and password:
        return {**form, "grant_type": "password", "username": user, "password": password}
    return {**form, "grant_type": "client_credentials"} if secret else None


def refreshed_token_of(answer: Answer) -> dict[str, t.Any]:
    """The token with roles from the refresh through the gateway; Failure otherwise."""
    try:
        result = payload_of(answer)
    except Failure as failure:
        raise about_tokens(failure) from None
    if not isinstance(result.get("access_token"), str):
        raise failure_of(answer, "the answer holds no token", kind=errors.BROKEN, retryable=False, acted=False)
    return result


def payload_of(answer: Answer) -> dict[str, t.Any]:
    """The ``result`` of a successful answer, empty when there is none; Failure otherwise."""
    body = answer.data
    if isinstance(body, dict) and "responseCode" in body and isinstance(body.get("params"), dict):
        if answer.ok and body["responseCode"] == "OK":
            result = body.get("result")
            return result if isinstance(result, dict) else {}
        raise _refusal(answer, body)
    raise _foreign(answer)


def has_code(failure: Failure, *endings: str) -> bool:
    """Whether the service's error code ends with one of these, whatever the release puts in front."""
    return bool(failure.code) and str(failure.code).endswith(endings)


def _refusal(answer: Answer, body: Mapping[str, t.Any]) -> Failure:
    """What the service itself says no with."""
    params = body["params"]
    failure = failure_of(
        answer,
        str(params.get("errmsg") or "the service refused without a reason"),
        kind=errors.BROKEN if answer.ok else "",
        code=params.get("err"),
        request_id=params.get("resmsgid") or params.get("msgid"),
    )
    if failure.kind == errors.AUTHENTICATION:
        # Composed with an operation's code it comes from deep inside, where the token has been accepted already.
        if re.fullmatch("UOS_[A-Z]+UOS_0070", failure.code or ""):
            failure.kind = errors.PERMISSION
        else:
            failure.hint = "Check the user token, or what the task gets it with."
    elif failure.kind == errors.NOT_FOUND and body["responseCode"] != "RESOURCE_NOT_FOUND":
        _not_the_api(failure)
    elif answer.status == 400:
        for endings, kind, hint in _KNOWN_ERRORS:
            if has_code(failure, *endings):
                failure.kind, failure.hint = kind, hint
                break
    return failure


def _foreign(answer: Answer) -> Failure:
    """What somebody in front of the service says: gateway, policy or web server."""
    message = answer.data.get("message") if isinstance(answer.data, dict) else None
    if isinstance(message, str):
        failure = failure_of(answer, f"the gateway answered: {message}")
        failure.hint = {401: API_KEY_HINT, 403: CONSUMER_HINT}.get(answer.status, "")
    elif answer.status == 403 and answer.text.startswith("You do not have permission"):
        failure = failure_of(answer, answer.text.strip(), hint=POLICY_HINT)
    else:
        failure = not_understood(answer)
    if failure.kind == errors.NOT_FOUND:
        _not_the_api(failure)
    return failure


def _not_the_api(failure: Failure) -> None:
    """A 404 that says nothing about a user: nothing is served at that address."""
    failure.kind, failure.hint = errors.BROKEN, ADDRESS_HINT
