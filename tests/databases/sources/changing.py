"""G: adopted tables that change between two migrations."""

from tests.databases.sources.source import Source, adopted, sql

SOURCES = (
    Source(
        "G",
        "wider columns, defaults, constraints and rules of foreign keys",
        (
            *sql(
                "create table g_owners (id serial primary key, name varchar(20))",
                "create table g_dogs (id serial primary key, owner integer references g_owners "
                "(id), chip varchar(5), weight numeric(6,2) default 1, note text, age integer)",
                "insert into g_owners (name) values ('o')",
                "insert into g_dogs (owner, chip, note, age) values (1, 'a', 'n', 3)",
            ),
            adopted("g_owners", "g_dogs"),
        ),
        later=sql(
            "alter table g_owners alter column name type varchar(200)",
            "alter table g_dogs alter column chip set not null, add unique (chip), "
            "alter column weight type numeric(12,4), alter column weight set default 9, "
            "alter column note set default 'x', alter column age type bigint",
            "alter table g_dogs drop constraint g_dogs_owner_fkey, add foreign key (owner) "
            "references g_owners (id) on delete cascade",
            "create index on g_dogs (note)",
            "insert into g_owners (name) values (repeat('long ', 20))",
            "insert into g_dogs (owner, chip, weight, age) values (1, 'b', 12345678.1234, "
            "5000000000), (1, 'c', 1.2345, 1)",
        ),
        arrives=("g_owners", "g_dogs"),
    ),
    Source(
        "G",
        "columns that come, lose what they had, and change their kind",
        (
            *sql(
                "create table g_forms (id serial primary key, code varchar(30) not null unique, "
                "kept integer not null default 5, amount integer, gone text)",
                "insert into g_forms (code, amount, gone) values ('a', 1, 'x'), ('b', 2, 'y')",
                "create index g_forms_amount on g_forms (amount)",
            ),
            adopted("g_forms"),
        ),
        later=sql(
            "alter table g_forms alter column code drop not null, "
            "drop constraint g_forms_code_key, alter column kept drop default, "
            "alter column amount type numeric(8,2), add column fresh varchar(40) default 'new', "
            "add column stamped timestamptz not null default now(), drop column gone",
            "drop index g_forms_amount",
            "insert into g_forms (code, kept, amount) values ('a', 1, 1.25), (null, 2, 3)",
            "delete from g_forms where id = 2",
        ),
        arrives=("g_forms",),
    ),
    Source(
        "G",
        "a new column that may not be empty, where the destination has rows",
        (
            *sql(
                "create table g_marks (id serial primary key, name varchar(20))",
                "insert into g_marks (name) values ('one'), ('two')",
            ),
            adopted("g_marks"),
        ),
        later=sql(
            "alter table g_marks add column code varchar(10), add column size integer not null "
            "default 3",
            "update g_marks set code = 'c' || id",
            "alter table g_marks alter column code set not null",
            "insert into g_marks (name, code) values ('three', 'c3')",
        ),
        arrives=("g_marks",),
    ),
    Source(
        "G",
        "narrower columns than the destination's",
        (
            *sql(
                "create table g_narrow (id serial primary key, name varchar(50), n integer)",
                "insert into g_narrow (id, name, n) values (21, 'short', 1)",
                "select setval('g_narrow_id_seq', 21)",
            ),
            adopted("g_narrow"),
        ),
        destination=(
            *sql(
                "create table g_narrow (id serial primary key, name varchar(200), n bigint, "
                "own text)",
                "insert into g_narrow (name, n, own) values ('own', 5000000000, 'own')",
            ),
            adopted("g_narrow"),
        ),
        arrives=("g_narrow",),
    ),
)
