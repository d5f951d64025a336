# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The switches for what installations of Sunbird do differently, or its sources leave open."""

from __future__ import annotations

from ..contract import Dialect

DIALECTS = tuple(
    Dialect("sunbird." + name, values, meaning)
    for name, values, meaning in (
        (
            "error_codes",
            ("composed", "standalone_lern", "bare"),
            "params.err: UOS_<operation><key>; names, composed for the validator only; or bare names everywhere.",
        ),
        (
            "unauthorized_response_code",
            ("UNAUTHORIZED", "CLIENT_ERROR"),
            "The responseCode that comes with HTTP 401 (always CLIENT_ERROR with bare error codes).",
        ),
        (
            "gateway_update",
            ("self_only", "org_admin_allowed"),
            "Whether an ORG_ADMIN may update others with version 2 of the call.",
        ),
        ("opa", ("on", "off"), "Whether a permission sidecar stands before the service."),
        (
            "opa_without_token",
            ("passes", "denies"),
            "Without a valid user token the sidecar leaves the refusal to the service, or refuses itself.",
        ),
        (
            "delete_policy",
            ("open", "org_admin"),
            "Any valid token may delete anybody, or only oneself and an ORG_ADMIN may.",
        ),
        (
            "delete_roles",
            ("public", "public,content_creator"),
            "The roles, in lower case, that do not keep a user from being deleted.",
        ),
        (
            "delete_failure",
            ("never", "once", "always"),
            'Whether a deletion breaks off with "User is already delete.": never, a user\'s first, or each.',
        ),
        (
            "delete_failure_leaves",
            ("everything", "no_lookup"),
            "A deletion that broke off has done nothing, or has already freed e-mail, phone and user name.",
        ),
        (
            "legacy_block",
            ("none", "present"),
            "Blocking sets status 0 only, or marks the user deleted as well, as before release 7.",
        ),
        (
            "unblock",
            ("one_way", "works"),
            "Unblocking refuses whom this release blocked, or works as in release 5.4.",
        ),
        ("explicit_public_row", ("no", "yes"), "Whether a new user gets a row for the role PUBLIC."),
        (
            "roles_after_create",
            ("immediate", "missing"),
            "The roles given at creation are there with the answer, or are not saved.",
        ),
        (
            "search",
            ("eventual", "immediate"),
            "Searches see a change after a second, or at once. Reads by id and by key always see it at once.",
        ),
        (
            "sync_create",
            ("honoured", "ignored"),
            "Whether a creation with sync: true is in the search index before its answer.",
        ),
        ("search_shows_deleted", ("yes", "no"), "Whether searches return deleted users."),
        (
            "external_id_after_delete",
            ("kept", "freed"),
            "The external id of a deleted user stays taken, or can be used again.",
        ),
        ("roles_in_token", ("refreshed_only", "always"), "Which user tokens carry roles."),
        ("token_life", ("43200", "2"), "How many seconds an access token lives."),
        (
            "create_password",
            ("ok", "refused"),
            "The password given at creation is set, or is not and the answer says so in err_msg.",
        ),
        (
            "create_errors",
            ("none", "listed"),
            "Organisation and external ids given at creation are saved, or errors of a 200 says they are not.",
        ),
        (
            "record_keys",
            ("full", "sparse"),
            "Profiles and rows of a search have every key, or lack those that are null or empty.",
        ),
        ("mask", ("standard", "none"), "Whether e-mail addresses and phone numbers are returned masked."),
        ("dob", ("full", "year"), "A year of birth is stored as the last day of the year, or as it came."),
        (
            "country_code",
            ("overwritten", "kept"),
            "A country code given at creation is replaced by +91, or stored.",
        ),
        (
            "v2_get_error",
            ("0013", "USER_NOT_FOUND"),
            "The error of the second version of the look-up by key when nobody is found.",
        ),
        ("captcha", ("on", "off"), "Whether the second version of exists wants a captcha."),
        (
            "gateway_release",
            ("3.x", "0.14"),
            'Release of the gateway: "no Route matched with those values", or "no API found with those values".',
        ),
    )
)
