"""The command line: exit status, JSON on stdout, errors on stderr."""

import json
import os
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner, Result

from sidecar.cli import main
from sidecar.errors import DestinationBusy, InvalidRequest
from sidecar.migration.report.progress import Progress
from sidecar.migration.report.report import Report
from sidecar.migration.request import MigrationRequest
from sidecar.options import OPTIONS

ENVIRONMENT = {
    "DIRECTUS_URL": "http://source.example",
    "DIRECTUS_TOKEN": "source-token",
    "MIGRATION_DESTINATION_TOKEN": "destination-token",
}
SERVICE = {
    **ENVIRONMENT,
    "REDIS_URL": "redis://nowhere",
    "MIGRATION_SIDECAR_SECRET": "0b7e6a52f1c84d93ae157f28c6409bd3",
    "MIGRATION_SIDECAR_BIND": "127.0.0.1:8001",
}
# The package has the commands under the same names.
CHECK, MIGRATE = (import_module(f"sidecar.cli.{name}") for name in ("check", "run"))
PACKAGE = "directus-migration-module"
TO = ("--to", "http://destination.example")
Requests = list[MigrationRequest]


def run(*arguments: str, environment: dict[str, str] = ENVIRONMENT) -> Result:
    """The result of ``sidecar`` with these arguments and no other setting."""
    ours = [name for name in os.environ if name.startswith(("DIRECTUS_", "MIGRATION_"))]
    # Not that of whoever runs the tests.
    ours.remove("MIGRATION_STORE")
    return CliRunner().invoke(main, arguments, env=dict.fromkeys(ours) | environment)


def codes(result: Result) -> list[str]:
    return [problem["code"] for problem in json.loads(result.stdout)["problems"]]


@pytest.fixture
def requests(monkeypatch: pytest.MonkeyPatch) -> Requests:
    """The requests of all runs, which end as completed."""
    made: Requests = []

    def migrate(
        source: Any, destination: Any, request: MigrationRequest, watcher: Any, **__: Any
    ) -> Report:
        made.append(request)
        progress = Progress(request, watcher)
        progress.finish("completed")
        return progress.report

    monkeypatch.setattr(MIGRATE, "run_migration", migrate)
    return made


def test_a_migration_has_the_choices_of_its_options(requests: Requests) -> None:
    result = run(
        *("migrate", *TO, "--options", "users, content,users", "--dry-run", "--force"),
        *("--batch-size", "25", "--references", "empty", "--invite", "--json"),
    )
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["status"] == "completed"
    assert requests == [MigrationRequest(("users", "content"), True, True, 25, True, "empty")]


def test_a_migration_without_options_writes(requests: Requests) -> None:
    assert run("migrate", *TO).exit_code == 0
    assert requests == [MigrationRequest(dry_run=False)]


def test_the_version_is_that_of_the_package() -> None:
    result = run("--version")
    assert (result.exit_code, result.stdout) == (0, f"sidecar {version(PACKAGE)}\n")


@pytest.mark.parametrize("command", [(), ("check",), ("migrate",)])
def test_help_is_whole_and_names_options_and_exit_status(command: tuple[str, ...]) -> None:
    printed = run(*command, "--help").stdout
    assert "..." not in printed.replace("[ARGS]...", "")
    assert [f"  {code}  " in printed for code in range(4)] == [True] * 4
    if command:
        assert f"{', '.join(OPTIONS)}." in " ".join(printed.split())


def test_a_refusal_is_said_once() -> None:
    result = run("migrate", "--to", "stage")
    assert result.exit_code == 2
    assert result.stderr.count("(DESTINATION_URL_INVALID)") == 1
    assert "DESTINATION_URL_INVALID" not in result.stdout
    assert result.stdout.startswith("refused after ")


@pytest.mark.parametrize(
    ("status", "problems", "exit_code"),
    [
        ("completed", 0, 0),
        ("completed", 1, 1),
        ("refused", 0, 2),
        ("failed", 0, 3),
        ("cancelled", 0, 3),
        ("interrupted", 0, 3),
    ],
)
def test_the_exit_status_says_how_a_migration_ended(
    monkeypatch: pytest.MonkeyPatch, status: Any, problems: int, exit_code: int
) -> None:
    def migrate(source: Any, destination: Any, request: Any, watcher: Any, **__: Any) -> Report:
        progress = Progress(request, watcher)
        for _ in range(problems):
            progress.problem(None, None, "CONFLICT", "It differs")
        progress.finish(status)
        return progress.report

    monkeypatch.setattr(MIGRATE, "run_migration", migrate)
    assert run("migrate", *TO, "--json").exit_code == exit_code


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ((), "DESTINATION_URL_MISSING"),
        (("--to", "stage"), "DESTINATION_URL_INVALID"),
        ((*TO, "--batch-size", "many"), "BATCH_SIZE_OUT_OF_RANGE"),
        ((*TO, "--batch-size", "4"), "BATCH_SIZE_OUT_OF_RANGE"),
        ((*TO, "--options", "everything"), "UNKNOWN_OPTION"),
        ((*TO, "--references", "lose"), "UNKNOWN_REFERENCES"),
        ((*TO, "--parts", "everything"), "UNKNOWN_PART"),
        ((*TO, "--parts", ""), "UNKNOWN_PART"),
        ((*TO, "--collections", ""), "SELECTION_INVALID"),
        ((*TO, "--collections", "posts", "--exclude", "posts"), "SELECTION_INVALID"),
        ((*TO, "--filter", "posts"), "SELECTION_INVALID"),
        ((*TO, "--filter", "posts={"), "SELECTION_INVALID"),
        ((*TO, "--filter", "posts=[1]"), "SELECTION_INVALID"),
        ((*TO, "--since", "lately"), "SELECTION_INVALID"),
        ((*TO, "--selection", "/nowhere/at/all"), "SELECTION_INVALID"),
        ((*TO, "--token-file", "/nowhere/at/all"), "DESTINATION_TOKEN_MISSING"),
    ],
)
def test_wrong_input_is_refused_in_json_too(
    requests: Requests, arguments: tuple[str, ...], code: str
) -> None:
    result = run("migrate", *arguments, "--json")
    assert (result.exit_code, codes(result), requests) == (2, [code], [])


def test_a_destination_that_is_not_allowed_is_refused(requests: Requests) -> None:
    environment = {**ENVIRONMENT, "MIGRATION_ALLOWED_DESTINATIONS": "cms.internal"}
    result = run("migrate", *TO, "--json", environment=environment)
    assert (result.exit_code, codes(result)) == (2, ["DESTINATION_NOT_ALLOWED"])


def test_the_doctor_names_what_is_wrong_in_json() -> None:
    result = run("doctor", "--json", environment={"REDIS_URL": ""})
    (check,) = json.loads(result.stdout)["checks"]
    assert (result.exit_code, check["part"], check["ok"]) == (2, "Settings", False)
    assert (check["code"], "DIRECTUS_URL" in check["message"]) == ("SETTINGS", True)


def test_a_token_file_replaces_the_token_of_the_environment(
    requests: Requests, tmp_path: Path
) -> None:
    (tmp_path / "token").write_text("from-the-file\n")
    arguments = ("migrate", *TO, "--token-file", str(tmp_path / "token"))
    environment = {**ENVIRONMENT, "MIGRATION_DESTINATION_TOKEN": ""}
    assert run(*arguments, environment=environment).exit_code == 0
    assert run("migrate", *TO, environment=environment).exit_code == 2


@pytest.mark.parametrize(
    ("compatible", "leaves_empty", "exit_code"),
    [(True, False, 0), (True, True, 2), (False, False, 2)],
)
def test_a_check_prints_json_and_exits_with_2_unless_a_run_would_be_allowed(
    monkeypatch: pytest.MonkeyPatch, compatible: bool, leaves_empty: bool, exit_code: int
) -> None:
    found = SimpleNamespace(
        compatible=compatible,
        leaves_empty=lambda request: leaves_empty,
        document=lambda: {"compatible": compatible},
    )
    monkeypatch.setattr(CHECK, "check_sides", lambda *_: found)
    let_in(monkeypatch)
    result = run("check", *TO, "--json")
    assert (result.exit_code, json.loads(result.stdout)) == (exit_code, found.document())


def test_a_check_that_fails_says_why_on_stderr_and_in_json(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(*_: Any) -> None:
        raise InvalidRequest("The token is wrong", code="TOKEN_REFUSED")

    monkeypatch.setattr(CHECK, "check_sides", fail)
    let_in(monkeypatch)
    result = run("check", *TO, "--json")
    assert (result.exit_code, result.stderr) == (2, "The token is wrong (TOKEN_REFUSED)\n")
    assert json.loads(result.stdout) == {
        "errors": [{"message": "The token is wrong", "code": "TOKEN_REFUSED"}]
    }
    assert run("check", *TO).stdout == ""


def test_a_check_says_at_once_that_a_run_to_the_destination_is_under_way(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def be_busy(*_: Any) -> None:
        raise DestinationBusy("A run to this destination is under way: nightly", run_id=None)

    monkeypatch.setattr(CHECK, "check_sides", lambda *_: pytest.fail("It looked at both sides"))
    let_in(monkeypatch)
    monkeypatch.setattr(CHECK, "require_unleased", be_busy)
    result = run("check", *TO)
    message = "A run to this destination is under way: nightly (DESTINATION_BUSY)\n"
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", message)


def let_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """The destination answers, and has no run under way."""
    monkeypatch.setattr(CHECK, "check_answers", lambda *_: None)
    monkeypatch.setattr(CHECK, "require_unleased", lambda *_: None)


def test_web_becomes_gunicorn_at_the_address_of_the_settings(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    started: list[list[str]] = []
    monkeypatch.setattr(os, "execve", lambda path, arguments, _: started.append(arguments))
    assert run("web", environment=SERVICE).exit_code == 0
    (arguments,) = started
    assert arguments[1:5] == ["-m", "gunicorn", "--bind", "127.0.0.1:8001"]
    assert arguments[-1] == "sidecar.app:serve()"


@pytest.mark.parametrize("command", ["web", "worker"])
def test_a_service_with_wrong_settings_names_them_all_and_does_not_start(command: str) -> None:
    result = run(command)
    assert result.exit_code == 2
    assert "REDIS_URL" in result.stderr
    assert "MIGRATION_SIDECAR_SECRET" in result.stderr
    assert result.stdout == ""
