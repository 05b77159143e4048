"""J: one row that cannot be read costs that row, and one table that table."""

from tests.databases.sources.source import Source, adopted, sql, table
from tests.stack.seed.fields import counted_key, field

SOURCES = (
    Source(
        "J",
        "one row that Directus cannot show, among others",
        (
            table(
                "j_days",
                [
                    counted_key(),
                    field("label", "string"),
                    field("d", "date"),
                    field("at", "dateTime"),
                    field("ts", "timestamp"),
                ],
            ),
            *sql(
                "insert into j_days (label, d) select 'day ' || n, date '2024-01-01' + n "
                "from generate_series(1, 40) n",
                "insert into j_days (label, d) values ('never', 'infinity')",
                "insert into j_days (label, d) values ('early', '0044-03-15 BC')",
                "insert into j_days (label, d) values ('late', '12024-01-01')",
                "insert into j_days (label, at) values ('before all', '-infinity')",
                "insert into j_days (label, ts) values ('ides', '0044-03-15 00:00:00+00 BC')",
            ),
        ),
        holds=("select count(*) >= 40 from j_days where label like 'day %'",),
        arrives=("j_days",),
    ),
    Source(
        "J",
        "rows that refer to rows that the destination does not take",
        (
            *sql(
                "create table j_roots (id serial primary key, at timestamp)",
                "create table j_loose (id serial primary key, root integer references j_roots)",
                "create table j_firm (id serial primary key, root integer not null references "
                "j_roots)",
                "create table j_next (id serial primary key, firm integer not null references "
                "j_firm, loose integer references j_loose)",
                "create table j_last (id serial primary key, next integer references j_next)",
                "create table j_tree (id integer primary key, at timestamp, up integer references "
                "j_tree)",
                "create table j_chain (id integer primary key, at timestamp, up integer not null "
                "references j_chain deferrable initially deferred)",
                "insert into j_roots (at) values (null), ('infinity')",
                "insert into j_loose (root) values (1), (2), (null)",
                "insert into j_firm (root) values (1), (2)",
                "insert into j_next (firm, loose) values (1, 2), (2, 1)",
                "insert into j_last (next) values (1), (2)",
                "insert into j_tree values (3, null, null), (5, 'infinity', 3), (1, null, 5), "
                "(2, null, 1), (6, null, 5)",
                "insert into j_chain values (1, null, 5), (2, null, 1), (3, null, 3), "
                "(4, null, 3), (5, '-infinity', 3), (6, null, 2)",
            ),
            adopted("j_roots", "j_loose", "j_firm", "j_next", "j_last", "j_tree", "j_chain"),
        ),
        holds=(
            "select array_agg(root order by id) = '{1,null,null}' from j_loose",
            "select array_agg(id order by id) = '{1}' from j_firm",
            "select array_agg(id order by id) = '{1}' from j_next",
            "select array_agg(next order by id) = '{1,null}' from j_last",
            "select array_agg(up order by id) = '{null,1,null,null}' from j_tree",
            "select array_agg(id order by id) = '{3,4}' from j_chain",
        ),
        named=(("j_loose", "root"), ("j_last", "next"), ("j_tree", "up")),
    ),
    Source(
        "J",
        "one row that Directus cannot show, under a key that is text",
        (
            *sql(
                "create table j_texts (code varchar(20) primary key, at timestamptz)",
                "insert into j_texts select 'k' || n, now() from generate_series(1, 10) n",
                "insert into j_texts values ('k5 never', 'infinity')",
                "create table j_mentions (id serial primary key, code varchar(20) references "
                "j_texts (code))",
                "insert into j_mentions (code) values ('k5'), ('k5 never'), (null)",
            ),
            adopted("j_texts", "j_mentions"),
        ),
        holds=("select count(*) >= 10 from j_texts",),
        arrives=("j_texts", "j_mentions"),
    ),
    Source(
        "J",
        "a table that Directus cannot even count",
        (
            *sql(
                "create table j_lost (id serial primary key, note text, size double precision)",
                "create table j_found (id serial primary key, lost integer references j_lost (id), "
                "note text)",
                "insert into j_lost (note) values ('nobody reads it')",
                "insert into j_found (lost, note) values (1, 'refers'), (null, 'does not')",
                # Nothing reads a part whose wrapper does nothing.
                "drop foreign data wrapper if exists nothing cascade",
                "create foreign data wrapper nothing",
                "create server nowhere foreign data wrapper nothing",
                "create foreign table j_lost_part () inherits (j_lost) server nowhere",
            ),
            adopted("j_lost", "j_found"),
        ),
        later=sql("drop foreign table j_lost_part"),
        holds=("select count(*) = 2 from j_found",),
        arrives=("j_found",),
    ),
)
