"""``sidecar plan`` writes what would be done, and ``sidecar migrate --plan`` does that."""

import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest

from sidecar.errors import InvalidRequest, Unreachable
from sidecar.migration.changes.change import Change
from sidecar.migration.existing import UPDATE, ExistingRows
from sidecar.migration.report.outcomes import Outcomes
from sidecar.migration.report.progress import Progress
from sidecar.migration.report.report import Report
from sidecar.migration.request import MigrationRequest
from sidecar.resources.base import Resource
from tests.unit.test_cli import MIGRATE, TO, codes, run

POSTS = Resource("posts", "content", "/items/posts", "id", "integer", ("id",))
CHOICES = ("--options", "content", "--existing", "update", "--conflicts", "source")
REQUEST = MigrationRequest(
    ("content",), dry_run=True, existing=ExistingRows(UPDATE), conflicts="source"
)
NO_CHANGES = {"added": 0, "changed": 0, "dropped": 0, "kept": 0}


class Pipeline:
    """Stands for the pipeline. A dry run finds ``counts`` and one changed row."""

    def __init__(self) -> None:
        self.requests: list[MigrationRequest] = []
        # The keys of the rows that were planned, of each run. None: it makes its own plan.
        self.planned: list[list[Any] | None] = []
        self.counts: dict[str, int] = {"updated": 1}
        self.outcomes = Outcomes()
        self.schema: dict[str, Any] = {}
        self.problem: str | None = None
        self.error: Exception | None = None

    def __call__(
        self,
        source: Any,
        destination: Any,
        request: MigrationRequest,
        watcher: Any,
        *,
        changes: Any,
        planned: Any,
        **_: Any,
    ) -> Report:
        self.requests.append(request)
        self.planned.append(next(planned.keys.pages(POSTS, 9), []) if planned else None)
        progress = Progress(request, watcher)
        if isinstance(self.error, InvalidRequest):
            progress.stop("refused", self.error)
            return progress.report
        if isinstance(self.error, Unreachable):
            progress.stop("failed", self.error)
            return progress.report
        if changes:
            choices = asdict(request)
            del choices["dry_run"]
            sides: dict[str, Any] = {"source": {}, "destination": {}, "schema": {"changes": []}}
            changes.set_plan({"request": choices, **sides})
            changes.add([Change("posts", "changed", "2", "A secret title")])
        progress.add_resource(POSTS, 1)
        progress.count(POSTS, **self.counts)
        progress.settle("posts", self.outcomes)
        progress.report.schema = {**NO_CHANGES, **self.schema}
        if self.problem:
            progress.problem("posts", "2", self.problem, "No")
        progress.finish("completed")
        return progress.report


@pytest.fixture
def pipeline(monkeypatch: pytest.MonkeyPatch) -> Pipeline:
    fake = Pipeline()
    monkeypatch.setattr(MIGRATE, "run_migration", fake)
    return fake


@pytest.fixture
def plan(pipeline: Pipeline, tmp_path: Path) -> Path:
    """The file of a plan."""
    path = tmp_path / "friday.plan"
    result = run("plan", *TO, *CHOICES, "--out", str(path))
    assert result.exit_code == 0, result.output
    return path


def test_a_plan_is_written_and_printed(pipeline: Pipeline, tmp_path: Path) -> None:
    path = tmp_path / "friday.plan"
    result = run("plan", *TO, *CHOICES, "--out", str(path))
    assert (result.exit_code, pipeline.requests) == (0, [REQUEST])
    assert "posts: 1 changed\n  ~ 2 A secret title" in result.stdout
    header, row = (json.loads(line) for line in path.read_text().splitlines())
    assert (header["request"]["conflicts"], row["key"]) == ("source", "2")
    assert "secret" not in path.read_text()


def test_a_plan_is_carried_out_with_its_own_choices(pipeline: Pipeline, plan: Path) -> None:
    result = run("migrate", *TO, "--plan", str(plan), "--batch-size", "25", "--invite")
    assert result.exit_code == 0, result.output
    assert pipeline.requests[1:] == [replace(REQUEST, dry_run=False, batch_size=25, invite=True)]
    assert pipeline.planned == [None, [2]]


def test_a_plan_can_be_tried_once_more(pipeline: Pipeline, plan: Path) -> None:
    run("migrate", *TO, "--plan", str(plan), "--dry-run")
    assert pipeline.requests[1].dry_run


@pytest.mark.parametrize(
    ("choices", "named"),
    [
        (("--options", "users"), "--options"),
        (("--existing", "skip", "--force"), "--existing, --force"),
        (("--overwrite-settings", "project_name"), "--overwrite-settings"),
        (("--filter", "posts={}"), "--filter"),
        (("--selection", "file.yaml"), "--selection"),
        (("--references", "empty", "--since", "last"), "--since, --references"),
    ],
)
def test_choices_beside_a_plan_are_refused_and_named(
    pipeline: Pipeline, plan: Path, choices: tuple[str, ...], named: str
) -> None:
    result = run("migrate", *TO, "--plan", str(plan), *choices)
    assert result.exit_code == 2
    assert "PLAN_HAS_CHOICES" in result.stderr
    assert f"Leave {named} out" in result.stderr
    assert len(pipeline.requests) == 1


def test_a_damaged_plan_starts_nothing(pipeline: Pipeline, plan: Path) -> None:
    plan.write_bytes(plan.read_bytes()[:-9])
    result = run("migrate", *TO, "--plan", str(plan), "--json")
    assert (result.exit_code, codes(result)) == (2, ["PLAN_INVALID"])
    assert len(pipeline.requests) == 1


@pytest.mark.parametrize(
    ("counts", "schema", "problem", "status", "with_exit_code"),
    [
        ({}, {}, None, 0, 0),
        ({"unchanged": 5}, {}, None, 0, 0),
        ({"create": 1}, {}, None, 0, 4),
        ({"updated": 1}, {}, None, 0, 4),
        ({}, {"added": 1}, None, 0, 4),
        ({}, {"changed": 1}, None, 0, 4),
        ({"updated": 1}, {}, "CONFLICT", 1, 4),
        # What somebody has to decide is not nothing.
        ({}, {}, "CONFLICT", 1, 1),
    ],
)
def test_the_exit_status_says_whether_there_is_something_to_do(
    pipeline: Pipeline,
    counts: dict[str, int],
    schema: dict[str, int],
    problem: str | None,
    status: int,
    with_exit_code: int,
) -> None:
    pipeline.counts, pipeline.schema, pipeline.problem = counts, schema, problem
    assert run("plan", *TO).exit_code == status
    assert run("plan", *TO, "--exit-code").exit_code == with_exit_code


def test_what_an_earlier_run_has_left_empty_or_half_done_is_something_to_do(
    pipeline: Pipeline,
) -> None:
    pipeline.counts, pipeline.outcomes = {}, Outcomes(updated=1, unchanged=5)
    assert run("plan", *TO, "--exit-code").exit_code == 4


@pytest.mark.parametrize(
    ("error", "status"),
    [(InvalidRequest("No", code="BUSY"), 2), (Unreachable("Gone"), 3)],
)
def test_a_plan_that_cannot_be_made_is_not_written(
    pipeline: Pipeline, tmp_path: Path, error: Exception, status: int
) -> None:
    pipeline.error = error
    path = tmp_path / "no.plan"
    assert run("plan", *TO, "--exit-code", "--out", str(path)).exit_code == status
    assert not path.exists()


@pytest.mark.parametrize("place", ["no/folder", ""])
def test_a_plan_that_cannot_be_written_is_refused(
    pipeline: Pipeline, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    monkeypatch.chdir(tmp_path)
    result = run("plan", *TO, "--exit-code", "--out", place, "--json")
    assert result.exit_code == 2
    assert "PLAN_FILE" in result.output


def test_json_has_the_numbers_and_no_changes(pipeline: Pipeline) -> None:
    result = run("plan", *TO, "--json")
    (posts,) = json.loads(result.stdout)["resources"]
    assert (posts["updated"], posts["conflicts"], posts["only_at_destination"]) == (1, 0, None)
    assert "changes" not in json.loads(result.stdout)


def test_the_choices_for_existing_rows_are_options(pipeline: Pipeline) -> None:
    run(
        *("migrate", *TO, "--existing", "posts=update, pages=skip", "--conflicts", "destination"),
        *("--overwrite-settings", "project_name,public_note"),
    )
    (request,) = pipeline.requests
    assert request.existing == ExistingRows("skip", {"posts": "update", "pages": "skip"})
    assert request.conflicts == "destination"
    assert request.overwrite_settings == ("project_name", "public_note")


@pytest.mark.parametrize(
    ("choices", "code"),
    [
        (("--existing", "mirror"), "EXISTING_INVALID"),
        (("--existing", "posts=all"), "EXISTING_INVALID"),
        (("--existing", "=update"), "EXISTING_INVALID"),
        (("--conflicts", "newest"), "UNKNOWN_CONFLICTS"),
    ],
)
def test_wrong_choices_for_existing_rows_are_refused(
    pipeline: Pipeline, choices: tuple[str, ...], code: str
) -> None:
    result = run("migrate", *TO, *choices)
    assert result.exit_code == 2
    assert code in result.stderr
    assert pipeline.requests == []
