# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The simulated Simotel PBX: its users, and its ping. The autodialer, on the same server, has a module of its own."""

from __future__ import annotations

from starlette.responses import Response

from ..contract import Dialect, Sandbox, Service
from . import simotel_users as users
from .simotel_gate import ACCOUNTS, PREFIX, Fields, done, json_route, not_found

PING_MESSAGE = "If the 'Ping' event is enabled in the settings menu, you'll receive it when it's sent"


def ping(sandbox: Sandbox, body: Fields) -> Response:
    """``/setting/ping/act``."""
    return done(None, PING_MESSAGE)


ROUTES = (
    json_route("/pbx/users/add", "simotel.user.add", users.add),
    json_route("/pbx/users/search", "simotel.user.search", users.search),
    json_route("/pbx/users/update", "simotel.user.update", users.update),
    json_route("/pbx/users/remove", "simotel.user.remove", users.remove),
    json_route("/setting/ping/act", "simotel.ping.act", ping),
)

# The switches of the server as a whole hold for the autodialer, too.
DIALECTS = tuple(
    Dialect("simotel." + name, values, meaning)
    for name, values, meaning in (
        ("secret", ("clear", "masked"), "A search returns the secret in clear, or as ******."),
        ("user_update", ("partial", "replace"), "An update changes the fields it holds, or replaces the whole record."),
        ("unknown_id", ("success", "failure"), "An update or removal of an unknown id reports success, or failure."),
        ("access_denied", ("-2", "0"), "The success value (and the wording) when the account lacks a permission."),
        ("failure_code", ("0", "negative"), "The success value of other failures: 0, or -1."),
        ("failure_status", ("200", "400"), "The HTTP status of a call that makes sense and fails."),
        ("no_match", ("empty_list", "null", "empty_text"), "The data of a search that finds nothing."),
        ("conditions", ("honoured", "ignored"), "A search minds its conditions, or returns everything."),
        (
            "user_add_answer",
            ("id", "null", "odd"),
            "Adding a user answers with the new id, with _id null, or with a body that has no success at all.",
        ),
        ("alike_false", ("exact", "substring"), "alike=false asks for equal values, or is not honoured."),
        ("alike_missing", ("exact", "refused"), "A search without alike counts as exact, or is refused."),
        (
            "alike",
            ("substring", "regex", "substring_any_case"),
            "A similar value contains the condition, matches it as a pattern, or contains it in any case.",
        ),
        ("dates", ("jalali", "gregorian"), "The calendar of the dates returned."),
        (
            "record_keys",
            ("full", "sparse"),
            "A record has every key that was written, or lacks those with nothing to say.",
        ),
        (
            "server_defaults",
            ("none", "panel"),
            "Fields left out when adding are missing, or filled in as the panel does.",
        ),
        (
            "forward_policy_update",
            ("replace", "merge"),
            "A forward policy with some of its states replaces the old one, or is merged into it.",
        ),
        (
            "forward_policy_unset",
            ("states", "null", "empty_text"),
            "The forward policy of a user who forwards nothing is four empty states, null, or an empty text.",
        ),
        ("description_writable", ("yes", "no"), "A user's description is stored, or silently dropped."),
        ("more_options", ("kept", "stripped"), "more_options keeps its line ends, or loses all control characters."),
        (
            "spelling",
            ("kept", "normalised", "panel"),
            "type and the call groups are stored as sent, or in lower case without spaces; or type and nat are returned"
            " in the panel's words.",
        ),
        ("order", ("oldest_first", "newest_first"), "A search lists the oldest user first, or the newest."),
        (
            "digits",
            ("text", "numbers"),
            "A value of digits is returned as text, or as a number unless it begins with 0.",
        ),
        ("user_type_update", ("changed", "ignored"), "An update changes the user type, or leaves it silently alone."),
        ("renumber_duplicate", ("refused", "accepted"), "Changing a number to one in use is refused, or not noticed."),
        ("number_conflict", ("named", "generic"), "The message for a number in use says so, or is the general one."),
        ("number_format", ("digits", "any"), "A number must consist of digits, or may be anything."),
        ("secret_rule", ("none", "complicated"), "Any secret will do, or it needs 8 characters, letters and digits."),
        ("values", ("documented", "any"), "Values outside the documented ones are refused, or stored as they come."),
        (
            "surplus_header",
            ("tolerated", "refused"),
            "Credentials the account's mode does not ask for are ignored, or refused.",
        ),
    )
)

SERVICE = Service(
    name="simotel",
    title="Simotel users",
    prefix=PREFIX,
    schema=users.SCHEMA,
    routes=ROUTES,
    dialects=DIALECTS,
    seed=users.seed,
    records=users.records,
    not_found=not_found,
    accounts=tuple((account.purpose, account.credentials()) for account in ACCOUNTS),
    change=users.change,
    merge_slashes=True,
)
