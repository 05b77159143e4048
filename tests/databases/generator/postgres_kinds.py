"""Types of columns of PostgreSQL: what may stand in them, what they may have as a default, and what
they may become."""

from collections.abc import Mapping

from tests.databases.generator.kinds import (
    CLOCK,
    DAYS,
    DOCUMENTS,
    ENUM,
    FINE,
    FLAGS,
    LARGE,
    MOMENTS,
    SMALL,
    UUIDS,
    WHOLE,
    Kind,
    decimals,
    one_of,
    texts,
)

POSTGRES: Mapping[str, Kind] = {
    "varchar(10)": Kind(
        texts(10), ("''", "'new'", "'a::b'", "lower('ABC')"), ("varchar(200)", "text", "varchar")
    ),
    "varchar(255)": Kind(texts(60), ("'it''s'", "'NULL'", "CURRENT_USER"), ("text",), "string"),
    "varchar": Kind(texts(60), ("'x'", "''"), ("text",)),
    "text": Kind(texts(60), ("'say \"x\"'", "'a' || 'b'", "md5(random()::text)"), (), "text"),
    "char(5)": Kind(texts(5), ("'ab'",), ("varchar(20)",)),
    "smallint": Kind(SMALL, ("0", "-1"), ("integer",)),
    "integer": Kind(WHOLE, ("0", "-5", "1 + 1"), ("bigint", "numeric(20,2)"), "integer"),
    "bigint": Kind(LARGE, ("9007199254740993",), ("numeric(30,0)",), "bigInteger"),
    "numeric(10,2)": Kind(decimals(10, 2), ("1.50", "0"), ("numeric(14,4)",)),
    "numeric(10,5)": Kind(decimals(10, 5), (), (), "decimal"),
    "numeric": Kind(one_of("0.10", "12345678901234567890.0987654321", "-1", "'NaN'"), ("0.1",)),
    "real": Kind(
        one_of("0", "1.5", "0.1", "-3.4e38", "'NaN'"), ("0.5",), ("double precision",), "float"
    ),
    "double precision": Kind(
        one_of("0.1", "52.520008123456", "1e300", "'NaN'", "'Infinity'"), ("0.25",)
    ),
    "boolean": Kind(FLAGS, ("true", "false"), (), "boolean"),
    "date": Kind(DAYS, ("CURRENT_DATE", "'2020-01-01'"), ("timestamp",), "date"),
    "timestamp": Kind(MOMENTS | FINE, ("now()", "timezone('utc', now())"), (), "dateTime"),
    "timestamp(3)": Kind(FINE, ("CURRENT_TIMESTAMP",), ("timestamp",)),
    "timestamptz": Kind(MOMENTS | FINE, ("now()", "now() + interval '1 day'"), (), "timestamp"),
    "time": Kind(CLOCK | one_of("'07:08:09.123456'"), ("'08:00'",), (), "time"),
    "timetz": Kind(one_of("'10:00:00+02'")),
    "uuid": Kind(UUIDS, ("gen_random_uuid()",), (), "uuid"),
    "json": Kind(DOCUMENTS, ("'{}'", '\'{"p": "a::b"}\''), (), "json"),
    "jsonb": Kind(DOCUMENTS, ("'[]'", "jsonb_build_array(1)"), ()),
    "text[]": Kind(one_of("'{}'", "'{a,b}'"), ("'{}'",)),
    "inet": Kind(one_of("'10.0.0.1'"), ()),
    "bytea": Kind(one_of("'\\x00ff'"), ()),
    "interval": Kind(one_of("'1 day'"), ("'2 hours'",)),
    ENUM: Kind(one_of("'sad'", "'ok'"), ("'ok'",)),
}
