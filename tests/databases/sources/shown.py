"""F: what Directus shows is not what is stored."""

from tests.databases.sources.source import Source, adopted, post, sql, table
from tests.stack.seed.fields import counted_key, document, field

SOURCES = (
    Source(
        "F",
        "fractions of a second",
        (
            table(
                "f_moments",
                [
                    counted_key(),
                    field("at", "dateTime"),
                    field("stamp", "timestamp"),
                    field("clock", "time"),
                ],
            ),
            *sql(
                "insert into f_moments (at, stamp, clock) values "
                "('2024-05-06 07:08:09.123', '2024-05-06 07:08:09.123456+00', '07:08:09.123456'), "
                "('2024-05-06 07:08:09', '2024-05-06 07:08:09+00', '07:08:09')",
                "create table f_adopted (id serial primary key, made timestamp(3) not null, "
                "changed timestamptz, clock time(6))",
                "insert into f_adopted (made, changed, clock) values "
                "('2024-05-06 07:08:09.789', '2024-05-06 07:08:09.123456+00', '07:08:09.654321')",
            ),
            adopted("f_adopted"),
        ),
        arrives=("f_moments", "f_adopted"),
    ),
    Source(
        "F",
        "numbers in documents that JavaScript does not hold, and null in documents",
        (
            table("f_documents", [counted_key(), field("label", "string"), document("doc")]),
            *sql(
                "insert into f_documents (label, doc) values "
                """('large', '{"id": 98765432109876543210, "fine": 0.1234567890123456789}'),
                ('null', 'null'), ('none', null), ('plain', '{"a": [1, 2.5, "x", null]}'),
                ('scalar', '5'), ('text', '"t"'), ('false', 'false')""",
                "create table f_packed (id serial primary key, doc jsonb)",
                """insert into f_packed (doc) values ('{"n": 12345678901234567890}'), ('null'),
                    ('{"b": 1.50, "a": 1e3}')""",
            ),
            adopted("f_packed"),
        ),
        arrives=("f_documents", "f_packed"),
    ),
    Source(
        "F",
        "padded texts, large numbers and digits of decimals",
        (
            *sql(
                "create table f_padded (id serial primary key, two char(8), large bigint, "
                "loose numeric, single real)",
                "insert into f_padded (two, large, loose, single) values "
                "('ab', 9007199254740993, 0.10, 0.1), ('ab      ', -9223372036854775808, "
                "1e20, 3.4028235e38)",
            ),
            adopted("f_padded"),
        ),
        arrives=("f_padded",),
    ),
    Source(
        "F",
        "years before 1000 and moments at the edge of the calendar",
        (
            table(
                "f_edges",
                [
                    counted_key(),
                    field("label", "string"),
                    field("d", "date"),
                    field("at", "dateTime"),
                    field("ts", "timestamp"),
                    field("t", "time"),
                ],
            ),
            post("/items/f_edges", [{"label": "ok", "d": "2024-03-31"}]),
            *sql(
                "insert into f_edges (label, d) values ('year 1', '0001-01-01')",
                "insert into f_edges (label, at) values ('year 99', '0099-12-31 00:00:00')",
                "insert into f_edges (label, t) values ('24 h', '24:00:00')",
                "insert into f_edges (label, ts) values ('1850', '1850-01-01 00:00:00+00')",
            ),
        ),
        arrives=("f_edges",),
    ),
)
