"""C: relations that are not a foreign key to the primary key of a tracked table."""

from tests.databases.sources.source import (
    Source,
    adopted,
    deleted,
    link,
    post,
    sql,
    table,
)
from tests.stack.seed.fields import Json, counted_key, field


def _m2o(name: str, kind: str = "integer") -> Json:
    return field(name, kind, special=["m2o"])


def _named() -> Json:
    return field("name", "string")


_FREED = ", ".join(f"drop constraint c_people_{name}_foreign" for name in ("team", "boss", "photo"))
SOURCES = (
    Source(
        "C",
        "a reference to the table itself that may not be null, later in a circle",
        (
            *sql(
                "create table c_links (id integer primary key, label text, "
                "up integer not null references c_links deferrable initially deferred)",
                "insert into c_links values (1, 'root', 1), (2, 'leaf', 1)",
            ),
            adopted("c_links"),
        ),
        later=sql("insert into c_links values (3, 'x', 4), (4, 'y', 3)"),
        holds=(
            "select not bool_or(is_nullable = 'YES') from information_schema.columns "
            "where table_name = 'c_links' and column_name = 'up'",
        ),
        arrives=("c_links",),
    ),
    Source(
        "C",
        "a circle of references that may not be null, with a row that cannot arrive",
        (
            *sql(
                "create table c_firms (id integer primary key, head integer not null)",
                "create table c_heads (id integer primary key, firm integer not null "
                "references c_firms, club integer not null)",
                "alter table c_firms add foreign key (head) references c_heads "
                "deferrable initially deferred",
                "create table c_cars (id integer primary key, firm integer not null "
                "references c_firms)",
                # Nobody has the number 99.
                "with firms as (insert into c_firms values (1, 1), (2, 2) returning id) "
                "insert into c_heads select id, id, case id when 1 then 99 else 1 end from firms",
                "insert into c_cars values (1, 1), (2, 2)",
            ),
            adopted("c_firms", "c_heads", "c_cars"),
            *sql(
                "insert into directus_relations (many_collection, many_field, one_collection) "
                "values ('c_heads', 'club', 'c_cars')"
            ),
        ),
        arrives=("c_firms", "c_heads", "c_cars"),
        holds=(
            "select count(*) = 2 from c_firms",
            "select count(*) = 1 from c_heads",
            "select count(*) = 2 from c_cars",
        ),
    ),
    Source(
        "C",
        "a foreign key to a unique column, and one that is the key itself",
        (
            *sql(
                "create table c_codes (id serial primary key, code varchar(20) not null unique)",
                "create table c_uses (id serial primary key, code varchar(20) "
                "references c_codes (code) on update cascade on delete restrict, note text)",
                "create table c_details (id integer primary key references c_codes (id) "
                "on delete cascade, more text)",
                "insert into c_codes (code) values ('A'), ('B')",
                "insert into c_uses (code, note) values ('B', 'x'), (null, 'y')",
                "insert into c_details values (1, 'of A'), (2, 'of B')",
            ),
            adopted("c_codes", "c_uses", "c_details"),
        ),
        arrives=("c_codes", "c_uses", "c_details"),
    ),
    Source(
        "C",
        "foreign keys to tables that nobody tracks, and composite ones",
        (
            *sql(
                "create table c_lands (code char(2) primary key, name text)",
                "create table c_places (land char(2) references c_lands (code), "
                "zip varchar(8), name text, primary key (land, zip))",
                "create table c_shops (id serial primary key, name text, land char(2) "
                "references c_lands (code), zip varchar(8), "
                "foreign key (land, zip) references c_places (land, zip))",
                "insert into c_lands values ('AT', 'Austria'), ('CH', 'Switzerland')",
                "insert into c_places values ('AT', '1010', 'Wien')",
                "insert into c_shops (name, land, zip) values ('a', 'AT', '1010'), "
                "('b', 'CH', null), ('c', null, null)",
            ),
            adopted("c_shops"),
        ),
        arrives=("c_shops",),
    ),
    Source(
        "C",
        "relations without a constraint, with references to nothing",
        (
            table("c_teams", [counted_key(), _named()]),
            table("c_gone", [counted_key(), _named()]),
            table(
                "c_people",
                [
                    counted_key(),
                    _named(),
                    _m2o("team"),
                    _m2o("boss", "uuid"),
                    field("photo", "uuid", special=["file"]),
                    _m2o("lost"),
                ],
            ),
            link("c_people", "team", "c_teams"),
            link("c_people", "boss", "directus_users"),
            link("c_people", "photo", "directus_files"),
            link("c_people", "lost", "c_gone"),
            post("/items/c_teams", [{"name": "t"}]),
            post("/items/c_gone", [{"name": "g"}]),
            post(
                "/items/c_people",
                [{"name": "well", "team": 1}, {"name": "torn"}, {"name": "bereft", "lost": 1}],
            ),
            *sql(
                f"alter table c_people {_FREED}",
                "update c_people set team = 99, boss = gen_random_uuid(), "
                "photo = gen_random_uuid() where name = 'torn'",
                "drop table c_gone cascade",
            ),
        ),
        arrives=("c_teams", "c_people"),
        # docs/limits.md promises null.
        holds=("select count(*) = 3 from c_people",),
    ),
    Source(
        "C",
        "metadata of relations that nothing carries",
        (
            *sql(
                "create table c_notes (id serial primary key, about integer, kind text)",
                "insert into c_notes (about, kind) values (1, 'x'), (null, 'y')",
            ),
            adopted("c_notes"),
            *sql(
                "insert into directus_relations (many_collection, many_field, one_collection) "
                "values ('c_notes', 'about', 'c_never_was'), ('c_notes', 'no_column', 'c_notes')"
            ),
        ),
        arrives=("c_notes",),
    ),
    Source(
        "C",
        "a relation that points at another collection at the destination",
        (
            table("c_inks", [counted_key(), _named()]),
            table("c_papers", [counted_key(), _named()]),
            table("c_prints", [counted_key(), _m2o("stock")]),
            link("c_prints", "stock", "c_inks"),
            post("/items/c_inks", [{"name": "ink"}]),
            post("/items/c_prints", [{"stock": 1}]),
        ),
        destination=(
            table("c_papers", [counted_key(), _named()]),
            table("c_prints", [counted_key(), _m2o("stock")]),
            link("c_prints", "stock", "c_papers"),
        ),
        named=(("c_prints", "stock"),),
        holds=(
            "select count(*) = 1 from directus_relations where many_collection = 'c_prints' "
            "and many_field = 'stock'",
        ),
        conflict=True,
        resolved=deleted("c_prints", "c_papers"),
    ),
    Source(
        "C",
        "rules of foreign keys that Directus does not show",
        (
            *sql(
                "create table c_nodes (id serial primary key, up integer "
                "references c_nodes (id) on delete cascade on update cascade "
                "deferrable initially deferred)",
                "insert into c_nodes (id, up) values (1, 2), (2, 1), (3, null)",
                "select setval('c_nodes_id_seq', 3)",
            ),
            adopted("c_nodes"),
        ),
        arrives=("c_nodes",),
    ),
)
