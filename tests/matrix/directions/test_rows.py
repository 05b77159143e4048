"""The whole seed arrives in another database: every row by what it means, by SQL, and a second run
changes nothing."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.integration import system_oracle
from tests.integration.command import Finished, migrate
from tests.integration.oracle import differences
from tests.matrix.directions.pair import EVERYTHING, Pair
from tests.stack.awkward.statements import update
from tests.stack.databases import Database
from tests.stack.dump import dump
from tests.stack.notation import columns_of, legible
from tests.stack.seed import COUNTS, SYSTEM_COUNTS

CHANGES: list[tuple[str, str, Any]] = [
    ("posts", "slug", "changed"),
    ("order_lines", "quantity", 4321),
]
CONTENT = sorted({*COUNTS, "directus_folders", "directus_files"})


@pytest.fixture(scope="module")
def migrated(pair: Pair) -> Pair:
    assert pair.first_run.status == 0, pair.first_run.stdout + pair.first_run.stderr
    return pair


def test_the_dry_run_told_the_numbers_of_the_real_run(migrated: Pair) -> None:
    told, done = (
        {row["name"]: row[column] for row in run.document["resources"]}
        for run, column in ((migrated.dry_run, "create"), (migrated.first_run, "created"))
    )
    assert told == done
    assert migrated.dry_run.document["problems"] == []


def test_everything_arrives_and_is_verified(migrated: Pair) -> None:
    document = migrated.first_run.document
    assert (document["status"], document["problems"]) == ("completed", [])
    for row in document["resources"]:
        # People who were there before keep what they had.
        assert row["different"] == 0 or row["name"] == "directus_users", row
        assert row["failed"] == 0, row
        assert row["created"] + row["skipped"] == row["source"], row
        assert row["source_digest"] == row["destination_digest"], row
    expected = {**COUNTS, "directus_files": SYSTEM_COUNTS["directus_files"]}
    assert {name: migrated.first_run.resource(name)["verified"] for name in expected} == expected


def test_every_column_of_the_content_means_the_same_by_sql(migrated: Pair) -> None:
    assert differences(migrated.source.database, migrated.destination.database, CONTENT) == []


def test_every_column_of_the_system_tables_means_the_same_by_sql(migrated: Pair) -> None:
    assert _system_differences(migrated) == []


def test_both_comparisons_see_a_single_changed_value(migrated: Pair) -> None:
    there = migrated.destination.database
    for table, column, change in CHANGES:
        with _changed(there, table, column, change):
            assert len(differences(migrated.source.database, there, CONTENT)) == 1
    with _changed(there, "directus_panels", "width", 99):
        assert len(_system_differences(migrated)) == 1


def test_the_report_says_by_what_rows_were_compared(migrated: Pair) -> None:
    rows = migrated.first_run.document["resources"]
    assert all((row["comparison"] == "by meaning") == bool(row["compared_by"]) for row in rows)
    assert "moments" in " ".join(migrated.first_run.resource("posts")["compared_by"])


def test_what_a_column_cannot_keep_is_noted_by_column(migrated: Pair) -> None:
    noted = {
        (note["resource"], note["column"])
        for note in migrated.first_run.document["notes"]
        if note["code"] == "ROUNDED"
    }
    if migrated.destination.database.vendor == "mysql":
        assert ("posts", "date_created") in noted


def test_a_second_run_finds_everything_there_and_changes_nothing(migrated: Pair) -> None:
    before = dump(migrated.destination.database)
    again: Finished = migrate(migrated.source, migrated.destination, *EVERYTHING)
    assert again.status == 0, again.stdout + again.stderr
    assert again.document["problems"] == []
    for row in again.document["resources"]:
        assert (row["created"], row["failed"], row["skipped"]) == (0, 0, row["source"]), row
        assert row["different"] == 0 or row["name"] == "directus_users", row
    assert dump(migrated.destination.database) == before


def test_an_update_sends_what_differs_by_meaning(migrated: Pair) -> None:
    there = migrated.destination.database
    options = (*EVERYTHING, "--existing", "update")
    nothing = migrate(migrated.source, migrated.destination, *options)
    assert nothing.status == 0, nothing.stdout + nothing.stderr
    assert _updated(nothing) == {}
    for table, column, value in CHANGES:
        row = dump(there)[table][0]
        update(there, table, "id", column, {row["id"]: value})
    done = migrate(migrated.source, migrated.destination, *options)
    assert done.status == 0, done.stdout + done.stderr
    assert _updated(done) == {table: 1 for table, _, _ in CHANGES}
    assert differences(migrated.source.database, there, CONTENT) == []


def _updated(run: Finished) -> dict[str, int]:
    """Of the content: people who were there before are updated, too."""
    updated = {row["name"]: row["updated"] for row in run.document["resources"]}
    return {name: rows for name, rows in updated.items() if rows and name in CONTENT}


def _system_differences(pair: Pair) -> list[str]:
    here, there = pair.source.database, pair.destination.database
    ours, theirs = columns_of(here), columns_of(there)
    return system_oracle.differences(
        legible(dump(here), ours, theirs),
        legible(pair.before, theirs, theirs),
        legible(dump(there), theirs, theirs),
        pair.direction.version,
    )


@contextmanager
def _changed(database: Database, table: str, column: str, value: Any) -> Iterator[None]:
    """One value of one row is another for a while."""
    row = dump(database)[table][0]
    update(database, table, "id", column, {row["id"]: value})
    try:
        yield
    finally:
        update(database, table, "id", column, {row["id"]: row[column]})
