"""Collections enter and leave loading mode with as few writes of the schema as possible."""

from collections.abc import Callable
from typing import Any

import pytest

from sidecar.errors import DirectusRejected
from sidecar.migration.schema import loading_state
from sidecar.migration.schema.diff import SchemaDiff
from sidecar.migration.schema.diff_entries import creates
from sidecar.migration.schema.loading_mode import NOTE
from sidecar.migration.schema.loading_state import MAX_ATTEMPTS, LoadingState
from tests.unit.instances import Row, instance

OUTDATED = DirectusRejected("Please generate a new diff", code="INVALID_PAYLOAD", status=400)
FORBIDDEN = DirectusRejected("Limit", code="LIMIT_EXCEEDED", status=403)
REFUSED = DirectusRejected("cannot be NOT NULL", code="INTERNAL_SERVER_ERROR", status=500)


def collection(name: str) -> Row:
    return {"collection": name, "schema": {}, "meta": {"note": "own"}}


def column(name: str) -> Row:
    return {"collection": name, "field": "owner", "schema": {"is_nullable": False}, "meta": {}}


def edit(name: str) -> Row:
    change = {"kind": "E", "path": ["meta"], "lhs": {}, "rhs": {}}
    return {"collection": name, "diff": [change]}


class Destination:
    """Keeps a schema in memory instead of the requests of ``/schema``.

    ``failures`` are raised by the next writes; ``refuses`` makes a write fail by its snapshot.
    """

    url = "http://nowhere.invalid"

    def __init__(self) -> None:
        self.schema: Row = {"directus": "12.4.0", "vendor": "sqlite", "fields": []}
        self.schema |= {"collections": [], "relations": []}
        self._desired: Row = {}
        self.writes: list[Row] = []
        # For each write: whether it created the collection of the diff.
        self.created: list[bool] = []
        self.failures: list[DirectusRejected] = []
        self.refuses: Callable[[Row], bool] = lambda _snapshot: False

    def get(self, _path: str) -> Row:
        return self.schema

    def compare(self, _client: Any, desired: Row, _current: Row, *, force: bool) -> SchemaDiff:
        new = {"collection": "new", "diff": [{"kind": "N", "rhs": {}}]}
        self._desired = desired
        return SchemaDiff("hash", {"collections": [new, edit("posts"), edit("tags")]})

    def apply(self, _client: Any, diff: SchemaDiff, *, force: bool) -> None:
        if diff.empty:
            return
        if self.failures:
            raise self.failures.pop(0)
        if self.refuses(self._desired):
            raise REFUSED
        self.schema = self._desired
        self.writes.append(self._desired)
        self.created.append(any(map(creates, diff.parts["collections"])))

    def loading(self) -> set[str]:
        """The collections that are in loading mode at the destination."""
        return {
            row["collection"] for row in self.schema["collections"] if row["meta"]["note"] == NOTE
        }

    def nullable(self) -> set[str]:
        """The collections whose column is nullable."""
        return {row["collection"] for row in self.schema["fields"] if row["schema"]["is_nullable"]}


class Clock:
    """Time that passes only when a test says so."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def destination(monkeypatch: pytest.MonkeyPatch) -> Destination:
    prepared = Destination()
    monkeypatch.setattr(loading_state, "compare_schema", prepared.compare)
    monkeypatch.setattr(loading_state, "apply_schema", prepared.apply)
    return prepared


@pytest.fixture
def clock() -> Clock:
    return Clock()


def state_of(destination: Destination, clock: Clock, *relaxed: str) -> LoadingState:
    source = instance(
        "12.4.0",
        collections=[collection("posts"), collection("tags")],
        fields=[column("posts"), column("tags")],
    )
    return LoadingState(
        source,
        instance("12.4.0", client=destination),
        force=False,
        relaxed_not_null=[(name, "owner") for name in relaxed],
        clock=clock,
    )


def test_the_schema_is_migrated_and_collections_enter_loading_mode_in_one_write(
    destination: Destination, clock: Clock
) -> None:
    state = state_of(destination, clock)
    state.bring_up_to_date(["posts", "unknown"], is_up_to_date=False)
    assert destination.loading() == state.loading == frozenset({"posts"})
    assert destination.created == [True]
    assert state.schema_changed


def test_an_up_to_date_schema_without_loading_collections_is_not_written(
    destination: Destination, clock: Clock
) -> None:
    state = state_of(destination, clock)
    state.bring_up_to_date([], is_up_to_date=True)
    state.leave()
    assert destination.writes == []
    assert not state.schema_changed


def test_a_collection_enters_loading_mode_once_and_creates_nothing(
    destination: Destination, clock: Clock
) -> None:
    state = state_of(destination, clock)
    for name in ("posts", "posts", "unknown"):
        state.enter(name)
    assert destination.loading() == {"posts"}
    assert destination.created == [False]


def test_loaded_collections_leave_together_after_a_pause(
    destination: Destination, clock: Clock
) -> None:
    state = state_of(destination, clock)
    state.bring_up_to_date(["posts", "tags"], is_up_to_date=False)
    state.finish(["posts"])
    assert destination.loading() == {"posts", "tags"}
    clock.now += loading_state.MIN_PAUSE_SECONDS + 1
    state.finish(["tags"])
    assert destination.loading() == set()
    assert len(destination.writes) == 2


def test_a_collection_that_loads_again_stays_in_loading_mode(
    destination: Destination, clock: Clock
) -> None:
    state = state_of(destination, clock)
    state.bring_up_to_date(["posts", "tags"], is_up_to_date=False)
    state.finish(["posts"])
    state.enter("posts")
    clock.now += loading_state.MIN_PAUSE_SECONDS + 1
    state.finish(["tags"])
    assert destination.loading() == {"posts"}


def test_leaving_restores_the_metadata_of_the_source(
    destination: Destination, clock: Clock
) -> None:
    state = state_of(destination, clock)
    state.bring_up_to_date(["posts"], is_up_to_date=False)
    state.leave()
    assert destination.loading() == set()
    assert destination.schema["collections"] == [collection("posts"), collection("tags")]


def test_a_relaxed_column_is_nullable_only_while_its_collection_loads(
    destination: Destination, clock: Clock
) -> None:
    state = state_of(destination, clock, "posts")
    state.bring_up_to_date(["posts", "tags"], is_up_to_date=False)
    assert destination.nullable() == {"posts"}
    state.leave()
    assert destination.nullable() == set()
    assert state.still_nullable == frozenset()


def test_a_column_that_cannot_be_not_null_again_stays_nullable_and_is_named(
    destination: Destination, clock: Clock
) -> None:
    state = state_of(destination, clock, "posts")
    state.bring_up_to_date(["posts"], is_up_to_date=False)
    destination.refuses = lambda desired: (
        not any(row["schema"]["is_nullable"] for row in desired["fields"])
    )
    state.leave()
    assert (destination.loading(), destination.nullable()) == (set(), {"posts"})
    assert state.still_nullable == {("posts", "owner")}


def test_an_outdated_comparison_is_repeated(destination: Destination, clock: Clock) -> None:
    destination.failures = [OUTDATED] * (MAX_ATTEMPTS - 1)
    state_of(destination, clock).enter("posts")
    assert destination.loading() == {"posts"}


@pytest.mark.parametrize("failures", [[FORBIDDEN], [OUTDATED] * MAX_ATTEMPTS])
def test_a_refusal_of_every_schema_is_raised(
    destination: Destination, clock: Clock, failures: list[DirectusRejected]
) -> None:
    destination.failures = list(failures)
    with pytest.raises(DirectusRejected):
        state_of(destination, clock).enter("posts")
    assert destination.writes == []


def test_leaving_after_a_failed_write_that_changed_nothing_sends_no_write(
    destination: Destination, clock: Clock
) -> None:
    state = state_of(destination, clock)
    destination.failures = [FORBIDDEN]
    with pytest.raises(DirectusRejected):
        state.enter("posts")
    state.leave()
    assert destination.writes == []


def test_leaving_after_a_failed_write_that_changed_something_restores_the_metadata(
    destination: Destination, clock: Clock
) -> None:
    state = state_of(destination, clock)
    destination.failures = [FORBIDDEN]
    with pytest.raises(DirectusRejected):
        state.enter("posts")
    destination.schema = {**destination.schema, "collections": [collection("posts")]}
    state.leave()
    assert len(destination.writes) == 1
    assert destination.loading() == set()


def test_a_refused_change_is_named_and_costs_no_other(
    destination: Destination, clock: Clock
) -> None:
    state = state_of(destination, clock)
    # The whole is refused, then the half with the new collection, then that collection.
    destination.failures = [REFUSED] * 3
    state.bring_up_to_date(["posts", "tags"], is_up_to_date=False)
    assert state.refused.collections == {"new"}
    assert destination.loading() == {"posts", "tags"}
    state.leave()
    assert destination.loading() == set()


def test_a_refused_change_is_not_tried_again_while_rows_load(
    destination: Destination, clock: Clock
) -> None:
    state = state_of(destination, clock)
    destination.failures = [REFUSED]
    state.enter("posts")
    assert [one.collection for one in state.refused.reasons] == ["posts"]
    assert destination.writes == []
    destination.refuses = lambda _desired: True
    state.leave()


def test_a_column_without_metadata_does_not_stay_nullable_because_something_else_was_refused(
    destination: Destination, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = state_of(destination, clock, "posts")
    asked: list[set[tuple[str, str]]] = []

    class Adopted:
        columns = frozenset({("posts", "owner")})

        def switch(self, nullable: Any) -> set[tuple[str, str]]:
            asked.append(set(nullable))
            return set()

    monkeypatch.setattr(state, "_adopted", Adopted())
    state.bring_up_to_date(["posts"], is_up_to_date=False)
    destination.failures = [REFUSED]
    state.leave()
    assert state.still_nullable == frozenset()
    assert asked[0] == {("posts", "owner")}
    assert asked[1:] == [set(), set()]
