"""E: what a collection is may differ on both sides, or change."""

from tests.databases.sources.source import Source, adopted, deleted, link, patch, post, sql, table
from tests.stack.seed.fields import Json, counted_key, field, uuid_key


def _text(name: str = "v") -> Json:
    return field(name, "string")


SOURCES = (
    Source(
        "E",
        "singletons that hold more than one row",
        (
            table("e_pages", [counted_key(), _text("title")]),
            table("e_wares", [counted_key(), field("page", "integer", special=["m2o"])]),
            link("e_wares", "page", "e_pages"),
            post("/items/e_pages", [{"title": "first"}, {"title": "second"}, {"title": "third"}]),
            post("/items/e_wares", [{"page": 1}, {"page": 2}, {"page": 3}]),
            table("e_lonely", [counted_key(), _text()]),
            post("/items/e_lonely", [{"v": "one"}, {"v": "two"}]),
            patch("/collections/e_pages", {"meta": {"singleton": True}}),
            patch("/collections/e_lonely", {"meta": {"singleton": True}}),
        ),
        arrives=("e_pages", "e_wares", "e_lonely"),
    ),
    Source(
        "E",
        "a list becomes a singleton, and a singleton a list",
        (
            table("e_was_list", [counted_key(), _text()]),
            post("/items/e_was_list", [{"v": "one"}]),
            table("e_was_single", [counted_key(), _text()], singleton=True),
            patch("/items/e_was_single", {"v": "one"}),
        ),
        later=(
            patch("/collections/e_was_list", {"meta": {"singleton": True}}),
            patch("/collections/e_was_single", {"meta": {"singleton": False}}),
            post("/items/e_was_single", {"v": "two"}),
        ),
        arrives=("e_was_list", "e_was_single"),
    ),
    Source(
        "E",
        "the destination has a list where the source has a singleton, and the other way",
        (
            table("e_one_here", [counted_key(), _text()], singleton=True),
            patch("/items/e_one_here", {"v": "here"}),
            table("e_many_here", [counted_key(), _text()]),
            post("/items/e_many_here", [{"id": 5, "v": "x"}, {"id": 6, "v": "y"}]),
        ),
        destination=(
            table("e_one_here", [counted_key(), _text()]),
            post("/items/e_one_here", [{"id": 7, "v": "own"}, {"id": 8, "v": "own too"}]),
            table("e_many_here", [counted_key(), _text()], singleton=True),
        ),
    ),
    Source(
        "E",
        "another type of key, another key, and a folder at the destination",
        (
            table("e_by_uuid", [uuid_key(), _text()]),
            post("/items/e_by_uuid", [{"v": "a"}]),
            *sql(
                "create table e_by_code (code varchar(20) primary key, v text)",
                "insert into e_by_code values ('c1', 'a')",
            ),
            adopted("e_by_code"),
            table("e_table_here", [counted_key(), _text()]),
            post("/items/e_table_here", [{"v": "a"}]),
        ),
        destination=(
            table("e_by_uuid", [counted_key(), _text()]),
            post("/items/e_by_uuid", [{"v": "own"}]),
            *sql(
                "create table e_by_code (id serial primary key, code varchar(20), v text)",
                "insert into e_by_code (code, v) values ('own', 'own')",
            ),
            adopted("e_by_code"),
            post("/collections", {"collection": "e_table_here", "schema": None, "meta": {}}),
        ),
        named=(("e_by_uuid", None), ("e_by_code", None), ("e_table_here", None)),
        conflict=True,
        resolved=deleted("e_by_uuid", "e_by_code", "e_table_here"),
    ),
)
