"""B: defaults, literal and computed."""

from tests.databases.sources.source import Source, adopted, described, post, sql, table
from tests.stack.seed.fields import counted_key, field

LITERALS = {
    "quoted": ("text", "'it''s'"),
    "doubly": ("text", "'say \"hello\"'"),
    "backslashed": ("text", "'C:\\temp\\new'"),
    "with_colons": ("text", "'a::b'"),
    "cast_like": ("varchar(40)", "'x''::text'"),
    "nothing": ("text", "''"),
    "the_word_null": ("varchar(10)", "'NULL'"),
    "the_word_now": ("varchar(40)", "'now()'"),
    "multiline": ("text", "E'one\\ntwo'"),
    "negative": ("integer", "-1"),
    "exact": ("numeric(6,2)", "1.50"),
    "off": ("boolean", "false"),
    "born": ("date", "'2020-02-29'"),
    "since": ("timestamptz", "'2020-01-01 00:00:00+00'"),
}
COMPUTED = {
    "made": ("timestamptz not null", "now()"),
    "made_local": ("timestamp", "CURRENT_TIMESTAMP"),
    "made_utc": ("timestamp", "timezone('utc'::text, now())"),
    "expires": ("timestamptz", "(now() + '30 days'::interval)"),
    "today": ("date", "CURRENT_DATE"),
    "lowered": ("text", "lower('ABC')"),
    "someone": ("text", "CURRENT_USER"),
    "drawn": ("text", "md5(random()::text)"),
    "token": ("uuid", "gen_random_uuid()"),
    "summed": ("integer", "1 + 1"),
    "joined": ("text", "'a' || 'b'"),
    "listed": ("jsonb", "jsonb_build_array(1, 2)"),
}


def _with_defaults(name: str, defaults: dict[str, tuple[str, str]]) -> tuple[str, str]:
    columns = ", ".join(
        f"{column} {kind} default {default}" for column, (kind, default) in defaults.items()
    )
    return (
        f"create table {name} (id serial primary key, label text, {columns})",
        f"insert into {name} (label) values ('first'), ('second')",
    )


SOURCES = (
    Source(
        "B",
        "defaults that are texts and numbers",
        (*sql(*_with_defaults("b_literals", LITERALS)), adopted("b_literals")),
        arrives=("b_literals",),
    ),
    Source(
        "B",
        "the same, with metadata",
        (
            *sql(*_with_defaults("b_literals_too", LITERALS)),
            adopted("b_literals_too"),
            *(described("b_literals_too", column) for column in LITERALS),
        ),
        arrives=("b_literals_too",),
    ),
    Source(
        "B",
        "defaults that the database computes",
        (
            *sql(*_with_defaults("b_computed", COMPUTED)),
            adopted("b_computed"),
            described("b_computed", "expires"),
            described("b_computed", "joined"),
        ),
        arrives=("b_computed",),
    ),
    Source(
        "B",
        "keys that the database computes",
        (
            *sql(
                'create extension if not exists "uuid-ossp"',
                "create table b_old_keys (id uuid primary key default uuid_generate_v4(), v text)",
                "insert into b_old_keys (v) values ('a'), ('b')",
                "create table b_drawn_keys (id varchar(32) primary key "
                "default md5(random()::text), v text)",
                "insert into b_drawn_keys (v) values ('a'), ('b')",
            ),
            adopted("b_old_keys", "b_drawn_keys"),
        ),
        arrives=("b_old_keys", "b_drawn_keys"),
    ),
    Source(
        "B",
        "a document as the default of a field that Directus made",
        (
            table(
                "b_preset_documents",
                [
                    counted_key(),
                    field(
                        "doc",
                        "json",
                        schema={"default_value": '{"rule": "p::after", "say": "it\'s"}'},
                        special=["cast-json"],
                    ),
                ],
            ),
            post("/items/b_preset_documents", [{}, {"doc": {"own": True}}]),
        ),
        arrives=("b_preset_documents",),
    ),
)
