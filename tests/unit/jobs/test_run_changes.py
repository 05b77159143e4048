"""A worker keeps a list of changes for each run, and a run goes on without one."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from sidecar.config import Settings, StoreSettings
from sidecar.errors import InvalidRequest, MigrationError
from sidecar.jobs.keyspace import Keyspace
from sidecar.jobs.run_changes import change_lists, changes_of
from sidecar.jobs.run_order import RunOrder
from sidecar.jobs.run_store import RunStore
from sidecar.migration.changes.change import Change, Kind
from sidecar.migration.changes.change_lists import ChangeLists
from sidecar.migration.request import MigrationRequest
from tests.stack.redis_server import RedisServer
from tests.unit.conftest import without_redis
from tests.unit.jobs.samples import ORDER, RUN_ID, settings

OTHER_RUN = "00000000-7f4b-4a55-b5a3-0c5f3c1b7a10"
DRY = replace(ORDER, request=MigrationRequest())


@pytest.fixture
def stored(tmp_path: Path) -> Settings:
    return replace(settings(), store=StoreSettings(tmp_path))


def attempt(
    settings: Settings,
    space: Keyspace,
    *kinds: Kind,
    order: RunOrder = ORDER,
    number: int = 1,
) -> list[str]:
    """Execute an attempt that makes changes of these kinds. Returns what it warns of."""
    warnings: list[str] = []
    with changes_of(settings, space, order, number, warnings.append) as changes:
        if changes:
            changes.add(Change("posts", kind, str(key)) for key, kind in enumerate(kinds))
    return warnings


def kinds_of(settings: Settings, space: Keyspace, run_id: str = RUN_ID) -> Sequence[Kind]:
    with change_lists(settings, space).open(run_id) as changes:
        return [change.kind for change in changes.page("posts", None, 0, 10)]


def test_the_next_attempt_goes_on_with_the_list_of_a_run_that_writes(
    space: Keyspace, stored: Settings
) -> None:
    assert attempt(stored, space, "new", "unchanged", "conflict") == []
    assert attempt(stored, space, "unchanged", "changed", number=2) == []
    assert kinds_of(stored, space) == ["new", "changed"]
    # Nothing was written, so what an attempt at a dry run found may be over.
    attempt(stored, space, "unchanged", order=DRY, number=3)
    assert kinds_of(stored, space) == ["unchanged"]


def test_the_list_of_a_run_that_left_the_history_is_removed(
    space: Keyspace, stored: Settings
) -> None:
    attempt(stored, space, "new", order=replace(ORDER, id=OTHER_RUN))
    attempt(stored, space, "new")
    assert kinds_of(stored, space) == ["new"]
    with pytest.raises(InvalidRequest) as caught:
        kinds_of(stored, space, OTHER_RUN)
    assert caught.value.code == "RUN_CHANGES_MISSING"


def test_the_lists_of_runs_that_are_kept_stay(space: Keyspace, stored: Settings) -> None:
    RunStore(space).create(replace(ORDER, id=OTHER_RUN), {"status": "completed"})
    attempt(stored, space, "new", order=replace(ORDER, id=OTHER_RUN))
    attempt(stored, space, "changed")
    assert kinds_of(stored, space, OTHER_RUN) == ["new"]


def test_a_run_goes_on_without_a_store_and_says_so(space: Keyspace) -> None:
    (warning,) = attempt(settings(), space, "new")
    assert "MIGRATION_STORE" in warning


def test_a_list_that_lacks_a_change_is_removed(space: Keyspace, stored: Settings) -> None:
    with changes_of(stored, space, ORDER, 1, pytest.fail) as changes:
        assert changes is not None
        changes._database.execute("PRAGMA max_page_count = 1")
        with pytest.raises(MigrationError):
            changes.add(Change("posts", "new", "x" * 500 + str(key)) for key in range(100))
    with pytest.raises(InvalidRequest):
        kinds_of(stored, space)


def test_a_run_ends_although_its_incomplete_list_cannot_be_removed(
    space: Keyspace, stored: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise MigrationError("read-only")

    monkeypatch.setattr(ChangeLists, "remove", refuse)
    with changes_of(stored, space, ORDER, 1, pytest.fail) as changes:
        assert changes is not None
        changes.failure = MigrationError("read-only")
    assert kinds_of(stored, space) == []


def test_a_list_is_kept_when_redis_does_not_answer(
    server: RedisServer, space: Keyspace, stored: Settings
) -> None:
    attempt(stored, space, "new")
    with without_redis(server):
        attempt(stored, space, "new", "new")
    assert kinds_of(stored, space) == ["new", "new"]
