"""What is drawn at random can be built, printed and made smaller."""

import time

import pytest
from hypothesis import HealthCheck, given, settings

from tests.databases.generator.description import Change, Column, Description, Table
from tests.databases.generator.draw import descriptions
from tests.databases.generator.reduce import reduce
from tests.databases.generator.steps import source_of
from tests.databases.generator.vendors import KINDS
from tests.databases.sources.source import Sql

ONE = Table(0, "first", "serial", (Column("a", "integer"), Column("b", "text")), (("1", "'x'"),))
TWO = Table(1, "sec ond", "uuid", (Column("c", "integer", target=0), Column("d", "date")))
WHOLE = Description("postgres", (ONE, TWO), (Change(0, (Sql("drop"),)),), cut=2)


@pytest.mark.parametrize("vendor", sorted(KINDS))
def test_each_description_becomes_steps_that_can_be_read(vendor: str) -> None:
    @settings(
        max_examples=30, deadline=None, database=None, suppress_health_check=list(HealthCheck)
    )
    @given(descriptions(vendor))
    def check(description: Description) -> None:
        text = str(source_of(description))
        for table in description.tables:
            assert table.name in text or table.name.replace('"', '""') in text

    check()


def test_a_description_reads_as_sql() -> None:
    text = str(source_of(WHOLE))
    assert 'create table "first" (id serial primary key, "a" integer, "b" text);' in text
    assert """insert into "first" ("a", "b") values (1, 'x');""" in text
    assert '"c" integer references "first" (id) on delete no action' in text
    assert text.endswith("-- later:\ndrop;")


def test_what_does_not_matter_is_taken_away() -> None:
    def fails(one: Description) -> bool:
        return any(column.name == "b" for table in one.tables for column in table.columns)

    smallest = reduce(WHOLE, {"first"}, fails, time.monotonic() + 5)
    (table,) = smallest.tables
    assert [column.name for column in table.columns] == ["b"]
    assert (table.rows, smallest.changes, smallest.cut) == ((), (), None)


def test_what_matters_stays() -> None:
    def fails(one: Description) -> bool:
        return any(column.target is not None for table in one.tables for column in table.columns)

    smallest = reduce(WHOLE, {"sec ond"}, fails, time.monotonic() + 5)
    assert [table.number for table in smallest.tables] == [0, 1]
    assert [column.name for column in smallest.tables[1].columns] == ["c"]


def test_nothing_is_tried_when_time_is_over() -> None:
    assert reduce(WHOLE, {"first"}, lambda one: True, time.monotonic()) == WHOLE
