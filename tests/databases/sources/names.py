"""I: any name that Directus accepts works."""

from urllib.parse import quote

from tests.databases.sources.source import Source, Step, Track, adopted, post, sql, table
from tests.stack.seed.fields import counted_key, field

# Directus makes these itself, and serves them.
COLLECTIONS = (
    "i+and", "i&amp", "iümläut", "i日本", "i;semi", "i'quote", "IUPPER", "1st", "i-dash",
    "i[brackets]", "i🌊", "i:colon", "i=equal", "i,comma", "i@at", "i*star", "i#hash", "i%cent",
    "i%20", "i(round)", "i$dollar", "i!", "select",
)  # fmt: skip
# Only a database had these before.
ADOPTED = ('i"double', "i\\back")
# Directus knows these, and answers nobody who asks for their rows, or makes none of such a name.
NOT_SERVED = ("i space", "i.dot", "i/slash")
# Not "*": Directus never answers whoever reads such a table.
FIELDS = (
    "with space", "größe", "select", "group", "order", "filter", "count", "sort", "limit", "a-b",
    "1st", "a,b", "a:b", "a.b", "a(b)", "$thing", "_and", "constructor", "hasOwnProperty",
    "UPPER", "a#b", "a%b", "a?b", "a/b", "a'b", 'a"b', "length", "🌊", "and", "null",
)  # fmt: skip


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _collections() -> list[Step]:
    steps: list[Step] = []
    for name in COLLECTIONS:
        steps += [
            table(name, [counted_key(), field("v", "string")]),
            post(f"/items/{quote(name, safe='')}", [{"v": "one"}, {"v": "two"}]),
        ]
    return steps


def _adopted() -> list[Step]:
    steps: list[Step] = []
    for name in ADOPTED:
        steps += sql(
            f"create table {_quoted(name)} (id serial primary key, v text)",
            f"insert into {_quoted(name)} (v) values ('one'), ('two')",
        )
        steps.append(adopted(name))
    return steps


_COLUMNS = ", ".join(f"{_quoted(name)} varchar(20)" for name in FIELDS)
_VALUES = ", ".join(f"$${name}$$" for name in FIELDS)
SOURCES = (
    Source(
        "I",
        "names of collections that Directus made",
        tuple(_collections()),
        arrives=COLLECTIONS,
        plain=COLLECTIONS,
    ),
    Source(
        "I",
        "names that Directus accepts and then does not serve",
        (
            *sql(
                *(
                    f"create table {_quoted(name)} (id serial primary key, v text)"
                    for name in NOT_SERVED
                ),
                *(f"insert into {_quoted(name)} (v) values ('one')" for name in NOT_SERVED),
            ),
            *(Track((name,), may_fail=True) for name in NOT_SERVED),
        ),
        named=tuple((name, None) for name in NOT_SERVED),
    ),
    Source("I", "names of tables that were there before", tuple(_adopted()), arrives=ADOPTED),
    Source(
        "I",
        "names of columns",
        (
            *sql(
                f"create table i_columns (id serial primary key, {_COLUMNS})",
                f"insert into i_columns ({', '.join(map(_quoted, FIELDS))}) values ({_VALUES})",
            ),
            adopted("i_columns"),
        ),
        arrives=("i_columns",),
    ),
)
