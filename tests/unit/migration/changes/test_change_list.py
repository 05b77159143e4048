"""A list counts every change exactly, and lists as many as there is room for."""

import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from sidecar.errors import MigrationError
from sidecar.migration.changes import recording
from sidecar.migration.changes.change import KINDS, Change, Kind
from sidecar.migration.changes.change_list import ChangeList
from sidecar.migration.store.database import DAMAGED

BEFORE, AFTER = b"b" * 16, b"a" * 16


def change(kind: Kind, key: object, collection: str = "posts", **others: object) -> Change:
    return Change(collection, kind, str(key), **others)  # type: ignore[arg-type]


def counted(**numbers: int) -> dict[str, int]:
    return {kind: numbers.get(kind, 0) for kind in KINDS}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "changes" / "run.sqlite"


@pytest.fixture
def changes(path: Path) -> Iterator[ChangeList]:
    with ChangeList.create(path) as created:
        yield created


def test_a_change_is_listed_as_it_was_recorded(changes: ChangeList, path: Path) -> None:
    fields = {
        "title": ("old", "new"),
        "tags": (None, ["a", {"b": [1, 2.5, True]}]),
        "large": (2**70, None),
        "half": ("\ud800", ""),
    }
    changes.add([Change("posts", "changed", "7", "A\ntitle", fields, BEFORE, AFTER, "source")])
    with ChangeList.open(path) as reader:
        (listed,) = reader.page("posts", "changed", 0, 10)
    assert listed == (1, "posts", "changed", "7", "A title", fields, BEFORE, AFTER, "source", ())
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_changes_are_counted_in_the_order_in_which_collections_came(changes: ChangeList) -> None:
    changes.describe("users", {"name": "string", "avatar": "file"})
    changes.add([change("new", 1), change("changed", 2), change("unchanged", 3, "users")])
    changes.add([change("new", 4), change("only_at_destination", 1), change("conflict", 5)])
    assert list(changes.counts()) == ["users", "posts"]
    posts = counted(new=2, changed=1, only_at_destination=1, conflict=1)
    assert changes.counts()["posts"] == changes.listed()["posts"] == posts
    assert changes.types("users") == {"name": "string", "avatar": "file"}
    assert changes.types("posts") == changes.types("tags") == {}


def test_pages_follow_each_other_without_gaps(changes: ChangeList) -> None:
    kinds: list[Kind] = ["new", "changed", "conflict"]
    changes.add(change(kinds[number % 3], number) for number in range(1_000))
    seen = changes.page("posts", None, 0, limit=30)
    while page := changes.page("posts", None, seen[-1].id, limit=30):
        seen += page
    assert [row.key for row in seen] == [str(number) for number in range(1_000)]
    assert [row.key for row in changes.page("posts", "changed", 4, 3)] == ["4", "7", "10"]
    assert changes.page("posts", "unchanged", 0, 10) == changes.page("tags", None, 0, 10) == []


def test_a_page_has_fewer_rows_of_long_values(changes: ChangeList) -> None:
    fields = {"body": (None, "x" * 90_000), "text": ("y" * 90_000, None)}
    changes.add(change("changed", number, fields=fields) for number in range(50))
    first = changes.page("posts", None, 0, 100)
    assert [row.key for row in first] == [str(number) for number in range(16)]
    assert changes.page("posts", None, first[-1].id, 100)[0].key == "16"
    assert len(changes.page("posts", None, 0, 10)) == 10


def test_what_somebody_plans_with_is_found_by_its_key(changes: ChangeList) -> None:
    changes.add([change("changed", "ä", before=BEFORE, after=AFTER), change("new", 2, after=AFTER)])
    # Where keys are mapped, another row of the destination may have the key of a source's row.
    changes.add([change("only_at_destination", 2), change("unchanged", 3), change("conflict", 4)])
    assert changes.planned("posts", ["ä", "2", *map(str, range(3, 2_000))]) == {
        "ä": ("changed", BEFORE, AFTER),
        "2": ("new", None, AFTER),
        "3": ("unchanged", None, None),
        "4": ("conflict", None, None),
    }
    changes.add(change("new", number) for number in range(10, 20))
    portions = list(changes.keys("posts", {"new", "conflict"}, 4))
    assert [len(portion) for portion in portions] == [4, 4, 3, 1]
    assert {key for portion in portions for key in portion} == {"2", "4", *map(str, range(10, 20))}


def test_all_that_is_planned_is_listed_and_of_the_rest_as_much_as_there_is_room_for(
    changes: ChangeList, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recording, "MAX_LISTED", 5)
    monkeypatch.setattr(recording, "MAX_WITH_FIELDS", 3)
    for kind in KINDS:
        changes.add(change(kind, f"{kind}{n}", fields={"a": (1, 2)}) for n in range(8))
    assert changes.counts()["posts"] == dict.fromkeys(KINDS, 8)
    assert changes.listed()["posts"] == counted(
        new=8, changed=8, conflict=8, unchanged=5, only_at_destination=5
    )
    with_fields = [row.fields for row in changes.page("posts", "changed", 0, 10)]
    assert with_fields == [{"a": (1, 2)}] * 3 + [None] * 5


def test_the_values_of_all_rows_have_one_limit(
    changes: ChangeList, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recording, "MAX_FIELD_BYTES", 100)
    changes.add(change("new", number, fields={"a": (None, "x" * 60)}) for number in range(5))
    fields = [row.fields for row in changes.page("posts", "new", 0, 10)]
    assert [one is not None for one in fields] == [True, True, False, False, False]


def test_a_row_that_comes_again_is_replaced_and_counted_once(changes: ChangeList) -> None:
    changes.add([change("new", 1), change("new", 2), change("new", 1, label="again")])
    changes.add([change("conflict", 2)])
    assert changes.counts()["posts"] == counted(new=1, conflict=1)
    assert [row.label for row in changes.page("posts", None, 0, 10)] == ["again", None]


def test_a_resumed_run_keeps_what_it_has_written_and_finds_the_rest_again(
    changes: ChangeList, path: Path
) -> None:
    kinds: list[Kind] = ["new", "changed", "unchanged", "conflict", "only_at_destination"]
    changes.add(change(kind, number) for number, kind in enumerate(kinds))
    changes.close()
    with ChangeList.resume(path) as resumed:
        # By now the destination has the first two.
        again: list[Kind] = ["unchanged", "unchanged", "unchanged", "conflict", "changed", "new"]
        resumed.add(change(kind, number) for number, kind in enumerate(again))
        assert resumed.counts()["posts"] == counted(new=2, changed=2, unchanged=1, conflict=1)
        assert resumed.listed() == resumed.counts()


def test_a_new_list_forgets_what_the_file_had(changes: ChangeList, path: Path) -> None:
    changes.add([change("new", 1)])
    changes.set_baseline(True)
    changes.close()
    with ChangeList.create(path) as created:
        assert (created.counts(), created.baseline) == ({}, None)
        created.set_baseline(False)
        assert created.baseline is False


def test_a_damaged_list_is_named_to_its_readers_and_begun_anew_by_its_run(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"x" * 5_000)
    with pytest.raises(MigrationError) as caught:
        ChangeList.open(path)
    assert caught.value.code == DAMAGED
    with ChangeList.resume(path) as resumed:
        assert resumed.counts() == {}


def test_a_list_that_lacks_a_change_knows_it(changes: ChangeList) -> None:
    changes.add([change("new", 1)])
    assert changes.failure is None
    changes._database.execute("PRAGMA max_page_count = 1")
    with pytest.raises(MigrationError, match="full"):
        changes.add(change("new", "x" * 1_000 + str(number)) for number in range(100))
    assert changes.failure
    # What cannot be stored is not counted either.
    assert changes.counts()["posts"]["new"] == 1
