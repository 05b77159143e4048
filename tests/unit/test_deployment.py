"""Dockerfile and docker-compose.yml agree with the code: commands, ports, names of variables,
paths."""

import re
import secrets
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement

from sidecar.cli import main
from sidecar.config import DEFAULT_BIND, read_settings

ROOT = Path(__file__).parents[2]
DOCKERFILE = (ROOT / "Dockerfile").read_text()
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
PORT = DEFAULT_BIND.rpartition(":")[2]
OURS = ("sidecar", "worker", "extension")


@pytest.mark.parametrize("service", OURS)
def test_every_service_of_ours_runs_a_command_that_there_is(service: str) -> None:
    assert SERVICES[service]["build"] == "."
    assert SERVICES[service]["command"][0] in main.commands


def test_the_image_starts_the_web_process_by_itself() -> None:
    assert 'ENTRYPOINT ["sidecar"]' in DOCKERFILE
    (command,) = re.findall(r'^CMD \["(.+)"\]$', DOCKERFILE, re.MULTILINE)
    assert command == "web"
    assert command in main.commands


def test_the_image_does_not_run_as_root_and_builds_on_pinned_slim_images() -> None:
    assert re.search(r"^USER (?!root)\w+$", DOCKERFILE, re.MULTILINE)
    bases = re.findall(r"^FROM (\S+)@sha256:[0-9a-f]{64}(?: AS \w+)?$", DOCKERFILE, re.MULTILINE)
    assert bases == ["node:22-slim", "python:3.13-slim", "python:3.13-slim"]


def test_the_image_installs_only_what_is_pinned() -> None:
    installs = re.findall(r"pip (?:install|wheel) (.*?)(?: \\)?$", DOCKERFILE, re.MULTILINE)
    assert len(installs) == 4
    assert all("--require-hashes" in line or "--no-deps" in line for line in installs)
    assert all("--no-build-isolation" in line for line in installs if line.endswith("."))


def test_the_lock_has_every_package_that_the_sidecar_asks_for() -> None:
    lock = (ROOT / "requirements.lock").read_text()
    pinned = dict(re.findall(r"^([\w-]+)==(\S+)", lock, re.MULTILINE))
    for line in PROJECT["dependencies"]:
        asked = Requirement(line)
        assert asked.specifier.contains(pinned[asked.name]), line
    lines = lock.replace("\\\n", "").splitlines()
    assert all("--hash=sha256:" in line for line in lines)
    assert "://" not in lock


@pytest.mark.parametrize("service", OURS)
def test_every_service_of_ours_has_few_rights(service: str) -> None:
    assert SERVICES[service]["read_only"] is True
    assert SERVICES[service]["cap_drop"] == ["ALL"]
    assert SERVICES[service]["security_opt"] == ["no-new-privileges:true"]


def test_the_service_that_installs_the_extension_knows_no_secret() -> None:
    assert "environment" not in SERVICES["extension"]
    assert SERVICES["extension"]["network_mode"] == "none"


def test_the_port_is_the_same_everywhere_and_not_published() -> None:
    assert f"EXPOSE {PORT}" in DOCKERFILE
    assert SERVICES["directus"]["environment"]["MIGRATION_SIDECAR_URL"] == f"http://sidecar:{PORT}"
    assert f":{PORT}/health" in " ".join(SERVICES["sidecar"]["healthcheck"]["test"])
    assert not any("ports" in SERVICES[service] for service in OURS)


@pytest.mark.parametrize("service", ["sidecar", "worker"])
def test_the_environment_is_complete(service: str) -> None:
    environment = SERVICES[service]["environment"].items()
    optional = {name: "" for name, value in environment if value.endswith(":-}")}
    required = {
        name: re.sub(r"\$\{\w+:\?[^}]+\}", secrets.token_hex(32), value)
        for name, value in environment
        if ":?" in value
    }
    given = {**dict(environment), **required, **optional}
    assert read_settings(given).source.url == "http://directus:8055"


def test_a_worker_has_time_to_put_its_run_back_and_redis_keeps_its_data() -> None:
    """Docker kills after 10 s otherwise."""
    assert SERVICES["worker"]["stop_grace_period"] == "2m"
    assert SERVICES["redis"]["command"][1:3] == ["--appendonly", "yes"]


def test_redis_has_a_password_and_a_network_that_directus_is_not_in() -> None:
    password = "${REDIS_PASSWORD:?set it in .env}"
    assert SERVICES["redis"]["command"][3:] == ["--requirepass", password]
    for service in ("sidecar", "worker"):
        assert password in SERVICES[service]["environment"]["REDIS_URL"]
        assert SERVICES[service]["networks"] == ["default", *SERVICES["redis"]["networks"]]
    assert "networks" not in SERVICES["directus"]
    assert COMPOSE["networks"]["redis"]["internal"] is True


def test_directus_is_told_what_the_relay_reads() -> None:
    relay = "".join(
        path.read_text() for path in (ROOT / "extension" / "src" / "endpoint").glob("*.ts")
    )
    read = set(re.findall(r"MIGRATION_\w+", relay))
    assert read == {"MIGRATION_SIDECAR_URL", "MIGRATION_SIDECAR_SECRET"}
    assert read <= SERVICES["directus"]["environment"].keys()


def test_the_token_of_the_source_is_the_one_that_directus_is_started_with() -> None:
    assert (
        SERVICES["directus"]["environment"]["ADMIN_TOKEN"]
        == SERVICES["sidecar"]["environment"]["DIRECTUS_TOKEN"]
    )


def test_the_extension_goes_where_directus_looks_for_it() -> None:
    (source,) = [volume.partition(":") for volume in SERVICES["extension"]["volumes"]]
    assert source[2] == SERVICES["extension"]["command"][1]
    assert f"{source[0]}:/directus/extensions" in SERVICES["directus"]["volumes"]


def test_the_extension_can_be_put_there_although_the_folder_belongs_to_directus() -> None:
    """A new volume gets its owner from the folder of the image that is mounted first."""
    owner, _, group = SERVICES["extension"]["user"].partition(":")
    folder = SERVICES["extension"]["command"][1]
    assert f"install --directory --owner={owner} --group={group} {folder}\n" in DOCKERFILE
    assert not any("user" in SERVICES[service] for service in ("sidecar", "worker"))


def test_web_and_worker_share_a_store_that_the_user_of_the_image_can_write_to() -> None:
    (folder,) = re.findall(r"MIGRATION_STORE=(\S+)$", DOCKERFILE, re.MULTILINE)
    (user,) = re.findall(r"^USER (\w+)$", DOCKERFILE, re.MULTILINE)
    assert f"install --directory --owner={user} --mode=0700 {folder} " in DOCKERFILE
    for service in ("sidecar", "worker"):
        assert f"store:{folder}" in SERVICES[service]["volumes"]
    assert "store" in COMPOSE["volumes"]


def test_the_example_names_every_variable_that_compose_needs_and_holds_no_secret() -> None:
    lines = (ROOT / ".env.example").read_text().splitlines()
    example = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    needed = set(re.findall(r"\$\{(\w+)", (ROOT / "docker-compose.yml").read_text()))
    assert needed == example.keys()
    assert {name for name, value in example.items() if value} == {"PUBLIC_URL"}
