"""A plan goes into a file and comes back, and what is no plan is refused with what is wrong."""

import json
import stat
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from sidecar.errors import InvalidRequest
from sidecar.migration.changes.change import Change
from sidecar.migration.changes.change_list import ChangeList
from sidecar.migration.changes.plan_file import ROWS_PER_PORTION, read_plan, write_plan

BEFORE, AFTER = b"b" * 16, b"a" * 16
HEADER = {
    "created_at": "2026-11-30T12:00:00+00:00",
    "source": {"url": "https://a.example"},
    "destination": {"url": "https://b.example"},
    "request": {"options": ["content"]},
    "schema": {"source": "digest", "changes": []},
}
CHANGES = [
    Change("posts", "new", "1", "A post", {"title": (None, "Hush")}, None, AFTER),
    Change("posts", "changed", "2", None, {"title": ("Old", "Hush")}, BEFORE, AFTER, "source"),
    Change("posts", "unchanged", "3", before=BEFORE, after=BEFORE),
    Change("posts", "conflict", "4", before=BEFORE, after=BEFORE),
    Change("pages", "only_at_destination", "5"),
    Change("a\nb", "new", "ключ \u2028", after=AFTER),
]
Lines = list[dict[str, Any]]


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    """The file of a plan."""
    path = tmp_path / "friday.plan"
    with new_list(tmp_path, "dry.sqlite") as changes:
        changes.set_plan(HEADER)
        changes.add(CHANGES)
        write_plan(path, changes)
    return path


@contextmanager
def new_list(folder: Path, name: str = "read.sqlite") -> Iterator[ChangeList]:
    with ChangeList.create(folder / name) as changes:
        yield changes


def lines_of(path: Path) -> Lines:
    return [json.loads(line) for line in path.read_bytes().splitlines()]


def read(path: Path) -> tuple[Any, dict[str, Any]]:
    """The header and the digests of the rows of a file."""
    with new_list(path.parent) as changes:
        read_plan(path, changes)
        rows = {name: changes.planned(name, ["1", "2", "ключ \u2028"]) for name in changes.counts()}
        return changes.plan, rows


def refusal(path: Path) -> str:
    with pytest.raises(InvalidRequest) as caught:
        read(path)
    assert (caught.value.code, caught.value.field) == ("PLAN_INVALID", "plan")
    assert str(path) in caught.value.message
    assert "Make a new one with sidecar plan" in caught.value.message
    return caught.value.message


def test_what_a_run_writes_comes_back(plan: Path) -> None:
    header, rows = read(plan)
    assert {name: header[name] for name in HEADER} == HEADER
    assert rows == {
        "posts": {"1": ("new", None, AFTER), "2": ("changed", BEFORE, AFTER)},
        "a\nb": {"ключ \u2028": ("new", None, AFTER)},
    }


def test_the_first_line_is_versioned_and_each_other_one_is_a_row(plan: Path) -> None:
    first, *rows = lines_of(plan)
    assert (first["format"], first["version"], first["rows"]) == ("directus-migration-plan", 1, 3)
    assert rows[0] == {
        "collection": "posts",
        "key": "1",
        "kind": "new",
        "before": None,
        "after": AFTER.hex(),
    }
    assert [row["key"] for row in rows] == ["1", "2", "ключ \u2028"]


def test_it_has_no_values_and_is_for_the_account_alone(plan: Path) -> None:
    assert b"Hush" not in plan.read_bytes()
    assert b"A post" not in plan.read_bytes()
    assert stat.S_IMODE(plan.stat().st_mode) == 0o600


def test_an_empty_plan_is_a_plan(tmp_path: Path) -> None:
    with new_list(tmp_path, "dry.sqlite") as changes:
        changes.set_plan(HEADER)
        write_plan(tmp_path / "empty", changes)
    header, rows = read(tmp_path / "empty")
    assert (header["rows"], rows) == (0, {})


def damage(change: Callable[[bytes], bytes]) -> Callable[[Path], None]:
    def apply(path: Path) -> None:
        path.write_bytes(change(path.read_bytes()))

    return apply


def edit(line: int, **values: Any) -> Callable[[Path], None]:
    """Set members of one line."""

    def apply(path: Path) -> None:
        lines = lines_of(path)
        lines[line] |= values
        path.write_text("".join(json.dumps(one) + "\n" for one in lines))

    return apply


def drop(line: int, name: str) -> Callable[[Path], None]:
    def apply(path: Path) -> None:
        lines = lines_of(path)
        del lines[line][name]
        path.write_text("".join(json.dumps(one) + "\n" for one in lines))

    return apply


@pytest.mark.parametrize(
    ("damaged", "why"),
    [
        (lambda path: path.unlink(), "No such file"),
        (damage(lambda _: b""), "line 1 is no JSON object"),
        (damage(lambda text: text[:40]), "line 1 is no JSON object"),
        (damage(lambda text: b"PK\x03\x04" + text), "line 1 is no JSON object"),
        (damage(lambda text: b"[]\n" + text), "line 1 is no JSON object"),
        (damage(lambda text: b"{}\n" + text), "first line is not that of a plan"),
        (damage(lambda text: b"x" * 5_000_000), "line 1 is no JSON object"),
        (damage(lambda text: text[:-10]), "line 4 is no JSON object"),
        (damage(lambda text: b"\n".join(text.split(b"\n")[:-2]) + b"\n"), "it has 2 of 3 rows"),
        (damage(lambda text: text + text.split(b"\n")[1] + b"\n"), "it has 4 of 3 rows"),
        (damage(lambda text: text + b"\n"), "line 5 is no JSON object"),
        (damage(lambda text: text + b'{"key": "' + b"x" * 5_000_000), "line 5 is no JSON object"),
        (damage(lambda text: text.replace(b'"posts"', b'"p\xffsts"', 1)), "is no JSON object"),
        (edit(0, format="another"), "first line is not that of a plan"),
        (edit(0, version=2), "it has version 2, and this sidecar reads version 1"),
        (drop(0, "version"), "it has version None"),
        (drop(0, "rows"), "its first line is incomplete"),
        (edit(0, rows="3"), "its first line is incomplete"),
        (edit(0, rows=4), "it has 3 of 4 rows"),
        (drop(0, "request"), "its first line is incomplete"),
        (edit(0, request=[]), "its first line is incomplete"),
        (drop(0, "source"), "its first line is incomplete"),
        (edit(0, source="https://a.example"), "its first line is incomplete"),
        (edit(0, destination=None), "its first line is incomplete"),
        (edit(0, schema=[]), "its first line is incomplete"),
        (edit(0, schema={"source": "digest", "changes": None}), "its first line is incomplete"),
        (drop(2, "key"), "line 3 is no row of a plan"),
        (edit(2, key=7), "line 3 is no row of a plan"),
        (edit(2, collection=None), "line 3 is no row of a plan"),
        (edit(2, kind="deleted"), "line 3 is no row of a plan"),
        (edit(2, kind=["new"]), "line 3 is no row of a plan"),
        (edit(2, before="no digits"), "line 3 is no row of a plan"),
        (edit(2, after=7), "line 3 is no row of a plan"),
    ],
)
def test_what_is_damaged_is_refused_with_what_is_wrong(
    plan: Path, damaged: Callable[[Path], None], why: str
) -> None:
    damaged(plan)
    assert why in refusal(plan)


def test_a_folder_is_no_plan(tmp_path: Path) -> None:
    assert "Is a directory" in refusal(tmp_path)


@pytest.mark.parametrize("place", ["no/folder", "file/plan", "folder"])
def test_a_file_that_cannot_be_written_is_named(tmp_path: Path, place: str) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "folder").mkdir()
    with new_list(tmp_path) as changes, pytest.raises(InvalidRequest) as caught:
        write_plan(tmp_path / place, changes)
    assert (caught.value.code, caught.value.field) == ("PLAN_FILE", "out")
    assert place in caught.value.message


def test_a_plan_that_fails_halfway_leaves_the_one_before(
    plan: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = plan.read_bytes()

    def fail(*_: Any) -> Any:
        raise OSError(28, "No space left on device")

    with new_list(tmp_path) as changes:
        changes.add(CHANGES)
        monkeypatch.setattr(changes, "page", fail)
        with pytest.raises(InvalidRequest, match="No space left"):
            write_plan(plan, changes)
    assert plan.read_bytes() == before
    assert [path.name for path in tmp_path.glob(".*")] == []


def test_a_plan_of_100_000_rows_goes_in_portions(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, rows = tmp_path / "large.plan", 100_000
    with new_list(tmp_path, "dry.sqlite") as changes:
        changes.set_plan(HEADER)
        changes.add(Change("posts", "new", str(key), after=AFTER) for key in range(rows))
        write_plan(path, changes)
    with new_list(tmp_path) as changes:
        portions: list[int] = []
        monkeypatch.setattr(changes, "add", lambda portion: portions.append(len(portion)))
        tracemalloc.start()
        read_plan(path, changes)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert (sum(portions), max(portions)) == (rows, ROWS_PER_PORTION)
    assert peak < 2_000_000
