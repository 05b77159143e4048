"""A SQLite database is read with its columns, rules and rows."""

import sqlite3
from contextlib import closing
from pathlib import Path

from tests.databases.comparison.compare import differences
from tests.databases.comparison.snapshot import Facts, Rule, Snapshot
from tests.databases.comparison.sqlite import read

MODEL = (
    "create table owners (id integer primary key not null, name varchar(20) unique)",
    """create table dogs (code text primary key, owner integer references owners (id)
        on delete cascade, age integer not null default 3, twice integer generated always as
        (age * 2), doc json)""",
    "create index dogs_age on dogs (age)",
    "create view seen as select 1",
    "create trigger touched after update on dogs begin select 1; end",
    "insert into owners values (1, 'o')",
    """insert into dogs (code, owner, age, doc) values ('d', 1, 5, '{"a": 1}')""",
)


def made(path: Path, *more: str) -> Snapshot:
    with closing(sqlite3.connect(path)) as connection:
        for statement in (*MODEL, *more):
            connection.execute(statement)
        connection.commit()
    return read(path)


def test_all_of_it_is_read(tmp_path: Path) -> None:
    found = made(tmp_path / "one.db")
    assert found.tables == {"owners": "table", "dogs": "table", "seen": "view"}
    assert found.columns["dogs", "age"] == Facts("integer", True, "3", None, None)
    assert found.columns["dogs", "twice"].generated == "generated always"
    assert found.documents == {("dogs", "doc")}
    assert found.rules["owners"] == {
        Rule("primary key", ("id",), "primary key"),
        Rule("unique", ("name",), "unique"),
    }
    assert {(rule.kind, rule.columns) for rule in found.rules["dogs"]} == {
        ("primary key", ("code",)),
        ("foreign key", ("owner",)),
        ("index", ("age",)),
        ("trigger", ()),
    }
    assert found.rows["dogs"] == {
        ("d",): [{"code": "d", "owner": "1", "age": "5", "twice": "10", "doc": '{"a": 1}'}]
    }


def test_two_databases_differ_where_they_do(tmp_path: Path) -> None:
    one = made(tmp_path / "one.db")
    assert one.is_like(made(tmp_path / "same.db"))
    other = made(tmp_path / "other.db", "update owners set name = 'x'", "drop index dogs_age")
    assert [
        (found.kind, found.table, found.columns)
        for found in differences(one, other, Snapshot({}, {}, {}, set(), {}))
    ] == [("index", "dogs", ("age",)), ("value", "owners", ("name",))]
