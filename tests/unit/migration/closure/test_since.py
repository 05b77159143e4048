"""What has changed since a moment goes by dates in the rows, or else by the activity log."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from sidecar.migration.closure.since import (
    filter_by_dates,
    has_activity,
    keys_by_activity,
    log_reaches,
    moment_of,
)
from sidecar.migration.instance.instance import Instance
from sidecar.resources.base import Column, Resource
from sidecar.resources.model import DataModel
from tests.unit.instances import instance

POSTS = Resource("posts", "content", "/items/posts", "id", "integer", ("id", "made", "changed"))
MOMENT = datetime(2026, 1, 31, 12, tzinfo=UTC)


class Log:
    """An activity log with pages of items, that answers how many entries match."""

    def __init__(self, *pages: list[str], entries: int = 0) -> None:
        self.pages_of_items = pages
        self.entries = entries
        self.asked: list[Any] = []

    def pages(self, resource: Resource, fields: Any, filter: Any) -> Any:
        self.asked.append((resource.name, filter))
        return iter([[{"id": 1, "item": item} for item in page] for page in self.pages_of_items])

    def count(self, resource: Resource, filter: Any) -> int:
        self.asked.append((resource.name, filter))
        return self.entries


def side(*columns: Column, log: Any = None, accountability: Any = "all") -> Instance:
    made = instance("12.4.0")
    meta = {"accountability": accountability}
    return replace(
        made,
        rows=log,
        model=DataModel({"posts": POSTS}, {"posts": {one.name: one for one in columns}}),
        collections=({"collection": "posts", "meta": meta, "schema": {}},),
    )


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-01-31", datetime(2026, 1, 30, 23, 55, tzinfo=UTC)),
        ("2026-01-31T12:00:00", datetime(2026, 1, 31, 11, 55, tzinfo=UTC)),
        ("2026-01-31T12:00:00+02:00", datetime(2026, 1, 31, 9, 55, tzinfo=UTC)),
    ],
)
def test_a_moment_overlaps_what_was_before_it(text: str, moment: datetime) -> None:
    assert moment_of(text) == moment


@pytest.mark.parametrize(
    ("kind", "since"),
    [
        ("timestamp", "2026-01-31T12:00:00.000+00:00"),
        # They have no zone, so it may have been another day at the source.
        ("dateTime", "2026-01-30T22:00:00.000"),
        ("date", "2026-01-30"),
    ],
)
def test_dates_are_compared_as_the_type_of_the_column_has_them(kind: str, since: str) -> None:
    made = Column("made", kind, special=frozenset({"date-created"}))
    changed = Column("changed", kind, special=frozenset({"date-updated"}))
    assert filter_by_dates(side(made, changed), POSTS, MOMENT) == {
        "_or": [
            {"made": {"_gte": since}},
            {"changed": {"_gte": since}},
            {"_and": [{"made": {"_null": True}}, {"changed": {"_null": True}}]},
        ]
    }


def test_a_new_row_has_no_date_of_a_change_yet() -> None:
    changed = Column("changed", "date", special=frozenset({"date-updated"}))
    assert filter_by_dates(side(changed), POSTS, MOMENT) == {
        "_or": [{"changed": {"_gte": "2026-01-30"}}, {"_and": [{"changed": {"_null": True}}]}]
    }


def test_a_date_that_nobody_keeps_up_tells_nothing() -> None:
    assert filter_by_dates(side(Column("made", "timestamp")), POSTS, MOMENT) is None


@pytest.mark.parametrize(("accountability", "logged"), [("all", True), (None, False)])
def test_directus_logs_changes_where_accountability_is_on(
    accountability: Any, logged: bool
) -> None:
    assert has_activity(side(accountability=accountability), POSTS) is logged


def test_the_log_tells_which_rows_have_changed() -> None:
    log = Log(["1", "2"], ["1"])
    assert list(keys_by_activity(side(log=log), POSTS, MOMENT)) == [["1", "2"], ["1"]]
    ((name, filter),) = log.asked
    assert name == "directus_activity"
    assert {"collection": {"_eq": "posts"}} in filter["_and"]
    assert {"timestamp": {"_gte": "2026-01-31T12:00:00.000+00:00"}} in filter["_and"]


@pytest.mark.parametrize(("entries", "reaches"), [(0, False), (3, True)])
def test_a_log_whose_old_entries_were_deleted_is_no_help(entries: int, reaches: bool) -> None:
    assert log_reaches(side(log=Log(entries=entries)), MOMENT) is reaches
