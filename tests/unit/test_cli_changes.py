"""``sidecar migrate`` prints what a dry run would change, and writes it to a file."""

import json
import os
import stat
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from sidecar.cli import listed_changes
from sidecar.errors import MigrationError
from sidecar.migration.changes.change import Change
from sidecar.migration.changes.change_list import ChangeList
from sidecar.migration.report.progress import Progress
from sidecar.migration.report.report import Report
from tests.unit.test_cli import MIGRATE, TO, run

CHANGES = [
    Change("posts", "changed", "1", "Hello", {"title": ("a", "b"), "body": (None, [1])}),
    Change("posts", "new", "2", "A new post", {"title": (None, "c")}),
    Change("posts", "unchanged", "3"),
]


@pytest.fixture
def lists(monkeypatch: pytest.MonkeyPatch) -> list[ChangeList | None]:
    """The lists that runs got. Each run makes CHANGES."""
    given: list[ChangeList | None] = []

    def migrate(
        source: Any,
        destination: Any,
        request: Any,
        watcher: Any,
        *,
        changes: Any,
        baseline: Any,
        planned: Any,
    ) -> Report:
        assert planned is None
        given.append(changes)
        if changes:
            changes.add(CHANGES)
        baseline.record("posts", b"", [("1", b"a" * 16, b"a" * 16)])
        progress = Progress(request, watcher)
        progress.finish("completed")
        return progress.report

    monkeypatch.setattr(MIGRATE, "run_migration", migrate)
    return given


def lines(path: Path) -> Iterable[Any]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_a_dry_run_is_printed_like_a_plan(lists: list[ChangeList | None]) -> None:
    result = run("migrate", *TO, "--dry-run")
    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines()[:3] == [
        "posts: 1 changed, 1 new, 1 unchanged",
        "  ~ 1 Hello: title, body",
        "  + 2 A new post",
    ]


def test_a_real_run_and_one_document_of_json_have_no_such_lines(
    lists: list[ChangeList | None],
) -> None:
    assert "posts" not in run("migrate", *TO).stdout
    document = json.loads(run("migrate", *TO, "--dry-run", "--json").stdout)
    assert "changes" not in document
    assert lists == [None, None]


@pytest.mark.parametrize("options", [(), ("--dry-run",), ("--json",)])
def test_changes_are_written_to_a_file_of_the_account(
    lists: list[ChangeList | None], tmp_path: Path, options: tuple[str, ...]
) -> None:
    path = tmp_path / "changes.ndjson"
    assert run("migrate", *TO, *options, "--changes", str(path)).exit_code == 0
    assert lines(path) == [
        {
            "collection": "posts",
            "kind": "new",
            "key": "2",
            "label": "A new post",
            "changed_by": None,
            "fields": {"title": {"before": None, "after": "c"}},
            "cut": [],
        },
        {
            "collection": "posts",
            "kind": "changed",
            "key": "1",
            "label": "Hello",
            "changed_by": None,
            "fields": {
                "title": {"before": "a", "after": "b"},
                "body": {"before": None, "after": [1]},
            },
            "cut": [],
        },
    ]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_file_that_cannot_be_written_refuses_the_run(lists: list[ChangeList | None]) -> None:
    result = run("migrate", *TO, "--changes", "/proc/no/file")
    assert result.exit_code == 2
    assert "/proc/no/file" in result.stderr
    assert "(CHANGES_FILE)" in result.stderr
    assert lists == []


def test_a_file_that_is_full_ends_a_completed_run_with_a_problem(
    lists: list[ChangeList | None],
) -> None:
    result = run("migrate", *TO, "--changes", "/dev/full")
    assert result.exit_code == 1
    assert "No space left" in result.stderr
    assert "completed after" in result.stdout


def test_a_list_that_cannot_be_read_is_said(
    lists: list[ChangeList | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise MigrationError("The list is damaged", code="STORE_DAMAGED")

    monkeypatch.setattr(listed_changes, "print_changes", fail)
    result = run("migrate", *TO, "--dry-run")
    assert result.exit_code == 1
    assert "The list is damaged (STORE_DAMAGED)" in result.stderr
    assert "completed after" in result.stdout


def test_the_temporary_list_is_gone_afterwards(
    lists: list[ChangeList | None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    run("migrate", *TO, "--dry-run")
    assert lists[0] is not None
    assert lists[0]._database.path.is_relative_to(tmp_path)
    assert os.listdir(tmp_path) == []


def test_what_both_sides_had_is_in_the_store(
    lists: list[ChangeList | None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MIGRATION_STORE", str(tmp_path))
    run("migrate", *TO)
    assert [path.name for path in tmp_path.iterdir()] == ["baselines"]
