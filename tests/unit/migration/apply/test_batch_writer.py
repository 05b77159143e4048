"""Batches that the destination refuses are split until the bad row is alone."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import orjson
import pytest

from sidecar.errors import DirectusRejected, TooLarge
from sidecar.migration.apply.batch_size import BatchSize
from sidecar.migration.apply.batch_writer import BatchWriter
from sidecar.migration.apply.source_changes import SourceChanges
from sidecar.migration.compare.row_ledger import RowLedger
from sidecar.migration.instance.rows import EncodedRow
from sidecar.migration.plan.run import Run
from sidecar.resources.base import Resource, SystemCollection
from tests.unit.memory import MemoryRows, Refuse, Row, run_of

TAGS = Resource("tags", "content", "/items/tags", "id", "integer", ("id", "name", "color"))
BAD = DirectusRejected("name is not unique", code="RECORD_NOT_UNIQUE", status=400, field="name")


@pytest.fixture
def destination() -> MemoryRows:
    return MemoryRows()


def writer(destination: MemoryRows, resource: Resource = TAGS) -> tuple[BatchWriter, Run]:
    run = run_of(resource, MemoryRows(), destination)
    changes = SourceChanges(run, RowLedger())
    return BatchWriter(
        run.destination, resource, run.progress, BatchSize(), changes, run.refused
    ), run


def encoded(*numbers: int) -> list[EncodedRow]:
    rows = [{"id": number, "name": f"Tag {number}"} for number in numbers]
    return [EncodedRow(row, orjson.dumps(row)) for row in rows]


def refuse_row(bad: int, error: DirectusRejected = BAD) -> Refuse:
    def refuse(rows: Sequence[Row]) -> DirectusRejected | None:
        return error if any(row["id"] == bad for row in rows) else None

    return refuse


def ids(rows: Sequence[Row]) -> list[Any]:
    return [row["id"] for row in rows]


def test_the_bad_row_is_named_and_the_others_arrive(destination: MemoryRows) -> None:
    batches, run = writer(destination)
    destination.refuse = refuse_row(3)
    assert sorted(ids(batches.create(encoded(1, 2, 3, 4, 5)))) == [1, 2, 4, 5]
    assert sorted(destination.tables["tags"]) == [1, 2, 4, 5]
    (problem,) = run.progress.report.problems
    assert (problem.resource, problem.key, problem.code) == ("tags", "3", "RECORD_NOT_UNIQUE")
    assert problem.columns == ("name",)
    assert run.progress.report.resources["tags"].failed == 1
    assert run.refused.among("tags", range(1, 6)) == {3}


@pytest.mark.parametrize(("vendor", "is_explained"), [("mysql", True), ("postgres", False)])
def test_nulls_that_mysql_finds_in_a_row_may_be_a_value_that_does_not_fit(
    destination: MemoryRows, vendor: str, is_explained: bool
) -> None:
    batches, run = writer(destination)
    batches.destination = replace(batches.destination, vendor=vendor)
    destination.refuse = refuse_row(
        3, DirectusRejected("It contains null values.", code="CONTAINS_NULL_VALUES", status=400)
    )
    batches.create(encoded(2, 3))
    (problem,) = run.progress.report.problems
    assert ("does not fit the column's type" in problem.message) is is_explained


def test_a_batch_without_a_bad_row_is_one_request(destination: MemoryRows) -> None:
    batches, _ = writer(destination)
    batches.create(encoded(1, 2, 3))
    assert destination.requests == [("create", [1, 2, 3])]


def test_rows_that_arrived_although_the_answer_was_lost_are_not_sent_again(
    destination: MemoryRows,
) -> None:
    batches, run = writer(destination)
    destination.tables["tags"] = {1: {"id": 1}, 2: {"id": 2}}
    refusals = [BAD]
    destination.refuse = lambda rows: refusals.pop() if refusals else None
    assert ids(batches.create(encoded(1, 2))) == [1, 2]
    assert destination.requests == [("create", [1, 2])]
    assert run.progress.report.problems == []


def test_a_row_that_is_too_large_alone_is_sent_as_a_file(destination: MemoryRows) -> None:
    batches, _ = writer(destination)
    too_large = TooLarge("too large", code="HTTP_413", status=413)
    refusals = [too_large]
    destination.refuse = lambda rows: refusals.pop() if refusals else None
    assert ids(batches.create(encoded(1))) == [1]
    assert destination.requests == [("create", [1]), ("create_large", [1])]


def test_a_batch_that_is_too_large_makes_the_next_ones_smaller(destination: MemoryRows) -> None:
    batches, _ = writer(destination)
    limit = batches.limits.body_bytes

    def refuse(rows: Sequence[Row]) -> DirectusRejected | None:
        return TooLarge("too large", code="HTTP_413", status=413) if len(rows) > 2 else None

    destination.refuse = refuse
    assert ids(batches.create(encoded(1, 2, 3, 4))) == [1, 2, 3, 4]
    assert batches.limits.body_bytes < limit


def test_a_collection_that_is_closed_refuses_all_rows_at_once(destination: MemoryRows) -> None:
    batches, run = writer(destination)
    destination.refuse = refuse_row(2, DirectusRejected("No", code="FORBIDDEN", status=403))
    assert batches.create(encoded(1, 2, 3)) == []
    assert len(destination.requests) == 1
    assert run.progress.report.resources["tags"].failed == 3


def test_a_column_that_the_second_write_is_refused_costs_that_column_alone(
    destination: MemoryRows,
) -> None:
    batches, run = writer(destination)
    destination.tables["tags"] = {1: {"id": 1}}
    destination.refuse = lambda rows: BAD if any("color" in row for row in rows) else None
    taken = batches.update([{"id": 1, "name": "New", "color": "red"}])
    assert taken == [{"id": 1, "name": "New"}]
    assert destination.tables["tags"][1] == {"id": 1, "name": "New"}
    assert run.progress.report.problem_count == 1
    assert run.progress.report.resources["tags"].failed == 0
    assert not run.refused.has_any("tags")


def test_a_refused_second_write_names_its_column(destination: MemoryRows) -> None:
    batches, run = writer(destination)
    unnamed = DirectusRejected("misses primary key", code="INVALID_PAYLOAD", status=400)
    destination.refuse = lambda _rows: unnamed
    assert batches.update([{"id": 0, "color": "red"}]) == []
    assert [problem.columns for problem in run.progress.report.problems] == [("color",)]


def test_rows_that_must_not_share_a_request_do_not(destination: MemoryRows) -> None:
    alone = Resource(
        "tags",
        "content",
        "/items/tags",
        "id",
        "integer",
        ("id", "name"),
        rules=SystemCollection("content", one_by_one=True),
    )
    batches, _ = writer(destination, alone)
    batches.create(encoded(1, 2))
    assert destination.requests == [("create", [1]), ("create", [2])]


def test_a_long_statement_in_an_error_is_cut_to_its_end(destination: MemoryRows) -> None:
    batches, run = writer(destination)
    statement = "insert into `tags` (`name`) values ('" + "x" * 5_000 + "') - value too long"
    destination.refuse = refuse_row(1, DirectusRejected(statement, code="UNKNOWN", status=500))
    batches.create(encoded(1))
    (problem,) = run.progress.report.problems
    assert problem.message.startswith("… ")
    assert problem.message.endswith("value too long")
    assert len(problem.message) < 500
