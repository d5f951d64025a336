# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The custom credential types: AWX takes them, they carry all that the modules read, and empty fields do no harm."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from ansible_collections.vox.roster.plugins.module_utils._http import exotel, simotel, sunbird
from ansible_collections.vox.roster.tests.awx import data, jobs, rules
from ansible_collections.vox.roster.tests.unit.module_runner import run

TYPES = data.credential_types()
FRAGMENTS = Path(__file__).resolve().parents[3] / "plugins" / "doc_fragments"
PREFIXES = {"Simotel": "SIMOTEL", "Exotel": "EXOTEL", "Sunbird": "SUNBIRD"}

# Variables that the modules read and no credential carries, with the reason.
PATIENCE = "how patient a job is belongs to the job"
MACHINE = "a setting of the machine or of the execution environment, for everything that runs there"
EXCUSED = {
    **{f"{prefix}_{name}": PATIENCE for prefix in PREFIXES.values() for name in ("TIMEOUT", "RETRIES")},
    "HTTP_PROXY": MACHINE,
    "HTTPS_PROXY": MACHINE,
    "NO_PROXY": MACHINE,
    "REQUESTS_CA_BUNDLE": MACHINE,
}

# What somebody fills in who fills in no more than necessary.
LEAST: dict[str, dict[str, Any]] = {
    "Simotel": {"url": "https://pbx.example.com", "api_key": "Example-Key"},
    "Simotel autodialer": {"url": "https://pbx.example.com", "api_key": "Example-Key"},
    "Exotel": {"account_sid": "example", "api_key": "Example-Key", "api_token": "Example-Token"},
    "Sunbird": {"url": "https://sunbird.example.org", "api_key": "Example-Key", "client_secret": "Example-Secret"},
}


def injected(name: str, inputs: dict[str, Any], directory: Path) -> jobs.Injected:
    """What a credential of a type adds to a job."""
    result = jobs.Injected()
    jobs.inject(TYPES[name], inputs, directory, result)
    return result


def variables_of_modules() -> set[str]:
    """All environment variables that the documentation of the modules' connections names, and that they look for."""
    documented = {
        name
        for path in FRAGMENTS.glob("*.py")
        for name in re.findall(r"\bE\((\w+)\)", path.read_text(encoding="utf-8"))
    }
    read = {
        name
        for protocol in (exotel, simotel, sunbird)
        for argument in protocol.ARGUMENTS.arguments.values()
        for name in argument.get("fallback", (None, []))[1]
    }
    return documented | read


def test_the_modules_read_more_than_one_variable_of_each_service():
    assert {name.partition("_")[0] for name in variables_of_modules()} >= set(PREFIXES.values())
    assert len(variables_of_modules()) > 30


@pytest.mark.parametrize("name", TYPES)
def test_awx_takes_the_type(name):
    assert rules.credential_type_complaints(TYPES[name]) == []


@pytest.mark.parametrize("name", TYPES)
def test_awx_adds_nothing_to_the_type(name):
    assert all("type" in field for field in TYPES[name]["inputs"]["fields"])


@pytest.mark.parametrize("name", TYPES)
def test_the_type_avoids_booleans_and_formats_of_what_may_be_empty(name):
    inputs = TYPES[name]["inputs"]
    assert [field["id"] for field in inputs["fields"] if field["type"] == "boolean"] == []
    assert {field["id"] for field in inputs["fields"] if "format" in field} <= set(inputs["required"])


@pytest.mark.parametrize("name", TYPES)
def test_everything_that_smells_like_a_secret_is_one(name):
    secret = {field["id"] for field in TYPES[name]["inputs"]["fields"] if field.get("secret")}
    suspicious = {
        field["id"]
        for field in TYPES[name]["inputs"]["fields"]
        if re.search("password|token|secret|key$|proxy", field["id"]) and field["id"] != "keycloak_url"
    }
    assert secret == suspicious


def test_every_variable_is_carried_by_a_credential_or_excused():
    carried = {name for entry in TYPES.values() for name in entry["injectors"].get("env", {})}
    assert variables_of_modules() - carried == set(EXCUSED)
    assert carried - variables_of_modules() == set()


def test_no_two_types_set_the_same_variable():
    carried = [name for entry in TYPES.values() for name in entry["injectors"].get("env", {})]
    assert len(carried) == len(set(carried))


def test_the_autodialer_gets_all_options_of_its_connection():
    options = TYPES["Simotel autodialer"]["injectors"]["extra_vars"]["autodialer_connection"]
    assert set(options) == set(simotel.ARGUMENTS.arguments) - {"timeout", "retries"}


@pytest.mark.parametrize("name", TYPES)
def test_every_field_is_injected(name):
    text = yaml.safe_dump(TYPES[name]["injectors"])
    unused = [field["id"] for field in TYPES[name]["inputs"]["fields"] if not re.search(rf"\b{field['id']}\b", text)]
    assert unused == []


@pytest.mark.parametrize("name", TYPES)
def test_what_is_left_empty_counts_as_unset(name, tmp_path):
    every = {field["id"]: "" for field in TYPES[name]["inputs"]["fields"]}
    for inputs in (LEAST[name], {**every, **LEAST[name]}):
        assert rules.credential_complaints(TYPES[name], inputs) == []
        result = injected(name, inputs, tmp_path)
        given = {key: value for key, value in result.environment.items() if value}
        given.update(*(yaml.safe_load(path.read_text())["autodialer_connection"] for path in result.variable_files))
        checks = {key: value for key, value in given.items() if key.lower().endswith("validate_certs")}
        assert list(checks.values()) == ["true"]
        assert {value for key, value in given.items() if key not in checks and value} == set(LEAST[name].values())


@pytest.mark.parametrize("name", TYPES)
@pytest.mark.parametrize("value", ["not checked", "checked", "", "False", "false", "0"])
def test_only_the_very_words_switch_the_check_of_certificates_off(name, value, tmp_path):
    result = injected(name, {**LEAST[name], "certificate_check": value}, tmp_path)
    values = {key: value for key, value in result.environment.items() if key.endswith("_VALIDATE_CERTS")}
    for path in result.variable_files:
        values["option"] = yaml.safe_load(path.read_text())["autodialer_connection"]["validate_certs"]
    assert list(values.values()) == ["false" if value == "not checked" else "true"]


@pytest.mark.parametrize("name", TYPES)
def test_the_safe_choice_comes_first(name):
    """AWX takes the first choice for one that was emptied."""
    [field] = [field for field in TYPES[name]["inputs"]["fields"] if field["id"] == "certificate_check"]
    assert field["choices"][0] == field["default"] == "checked"


@pytest.mark.parametrize(("name", "prefix"), PREFIXES.items())
def test_certificates_and_keys_reach_the_job_as_files(name, prefix, tmp_path):
    given = {"ca_certificates": "CA", "client_certificate": "CERTIFICATE", "client_key": "KEY"}
    result = injected(name, {**LEAST[name], **given}, tmp_path)
    paths = [result.environment[f"{prefix}_{end}"] for end in ("CA_PATH", "CLIENT_CERT", "CLIENT_KEY")]
    assert [Path(path).read_text(encoding="utf-8") for path in paths] == ["CA", "CERTIFICATE", "KEY"]


@pytest.mark.parametrize("name", TYPES)
def test_no_secret_is_shown_with_the_job(name, tmp_path):
    secrets = {
        field["id"]: f"Example-{field['id']}" for field in TYPES[name]["inputs"]["fields"] if field.get("secret")
    }
    result = injected(name, {**LEAST[name], **secrets}, tmp_path)
    assert not [secret for secret in secrets.values() if secret in str(result.shown)]


@pytest.mark.parametrize("name", TYPES)
def test_the_files_for_the_web_interface_hold_the_same(name):
    stem = name.lower().replace(" ", "_")
    for part in ("inputs", "injectors"):
        text = (data.DIRECTORY / "paste" / f"{stem}.{part}.yml").read_text(encoding="utf-8")
        assert yaml.safe_load(text) == TYPES[name][part]


def test_there_is_no_other_file_for_the_web_interface():
    assert len(list((data.DIRECTORY / "paste").iterdir())) == 2 * len(TYPES)


@pytest.mark.parametrize(
    ("name", "module", "inputs", "task"),
    [
        (
            "Simotel",
            "simotel_user",
            {"url": "/simotel", "api_user": "sandbox", "api_password": "sandbox-password"},
            {"number": "1001", "name": "Sara Ahmadi", "secret": "Example-Secret-1"},
        ),
        (
            "Exotel",
            "exotel_user",
            {"url": "/exotel", "account_sid": "sandbox", "api_key": "sandbox-key", "api_token": "sandbox-token"},
            {
                "email": "sara.ahmadi@example.com",
                "first_name": "Sara",
                "last_name": "Ahmadi",
                "device_contact_uri": "+919800000001",
            },
        ),
        (
            "Sunbird",
            "sunbird_user",
            {
                "url": "/sunbird",
                "api_key": "sandbox-api-key",
                "client_secret": "sandbox-client-secret",
                "auth_username": "admin@sandbox.example",
                "auth_password": "Sandbox-Admin-1",
            },
            {"email": "sara.ahmadi@example.com", "first_name": "Sara", "channel": "sandbox"},
        ),
    ],
)
def test_a_module_finds_its_service_by_a_credential_alone(name, module, inputs, task, sandbox, tmp_path):
    every = {field["id"]: "" for field in TYPES[name]["inputs"]["fields"]}
    inputs = {**every, **inputs, "url": sandbox.url + inputs["url"]}
    environment = injected(name, inputs, tmp_path).environment
    assert [run(module, env=environment, **task)["changed"] for _run in range(2)] == [True, False]
