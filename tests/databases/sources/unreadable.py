"""J: one row that cannot be read costs that row."""

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
        "one row that Directus cannot show, under a key that is text",
        (
            *sql(
                "create table j_texts (code varchar(20) primary key, at timestamptz)",
                "insert into j_texts select 'k' || n, now() from generate_series(1, 10) n",
                "insert into j_texts values ('k5 never', 'infinity')",
            ),
            adopted("j_texts"),
        ),
        holds=("select count(*) >= 10 from j_texts",),
        arrives=("j_texts",),
    ),
)
