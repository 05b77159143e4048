"""NOT NULL columns without metadata become nullable for their rows, and NOT NULL again."""

from typing import Any

import pytest

from sidecar.errors import DirectusRejected
from sidecar.migration.schema import adopted_nullability
from sidecar.migration.schema.adopted_nullability import AdoptedNullability
from tests.unit.migration.schema.test_adopted_changes import TEXT, adopted, side

COLUMN = ("posts", "a")
FIRM, LOOSE = (adopted((*TEXT, 20, None, None, None), is_nullable=one) for one in (False, True))


class Destination:
    """Has the column, and refuses to change it if there are ``nulls``."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *, nullable: bool) -> None:
        self.nullable = nullable
        self.nulls = False
        # The maximum length that it takes.
        self.longest = 20
        self.looked = 0
        monkeypatch.setattr(adopted_nullability, "inspect", lambda _: self.inspected())

    def inspected(self) -> Any:
        self.looked += 1
        return side([LOOSE if self.nullable else FIRM])

    def send(self, method: str, path: str, *, body: Any) -> None:
        assert (method, path) == ("PATCH", "/fields/posts/a")
        if self.nulls and not body["schema"]["is_nullable"]:
            raise DirectusRejected("contains null values", code="X", status=400)
        if body["schema"]["max_length"] > self.longest:
            raise DirectusRejected("too long", code="X", status=400)
        self.nullable = body["schema"]["is_nullable"]


def state(destination: Any, *relaxed: tuple[str, str]) -> AdoptedNullability:
    return AdoptedNullability(side([FIRM]), destination, relaxed)


def test_it_is_nullable_only_while_it_has_to(monkeypatch: pytest.MonkeyPatch) -> None:
    destination = Destination(monkeypatch, nullable=False)
    switched = state(destination, COLUMN, ("posts", "other"))
    assert switched.switch({COLUMN, ("tags", "x")}) == set()
    assert destination.nullable
    assert switched.switch({COLUMN}) == set()
    assert destination.looked == 1
    assert switched.switch(set()) == set()
    assert not destination.nullable


def test_what_an_interrupted_run_left_becomes_not_null(monkeypatch: pytest.MonkeyPatch) -> None:
    destination = Destination(monkeypatch, nullable=True)
    assert state(destination, COLUMN).switch(set()) == set()
    assert not destination.nullable


def test_one_that_cannot_become_not_null_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    destination = Destination(monkeypatch, nullable=True)
    destination.nulls = True
    assert state(destination, COLUMN).switch(set()) == {COLUMN}


LONG = adopted((*TEXT, 40, None, None, None), is_nullable=False)


@pytest.mark.parametrize("nullable", [True, False])
def test_another_change_that_is_refused_is_named_and_leaves_it_not_null(
    monkeypatch: pytest.MonkeyPatch, nullable: bool
) -> None:
    destination: Any = Destination(monkeypatch, nullable=nullable)
    switched = AdoptedNullability(side([LONG]), destination, [COLUMN])
    assert switched.switch(set()) == set()
    assert not destination.nullable
    (refused,) = switched.refused.values()
    assert (refused.collection, refused.column) == COLUMN
    assert "too long" in refused.message


@pytest.mark.parametrize("longest", [20, 40])
def test_one_that_stays_nullable_gets_its_other_changes(
    monkeypatch: pytest.MonkeyPatch, longest: int
) -> None:
    destination: Any = Destination(monkeypatch, nullable=True)
    destination.nulls, destination.longest = True, longest
    switched = AdoptedNullability(side([LONG]), destination, [COLUMN])
    assert switched.switch(set()) == {COLUMN}
    assert destination.nullable
    assert len(switched.refused) == (longest == 20)


def test_without_such_columns_nothing_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    destination = Destination(monkeypatch, nullable=True)
    assert state(destination).switch({COLUMN}) == set()
    assert destination.looked == 0
