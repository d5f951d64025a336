# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is private to the collection: it can change at any time.

"""The one way in which anything in this collection fails."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

# Kinds of failure. The core decides by them; it never looks at a service's own codes.
OPTION = "option"  # what the task asks for makes no sense
REFUSED = "refused"  # the task is understood, but carrying it out would do harm or is impossible
UNREACHABLE = "unreachable"  # no connection: nothing has been sent
TLS = "tls"
TIMEOUT = "timeout"
BROKEN = "broken"  # the connection broke, or the answer cannot be understood
REDIRECT = "redirect"
AUTHENTICATION = "authentication"
PERMISSION = "permission"
NOT_FOUND = "not_found"
DUPLICATE = "duplicate"
INVALID = "invalid"  # the service does not accept the values
RATE_LIMIT = "rate_limit"
SERVER = "server"
INTERRUPTED = "interrupted"  # the process was asked to end
INTERNAL = "internal"  # a fault in this collection


@dataclass(eq=False)
class Failure(Exception):
    """Something could not be done, in a form that a person and a playbook can both read.

    service: ``simotel``, ``autodialer``, ``exotel`` or ``sunbird``; empty while unknown.
    operation: what was attempted, in plain words such as ``create user``; empty before anything was, which a
        result calls ``plan``.
    http_status: the status of the answer; None when there was none.
    code: the service's own error code as a string, or None.
    request_id: the service's identifier of the request, for its support desk.
    hint: what a person would check or do next.
    retryable: the same request may succeed later.
    acted: False when the service surely did nothing; None when that is unknown, as after a lost answer.
    retry_after: seconds that the service asked to wait.
    done: what had already been carried out when the rest failed, in plain words.
    """

    kind: str
    message: str
    service: str = ""
    operation: str = ""
    http_status: int | None = None
    code: str | None = None
    request_id: str | None = None
    hint: str = ""
    retryable: bool = False
    acted: bool | None = False
    retry_after: float | None = None
    done: t.Sequence[str] = ()

    def __str__(self) -> str:
        subject = " ".join(part for part in (self.service, self.operation) if part)
        status = f" (HTTP {self.http_status})" if self.http_status and self.http_status >= 300 else ""
        text = f"{subject}: {self.message}" if subject else self.message
        text = text.rstrip(" .") + status if status else text.rstrip()
        if not text.endswith((".", "!", "?")):
            text += "."
        if self.done:
            text += f" Already done: {', '.join(self.done)}."
        return f"{text} {self.hint}".rstrip()

    def as_result(self) -> dict[str, t.Any]:
        """The ``failure`` of a task's result."""
        return {
            "service": self.service,
            "operation": self.operation or "plan",
            "http_status": self.http_status,
            "code": self.code if self.code is not None else self.kind,
            "message": self.message,
            "request_id": self.request_id,
            "hint": self.hint,
            "retryable": self.retryable,
            "done": list(self.done),
        }


HINTS = {
    UNREACHABLE: "Check the address in 'url', that the service is up, and the way to it (DNS, firewall, 'proxy').",
    TLS: (
        "Check the certificate of the server: its name, its validity and who issued it. "
        "For a private authority give its certificate in 'ca_path'."
    ),
    TIMEOUT: "The service is slow or something drops the traffic; raise 'timeout' if it is just slow.",
    BROKEN: "Check that 'url' is the address of the API itself and not of a web page, portal or proxy in front of it.",
    REDIRECT: "Redirects are not followed, so that credentials stay with the address you gave; correct 'url'.",
    AUTHENTICATION: "Check the credentials.",
    PERMISSION: "Check the permissions of the account that the task uses.",
    RATE_LIMIT: "The service limits the number of requests; run the task again later.",
    SERVER: "The fault is on the side of the service; run the task again later.",
}

_KIND_OF_STATUS = {
    400: INVALID,
    401: AUTHENTICATION,
    403: PERMISSION,
    404: NOT_FOUND,
    407: UNREACHABLE,
    408: TIMEOUT,
    409: DUPLICATE,
    429: RATE_LIMIT,
}


def kind_of_status(status: int) -> str:
    """The kind of failure that an HTTP status stands for when the body says nothing better."""
    if 300 <= status < 400:
        return REDIRECT
    if status >= 500:
        return SERVER
    return _KIND_OF_STATUS.get(status, INVALID)
