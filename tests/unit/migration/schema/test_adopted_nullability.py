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
        self.looked = 0
        monkeypatch.setattr(adopted_nullability, "inspect", lambda _: self.inspected())

    def inspected(self) -> Any:
        self.looked += 1
        return side([LOOSE if self.nullable else FIRM])

    def send(self, method: str, path: str, *, body: Any) -> None:
        assert (method, path) == ("PATCH", "/fields/posts/a")
        if self.nulls:
            raise DirectusRejected("contains null values", code="X", status=400)
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


def test_without_such_columns_nothing_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    destination = Destination(monkeypatch, nullable=True)
    assert state(destination).switch({COLUMN}) == set()
    assert destination.looked == 0
