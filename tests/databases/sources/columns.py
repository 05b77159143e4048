"""B: types of columns that Directus reads in its own way."""

from tests.databases.sources.source import Source, adopted, described, sql

PLAIN = Source(
    "B",
    "a table that arrives as it is",
    (
        *sql(
            "create table plain_things (id serial primary key, name varchar(80), many integer, "
            "is_new boolean not null default true, price numeric(10,2), day date, body text)",
            "insert into plain_things (name, many, price, day, body) values "
            "('one', 1, 1.50, '2024-02-29', 'text'), ('zwei', -2, null, null, '')",
        ),
        adopted("plain_things"),
    ),
    plain=("plain_things",),
    arrives=("plain_things",),
)
SOURCES = (
    PLAIN,
    Source(
        "B",
        "text without a length",
        (
            *sql(
                "create table b_labels (code varchar(12) primary key, title varchar, "
                "state varchar not null default 'open')",
                "insert into b_labels values ('x', repeat('wide ', 90), 'done'), ('y', 'z', 'q')",
            ),
            adopted("b_labels"),
        ),
        arrives=("b_labels",),
    ),
    Source(
        "B",
        "documents without metadata",
        (
            *sql(
                "create table b_documents (code varchar(12) primary key, raw json, "
                "packed jsonb not null default '{}', more jsonb default '[1, \"two\"]')",
                """insert into b_documents values ('a', '{"k": [1, 2]}', '[true]', '{}'),
                    ('b', null, '{}', null)""",
            ),
            adopted("b_documents"),
        ),
        arrives=("b_documents",),
    ),
    Source(
        "B",
        "floating-point numbers of 15 digits, and what is no number",
        (
            *sql(
                "create table b_points (id serial primary key, wide double precision, "
                "long_one double precision, small real)",
                "insert into b_points (wide, long_one, small) values (47.0707135246801, 0.5, 1.5), "
                "(1e300, -3.141592653589793, 1e-20), ('NaN', 'Infinity', '-Infinity')",
            ),
            adopted("b_points"),
            described("b_points", "long_one"),
        ),
        arrives=("b_points",),
    ),
    Source(
        "B",
        "generated columns: without metadata, with it, and not null",
        (
            *sql(
                "create table b_bills (id serial primary key, net integer not null, "
                "gross integer generated always as (net * 12 / 10) stored, label text)",
                "insert into b_bills (net, label) values (10, 'a'), (20, null)",
                "create table b_names (id serial primary key, given text, family text, "
                "whole text generated always as (given || ' ' || family) stored)",
                "insert into b_names (given, family) values ('Grace', 'H'), ('Edsger', 'D')",
                "create table b_squares (id serial primary key, side integer not null, "
                "area integer not null generated always as (side * side) stored)",
                "insert into b_squares (side) values (2), (3)",
            ),
            adopted("b_bills", "b_names", "b_squares"),
            described("b_names", "whole", readonly=True),
        ),
        arrives=("b_bills", "b_names", "b_squares"),
    ),
    Source(
        "B",
        "enums, domains and arrays, with and without metadata",
        (
            *sql(
                "create type b_level as enum ('low', 'middle', 'high')",
                "create domain b_postcode as varchar(10) check (value <> '')",
                "create table b_signs (id serial primary key, label text, "
                "level b_level default 'low', hidden b_level, place b_postcode, "
                "tags text[] default '{}', span int4range, lasts interval, host inet, raw bytea)",
                "insert into b_signs (label, level, hidden, place, tags, span, lasts, host, raw) "
                "values ('a', 'high', 'low', '1010', '{x,y}', '[1,5)', '1 day', '10.0.0.1', "
                "'\\x00ff')"
                ", ('b', null, null, null, null, null, null, null, null)",
            ),
            adopted("b_signs"),
            described("b_signs", "level"),
            described("b_signs", "tags"),
        ),
        arrives=("b_signs",),
    ),
    Source(
        "B",
        "numbers and texts of other sizes",
        (
            *sql(
                "create table b_sizes (id bigserial primary key, tiny smallint, free numeric, "
                "fine numeric(30,12), fixed char(6), money_like numeric(6,0), clock timetz)",
                "insert into b_sizes (tiny, free, fine, fixed, money_like, clock) values (-32768, "
                "12345678901234567890.0987654321, 0.123456789012, 'ab', 999999, '10:00:00+02'), "
                "(null, null, null, null, null, null)",
            ),
            adopted("b_sizes"),
        ),
        arrives=("b_sizes",),
    ),
    Source(
        "B",
        "metadata that contradicts the column",
        (
            *sql(
                "create table b_contrary (id serial primary key, told text, counted integer, "
                "listed json, stamped varchar(40))",
                """insert into b_contrary (told, counted, listed, stamped) values
                    ('{"a": 1}', 5, '["x", "y"]', 'not a moment'), ('no', 0, null, null)""",
            ),
            adopted("b_contrary"),
            described("b_contrary", "told", special=["cast-json"]),
            described("b_contrary", "counted", special=["cast-boolean"]),
            described("b_contrary", "listed", special=["cast-csv"]),
            described("b_contrary", "stamped", special=["cast-timestamp"]),
        ),
        arrives=("b_contrary",),
    ),
)
