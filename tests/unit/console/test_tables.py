"""What the command line prints at the end of a run."""

from dataclasses import replace

import pytest

from sidecar.console.tables import AS_SHOWN, MAX_PROBLEMS, print_report
from sidecar.errors import InvalidRequest
from sidecar.migration.report import progress
from sidecar.migration.report.outcomes import Outcomes
from sidecar.migration.report.progress import Progress
from sidecar.migration.report.report import ResourceReport
from sidecar.migration.request import MigrationRequest
from tests.unit.jobs.test_helper_workers import Silent

Printed = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def _wide_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")


def run_of_posts(*, dry_run: bool = False) -> Progress:
    """A run with one resource."""
    run = Progress(MigrationRequest(dry_run=dry_run), Silent())
    run.report.resources["posts"] = ResourceReport(
        "posts",
        "items",
        source=1_234,
        created=7,
        verified=7,
        compared_by=("numbers",),
        rows=Outcomes(created=7, unchanged=1_220, problem=7),
    )
    return run


def test_a_run_is_printed_as_a_table_with_notes_problems_and_its_end(capsys: Printed) -> None:
    run = run_of_posts()
    run.note("posts", "KEPT", None, "They stay", 2)
    run.problem("posts", 7, "CONFLICT", "It differs [bold]")
    run.problem(None, None, "LICENSE", "Too many")
    run.finish("completed")
    print_report(run.report)
    header, row, *lines, last = capsys.readouterr().out.splitlines()
    assert header.split() == [
        "resource",
        "source",
        "created",
        "unchanged",
        "problem",
        "verified",
    ]
    assert row.split() == ["posts", "1,234", "7", "1,220", "7", "7"]
    assert lines == [
        "compared posts by meaning: numbers",
        "note     posts: They stay (2 rows)",
        "problem  posts 7: It differs [bold] (CONFLICT)",
        "problem  run: Too many (LICENSE)",
        "Of 1,234 rows at the source, 7 created, 1,220 unchanged, 7 with problems. 7 of 1,234 rows "
        "were compared and are equal.",
    ]
    assert last.startswith("completed with problems after ")


@pytest.mark.parametrize("name", ["[bold]a[/bold]", "[/]", "[link=http://evil]a", "a\x1b[2Jb"])
def test_the_name_of_a_collection_is_no_markup(capsys: Printed, name: str) -> None:
    run = run_of_posts()
    row = run.report.resources.pop("posts")
    run.report.resources[name] = replace(row, name=name, compared_by=())
    run.note(name, "KEPT", None, name, 1)
    run.finish("completed")
    print_report(run.report)
    printed = capsys.readouterr().out
    assert printed.count(name.replace("\x1b", " ")) == 3
    assert "\x1b" not in printed


def test_a_dry_run_is_printed_with_what_a_run_would_do(capsys: Printed) -> None:
    run = run_of_posts(dry_run=True)
    run.finish("completed")
    print_report(run.report)
    header, row, *_ = capsys.readouterr().out.splitlines()
    assert header.split()[1:] == [
        "source",
        "created",
        "unchanged",
        "problem",
    ]
    assert row.split() == ["posts", "1,234", "7", "1,220", "7"]


def test_a_run_that_did_not_come_to_its_end_is_printed_with_what_it_did(capsys: Printed) -> None:
    run = run_of_posts()
    run.finish("cancelled")
    print_report(run.report)
    header, row, *_ = capsys.readouterr().out.splitlines()
    assert header.split() == ["resource", "source", "created", "skipped", "failed"]
    assert row.split() == ["posts", "1,234", "7", "0", "0"]


def test_a_verification_does_not_vouch_for_what_directus_does_not_show(capsys: Printed) -> None:
    for dry_run in (False, True):
        run = run_of_posts(dry_run=dry_run)
        run.note("posts", "NOT_SHOWN", "at", "at: whole seconds", 2)
        if dry_run:
            run.skip_stages("apply", "verify")
        else:
            with run.stage("verify"):
                pass
        run.finish("completed")
        print_report(run.report)
    real, dry = capsys.readouterr().out.split("completed after", 1)
    assert AS_SHOWN in real
    assert AS_SHOWN not in dry


def test_what_ended_a_run_is_said_once_by_the_log(capsys: Printed) -> None:
    run = run_of_posts()
    run.problem(None, None, "LICENSE_SEATS", "Too many seats")
    run.stop("refused", InvalidRequest("The schemas conflict", code="SCHEMA_CONFLICT"))
    print_report(run.report)
    printed = capsys.readouterr().out
    assert "problem  run: Too many seats (LICENSE_SEATS)" in printed
    assert "The schemas conflict" not in printed
    assert "more; --json" not in printed


def test_a_refused_run_prints_neither_zeros_nor_its_refusal_again(capsys: Printed) -> None:
    run = run_of_posts()
    run.note("posts", "KEPT", None, "They stay", 2)
    run.problem("posts", None, "REFERENCES_NOT_INCLUDED", "author: 3 references")
    run.problem("posts", 7, "CONFLICT", "It differs")
    run.stop("refused", InvalidRequest("3 references", code="REFERENCES_NOT_INCLUDED"))
    print_report(run.report)
    problem, end = capsys.readouterr().out.splitlines()
    assert problem == "problem  posts 7: It differs (CONFLICT)"
    assert end.startswith("refused after ")


def test_a_refused_dry_run_prints_what_it_has_counted(capsys: Printed) -> None:
    run = run_of_posts(dry_run=True)
    run.stop("refused", InvalidRequest("3 references", code="REFERENCES_NOT_INCLUDED"))
    print_report(run.report)
    _, row, *_ = capsys.readouterr().out.splitlines()
    assert row.split() == ["posts", "1,234", "7", "1,220", "7"]


def test_columns_of_which_the_same_is_noted_are_one_line(capsys: Printed) -> None:
    run = run_of_posts()
    for column in ("password", "token"):
        run.note("directus_users", "MASKED", column, f"{column}: cannot be read", 3)
    run.finish("completed")
    print_report(run.report)
    line = "note     directus_users: password, token: cannot be read (3 rows)"
    assert line in capsys.readouterr().out.splitlines()


def test_a_table_fits_a_narrow_terminal_and_truncates_nothing(
    capsys: Printed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    name = "a_collection_whose_name_is_as_long_as_names_may_be_on_postgresql"
    for outcomes in (Outcomes(12_345_678), Outcomes(1_000_000, kept=7), Outcomes(*[10**6] * 6)):
        run = run_of_posts()
        run.report.resources[name] = ResourceReport(
            name, "items", source=12_345_678, verified=12_345_678, rows=outcomes
        )
        run.finish("completed")
        print_report(run.report)
    printed = capsys.readouterr().out
    table = [line for line in printed.splitlines() if not line.startswith(("Of ", "compared "))]
    assert max(map(len, table)) <= 80
    assert "…" not in printed
    for line in "\n".join(table).split("completed")[:2]:
        assert line.count("12,345,678") >= 2


def test_names_stay_in_one_line_as_far_as_there_is_room(
    capsys: Printed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    run, name = run_of_posts(), "directus_folders"
    most = Outcomes(created=1_000, unchanged=1_000, kept=1_000, problem=1_000, not_selected=1_000)
    run.report.resources[name] = ResourceReport(name, "system", source=5_000, rows=most)
    run.finish("completed")
    print_report(run.report)
    assert name in capsys.readouterr().out


def test_a_name_without_room_is_broken_at_its_underscores(
    capsys: Printed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    run, name = run_of_posts(), "directus_permissions"
    every = Outcomes(*[1] * 6)
    run.report.resources[name] = ResourceReport(name, "system", source=6, rows=every)
    run.finish("completed")
    print_report(run.report)
    lines = capsys.readouterr().out.splitlines()
    at = next(number for number, line in enumerate(lines) if line.startswith("directus_ "))
    assert lines[at + 1].strip() == "permissions"


def test_only_the_first_problems_are_printed(capsys: Printed) -> None:
    run = run_of_posts()
    for number in range(MAX_PROBLEMS + 3):
        run.problem("posts", number, "CONFLICT", "It differs")
    print_report(run.report)
    printed = capsys.readouterr().out
    assert printed.count("CONFLICT") == MAX_PROBLEMS
    assert "… and 3 more; --json lists them" in printed


def test_it_is_said_that_json_lists_only_the_first_problems(
    capsys: Printed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "MAX_PROBLEMS", MAX_PROBLEMS + 1)
    run = run_of_posts()
    for number in range(MAX_PROBLEMS + 3):
        run.problem("posts", number, "CONFLICT", "It differs")
    print_report(run.report)
    assert f"… and 3 more; --json lists the first {MAX_PROBLEMS + 1}" in capsys.readouterr().out


def test_a_report_without_resources_has_no_table(capsys: Printed) -> None:
    run = Progress(MigrationRequest(), Silent())
    run.finish("refused")
    print_report(run.report)
    (line,) = capsys.readouterr().out.splitlines()
    assert line.startswith("refused after ")
