"""From one version of Directus to another by Force: everything that both know arrives, and the
rest is named."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pytest

from sidecar.migration.schema.loading_mode import NOTE
from tests.integration import oracle, system_oracle
from tests.integration.command import Finished, migrate, sidecar
from tests.matrix import newer, older
from tests.matrix.directions.pair import in_full_only
from tests.resilience.arrival import CONTENT, SCHEMA
from tests.resilience.lab import OPTIONS
from tests.stack.contents import PEOPLE, SITE
from tests.stack.directus import DirectusInstance
from tests.stack.dump import dump
from tests.stack.seed.rights import RULES

OLD, MIDDLE, NEW = "11.1.2", "11.17.4", "12.4.0"
# The two ways over the widest gap: what one step leaves out, they leave out as well.
DIRECTIONS = [
    (OLD, NEW),
    (NEW, OLD),
    *in_full_only([(OLD, MIDDLE), (MIDDLE, NEW), (NEW, MIDDLE), (MIDDLE, OLD)]),
]
EVERYTHING = ("--options", ",".join(OPTIONS))
NOTHING = {"added": 0, "changed": 0, "kept": 0, "dropped": 0}
# What a source uses that a destination does not know, as the notes of a run name it.
LACKING = {
    (NEW, MIDDLE): {newer.FLOW_FOLDER, newer.FOLDER_TYPE, newer.AUTOSAVE, newer.MCP_OAUTH},
    (NEW, OLD): {
        newer.FLOW_FOLDER,
        newer.FOLDER_TYPE,
        newer.AUTOSAVE,
        newer.MCP_OAUTH,
        newer.TEXT_DIRECTION,
        newer.SEARCHABLE,
        newer.MCP,
    },
}
# Columns that only the destination knows.
GAINED = {
    (OLD, MIDDLE): {("directus_users", "text_direction")},
    (MIDDLE, NEW): {("directus_folders", "type"), ("directus_flows", "folder")},
    (OLD, NEW): {
        ("directus_users", "text_direction"),
        ("directus_folders", "type"),
        ("directus_flows", "folder"),
    },
}


@dataclass(frozen=True)
class Source:
    """A seeded instance: a 12.4.0 with the ``draft`` of something that does not exist yet, an
    11.1.2 with what is ``old``."""

    instance: DirectusInstance
    draft: str | None = None
    old: older.Old | None = None


@dataclass
class Direction:
    """A seeded source and a destination of another version, with the same people; what happens
    is done once."""

    source: DirectusInstance
    destination: DirectusInstance
    draft: str | None
    old: older.Old | None

    def __post_init__(self) -> None:
        self.versions = self.source.version, self.destination.version
        self.before = dump(self.source.database), dump(self.destination.database)

    @cached_property
    def check(self) -> Any:
        return sidecar(
            self.source,
            "check",
            "--json",
            "--to",
            self.destination.url,
            *EVERYTHING,
            token=self.destination.admin_token,
        ).document

    @cached_property
    def dry_run(self) -> Finished:
        return self._migrate("--dry-run")

    @cached_property
    def first(self) -> Finished:
        assert self.dry_run.document["dry_run"]
        self.untouched = dump(self.destination.database)
        return self._migrate()

    @cached_property
    def after(self) -> newer.Dump:
        assert self.first.document["status"] != "failed", self.first.stderr
        return dump(self.destination.database)

    @cached_property
    def second(self) -> Finished:
        assert self.after
        return self._migrate()

    def problems(self) -> list[tuple[str | None, str | None, str]]:
        """What is expected not to arrive: (resource, key, code); keys that the destination
        counts are None."""
        # An unlicensed 12 takes no custom rules, and an older one no version of nothing.
        rules: list[tuple[str | None, str | None, str]] = [
            (None, None, "LICENSE_PERMISSION_RULES"),
            *[("directus_permissions", None, "RESOURCE_RESTRICTED")] * len(RULES),
        ]
        drafts = [("directus_versions", self.draft, "MISSING_REFERENCE")] if self.draft else []
        return [*(rules if self.destination.version == NEW else []), *drafts]

    def _migrate(self, *more: str) -> Finished:
        return migrate(self.source, self.destination, *EVERYTHING, "--force", *more)


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Source]]:
    """The source of a version, made when it is first asked for."""
    made: dict[str, Source] = {}
    with ExitStack() as started:

        def source_of(version: str) -> Source:
            if version not in made:
                folder = tmp_path_factory.mktemp("source")
                instance = started.enter_context(
                    DirectusInstance(f"from-{version}", version, workdir=folder, content=SITE)
                )
                made[version] = Source(
                    instance,
                    newer.use_what_is_new(instance) if version == NEW else None,
                    older.use_what_is_old(instance) if version == OLD else None,
                )
            return made[version]

        yield source_of


@pytest.fixture(scope="module", params=DIRECTIONS, ids="-to-".join)
def direction(
    request: pytest.FixtureRequest,
    sources: Callable[[str], Source],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Direction]:
    before, after = request.param
    source = sources(before)
    folder = tmp_path_factory.mktemp("destination")
    with DirectusInstance(f"to-{after}", after, workdir=folder, content=PEOPLE) as destination:
        yield Direction(source.instance, destination, source.draft, source.old)


def test_check_says_what_force_will_do(direction: Direction) -> None:
    found = direction.check
    assert (found["compatible"], found["force_would_help"]) == (False, True)
    said = [(one["code"], one["message"]) for one in found["force"]]
    assert [code for code, _ in said].count("TRAVELS") == 1
    for code, names in (
        ("CANNOT_TRAVEL", LACKING.get(direction.versions, set())),
        ("DEFAULTED", GAINED.get(direction.versions, set())),
    ):
        words = " ".join(message for one, message in said if one == code)
        assert [name for name in names if name[1].rpartition(".")[2] not in words] == []
    assert ("Comments of Directus 10" in str(said)) == (direction.old is not None)
    assert ("enforces a licence" in str(said)) == (direction.destination.version == NEW)


def test_a_dry_run_writes_nothing_and_tells_the_numbers(direction: Direction) -> None:
    told, done = (
        {row["name"]: (row["source"], row[column]) for row in run.document["resources"]}
        for run, column in ((direction.dry_run, "create"), (direction.first, "created"))
    )
    # The dry run has no way to know which single permission the licence does not cover.
    passed_over = "directus_permissions" if direction.destination.version == NEW else ""
    assert {name: numbers for name, numbers in told.items() if name != passed_over} == {
        name: numbers for name, numbers in done.items() if name != passed_over
    }
    assert direction.untouched == direction.before[1]


def test_everything_else_arrives_and_what_does_not_is_named(direction: Direction) -> None:
    found = direction.first.document
    problems = [
        (
            one["resource"],
            None if one["resource"] == "directus_permissions" else one["key"],
            one["code"],
        )
        for one in found["problems"]
    ]
    assert sorted(problems, key=str) == sorted(direction.problems(), key=str)
    assert found["status"] == ("completed_with_problems" if problems else "completed")


def test_all_content_is_the_same_by_sql(direction: Direction) -> None:
    lacking = newer.only_here(direction.before[0], direction.after)
    assert (
        oracle.differences(
            direction.source.database, direction.destination.database, CONTENT, lacking
        )
        == []
    )
    assert {table: len(direction.after[table]) for table in CONTENT} == {
        table: len(direction.before[0][table]) for table in CONTENT
    }


def test_all_system_tables_are_the_same_by_sql_in_the_columns_that_both_have(
    direction: Direction,
) -> None:
    moved = (
        direction.old.as_moved(direction.before[0], direction.after)
        if direction.old
        else direction.before[0]
    )
    source, before, after = newer.in_common(moved, direction.before[1], direction.after)
    faults = system_oracle.differences(source, before, after, direction.destination.version)
    missing = [fault for fault in faults if fault.endswith("only at the source")]
    assert [fault for fault in faults if fault not in missing] == []
    # Two of the rules are about the same thing.
    groups = {(rule["policy"], rule["collection"], rule["action"]) for rule in RULES}
    expected = len(groups) if direction.destination.version == NEW else 0
    assert len(missing) == expected + bool(direction.draft)


def test_the_metadata_is_the_same_by_sql_in_the_words_that_both_know(direction: Direction) -> None:
    here, there = newer.in_common(direction.before[0], direction.after)
    for table, own in SCHEMA.items():
        left, right = (
            sorted(
                repr(sorted((name, value) for name, value in row.items() if name not in own))
                for row in side[table]
            )
            for side in (here, there)
        )
        assert left == right
    assert [
        row["collection"] for row in direction.after["directus_collections"] if row["note"] == NOTE
    ] == []


def test_the_report_names_every_column_that_one_side_lacks(direction: Direction) -> None:
    notes = {(note["resource"], note["column"]): note for note in direction.first.document["notes"]}
    for names, code in ((LACKING, "CANNOT_TRAVEL"), (GAINED, "DEFAULTED")):
        for name in names.get(direction.versions, set()):
            assert (notes[name]["code"], notes[name]["count"] > 0) == (code, True), name


def test_columns_that_only_the_destination_knows_have_their_default(direction: Direction) -> None:
    had = {
        row["id"]
        for table in ("directus_users", "directus_folders", "directus_flows")
        for row in direction.before[1][table]
    }
    for table, column in GAINED.get(direction.versions, set()):
        values = {row[column] for row in direction.after[table] if row["id"] not in had}
        assert values == {{"text_direction": "auto", "type": "files", "folder": None}[column]}


def test_a_second_run_changes_nothing(direction: Direction) -> None:
    found = direction.second.document
    assert found["schema"] == NOTHING
    assert {row["name"]: row["created"] for row in found["resources"] if row["created"]} == {}
    assert {row["name"] for row in found["resources"] if row["skipped"] != row["source"]} <= {
        resource for resource, _, _ in direction.problems()
    }
    # Rows that are refused are tried again, for which event flows pause.
    traces = {"directus_activity", "directus_revisions"} if direction.problems() else set()
    now = dump(direction.destination.database)
    assert [
        table for table in now if table not in traces and now[table] != direction.after[table]
    ] == []


def test_the_source_is_as_it_was(direction: Direction) -> None:
    assert direction.second.document
    assert dump(direction.source.database) == direction.before[0]
