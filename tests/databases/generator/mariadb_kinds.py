"""Types of columns of MariaDB: what may stand in them, what they may have as a default, and what
they may become."""

from collections.abc import Mapping

from tests.databases.generator.kinds import (
    CLOCK,
    DOCUMENTS,
    EXACT,
    FINE,
    MOMENTS,
    SMALL,
    UUIDS,
    WHOLE,
    Kind,
    decimals,
    numbers,
    one_of,
    texts,
)

MARIADB: Mapping[str, Kind] = {
    "varchar(10)": Kind(texts(10), ("''", "'new'", "'a::b'"), ("varchar(200)", "text")),
    "varchar(255)": Kind(texts(60), ("'it''s'", "'NULL'"), ("text",), "string"),
    "text": Kind(texts(60), ("'x'", "(concat('a', 'b'))"), ("longtext",), "text"),
    "longtext": Kind(texts(60)),
    "char(5)": Kind(texts(5), ("'ab'",), ("varchar(20)",)),
    "tinyint": Kind(numbers(-128, 127), ("0",), ("int",)),
    "mediumint": Kind(SMALL, (), ("int",)),
    "smallint": Kind(SMALL, ("0", "-1"), ("int",)),
    "int": Kind(WHOLE, ("0", "-5", "(1 + 1)"), ("bigint",), "integer"),
    "int unsigned": Kind(numbers(0, 2**32 - 1), ("0",)),
    "bigint": Kind(EXACT, ("5",), (), "bigInteger"),
    "decimal(10,2)": Kind(decimals(10, 2), ("1.50", "0"), ("decimal(14,4)",)),
    "decimal(10,5)": Kind(decimals(10, 5), (), (), "decimal"),
    "float": Kind(one_of("0", "1.5", "0.25"), ("0.5",), ("double",), "float"),
    "float(10,5)": Kind(one_of("0.25", "1.23457"), ("0.5",)),
    "double": Kind(one_of("0.1", "52.520008123456", "1e300"), ("0.25",)),
    "tinyint(1)": Kind(one_of("0", "1"), ("1",), (), "boolean"),
    "date": Kind(
        one_of("'2024-02-29'", "'1000-01-01'"), ("(curdate())", "'2020-01-01'"), (), "date"
    ),
    "datetime": Kind(MOMENTS, ("CURRENT_TIMESTAMP",), ("datetime(6)",), "dateTime"),
    "datetime(3)": Kind(FINE, ("CURRENT_TIMESTAMP(3)",)),
    "timestamp(6)": Kind(FINE, ("CURRENT_TIMESTAMP(6)",)),
    "timestamp": Kind(
        one_of("'2024-05-06 07:08:09'", "'2038-01-19 03:14:07'"),
        ("CURRENT_TIMESTAMP",),
        (),
        "timestamp",
    ),
    "time(3)": Kind(one_of("'12:30:15.125'", "'-100:00:00'", "'08:00:00'")),
    "time": Kind(CLOCK, ("'08:00'",), (), "time"),
    "char(36)": Kind(UUIDS, ("(uuid())",), (), "uuid"),
    "json": Kind(DOCUMENTS, ("'{}'",), (), "json"),
    "enum('sad','ok')": Kind(one_of("'sad'", "'ok'"), ("'ok'",)),
    "blob": Kind(one_of("x'00ff'")),
    "year": Kind(one_of("2024")),
}
