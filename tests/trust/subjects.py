# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is put to the test: every resource by every way to reach it, and the lives that its records lead."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from ansible_collections.vox.roster.plugins.module_utils._core.resource import Resource
from ansible_collections.vox.roster.plugins.module_utils._services.autodialer import GROUP
from ansible_collections.vox.roster.plugins.module_utils._services.exotel import USER as EXOTEL_USER
from ansible_collections.vox.roster.plugins.module_utils._services.simotel import USER as SIMOTEL_USER
from ansible_collections.vox.roster.plugins.module_utils._services.sunbird import USER as SUNBIRD_USER
from ansible_collections.vox.roster.tests.unit.exotel_account import comparable as comparable_exotel
from ansible_collections.vox.roster.tests.unit.module_runner import run
from ansible_collections.vox.roster.tests.unit.simotel_tasks import KEY
from ansible_collections.vox.roster.tests.unit.sunbird_site import ADMIN, API_KEY, ROOT, SUB
from ansible_collections.vox.roster.tests.unit.sunbird_site import comparable as comparable_sunbird

if t.TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from ansible_collections.vox.roster.tests.trust.pairs import Setting

    Options = dict[str, t.Any]
    Result = dict[str, t.Any]

MOST = 10  # records of one subject, besides the crowd
STAGES = 3  # of the life of a record: as it was made, changed, and with all emptied that can be empty


@dataclass(frozen=True)
class Subject:
    """A resource, and a way to reach it.

    title: for people. module: the singular one; the plural one ends in ``s``. key: the natural key.
    connection: options from the sandbox's address. switches: the names, or beginnings of names, of the dialects that
        matter to it. person: the values of record n at a stage of its life.
    rekeyed: the value that the natural key of record n gets in the end; None where it cannot change.
    fixed: fields that are given at the creation only. along: given with every change, since the service needs it.
    stored: our fields to the names under which the sandbox keeps them, where those differ.
    switched: a field to be switched on and off, and what has to be done to the database before.
    without: fields that cannot be tried under a reading, by switch and value.
    hopeless: readings under which nothing works; what must happen then is tried on its own.
    removal: options that a removal needs. scope: the field by which a purge is limited. crowd: how many other records
        there are.
    renamed: what somebody else may write into a record, in the service's own words. comparable: a record of a result
        without what cannot be foreseen. server_made: its fields that cannot be foreseen.
    clear: a setting under which everything can be compared; clear_connection: the way to see all of it.
    """

    title: str
    resource: Resource
    module: str
    key: str
    connection: Callable[[str], Options]
    switches: Sequence[str]
    person: Callable[[int, int], Options]
    rekeyed: Callable[[int], str | None] = lambda n: None
    fixed: Sequence[str] = ()
    along: Sequence[str] = ()
    stored: Mapping[str, Sequence[str]] = field(default_factory=dict)
    switched: tuple[str, str] | None = None
    without: Mapping[tuple[str, str], Sequence[str]] = field(default_factory=dict)
    hopeless: Sequence[tuple[str, str]] = ()
    removal: Mapping[str, t.Any] = field(default_factory=dict)
    scope: str = ""
    crowd: int = 25
    renamed: Mapping[str, t.Any] = field(default_factory=dict)
    server_made: Sequence[str] = ("id", "date")
    comparable: Callable[[Result], Result] = dict
    clear: Mapping[str, str] = field(default_factory=dict)
    clear_connection: Callable[[str], Options] | None = None

    @property
    def service(self) -> str:
        """The service that holds the records."""
        return self.resource.service

    @property
    def record(self) -> str:
        """The name of the record in results."""
        return self.resource.name

    @property
    def items(self) -> str:
        """The option of the plural module that lists the items."""
        return self.resource.plural

    def key_of(self, n: int) -> str:
        """The natural key of record n."""
        return str(self.person(n, 0)[self.key])

    @property
    def own_keys(self) -> set[str]:
        """The natural keys of all records that are not of the crowd, in lower case."""
        return {self.key_of(n).lower() for n in range(1, MOST)}

    def options(self, n: int, stage: int, setting: Setting) -> Options:
        """What a task declares of record n at a stage, as far as the readings in force allow it."""
        impossible = {name for reading in setting.items() for name in self.without.get(reading, ())}
        known = {**self.person(n, 0), **(self.person(n, stage) if stage else {})}
        if stage:
            impossible |= set(self.fixed)
        return {name: value for name, value in known.items() if name not in impossible}

    def changing(self, setting: Setting, first: int = 0) -> list[str]:
        """The fields whose values differ between the stages from the first on, as far as these readings allow it."""
        stages = [self.options(1, stage, setting) for stage in range(first, STAGES)]
        return sorted(name for name in stages[-1] if any(one[name] != stages[-1][name] for one in stages))

    def stored_names(self, names: t.Iterable[str]) -> set[str]:
        """The names under which the sandbox keeps these fields."""
        own = {one.name: one.wire_name for one in self.resource.fields}
        return {kept for name in names for kept in self.stored.get(name, (own.get(name, name),))}

    def run_one(self, place: str, /, check: bool = False, **options: t.Any) -> Result:
        """One task of the singular module."""
        return run(self.module, check=check, **{**self.connection(place), **options})

    def run_many(self, place: str, items: Sequence[Options], /, check: bool = False, **options: t.Any) -> Result:
        """One task of the plural module."""
        pace = {"requests_per_minute": 0, **self.connection(place), **options}
        return run(f"{self.module}s", check=check, **{self.items: list(items), **pace})


FAST = {"retries": 3, "timeout": 10}

_NOBODY = {"busy": "", "no_answer": "", "unavailable": "", "all": ""}


def _extension(n: int, stage: int) -> Options:
    def at(*values: t.Any) -> t.Any:
        return values[min(stage, len(values) - 1)]

    return {
        "number": f"20{n:02}",
        "name": at(f"Sara {n}", f"سارا {n}", f"Sara B. {n}"),
        "secret": f"Marker-{n}-extension-1",
        "user_type": at("SIP", "IAX2", "SIP"),
        "active": at(True, False),
        "cid_number": at(f"10{n:02}", f"30{n:02}", ""),
        "call_record": at(True, False),
        "push_notification": at(False, True),
        "deny": at("0.0.0.0/0.0.0.0", "10.0.0.0/255.0.0.0"),
        "permit": at("192.0.2.0/255.255.255.0", "0.0.0.0/0.0.0.0"),
        "dtmfmode": at("inband", "rfc2833"),
        "context": at("main_routing", "sales"),
        "host": at("dynamic", "192.0.2.7"),
        "type": at("user", "peer", "friend"),
        "port": at("5060", "5070"),
        "qualify": at(True, False),
        "email": at("sara@example.com", "sara.ahmadi@example.com", ""),
        "forward_policy": at({**_NOBODY, "busy": "1002", "unavailable": "1003"}, {**_NOBODY, "all": "1005"}, _NOBODY),
        "more_options": at("encryption=yes\nlanguage=fa", "language=en", ""),
        "description": at("Front desk", "Back office", ""),
        "canreinvite": at(True, False),
        "directmedia": at(False, True),
        "nat": at("no", "force_rport,comedia", "yes"),
        "callgroup": at("1", "1, 3-5", ""),
        "pickupgroup": at("1,2", "4", ""),
        "callcounter": at(True, False),
        "faxdetect": at(False, True),
        "call_limit": at("2", "4", ""),
        "trunk": at(True, False),
        "transfer": at("no", "mediaonly", "yes"),
    }


def _group(n: int, stage: int) -> Options:
    numbers = [f"0912{n:03}{place:04}" for place in range(1, 5)]
    return {
        "name": f"Customers {n} (north)",
        "description": ("Spring", "Summer+", "")[stage],
        "numbers": (numbers[:3], [*numbers[1:], "+989120000002"], [])[stage],
    }


def _agent(n: int, stage: int) -> Options:
    return {
        "email": f"Meera.Nair+{n}@example.com",
        "first_name": ("Meera", "Leela", "Devika")[stage],
        "last_name": ("Nair", "Menon", "Kapoor")[stage],
        "role": "supervisor",
        "device_name": "Desk mobile",
        "device_contact_uri": f"+9198{stage}00000{n:02}",
    }


def _pupil(n: int, stage: int) -> Options:
    creator = {"role": "CONTENT_CREATOR", "organisation_id": ROOT}
    mentor = {"role": "COURSE_MENTOR", "organisation_id": SUB}
    return {
        "email": f"asha.rao{n}@example.org",
        "phone": f"98765{stage}00{n:02}",
        "username": f"asha_rao_{n}",
        "password": "Marker-Pass-1",
        "channel": "sandbox",
        "first_name": ("Asha", "आशा", "Asha K.")[stage],
        "last_name": ("Rao", "Iyer", "")[stage],
        "dob": ("1990", "1991", "1992")[stage],
        "recovery_email": (f"home{n}@example.net", f"work{n}@example.net", "")[stage],
        "recovery_phone": (f"98765990{n:02}", f"98765980{n:02}", "")[stage],
        "user_type": ("teacher", "administrator", "student")[stage],
        "profile_locations": (["state-north"], ["district-coast"], ["district-hills", "state-north"])[stage],
        "framework": {"id": ["ncf"], "board": (["State"], ["CBSE", "State"], [])[stage]},
        "organisation_id": (ROOT, SUB, SUB)[stage],
        "roles": ([creator], [creator, mentor], [mentor])[stage],
    }


def _simotel(url: str) -> Options:
    return {"url": url + "/simotel", **KEY, **FAST}


def _exotel(account: str) -> Callable[[str], Options]:
    credentials = {"account_sid": account, "api_key": "sandbox-key", "api_token": "sandbox-token"}
    return lambda url: {"url": url + "/exotel", **credentials, **FAST}


def _sunbird_service(url: str) -> Options:
    return {
        "mode": "service",
        "url": url + "/sunbird-service",
        "keycloak_url": url + "/sunbird/auth",
        "api_key": API_KEY,
        **ADMIN,
        **FAST,
    }


def _sunbird_gateway(url: str) -> Options:
    return {"mode": "gateway", "url": url + "/sunbird", "api_key": API_KEY, **ADMIN, **FAST}


def _without_devices(user: Result) -> Result:
    """A new user of an account with VOIP gets a device that cannot be foreseen."""
    return {name: value for name, value in (comparable_exotel(user) or {}).items() if name != "devices"}


EXTENSIONS = Subject(
    "simotel_user",
    SIMOTEL_USER,
    "simotel_user",
    "number",
    _simotel,
    ("simotel.",),
    _extension,
    rekeyed=lambda n: f"40{n:02}",
    renamed={"name": "Somebody else"},
    # On a server that replaces records, and shows no secrets, a change costs the secret unless it is given.
    along=("secret",),
    without={
        ("simotel.description_writable", "no"): ("description",),
        ("simotel.user_type_update", "ignored"): ("user_type",),
    },
)
GROUPS = Subject(
    "autodialer_group",
    GROUP,
    "autodialer_group",
    "name",
    _simotel,
    (
        "autodialer.",
        "simotel.unknown_id",
        "simotel.access_denied",
        "simotel.failure_code",
        "simotel.failure_status",
        "simotel.no_match",
        "simotel.conditions",
        "simotel.alike",
        "simotel.dates",
        "simotel.surplus_header",
    ),
    _group,
    rekeyed=lambda n: f"Customers of the south {n}",
    along=("numbers",),
    renamed={"description": "Somebody else"},
    hopeless=(("autodialer.module", "absent"), ("autodialer.module", "denied")),
    clear={"autodialer.group_numbers": "returned"},
)
_EXOTEL_STORED = {
    "device_contact_uri": ("tel.contact_uri", "tel.verified", "tel.available"),
    "available": ("tel.available", "sip.available"),
}
# What the owners of phones do by missed calls.
_VERIFIED = "UPDATE exotel_device SET verified = 1, status = 'free' WHERE type = 'tel'"
AGENTS = Subject(
    "exotel_user",
    EXOTEL_USER,
    "exotel_user",
    "email",
    _exotel("sandbox"),
    ("exotel.",),
    _agent,
    fixed=("role", "device_name"),
    stored=_EXOTEL_STORED,
    switched=("available", _VERIFIED),
    crowd=60,
    renamed={"first_name": "Somebody"},
    server_made=(),
    comparable=lambda user: comparable_exotel(user) or {},
)
AGENTS_WITH_VOIP = Subject(
    "exotel_user, with VOIP",
    EXOTEL_USER,
    "exotel_user",
    "email",
    _exotel("sandbox-voip"),
    ("exotel.",),
    _agent,
    fixed=("role", "device_name"),
    stored=_EXOTEL_STORED,
    switched=("available", _VERIFIED),
    crowd=0,
    renamed={"first_name": "Somebody"},
    server_made=(),
    comparable=_without_devices,
)
_SUNBIRD_STORED = {
    "email": ("email", "prevUsedEmail"),
    "phone": ("phone", "prevUsedPhone", "countryCode"),
    "user_type": ("profileUserTypes",),
    "profile_locations": ("profileLocation",),
    "organisation_id": ("organisations",),
}
_SUNBIRD_WITHOUT = {
    ("sunbird.create_password", "refused"): ("password",),
}
_SUNBIRD_HOPELESS = (("sunbird.delete_failure", "always"), ("sunbird.create_errors", "listed"))
PUPILS = Subject(
    "sunbird_user, mode service",
    SUNBIRD_USER,
    "sunbird_user",
    "email",
    _sunbird_service,
    ("sunbird.",),
    _pupil,
    rekeyed=lambda n: f"asha.new{n}@example.org",
    fixed=("password", "channel", "username"),
    stored=_SUNBIRD_STORED,
    without=_SUNBIRD_WITHOUT,
    hopeless=_SUNBIRD_HOPELESS,
    removal={"force": True},
    scope="username",
    crowd=5,
    renamed={"firstName": "Somebody"},
    server_made=("id", "created_date"),
    comparable=comparable_sunbird,
    clear={"sunbird.mask": "none"},
)


def _pupil_from_outside(n: int, stage: int) -> Options:
    """Through the gateway a token changes the profile of its own user only; of others the roles in its organisation."""
    roles = [{"role": role, "organisation_id": ROOT} for role in ("CONTENT_CREATOR", "COURSE_MENTOR", "BOOK_CREATOR")]
    return {**_pupil(n, 0), "roles": (roles[:1], roles[1:], [])[stage]}


PUPILS_FROM_OUTSIDE = Subject(
    "sunbird_user, mode gateway",
    SUNBIRD_USER,
    "sunbird_user",
    "email",
    _sunbird_gateway,
    ("sunbird.",),
    _pupil_from_outside,
    fixed=("password", "channel", "username"),
    stored=_SUNBIRD_STORED,
    without=_SUNBIRD_WITHOUT,
    hopeless=_SUNBIRD_HOPELESS,
    removal={"force": True},
    scope="username",
    crowd=5,
    server_made=("id", "created_date"),
    comparable=comparable_sunbird,
    clear={"sunbird.mask": "none"},
    clear_connection=_sunbird_service,
)
SUBJECTS = (EXTENSIONS, GROUPS, AGENTS, AGENTS_WITH_VOIP, PUPILS, PUPILS_FROM_OUTSIDE)
