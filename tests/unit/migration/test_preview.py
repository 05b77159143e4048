"""What a dry run counts and reports of a page of rows."""

from dataclasses import replace
from typing import Any

from sidecar.migration.mapping.identities import Identities
from sidecar.migration.preview import _preview
from sidecar.migration.report.outcomes import Outcomes
from sidecar.resources.base import FLOWS, USERS, Column, Reference, Resource, SystemCollection
from tests.unit.instances import column
from tests.unit.memory import MemoryRows, run_of

POSTS = Resource(
    "posts",
    "content",
    "/items/posts",
    "id",
    "integer",
    ("id", "title", "editor"),
    references=(Reference("editor", USERS, nullable=False),),
)
WHO = Identities({USERS: {"helen": "helen-there"}}, frozenset({"posts"}))


def post(number: int, editor: str = "helen") -> dict[str, Any]:
    return {"id": number, "title": f"Post {number}", "editor": editor}


def test_it_counts_what_a_real_run_would_do() -> None:
    source, destination = MemoryRows(), MemoryRows()
    rows = [post(1), post(2), post(3), post(4, "nobody"), post(5, "nobody")]
    source.tables["posts"] = {row["id"]: row for row in rows}
    destination.tables["posts"] = {
        2: post(2, "helen-there"),
        3: {**post(3, "helen-there"), "title": "Theirs"},
        4: post(4, "helen-there"),
    }
    run = run_of(POSTS, source, destination, identities=WHO)
    _preview(run, *run.plan.groups)
    counted = run.progress.report.resources["posts"]
    assert (counted.create, counted.unchanged, counted.conflicting) == (1, 1, 2)
    assert counted.missing_reference == 2
    assert counted.rows == Outcomes(created=1, unchanged=1, problem=3)
    assert counted.source == 5
    assert destination.requests == []


def test_it_notes_what_the_destination_keeps_of_a_row_that_is_matched_by_name() -> None:
    roles = replace(POSTS, references=(), rules=SystemCollection("users", natural_key=("title",)))
    source, destination = MemoryRows(), MemoryRows()
    source.tables["posts"] = {1: post(1)}
    destination.tables["posts"] = {1: post(1, "other")}
    run = run_of(roles, source, destination, identities=Identities({"posts": {1: 1}}))
    _preview(run, *run.plan.groups)
    noted = [(note.code, note.column) for note in run.progress.report.notes.values()]
    assert noted == [("KEPT", "editor")]
    assert run.progress.report.resources["posts"].rows == Outcomes(kept=1)


def test_a_missing_reference_is_a_problem_of_new_rows_and_a_conflict_of_existing_ones() -> None:
    source, destination = MemoryRows(), MemoryRows()
    source.tables["posts"] = {1: post(1, "nobody"), 2: post(2, "nobody")}
    destination.tables["posts"] = {2: post(2, "helen-there")}
    run = run_of(POSTS, source, destination, identities=WHO)
    _preview(run, *run.plan.groups)
    problems = [(one.key, one.code) for one in run.progress.report.problems]
    assert problems == [("1", "MISSING_REFERENCE"), ("2", "CONFLICT")]


def test_new_rows_that_lack_a_required_value_are_refused_as_directus_will_do() -> None:
    source, destination = MemoryRows(), MemoryRows()
    source.tables["posts"] = {1: post(1), 2: post(2)}
    destination.tables["posts"] = {2: post(2, "helen-there")}
    run = run_of(POSTS, source, destination, identities=WHO)
    there = run.plan.destination
    columns = {
        **there.model.columns["posts"],
        "slug": Column("slug", "string", nullable=False, required=True),
        "title": Column("title", "string", nullable=False, required=True),
    }
    model = replace(there.model, columns={**there.model.columns, "posts": columns})
    run.plan = replace(run.plan, destination=replace(there, model=model))
    _preview(run, *run.plan.groups)
    (problem,) = run.progress.report.problems
    assert (problem.key, problem.code) == ("1", "FAILED_VALIDATION")
    assert "a value for slug, and" in problem.message
    counted = run.progress.report.resources["posts"]
    assert (counted.create, counted.unchanged) == (0, 1)


def test_a_required_column_that_directus_cannot_make_is_required_nowhere() -> None:
    source, destination = MemoryRows(), MemoryRows()
    source.tables["posts"] = {1: post(1)}
    run = run_of(POSTS, source, destination, identities=WHO)
    mood = {
        **column("posts", "mood", nullable=False, system=False, data_type="mood"),
        "type": "unknown",
    }
    known = {**run.source.model.columns["posts"]}
    known["mood"] = Column("mood", "unknown", nullable=False, required=True)
    model = replace(run.source.model, columns={**run.source.model.columns, "posts": known})
    tracked = {"collection": "posts", "meta": {}, "schema": {"name": "posts"}}
    here = replace(
        run.source, model=model, fields=(*run.source.fields, mood), collections=(tracked,)
    )
    run.plan = replace(run.plan, source=here)
    _preview(run, *run.plan.groups)
    assert run.progress.report.problems == []
    assert run.progress.report.resources["posts"].create == 1


def test_of_an_unfinished_collection_it_names_what_is_not_completed() -> None:
    stamped = replace(POSTS, references=(), update_only=("editor",))
    source, destination = MemoryRows(), MemoryRows()
    source.tables["posts"] = {1: post(1), 2: post(2)}
    destination.tables["posts"] = {1: post(1, "later"), 2: {**post(2, "later"), "title": "Theirs"}}
    run = run_of(stamped, source, destination, identities=Identities({}))
    run.journal.unfinished = frozenset({"posts"})
    _preview(run, *run.plan.groups)
    problems = [(one.key, one.message) for one in run.progress.report.problems]
    assert problems == [("2", "Not overwritten: title differs at the destination")]


def test_of_a_flow_that_an_interrupted_run_paused_it_does_not_name_the_status() -> None:
    flows = Resource(
        FLOWS, "flows", "/flows", "id", "uuid", ("id", "name", "status"), rules=SystemCollection("")
    )
    source, destination = MemoryRows(), MemoryRows()
    for key in ("paused", "waiting", "stopped"):
        source.tables[FLOWS][key] = {"id": key, "name": key, "status": "active"}
        destination.tables[FLOWS][key] = {"id": key, "name": key, "status": "inactive"}
    run = run_of(flows, source, destination, identities=Identities({}, frozenset({FLOWS})))
    run.journal.paused, run.journal.waiting = frozenset({"paused"}), frozenset({"waiting"})
    _preview(run, *run.plan.groups)
    assert [(one.key, one.code) for one in run.progress.report.problems] == [
        ("stopped", "CONFLICT")
    ]
