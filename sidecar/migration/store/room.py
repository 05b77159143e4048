"""How much the files of a folder take, and which go when it is too much."""

import os
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path

from sidecar.migration.store.database import SUFFIXES, remove_file, translated

SUFFIX = ".sqlite"


def touch(path: Path) -> None:
    """Remember that a file has just been used."""
    with translated(path):
        os.utime(path)


def files_of(folder: Path) -> list[Path]:
    """The files of a folder, the least recently used first."""
    with translated(folder):
        times = {path: _time(path) for path in folder.glob(f"*{SUFFIX}")}
    return sorted(times, key=lambda path: times[path])


def make_room(folder: Path, max_bytes: int, keep: Collection[Path] = ()) -> list[Path]:
    """Remove the least recently used files until the others have at most ``max_bytes``. Those of
    ``keep`` stay. Returns what was removed."""
    removed = []
    files = files_of(folder)
    size = sum(map(size_of, files))
    for path in files:
        if size <= max_bytes:
            break
        if path not in keep:
            size -= size_of(path)
            remove_file(path)
            removed.append(path)
    return removed


def size_of(path: Path) -> int:
    """The bytes of a SQLite file with all its parts."""
    parts = (path.with_name(path.name + suffix) for suffix in SUFFIXES)
    states = [_state(part) for part in parts]
    return sum(state.st_size for state in states if state)


def _time(path: Path) -> float:
    state = _state(path)
    return state.st_mtime if state else 0.0


def _state(path: Path) -> os.stat_result | None:
    """None: there is no such file. Another process may have just closed or removed it."""
    with translated(path), suppress(FileNotFoundError):
        return path.stat()
    return None
