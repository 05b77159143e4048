"""Keys that are not shown exactly, or larger numbers than the destination's primary key holds."""

from dataclasses import replace
from typing import Any

import pytest

from sidecar.migration.compare.matcher import match_all
from sidecar.migration.plan.run import Run
from sidecar.resources.base import Resource
from tests.unit.memory import MemoryRows, run_of

LARGE = 2**31
POSTS = Resource("posts", "content", "/items/posts", "id", "bigInteger", ("id", "title"))


def run(vendor: str, data_type: str = "integer") -> Run:
    """PostgreSQL's driver shows bigints as text, and integers as numbers."""
    source, destination = MemoryRows(), MemoryRows()
    keys = ("1", "2", str(LARGE))
    source.tables["posts"] = {key: {"id": key, "title": "a"} for key in keys}
    destination.tables["posts"] = {1: {"id": 1, "title": "a"}}
    made = run_of(POSTS, source, destination)
    smaller = replace(POSTS, key_type="integer")
    known = made.destination.model.columns["posts"]
    columns = {"posts": {**known, "id": replace(known["id"], data_type=data_type)}}
    model = replace(made.destination.model, resources={"posts": smaller}, columns=columns)
    made.destination = replace(made.destination, vendor=vendor, model=model)
    made.plan = replace(made.plan, destination=made.destination)
    return made


def states(made: Run) -> list[tuple[Any, str]]:
    return [(one.key, one.state) for page in match_all(made, POSTS) for one in page]


@pytest.mark.parametrize("vendor", ["postgres", "mysql"])
def test_a_key_that_does_not_fit_leaves_out_its_row(
    vendor: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = run(vendor)
    rows: Any = made.destination.rows
    by_number = rows.by_key
    # As the database does, it refuses a number that is too large, and takes text for a number.
    monkeypatch.setattr(
        rows, "by_key", lambda resource, keys, *more: by_number(resource, map(small, keys), *more)
    )
    assert states(made) == [("1", "same"), ("2", "new"), (str(LARGE), "unsupported")]


@pytest.mark.parametrize("data_type", ["int unsigned", "bigint unsigned"])
def test_directus_calls_keys_of_mysql_integers_that_hold_more(data_type: str) -> None:
    assert states(run("mysql", data_type))[2] == (str(LARGE), "new")


def small(key: str) -> int:
    assert int(key) < LARGE
    return int(key)


def test_sqlite_has_integers_of_one_size() -> None:
    assert states(run("sqlite"))[2] == (str(LARGE), "new")


@pytest.mark.parametrize("vendor", ["mysql", "sqlite"])
def test_a_row_whose_key_the_source_rounds_is_left_out(vendor: str) -> None:
    exact, rounded = 2**53 - 1, 2**53
    source, destination = MemoryRows(), MemoryRows()
    # The destination's row may be another one.
    destination.tables["posts"] = {rounded: {"id": rounded, "title": "a"}}
    source.tables["posts"] = {key: {"id": key, "title": "a"} for key in (exact, rounded, -rounded)}
    made = run_of(POSTS, source, destination)
    made.plan = replace(made.plan, source=replace(made.source, vendor=vendor))
    assert set(states(made)) == {
        (exact, "new"),
        (rounded, "unsupported"),
        (-rounded, "unsupported"),
    }
