"""The lists of all runs: each goes with its run, and the oldest ones when there is no room."""

import os
from pathlib import Path

import pytest

from sidecar.config import StoreSettings
from sidecar.errors import InvalidRequest, MigrationError
from sidecar.migration.changes.change import Change
from sidecar.migration.changes.change_lists import ChangeLists

RUNS = ["one", "two", "three"]


def make(lists: ChangeLists, folder: Path) -> None:
    """A list for each of RUNS, the oldest first."""
    for age, run in enumerate(RUNS):
        with lists.create(run) as changes:
            changes.add([Change("posts", "new", "1")])
        os.utime(folder / f"{run}.sqlite", (1_000 + age, 1_000 + age))


def listed(folder: Path) -> list[str]:
    return [run for run in RUNS if (folder / f"{run}.sqlite").exists()]


def test_a_list_is_removed_with_its_run(tmp_path: Path) -> None:
    lists = ChangeLists(StoreSettings(tmp_path), "source")
    folder = tmp_path / "changes" / "source"
    lists.clean_up((), ())
    make(lists, folder)
    lists.clean_up(["two"], ["three"])
    assert listed(folder) == ["two", "three"]


def test_the_oldest_lists_go_first_and_never_that_of_a_run_that_runs(tmp_path: Path) -> None:
    folder = tmp_path / "changes" / "source"
    make(ChangeLists(StoreSettings(tmp_path), "source"), folder)
    size = (folder / "one.sqlite").stat().st_size
    small = ChangeLists(StoreSettings(tmp_path, changes_bytes=2 * size), "source")
    small.clean_up(RUNS, ["one"])
    assert listed(folder) == ["one", "three"]
    smaller = ChangeLists(StoreSettings(tmp_path, changes_bytes=1), "source")
    smaller.clean_up(RUNS, ["one"])
    assert listed(folder) == ["one"]


def test_the_lists_of_another_source_are_left_alone(tmp_path: Path) -> None:
    make(ChangeLists(StoreSettings(tmp_path), "other"), tmp_path / "changes" / "other")
    make(ChangeLists(StoreSettings(tmp_path), "source"), tmp_path / "changes" / "source")
    ChangeLists(StoreSettings(tmp_path, changes_bytes=1), "source").clean_up((), ())
    assert listed(tmp_path / "changes" / "other") == RUNS
    assert listed(tmp_path / "changes" / "source") == []


def test_a_missing_list_is_said_with_what_to_do(tmp_path: Path) -> None:
    lists = ChangeLists(StoreSettings(tmp_path), "source")
    with pytest.raises(InvalidRequest, match="dry run") as caught:
        lists.open("one")
    assert (caught.value.code, caught.value.status) == ("RUN_CHANGES_MISSING", 404)
    make(lists, tmp_path / "changes" / "source")
    with lists.open("one") as changes:
        assert changes.counts()["posts"]["new"] == 1
    (tmp_path / "changes" / "source" / "two.sqlite").write_bytes(b"x" * 5_000)
    with pytest.raises(InvalidRequest, match="is damaged") as caught:
        lists.open("two")
    assert (caught.value.code, caught.value.status) == ("RUN_CHANGES_MISSING", 404)
    lists.remove("one")
    with pytest.raises(InvalidRequest):
        lists.open("one")


def test_a_store_that_cannot_be_written_to_is_named() -> None:
    lists = ChangeLists(StoreSettings(Path("/proc/no/store")), "source")
    with pytest.raises(MigrationError, match="MIGRATION_STORE"):
        lists.create("one")
