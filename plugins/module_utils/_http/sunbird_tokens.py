# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is private to the collection: it can change at any time.

"""The user token of a Sunbird installation: given, or got from Keycloak and renewed in time.

A token straight from Keycloak carries no Sunbird roles. The refresh through the gateway adds them, and calls that
only an administrator may make need them. Not every installation offers that refresh.
"""

from __future__ import annotations

import base64
import json
import threading
import time
import typing as t

from ansible_collections.vox.roster.plugins.module_utils._http import errors, kept
from ansible_collections.vox.roster.plugins.module_utils._http.connection import (
    Answer,
    Connection,
    Operation,
    failure_of,
    not_understood,
)
from ansible_collections.vox.roster.plugins.module_utils._http.errors import Failure

if t.TYPE_CHECKING:
    from collections.abc import Mapping

    from ansible_collections.vox.roster.plugins.module_utils._http.redact import Redactor

RENEWED_BEFORE_END = 60.0  # seconds

TOKEN_HINT = (
    "Give 'user_token' (SUNBIRD_USER_TOKEN), or 'auth_username' and 'auth_password' (SUNBIRD_AUTH_USERNAME, "
    "SUNBIRD_AUTH_PASSWORD) of a person, or 'client_secret' (SUNBIRD_CLIENT_SECRET) of a client with a service account."
)

KEYCLOAK_HINT = (
    "Give 'keycloak_url' (SUNBIRD_KEYCLOAK_URL), the address of Keycloak without /realms, best the public one. In mode "
    "service it does not follow from 'url'."
)

_HINTS_OF_ERRORS = {
    "invalid_grant": "Check 'auth_username' and 'auth_password', and that the account is active.",
    "unauthorized_client": "Check 'client_id' and 'client_secret', and that the client may use this kind of log-in.",
    "invalid_client": "Check 'client_id' and 'client_secret'.",
    "unsupported_grant_type": "Allow the client 'client_id' this kind of log-in in Keycloak.",
}

REFRESH = Operation("add the roles to the user token", "POST", "v1/refresh/token")


class Source(t.NamedTuple):
    """Where tokens come from.

    keycloak: connection to Keycloak. path: of the token address of the realm. form: what is sent to it.
    refresher: connection to what adds the roles; None where there is none.
    key: what two tasks have in common that may use the same token; None where none may.
    """

    keycloak: Connection
    path: str
    form: Mapping[str, str]
    refresher: Connection | None
    key: t.Hashable = None


class Tokens:
    """The user token in force; got when it is first needed. Safe to use from several threads.

    roles_problem: why the token carries no roles; empty as long as nothing is known to be wrong.
    homeless: the task gives what to log in with, but not where.
    """

    def __init__(self, fixed: str | None, source: Source | None, redactor: Redactor, homeless: bool = False) -> None:
        self._homeless = homeless
        self._token = fixed
        self._source = source
        self._redactor = redactor
        self._lock = threading.RLock()
        self._used = threading.local()
        self._renew_at = float("inf")
        self.roles_problem = ""

    @property
    def available(self) -> bool:
        """Whether there is a token, or a way to get one."""
        return bool(self._token or self._source)

    def lack(self) -> Failure | None:
        """Why there is no token, and no way to get one; None when there is."""
        return None if self.available else self._missing()

    def _missing(self) -> Failure:
        message, hint = "this needs a user token, and there is none", TOKEN_HINT
        if self._homeless:
            message, hint = "this needs a user token, and there is no address to get one from", KEYCLOAK_HINT
        return Failure(errors.OPTION, message, "sunbird", hint=hint)

    @property
    def subject(self) -> str | None:
        """The id of the user whom the token speaks for, as far as a token is there and says so."""
        subject = claims_of(self._token or "").get("sub")
        return subject.rpartition(":")[2] if isinstance(subject, str) else None

    @property
    def expired(self) -> bool:
        """Whether the token says that its time is over."""
        end = claims_of(self._token or "").get("exp")
        return isinstance(end, (int, float)) and end < time.time()

    def current(self) -> str:
        """A token for the next request; Failure when there is none to be had."""
        with self._lock:
            if self._token is None and self._source:
                self._recall(self._source)
            if self._token is None or time.monotonic() >= self._renew_at:
                self._obtain()
            self._used.token = self._token
            return self._token or ""

    def renew(self) -> bool:
        """Get another token after one was refused; False when there is no way to.

        When another thread has got one since, that has to do: all find out at once that a token has ended.
        """
        if self._source is None:
            return False
        with self._lock:
            if getattr(self._used, "token", None) in (None, self._token):
                self._obtain()
        return True

    def _obtain(self) -> None:
        source = self._source
        if source is None:
            raise self._missing()
        login = Operation("get a user token", "POST", source.path)
        granted = self._known(source.keycloak.call(login, form=source.form))
        if source.refresher is None:
            self.roles_problem = "to have them added takes 'api_key' and the public address in 'keycloak_url'"
        elif not granted.get("refresh_token"):
            self.roles_problem = "Keycloak gave no refresh token to have them added with"
        else:
            granted = self._with_roles(source.refresher, granted)
        self._token = granted["access_token"]
        life = granted.get("expires_in")
        self._renew_at = float("inf")
        if isinstance(life, (int, float)):
            self._renew_at = time.monotonic() + life - min(RENEWED_BEFORE_END, life / 2)
        if source.key:
            kept.leave(source.key, (self._token, self._renew_at, self.roles_problem))

    def _recall(self, source: Source) -> None:
        """Take over the token that an earlier task of the same loop got."""
        left = kept.recall(source.key)
        if left:
            self._token, self._renew_at, self.roles_problem = left
            self._redactor.add(self._token)

    def _with_roles(self, refresher: Connection, granted: dict[str, t.Any]) -> dict[str, t.Any]:
        """A token with roles; the plain one where the installation does not offer that.

        Much can be done without roles. What cannot will say so, with the reason.
        """
        try:
            answer = self._known(refresher.call(REFRESH, form={"refresh_token": granted["refresh_token"]}))
        except Failure as failure:
            if failure.http_status is None:
                raise
            self.roles_problem = f"the service that adds them answered: {failure.message}"
            return granted
        self.roles_problem = ""
        return answer

    def _known(self, granted: dict[str, t.Any]) -> dict[str, t.Any]:
        for name in ("access_token", "refresh_token", "id_token"):
            value = granted.get(name)
            if isinstance(value, str):
                self._redactor.add(value)
        return granted


def claims_of(token: str) -> dict[str, t.Any]:
    """What a token says of itself, unverified; empty when it is no readable token."""
    payload = token.split(".")[1] if token.count(".") == 2 else ""
    try:
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except ValueError:
        return {}
    return claims if isinstance(claims, dict) else {}


def token_of(answer: Answer) -> dict[str, t.Any]:
    """Keycloak's answer with an access token; Failure otherwise."""
    body = answer.data
    if isinstance(body, dict):
        if answer.ok and isinstance(body.get("access_token"), str):
            return body
        error = str(body.get("error") or "")
        if error:
            # Keycloak says 400 or 401 for wrong credentials, depending on its age.
            kind = errors.AUTHENTICATION if error in _HINTS_OF_ERRORS else ""
            hint = _HINTS_OF_ERRORS.get(error, "Check 'keycloak_url', 'realm' and 'client_id'.")
            message = f"Keycloak refused: {body.get('error_description') or error}"
            raise about_tokens(failure_of(answer, message, kind=kind, code=error, hint=hint))
    failure = not_understood(answer)
    failure.hint = "Check 'keycloak_url' and 'realm': what answers there is not Keycloak's token address."
    raise about_tokens(failure)


def about_tokens(failure: Failure) -> Failure:
    """The failure of a request for a token, which must not be read as if it told of a user.

    A 404 says that nothing serves tokens at that address, not that a user is gone.
    """
    if failure.kind in (errors.NOT_FOUND, errors.DUPLICATE):
        failure.kind, failure.retryable = errors.BROKEN, False
        if "'keycloak_url'" not in failure.hint:
            failure.hint = "Check 'keycloak_url' and 'realm'."
    failure.acted = False
    return failure
