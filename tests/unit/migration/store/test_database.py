"""A file of the store belongs to this account alone, and whatever is wrong with it is said."""

import sqlite3
import stat
from pathlib import Path

import pytest

from sidecar.errors import MigrationError
from sidecar.migration.store.database import DAMAGED, UNAVAILABLE, Database, Format, remove_file

FORMAT = Format(1, "CREATE TABLE words (word TEXT); CREATE INDEX by_word ON words (word)")
ADD = "INSERT INTO words VALUES (?)"
ALL = "SELECT word FROM words ORDER BY word"


def test_nobody_else_can_read_what_is_written(tmp_path: Path) -> None:
    path = tmp_path / "store" / "one.sqlite"
    database = Database(path, FORMAT)
    database.execute(ADD, ("a",))
    parts = sorted(path.parent.iterdir())
    assert [part.name for part in parts] == ["one.sqlite", "one.sqlite-shm", "one.sqlite-wal"]
    assert {stat.S_IMODE(part.stat().st_mode) for part in parts} == {0o600}
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    database.close()
    assert [part.name for part in path.parent.iterdir()] == ["one.sqlite"]


def test_a_file_is_read_while_it_is_written(tmp_path: Path) -> None:
    path = tmp_path / "one.sqlite"
    writer = Database(path, FORMAT)
    writer.execute(ADD, ("stored",))
    reader = Database.read(path, FORMAT)
    with writer.transaction():
        writer.execute(ADD, ("not yet",))
        assert reader.execute(ALL) == [("stored",)]
    assert reader.execute(ALL) == [("not yet",), ("stored",)]
    with pytest.raises(MigrationError, match="readonly"):
        reader.execute(ADD, ("no",))
    reader.close()
    writer.close()


def test_what_fails_in_a_transaction_is_not_stored(tmp_path: Path) -> None:
    database = Database(tmp_path / "one.sqlite", FORMAT)
    with pytest.raises(MigrationError), database.transaction():
        database.execute_many(ADD, [("a",), ("b", "one too many")])
    assert database.execute(ALL) == []
    database.close()


def test_what_a_killed_process_has_stored_is_there(tmp_path: Path) -> None:
    """Its connection never closes: the end of the file is in the parts beside it."""
    path, copy = tmp_path / "one.sqlite", tmp_path / "copy" / "one.sqlite"
    database = Database(path, FORMAT)
    database.execute(ADD, ("a",))
    copy.parent.mkdir()
    for suffix in ("", "-wal"):
        (copy.parent / (path.name + suffix)).write_bytes(
            (path.parent / (path.name + suffix)).read_bytes()
        )
    reader = Database.read(copy, FORMAT)
    assert reader.execute(ALL) == [("a",)]
    reader.close()
    database.close()


@pytest.mark.parametrize("content", [b"no database at all" * 100, b"SQLite format 3\0" * 500])
def test_a_damaged_file_is_named(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "one.sqlite"
    path.write_bytes(content)
    for opening in (Database, Database.read):
        with pytest.raises(MigrationError, match="is damaged") as caught:
            opening(path, FORMAT)
        assert caught.value.code == DAMAGED
    assert path.read_bytes() == content


def test_a_file_of_somebody_else_or_of_another_version_is_left_alone(tmp_path: Path) -> None:
    foreign, older = tmp_path / "foreign.sqlite", tmp_path / "older.sqlite"
    with sqlite3.connect(foreign) as connection:
        connection.execute("CREATE TABLE words (word TEXT)")
    connection.close()
    Database(older, FORMAT._replace(version=2)).close()
    for path in (foreign, older):
        before = path.read_bytes()
        for opening in (Database, Database.read):
            with pytest.raises(MigrationError, match="unknown format") as caught:
                opening(path, FORMAT)
            assert caught.value.code == DAMAGED
        assert path.read_bytes() == before


def test_a_folder_that_cannot_be_written_to_is_named_with_what_to_do() -> None:
    with pytest.raises(MigrationError, match="MIGRATION_STORE") as caught:
        Database(Path("/proc/no/store/one.sqlite"), FORMAT)
    assert caught.value.code == UNAVAILABLE


def test_a_file_that_does_not_exist_is_not_read(tmp_path: Path) -> None:
    with pytest.raises(MigrationError):
        Database.read(tmp_path / "none.sqlite", FORMAT)
    assert list(tmp_path.iterdir()) == []


def test_a_removed_file_leaves_nothing_and_may_be_removed_twice(tmp_path: Path) -> None:
    path = tmp_path / "one.sqlite"
    database = Database(path, FORMAT)
    database.execute(ADD, ("a",))
    remove_file(path)
    remove_file(path)
    assert list(tmp_path.iterdir()) == []
    # Whoever has it open goes on.
    assert database.execute(ALL) == [("a",)]
    database.close()
