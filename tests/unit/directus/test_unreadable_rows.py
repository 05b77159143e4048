"""A row that Directus cannot show costs that row: it is found, and the others are read."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import chain
from typing import Any

import pytest

from sidecar.directus.client import Row
from sidecar.directus.pages import PageReader
from sidecar.directus.rows_by_key import rows_by_key
from sidecar.errors import DirectusError, DirectusRejected, NotADirectus, NotAuthenticated
from tests.unit.directus.fake_collection import FakeCollection
from tests.unit.directus.fake_singleton import FakeSingleton

FIELDS = ["id", "title", "at", "point"]
BROKEN = DirectusRejected("An unexpected error", code="INTERNAL_SERVER_ERROR", status=500)
NO_JSON = NotADirectus("not JSON")
Fails = Callable[[Row, Sequence[str]], bool]


class Failing(FakeCollection):
    """``fails`` tells for which rows and columns the instance answers ``error``."""

    fails: Fails
    error: DirectusError = BROKEN
    requests = 0

    def search(self, path: str, query: Mapping[str, Any]) -> list[Row]:
        rows = super().search(path, query)
        return self._checked(rows, query["fields"])

    def search_keys(self, path: str, keys: Sequence[Any], fields: Iterable[str]) -> list[Row]:
        columns = list(fields)
        return self._checked(super().search_keys(path, keys, columns), columns)

    def _checked(self, rows: list[Row], columns: Sequence[str]) -> list[Row]:
        self.requests += 1
        if any(self.fails(row, columns) for row in rows):
            raise self.error
        return rows


class FailingSingleton(Failing, FakeSingleton):
    pass


class Found:
    """Takes the unreadable rows, at most so many."""

    def __init__(self, most: int = 1000) -> None:
        self.rows: list[tuple[Any, list[str]]] = []
        self.rest: list[Any] = []
        self._most = most

    @property
    def exhausted(self) -> bool:
        return len(self.rows) >= self._most

    def add(self, keys: Sequence[Any], columns: Sequence[str], error: DirectusError) -> None:
        if self.exhausted:
            self.rest += keys
        else:
            self.rows += [(key, list(columns)) for key in keys]


def collection(number: int, fails: Fails, kind: type[Failing] = Failing) -> Failing:
    rows = kind({"id": key, "title": "", "at": "", "point": ""} for key in range(number))
    rows.fails = fails
    return rows


def read(rows: Failing, found: Found | None, key_type: str = "integer") -> list[Any]:
    reader = PageReader(
        rows.client(), "/items/a", "id", key_type, FIELDS, limit=None, unreadable=found
    )
    return [row["id"] for row in chain(*reader.pages())]


def bad(*keys: int, columns: Sequence[str] = ("at",)) -> Fails:
    return lambda row, asked: row["id"] in keys and bool({*columns} & {*asked})


@pytest.mark.parametrize("key_type", ["integer", "string"])
@pytest.mark.parametrize("error", [BROKEN, NO_JSON])
def test_the_other_rows_of_a_page_are_read(key_type: str, error: DirectusError) -> None:
    rows, found = collection(700, bad(0, 99, 345, 346)), Found()
    rows.error = error
    keys = read(rows, found, key_type)
    assert sorted(keys) == [key for key in range(700) if key not in (0, 99, 345, 346)]
    assert sorted(found.rows) == [(key, ["at"]) for key in (0, 99, 345, 346)]
    # Halving costs about two requests for each doubling of a page.
    assert rows.requests < 110


def test_all_columns_that_cannot_be_shown_are_named() -> None:
    rows, found = collection(3, bad(1, columns=("at", "point"))), Found()
    assert read(rows, found) == [0, 2]
    assert found.rows == [(1, ["at", "point"])]


def test_a_row_of_a_singleton_is_left_out_as_well() -> None:
    rows, found = collection(3, bad(1), FailingSingleton), Found()
    assert read(rows, found, "uuid") == [0, 2]
    assert found.rows == [(1, ["at"])]


def test_a_row_that_fails_once_is_read() -> None:
    failures = iter([True])
    rows, found = collection(1, lambda row, asked: next(failures, False)), Found()
    assert read(rows, found) == [0]
    assert found.rows == []


def test_an_instance_that_fails_for_everything_raises_its_first_answer() -> None:
    rows, found = collection(700, lambda row, asked: True), Found()
    with pytest.raises(DirectusRejected):
        read(rows, found)
    assert rows.requests == 2
    with pytest.raises(DirectusRejected):
        rows_by_key(rows.client(), "/a", [1, 2], FIELDS, key="id", limit=None, unreadable=found)
    assert found.rows == []


@pytest.mark.parametrize(
    "error", [NotAuthenticated(""), DirectusRejected("", code="FORBIDDEN", status=403)]
)
def test_an_answer_that_concerns_no_row_is_raised(error: DirectusError) -> None:
    rows = collection(9, bad(1))
    rows.error = error
    with pytest.raises(type(error)):
        read(rows, Found())
    assert rows.requests == 1


def test_without_anyone_who_takes_them_they_are_an_error() -> None:
    with pytest.raises(DirectusRejected):
        read(collection(9, bad(1)), None)


def test_when_they_are_too_many_pages_are_left_out_as_a_whole() -> None:
    rows, found = collection(5_000, lambda row, asked: "at" in asked), Found(most=20)
    assert read(rows, found) == []
    assert len(found.rows) == 20
    assert len(found.rows) + len(found.rest) == 5_000
    # Of each further page, the keys alone are read.
    assert rows.requests < 300
