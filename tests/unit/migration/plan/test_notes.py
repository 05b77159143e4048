"""The report names in advance what is not migrated unchanged, and why."""

from dataclasses import replace
from typing import Any, cast

from sidecar.migration.check.compatibility import Compatibility
from sidecar.migration.check.references import MissingReferences
from sidecar.migration.instance.instance import Exclusion, Instance
from sidecar.migration.mapping.identities import Identities
from sidecar.migration.plan.load_order import Edge, arrange
from sidecar.migration.plan.notes import report_missing_references, report_notes, report_plan
from sidecar.migration.plan.plan import Plan
from sidecar.migration.report.progress import Progress
from sidecar.migration.request import EMPTY, MigrationRequest
from sidecar.migration.schema.diff import SchemaDiff
from sidecar.resources.base import COMMENTS, FLOWS, USERS, Resource
from tests.unit.instances import column, instance
from tests.unit.memory import MemoryRows, Recorder, plan_of, run_of

NOTES = Resource("notes", "content", "/items/notes", "id", "integer", ("id", "parent"))
Note = tuple[str, str, str | None, int]


class Legacy:
    """Comments of Directus 10."""

    def count_comments(self) -> int:
        return 4


def plan(*, rows: int = 3, **changes: Any) -> Plan:
    source = MemoryRows()
    source.tables["notes"] = {n: {"id": n, "parent": None} for n in range(rows)}
    made = plan_of(NOTES, source, MemoryRows())
    return replace(made, **{"source": tracked(made.source), **changes})


def tracked(side: Instance) -> Instance:
    """``side`` without tables that Directus does not track."""
    return replace(side, collections=())


def report(plan: Plan) -> Progress:
    progress = Progress(plan.request, Recorder())
    report_notes(plan, progress)
    return progress


def notes(progress: Progress) -> set[Note]:
    return {
        (note.resource, note.code, note.column, note.count)
        for note in progress.report.notes.values()
    }


def problems(progress: Progress) -> list[tuple[str | None, str | None, str]]:
    return [(one.resource, one.key, one.code) for one in progress.report.problems]


def test_between_equal_sides_nothing_is_noted() -> None:
    progress = report(plan())
    assert (notes(progress), problems(progress)) == (set(), [])


def test_rows_under_another_id_are_counted_and_ambiguous_ones_are_problems() -> None:
    who = Identities(
        {USERS: {"a": "b", "c": "c"}},
        frozenset({"notes"}),
        unclear={USERS: {"d": "Two users have this e-mail"}},
    )
    progress = report(plan(identities=who))
    assert notes(progress) == {(USERS, "MAPPED", None, 1)}
    assert problems(progress) == [(USERS, "d", "AMBIGUOUS_IDENTITY")]
    assert "count as missing" in progress.report.problems[0].message


def test_columns_that_the_destination_keeps_are_named() -> None:
    run = run_of(NOTES, MemoryRows(), MemoryRows())
    schema = SchemaDiff(None, {}, wider_columns=("notes.a",), unalterable_columns=("notes.b",))
    run.plan = plan(rows=0, schema=schema)
    report_plan(run)
    assert notes(run.progress) == {
        ("notes", "COLUMN_KEPT", "a", 1),
        ("notes", "COLUMN_KEPT", "b", 1),
    }
    assert run.progress.report.schema is not None


def test_columns_that_change_are_named_with_the_rows_that_they_concern() -> None:
    keys = column(FLOWS, "id", key=True), column(COMMENTS, "id", key=True)
    source = tracked(instance("12.4.0", *keys, column(FLOWS, "date_created")))
    changed = plan(
        source=source,
        destination=source,
        resources={FLOWS: source.model.resources[FLOWS]},
        groups=tuple(arrange([FLOWS], [])),
    )
    some, none = (replace(changed, rows={FLOWS: rows}) for rows in (2, 0))
    assert (FLOWS, "ROUNDED", "date_created", 2) in notes(report(some))
    assert notes(report(none)) == set()


def test_a_whole_number_that_mysql_cannot_make_not_null_again_is_named() -> None:
    field = {**column("notes", "parent", nullable=False, system=False), "type": "integer"}
    described = tracked(instance("12.4.0", column("notes", "id", key=True, system=False), field))
    model = replace(described.model, resources={"notes": NOTES})
    cycle = arrange(["notes"], [Edge("notes", "notes", "parent", nullable=False)])
    noted = {}
    for vendor in ("mysql", "postgres"):
        sides = replace(described, vendor=vendor, model=model)
        changed = plan(source=sides, destination=sides, groups=tuple(cycle))
        noted[vendor] = notes(report(changed))
    assert noted["mysql"] == {("notes", "COLUMN_KEPT", "parent", 3)}
    assert noted["postgres"] == set()


def test_properties_that_the_destination_lacks_are_named() -> None:
    field = {"collection": "notes", "field": "text", "meta": {"searchable": False}}
    source = instance(
        "12.4.0", column("directus_fields", "searchable", default=True), fields=[field]
    )
    progress = report(plan(source=source, destination=instance("11.1.2"), groups=()))
    assert ("notes", "CANNOT_TRAVEL", "text.searchable", 1) in notes(progress)


def test_tables_that_cannot_be_read_are_named() -> None:
    tables = (
        {"collection": "old", "meta": {"status": "inactive"}, "schema": {"name": "old"}},
        {"collection": "raw", "meta": None, "schema": {"name": "raw"}},
    )
    sides = replace(plan().source, collections=tables)
    assert notes(report(plan(source=sides))) == {
        ("old", "INACTIVE", None, 1),
        ("raw", "UNTRACKED", None, 1),
    }


def test_what_is_left_out_as_a_whole_is_a_problem_and_so_are_relations_to_it() -> None:
    source = replace(
        plan().source,
        excluded={"shelves": Exclusion("UNREADABLE_TABLE", "cannot be read")},
        excluded_relations={("notes", "shelf"): "shelves"},
    )
    progress = report(plan(source=source))
    assert problems(progress) == [
        ("shelves", None, "UNREADABLE_TABLE"),
        ("notes", None, "SCHEMA_REFUSED"),
    ]


def test_comments_of_directus_10_move_or_are_a_problem() -> None:
    source = replace(plan().source, legacy=cast(Any, Legacy()))
    comments = replace(NOTES, name=COMMENTS)
    for moves in (True, False):
        resources = {**plan().resources, COMMENTS: replace(comments, legacy=moves)}
        progress = report(plan(source=source, resources=resources))
        assert notes(progress) == ({(COMMENTS, "MOVED", None, 4)} if moves else set())
        assert problems(progress) == ([] if moves else [(COMMENTS, None, "LEGACY_COMMENTS")])


def test_missing_references_are_problems_unless_they_may_be_left_empty() -> None:
    missing = MissingReferences("notes", "author", USERS, "users", 3, frozenset({"u"}))
    side = instance("12.4.0")
    checked = Compatibility(side, side, (), SchemaDiff(None, {}), None, references=(missing,))
    refused, cleared = MigrationRequest(), MigrationRequest(references=EMPTY)
    progress = Progress(refused, Recorder())
    report_missing_references(checked, refused, progress)
    assert problems(progress) == [("notes", None, "REFERENCES_NOT_INCLUDED")]
    progress = Progress(cleared, Recorder())
    report_missing_references(checked, cleared, progress)
    assert (problems(progress), notes(progress)) == ([], {("notes", "CLEARED", "author", 3)})


def test_a_field_that_cannot_be_asked_for_is_a_problem_of_its_collection() -> None:
    tables: list[dict[str, Any]] = [
        {"collection": name, "meta": {}, "schema": {}} for name in ("notes", "lost")
    ]
    fields = (column("notes", "a.b", system=False), column("lost", "_id", key=True, system=False))
    source = replace(
        plan().source,
        collections=tuple(tables),
        fields=fields,
        snapshot={**plan().source.snapshot, "fields": fields},
        unreadable_fields={("notes", "a.b"): "why", ("lost", "_id"): "why"},
    )
    assert problems(report(plan(source=source))) == [
        ("lost", None, "UNREADABLE_FIELD"),
        ("notes", None, "UNREADABLE_FIELD"),
    ]


def test_rows_of_the_destination_that_a_singleton_does_not_show_are_noted() -> None:
    page = {"notes": replace(NOTES, singleton=True)}
    made = plan(rows=1, resources=page)
    for rows_before, noted in ((0, set()), (1, set()), (2, {("notes", "SINGLETON", None, 2)})):
        assert notes(report(replace(made, rows_before={"notes": rows_before}))) == noted


def test_a_table_that_directus_ignores_has_no_rows_to_migrate_and_is_noted() -> None:
    table = {"collection": "sp ace", "meta": {}, "schema": {"name": "sp ace"}}
    source = instance("12.4.0", column("sp ace", "id", key=True, system=False), tables=[table])
    assert "sp ace" not in source.model.resources
    made = plan()
    assert notes(report(replace(made, source=replace(made.source, collections=(table,))))) == {
        ("sp ace", "IGNORED", None, 1)
    }
