"""What MySQL keeps of a change that Directus could not finish becomes known to Directus."""

from dataclasses import replace
from typing import Any

import pytest

from sidecar.errors import DirectusRejected
from sidecar.migration.instance.instance import Instance
from sidecar.migration.schema import half_made
from sidecar.migration.schema.diff import SchemaDiff
from sidecar.migration.schema.half_made import Completed, complete_half_made
from sidecar.migration.schema.loading_mode import NOTE
from tests.unit.migration.schema.snapshots import Row, field
from tests.unit.migration.schema.test_adopted_changes import TEXT, adopted, side

META = {"interface": "input", "special": ["date-created", "x"], "required": True}
TRACKED_COLUMN = {**field("a", (*TEXT, 20, None, None, None)), "meta": META}
UNTRACKED = {"collection": "posts", "schema": {"name": "posts"}, "meta": None}
SHOWN = (*TEXT, 20, None, None, None)
DIFF = SchemaDiff(
    "hash",
    {
        "collections": [{"collection": "posts", "diff": [{"kind": "N", "rhs": {}}]}],
        "fields": [{"collection": "posts", "field": "a", "diff": [{"kind": "N", "rhs": {}}]}],
    },
)


class Destination:
    """Takes metadata unless it is ``too_long``."""

    url = "http://nowhere.invalid"

    def __init__(self, too_long: str = "nothing") -> None:
        self.sent: list[tuple[str, Row]] = []
        self._too_long = too_long

    def send(self, method: str, path: str, *, body: Row) -> None:
        assert method == "PATCH"
        if self._too_long in {**body, **body.get("meta", {})}:
            raise DirectusRejected("too long", code="VALUE_TOO_LONG", status=400)
        self.sent.append((path, body["meta"]))


def completed(
    monkeypatch: pytest.MonkeyPatch,
    client: Any,
    *,
    was_there: bool = False,
    column: Row = TRACKED_COLUMN,
) -> Completed:
    """The destination has got the table and its column, and knows neither."""
    source = side([column])
    tracked = replace(side([adopted(SHOWN)]), client=client)
    untracked = replace(tracked, collections=(UNTRACKED, *tracked.collections[1:]))
    answers: list[Instance] = [untracked, tracked, tracked]
    monkeypatch.setattr(half_made, "inspect", lambda _: answers.pop(0))
    before = untracked if was_there else replace(tracked, collections=tracked.collections[1:])
    return complete_half_made(source, before, DIFF, {"posts"}, ())


def test_a_table_is_tracked_and_its_columns_get_the_metadata_of_loading_mode(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    client = Destination()
    made = completed(monkeypatch, client)
    assert client.sent == [
        ("/collections/posts", {"accountability": None}),
        (
            "/fields/posts/a",
            {**META, "special": ["x"], "required": False, "validation": None},
        ),
    ]
    assert (made.collections, made.refused) == (frozenset({"posts"}), ())
    assert NOTE not in str(client.sent)


def test_a_column_whose_metadata_is_refused_gets_what_tells_how_values_are_stored(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    client = Destination(too_long="interface")
    made = completed(monkeypatch, client)
    assert client.sent[1:] == [("/fields/posts/a", {"special": ["x"]})]
    assert made.refused == ()


def test_what_is_refused_even_so_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    (refused,) = completed(monkeypatch, Destination(too_long="special")).refused
    assert (refused.collection, refused.column) == ("posts", "a")
    assert "too long" in refused.message


def test_a_column_without_metadata_gets_none_when_its_change_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    client = Destination(too_long="schema")
    longer = adopted((*TEXT, 40, None, None, None))
    (refused,) = completed(monkeypatch, client, column=longer).refused
    assert (refused.collection, refused.column) == ("posts", "a")
    assert dict(client.sent).keys() == {"/collections/posts"}


def test_a_table_that_was_there_before_is_not_tracked(monkeypatch: pytest.MonkeyPatch) -> None:
    client = Destination()
    completed(monkeypatch, client, was_there=True)
    assert "/collections/posts" not in dict(client.sent)
