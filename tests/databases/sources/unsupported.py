"""H: what has no place in Directus, or cannot be seen there."""

from tests.databases.sources.source import Source, adopted, patch, sql

SOURCES = (
    Source(
        "H",
        "tables without a key, with a composite key, in parts, and a view",
        (
            *sql(
                "create table h_log (at timestamptz, line text)",
                "insert into h_log values (now(), 'said')",
                "create table h_pairs (a integer, b integer, note text, primary key (a, b))",
                "insert into h_pairs values (1, 1, 'x'), (1, 2, 'y')",
                "create table h_years (id integer, year integer, v text, primary key (id, year)) "
                "partition by range (year)",
                "create table h_years_2024 partition of h_years for values from (2024) to (2025)",
                "insert into h_years values (1, 2024, 'v')",
                "create view h_seen as select 1 as id, 'seen' as v",
            ),
            *(adopted(name) for name in ("h_log", "h_pairs", "h_years", "h_seen")),
        ),
        named=(("h_log", None), ("h_pairs", None), ("h_years", None), ("h_seen", None)),
    ),
    Source(
        "H",
        "keys under which Directus finds no rows, and an empty one under which it does",
        (
            *sql(
                "create table h_by_document (id jsonb primary key, v text)",
                "create table h_by_flag (id boolean primary key, v text)",
                "create table h_by_span (id interval primary key, v text)",
                "create table h_by_bytes (id bytea primary key, v text)",
                "create table h_by_text (id varchar(20) primary key, v text)",
                "insert into h_by_document values ('{\"a\": 1}', 'v')",
                "insert into h_by_flag values (true, 'v')",
                "insert into h_by_span values ('1 day', 'v')",
                "insert into h_by_bytes values ('\\x00ff', 'v')",
                "insert into h_by_text values ('', 'empty'), ('x', 'not')",
            ),
            adopted("h_by_document", "h_by_flag", "h_by_span", "h_by_bytes", "h_by_text"),
        ),
        plain=("h_by_text",),
        holds=("select count(*) = 2 from h_by_text",),
        arrives=("h_by_text",),
    ),
    Source(
        "H",
        "constraints of several columns, checks, triggers and indexes on expressions",
        (
            *sql(
                "create table h_rooms (id serial primary key, house varchar(20), door integer, "
                "seats integer check (seats >= 0), name text, constraint h_rooms_once "
                "unique (house, door), constraint h_rooms_named check (name is not null or "
                "door is not null))",
                "insert into h_rooms (house, door, seats, name) values ('a', 1, 2, 'x'), "
                "('a', 2, 0, 'y')",
                "create index h_rooms_lower on h_rooms (lower(name))",
                "create unique index h_rooms_some on h_rooms (seats) where seats > 100",
                "create function h_touch() returns trigger language plpgsql as "
                "$$begin return new; end$$",
                "create trigger h_rooms_touch before update on h_rooms for each row "
                "execute function h_touch()",
            ),
            adopted("h_rooms"),
        ),
        named=(("h_rooms", None),),
        arrives=("h_rooms",),
    ),
    Source(
        "H",
        "settings that were cleared",
        (
            patch(
                "/settings",
                {"project_color": "#101010", "auth_login_attempts": None, "public_note": None},
            ),
        ),
        destination=(patch("/settings", {"public_note": "own"}),),
        holds=("select auth_login_attempts is null from directus_settings",),
    ),
)
