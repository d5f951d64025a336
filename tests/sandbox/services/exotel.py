# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The simulated Exotel service: users of the contact-centre API, version 2.

Mounted below ``/exotel`` (Singapore, where every account but one lives) and ``/exotel/mumbai``. The
accounts and keys are in ``exotel_access``. Two calls are the sandbox's own and need no credentials:
``POST /exotel/sandbox/verify`` and ``POST /exotel/sandbox/call``.
"""

from __future__ import annotations

from starlette.routing import Route

from ..contract import Dialect, Service
from . import exotel_devices as devices
from . import exotel_users as users
from .exotel_access import not_found, operation
from .exotel_store import SCHEMA, change, records, seed

DIALECTS = tuple(
    Dialect("exotel." + name, values, meaning)
    for name, values, meaning in (
        (
            "failure_signal",
            ("http", "under_200", "under_207"),
            "Invalid parameters and duplicates: the HTTP status says so, or is 200 or 207 and only the record fails.",
        ),
        (
            "unknown_id",
            ("not_found", "generic", "forbidden", "invalid"),
            "An unknown id gives 404 with 10801, 404 with 1000, 403 with 1003 (then also for other accounts'), or 400"
            " with 1007.",
        ),
        ("failure_word", ("failure", "failed"), "The status of a record that failed."),
        (
            "empty_match",
            ("empty_list", "null", "absent"),
            "What response holds when a filter matches nobody: an empty list, null, or the key is missing.",
        ),
        (
            "email_filter",
            ("honoured", "ignored", "case_sensitive"),
            "The filter by e-mail works in any case, is ignored (everybody is returned), or needs the stored case.",
        ),
        (
            "contact_filter",
            ("exact", "loose", "ignored"),
            "The filter by number needs the stored number, compares the last ten digits, or is ignored.",
        ),
        (
            "devices_in_get",
            ("always", "fields_only"),
            "Getting one user returns its devices always, or only with fields=devices.",
        ),
        ("devices_in_create", ("yes", "no"), "Whether the answer to a creation holds the devices."),
        (
            "device_order",
            ("oldest_first", "newest_first"),
            "The order of a user's devices: the phone, created first, comes first or last.",
        ),
        ("order", ("oldest_first", "newest_first"), "A list begins with the oldest user, or with the newest."),
        (
            "no_email",
            ("null", "empty_text", "absent"),
            "A user without an e-mail address has null there, an empty text, or no such key.",
        ),
        (
            "default_device_name",
            ("given", "null"),
            "A device that was made without a name gets one from the service, or has none.",
        ),
        (
            "active_call",
            ("null_or_true", "boolean", "object"),
            "Whether a user is on a call: null or true; false or true; null or an object.",
        ),
        ("device_id", ("integer", "string"), "Device ids are numbers, or digits in a string."),
        ("device_type", ("string", "object"), 'The type of a device is "tel", or {"name": "tel"}.'),
        (
            "sip_device",
            ("off_verified", "on_verified", "off_unverified"),
            "How the SIP device of an account with VOIP begins.",
        ),
        ("get_one", ("object", "array"), "Getting one user answers with an object, or with a list of one."),
        ("error_data", ("null", "absent"), "error_data of a success is null, or missing."),
        ("total", ("present", "absent"), "Whether the metadata of a list tells the total."),
        ("page_limit", ("clamp", "refuse"), "A limit above 50 counts as 50, or is refused."),
        (
            "same_account_email",
            ("10813", "1008", "1002", "accepted"),
            "The code for an e-mail address that the same account has (1002 comes as 400, the others as 409), or none.",
        ),
        ("email_case", ("preserved", "lowered"), "E-mail addresses keep their case, or are stored in lower case."),
        (
            "phone_echo",
            ("exact", "without_plus", "national"),
            "Numbers are returned as sent, without the plus, or with 0 in place of +91.",
        ),
        (
            "name_rule",
            ("strict", "lenient"),
            "Names: only letters, digits, ' - . and a space after a period; or only their length is checked.",
        ),
        ("name_spaces", ("kept", "trimmed"), "White space around a name is kept, or taken off before it is judged."),
        ("role_put", ("ignored", "applied", "refused"), "What an update does with role."),
        ("unknown_keys", ("ignored", "refused"), "What is done with a key that the call does not know."),
        ("explicit_null", ("ignored", "refused"), "A null counts as not given, or is refused as a wrong type."),
        ("empty_put", ("noop", "refused"), "An update with an empty object does nothing, or is refused."),
        (
            "same_email_put",
            ("noop", "refused"),
            "Sending a user's own e-mail address again does nothing, or is refused as already set.",
        ),
        (
            "same_number_put",
            ("refused", "unverifies"),
            "Sending a device its own number again is refused as a duplicate, or drops the verification.",
        ),
        (
            "available_after_renumber",
            ("kept", "off"),
            "A device that was ON stays ON, unverified, after its number changed; or goes OFF.",
        ),
        (
            "kyc_code",
            ("1003", "10814"),
            "Accounts without KYC and trial accounts get 1003; or 10814 and 10815 when they create or update.",
        ),
        ("freed_after_delete", ("yes", "no"), "Whether the e-mail and numbers of a deleted user can be used again."),
        ("last_admin_delete", ("allowed", "refused"), "Whether the last user with the role admin can be deleted."),
        ("seat_limit", ("none", "50"), "How many users an account may have."),
        (
            "seat_code",
            ("1003", "1002", "1008"),
            "The code for one user too many (1003 comes as 403, 1002 as 400, 1008 as 409).",
        ),
        ("rate_limit", ("off", "5", "50", "200"), "How many requests an account may make in a minute."),
        (
            "rate_limit_body",
            ("envelope", "plain", "rest_exception"),
            "The body of a 429: the usual envelope, plain text, or the envelope of the first API version.",
        ),
        ("retry_after", ("absent", "present"), "Whether a 429 says how long to wait."),
    )
)

_USERS = "/v2/accounts/{sid}/users"
_USER = _USERS + "/{user_id}"
_DEVICE = _USER + "/devices/{device_id}"

_VENDOR_CALLS = (
    ("GET", _USERS, "exotel.user.list", operation(users.list_users, writes=False)),
    ("POST", _USERS, "exotel.user.create", operation(users.create_user, writes=True)),
    ("GET", _USER, "exotel.user.get", operation(users.get_user, writes=False)),
    ("PUT", _USER, "exotel.user.update", operation(users.update_user, writes=True)),
    ("DELETE", _USER, "exotel.user.delete", operation(users.delete_user, writes=True)),
    ("PUT", _DEVICE, "exotel.device.update", operation(devices.update_device, writes=True)),
    ("PUT", _DEVICE + "/password", "exotel.device.password", operation(devices.set_password, writes=True)),
)

ROUTES = (
    *(
        Route(region + path, endpoint, methods=[method], name=name)
        for region in ("/exotel", "/exotel/mumbai")
        for method, path, name, endpoint in _VENDOR_CALLS
    ),
    Route("/exotel/sandbox/verify", devices.verify, methods=["POST"], name="exotel.sandbox.verify"),
    Route("/exotel/sandbox/call", devices.set_call, methods=["POST"], name="exotel.sandbox.call"),
)

SERVICE = Service(
    name="exotel",
    title="Exotel users",
    prefix="/exotel",
    schema=SCHEMA,
    routes=ROUTES,
    dialects=DIALECTS,
    seed=seed,
    records=records,
    not_found=not_found,
    accounts=(
        ("account sandbox (no VOIP), sandbox-voip, sandbox-trial, sandbox-nokyc", "sandbox-key : sandbox-token"),
        ("account sandbox-mumbai, below /exotel/mumbai", "sandbox-mumbai-key : sandbox-mumbai-token"),
        ("a key without rights", "sandbox-norights-key : sandbox-norights-token"),
    ),
    change=change,
)
