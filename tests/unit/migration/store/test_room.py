"""The least recently used files go first, and never those that are in use."""

import os
from pathlib import Path
from typing import Any

import pytest

from sidecar.migration.store.room import files_of, make_room, size_of, touch


def files(folder: Path, *sizes: int) -> list[Path]:
    """Files of so many bytes, the oldest first."""
    paths = [folder / f"{number}.sqlite" for number in range(len(sizes))]
    for age, (path, size) in enumerate(zip(paths, sizes, strict=True)):
        path.write_bytes(b"x" * size)
        os.utime(path, (1_000 + age, 1_000 + age))
    return paths


def test_the_oldest_files_go_until_the_others_fit(tmp_path: Path) -> None:
    old, middle, new = files(tmp_path, 40, 40, 40)
    assert make_room(tmp_path, 120) == []
    assert make_room(tmp_path, 119) == [old]
    assert files_of(tmp_path) == [middle, new]


def test_a_file_counts_with_the_parts_beside_it_and_goes_with_them(tmp_path: Path) -> None:
    files(tmp_path, 40, 40)
    (tmp_path / "0.sqlite-wal").write_bytes(b"x" * 100)
    make_room(tmp_path, 100)
    assert [path.name for path in tmp_path.iterdir()] == ["1.sqlite"]


def test_a_file_in_use_stays_whatever_its_size(tmp_path: Path) -> None:
    old, new = files(tmp_path, 400, 40)
    assert make_room(tmp_path, 100, keep=[old]) == [new]
    assert files_of(tmp_path) == [old]


def test_a_file_that_was_used_is_not_the_oldest(tmp_path: Path) -> None:
    old, new = files(tmp_path, 40, 40)
    touch(old)
    assert files_of(tmp_path) == [new, old]


def test_other_files_are_none_of_ours(tmp_path: Path) -> None:
    (tmp_path / "restore").mkdir()
    (tmp_path / "notes.txt").write_text("x" * 1_000)
    assert make_room(tmp_path, 10) == []
    assert make_room(tmp_path / "none", 10) == []


def test_a_part_that_another_process_removes_meanwhile_has_no_size(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (path,) = files(tmp_path, 40)
    (tmp_path / "0.sqlite-wal").write_bytes(b"x" * 100)
    stat = Path.stat

    def closed_by_others(one: Path, **options: Any) -> os.stat_result:
        if one.name.endswith("-wal"):
            one.unlink(missing_ok=True)
        return stat(one, **options)

    monkeypatch.setattr(Path, "stat", closed_by_others)
    assert size_of(path) == 40
