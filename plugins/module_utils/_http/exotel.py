# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is private to the collection: it can change at any time.

"""How to talk to Exotel's contact-centre API, version 2: options, authentication, and the envelope of its answers.

A failure may come under HTTP 200, with only the record inside the envelope saying so. Success is therefore a good
HTTP status, a good ``http_code`` where there is one, and ``"status": "success"`` in every record.
"""

from __future__ import annotations

import typing as t
from functools import partial
from urllib.parse import quote

from ansible_collections.vox.roster.plugins.module_utils._http import errors
from ansible_collections.vox.roster.plugins.module_utils._http.auth import HeaderAuth, basic
from ansible_collections.vox.roster.plugins.module_utils._http.connection import (
    Answer,
    Connection,
    failure_of,
    not_understood,
)
from ansible_collections.vox.roster.plugins.module_utils._http.errors import Failure
from ansible_collections.vox.roster.plugins.module_utils._http.options import (
    ArgumentSpec,
    connection_arguments,
    given,
    outside,
    required,
    settings,
    with_environment,
)

if t.TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ansible_collections.vox.roster.plugins.module_utils._http.redact import Redactor

REGIONS = {
    "singapore": "https://ccm-api.exotel.com",
    "mumbai": "https://ccm-api.in.exotel.com",
}
USUAL_REGION = "singapore"

ARGUMENTS = connection_arguments("EXOTEL") + ArgumentSpec(
    {
        "account_sid": with_environment("EXOTEL_ACCOUNT_SID", type="str"),
        "api_key": with_environment("EXOTEL_API_KEY", type="str", no_log=True),
        "api_token": with_environment("EXOTEL_API_TOKEN", type="str", no_log=True),
        # The environment is asked later, since it makes a difference which of the two comes from there.
        "region": {"type": "str", "choices": list(REGIONS)},
        "url": {"type": "str"},
    },
)

_REGION_HINT = (
    "an account that lives in the other region gets the same answer. An account whose dashboard is at my.exotel.com "
    "is in singapore, one at my.in.exotel.com in mumbai."
)
_CREDENTIALS_HINT = f"Check 'api_key' and 'api_token', and also 'region': {_REGION_HINT}"
_VALUES_HINT = (
    "Exotel does not take one of the values. Names may hold letters, digits, apostrophes, hyphens and periods, and a "
    "space after a period only, such as 'St. John'; check 'first_name', 'last_name' and 'email'."
)
_PERMISSION_HINT = (
    "Check that 'account_sid' belongs to 'api_key', that the key has the right, that the KYC of the account is "
    "complete and that it is no trial account: Exotel lets such accounts read but not write."
)
_TAKEN_HINT = "Another user already has this e-mail address or this number."
_NUMBER_TAKEN_HINT = "Another user of this account has this number, or had it until lately; release it there first."
_FORMAT_HINT = "Exotel did not take the form of the request; please report this as a fault of the collection."

# Exotel's own codes: what kind of failure each stands for, and what a person would do.
_MEANINGS = {
    "1000": (errors.NOT_FOUND, "It may have been deleted meanwhile; run the task again."),
    "1001": (errors.INVALID, "Exotel wants a field that the task does not give."),
    "1002": (errors.INVALID, _VALUES_HINT),
    "1003": (errors.PERMISSION, _PERMISSION_HINT),
    "1004": (errors.SERVER, ""),
    "1007": (errors.INVALID, _FORMAT_HINT),
    "1008": (errors.DUPLICATE, _TAKEN_HINT),
    "1010": (errors.AUTHENTICATION, _CREDENTIALS_HINT),
    "1011": (errors.INVALID, "Something between this machine and Exotel changes the Content-Type of requests."),
    "1401": (errors.INVALID, "Write 'device_contact_uri' with a plus sign, the country code and the whole number."),
    "1402": (
        errors.INVALID,
        "Give 'device_contact_uri': only an account with VOIP can have users without a telephone number.",
    ),
    "10725": (errors.INVALID, _FORMAT_HINT),
    "10801": (errors.NOT_FOUND, "It may have been deleted meanwhile; run the task again."),
    "10809": (
        errors.INVALID,
        "The owner verifies the number by a missed call from that phone, as Exotel's invitation explains. "
        "After that run the task again.",
    ),
    "10810": (
        errors.INVALID,
        "Only one device of a user can be on, and another one was switched on meanwhile; run the task again.",
    ),
    "10811": (errors.DUPLICATE, _NUMBER_TAKEN_HINT),
    "10812": (errors.DUPLICATE, _NUMBER_TAKEN_HINT),
    "10813": (
        errors.DUPLICATE,
        "No user of this account has the e-mail address, so it belongs to another Exotel account, or to a user who "
        "was deleted lately. Take another address, or ask Exotel's support to release it.",
    ),
    "10814": (errors.PERMISSION, "Complete the KYC of the account in Exotel's dashboard; until then it cannot write."),
    "10815": (errors.PERMISSION, "Trial accounts cannot manage users through the API; upgrade the account."),
    "10817": (errors.INVALID, "Only the number of a telephone can change, not that of a SIP device."),
}

_HINTS_OF_KINDS = {
    errors.AUTHENTICATION: _CREDENTIALS_HINT,
    errors.PERMISSION: _PERMISSION_HINT,
    errors.RATE_LIMIT: "Exotel limits the requests of an account in a minute; wait a minute, or raise 'retries'.",
}


class Payload(t.NamedTuple):
    """What a successful answer holds.

    records: the ``data`` of every record in it; one where the answer is about one thing, none for an empty list.
    metadata: of a list: ``total``, ``count``, ``offset``, ``limit``, as far as the service told them.
    """

    records: Sequence[t.Any]
    metadata: Mapping[str, t.Any]


def connect(params: Mapping[str, t.Any], service: str, read_only: bool, redactor: Redactor) -> Connection:
    """A connection to the account that a module's parameters name; Failure when they are incomplete."""
    account = required(params, "account_sid", "EXOTEL_ACCOUNT_SID")
    key = required(params, "api_key", "EXOTEL_API_KEY")
    token = required(params, "api_token", "EXOTEL_API_TOKEN")
    base, credentials_hint = _place(params)
    redactor.add_address(base)
    redactor.add(token)
    redactor.add(f"{key}:{token}")
    return Connection(
        settings(service, f"{base.rstrip('/')}/v2/accounts/{quote(account, safe='')}", params, read_only),
        HeaderAuth({"Authorization": basic(key, token)}),
        partial(_judge, credentials_hint=credentials_hint),
        redactor,
    )


def _place(params: Mapping[str, t.Any]) -> tuple[str, str]:
    """The address in front of ``/v2``, and what to check when the credentials are refused there.

    An option counts more than the environment, and ``url`` more than ``region``. A region in the task and another
    address in the environment contradict each other: either could be meant, and one may be a sandbox.
    """
    region, url = given(params, "region"), given(params, "url")
    source = "'url'"
    if url is None:
        url = outside("EXOTEL_URL")
        source = "the environment variable EXOTEL_URL, which stands for 'url'"
        if url and region and url.strip().rstrip("/") != REGIONS[region]:
            raise Failure(
                errors.OPTION,
                f"'region' is {region!r}, but the environment variable EXOTEL_URL holds another address",
                hint="Leave 'region' out to use that address. To use the region, take EXOTEL_URL out of the "
                "environment, or set it to an empty text for the task.",
            )
    if url:
        hint = f"Check 'api_key' and 'api_token', and also {source}: it decides, and not 'region'; {_REGION_HINT}"
        return url, hint
    region = region or outside("EXOTEL_REGION") or USUAL_REGION
    if region not in REGIONS:
        raise Failure(
            errors.OPTION,
            f"the environment variable EXOTEL_REGION is {region!r}",
            hint=f"Regions are {', '.join(REGIONS)}.",
        )
    return REGIONS[region], _CREDENTIALS_HINT


def _judge(answer: Answer, credentials_hint: str) -> Payload:
    try:
        return payload_of(answer)
    except Failure as failure:
        if failure.kind == errors.AUTHENTICATION:
            failure.hint = credentials_hint
        raise


def payload_of(answer: Answer) -> Payload:
    """What a successful answer holds; Failure otherwise."""
    body = answer.data
    if not isinstance(body, dict) or not body.keys() & {"request_id", "http_code", "response"}:
        raise _foreign(answer)
    response = body.get("response")
    # Nothing found is told as an empty list, as null, or by leaving the key out.
    records = [] if response is None else response if isinstance(response, list) else [response]
    if not all(isinstance(record, dict) for record in records):
        raise _foreign(answer)
    failed = [record for record in records if not _succeeded(record)]
    if failed or not answer.ok or not _is_good(body.get("http_code") or answer.status):
        raise _refusal(answer, body, failed[0] if failed else {})
    metadata = body.get("metadata")
    return Payload([record.get("data") for record in records], metadata if isinstance(metadata, dict) else {})


def _succeeded(record: Mapping[str, t.Any]) -> bool:
    return record.get("status") == "success" and _is_good(record.get("code") or 200)


def _is_good(status: t.Any) -> bool:
    return _number(status) in range(200, 300)


def _number(value: t.Any) -> int:
    try:
        return int(value)
    except (TypeError, ValueError):
        return 0


def _refusal(answer: Answer, body: Mapping[str, t.Any], record: Mapping[str, t.Any]) -> Failure:
    error = record.get("error_data")
    error = error if isinstance(error, dict) else {}
    statuses = [_number(status) for status in (answer.status, body.get("http_code"), record.get("code"))]
    status = next((status for status in statuses if status >= 300), 0)
    code = str(error.get("code") or status or "") or None
    parts = [str(error[name]) for name in ("message", "description") if error.get(name)]
    message = ": ".join(dict.fromkeys(parts)) or "Exotel refused without a reason"
    kind, hint = _MEANINGS.get(code or "", (errors.kind_of_status(status) if status else errors.INVALID, ""))
    if kind == errors.INVALID and "already exist" in message.lower():
        # No code is known for an e-mail address that the same account already has.
        kind, hint = errors.DUPLICATE, _TAKEN_HINT
    request_id = body.get("request_id")
    return failure_of(
        answer,
        message,
        kind=kind,
        code=code,
        hint=hint or _HINTS_OF_KINDS.get(kind, ""),
        request_id=str(request_id) if request_id else None,
    )


def _foreign(answer: Answer) -> Failure:
    """The failure for an answer without the envelope: of a gateway, or in the style of the first API version."""
    failure = not_understood(answer)
    old = answer.data.get("RestException") if isinstance(answer.data, dict) else None
    if isinstance(old, dict) and old.get("Message"):
        failure.message = str(old["Message"])
    if failure.kind == errors.NOT_FOUND:
        # An address outside the API; a missing user never looks like this.
        failure.kind = errors.BROKEN
        failure.hint = "Check 'url' and 'account_sid': there is no such address."
    failure.hint = failure.hint or _HINTS_OF_KINDS.get(failure.kind, "")
    return failure
