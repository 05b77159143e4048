"""Types of columns of SQLite: what may stand in them, what they may have as a default, and what
they may become."""

from collections.abc import Mapping

from tests.databases.generator.kinds import DOCUMENTS, EXACT, UUIDS, Kind, decimals, one_of, texts

SQLITE: Mapping[str, Kind] = {
    "varchar(10)": Kind(texts(10), ("''", "'new'", "'a::b'"), ("varchar(200)", "text")),
    "nvarchar(20)": Kind(texts(20)),
    "char(5)": Kind(texts(5), ("'ab'",)),
    "varchar(255)": Kind(texts(60), ("'it''s'", "'NULL'"), ("text",), "string"),
    "text": Kind(texts(60), ("'x'", "(lower('ABC'))"), (), "text"),
    "integer": Kind(EXACT, ("0", "-5", "(1 + 1)"), ("bigint",), "integer"),
    "bigint": Kind(EXACT, ("5",), (), "bigInteger"),
    "decimal(10,2)": Kind(decimals(10, 2), ("1.50", "0"), ()),
    "float": Kind(one_of("0", "1.5", "0.1"), ("0.5",), (), "float"),
    "real": Kind(one_of("0.1", "52.520008123456"), ("0.25",)),
    "boolean": Kind(one_of("0", "1"), ("1",), (), "boolean"),
    "double precision": Kind(one_of("0.1", "1e300", "-5"), ("0.5",)),
    "date": Kind(one_of("'2024-02-29'", "1714953600000"), ("CURRENT_DATE",), (), "date"),
    "datetime": Kind(one_of("1714979289000"), ("CURRENT_TIMESTAMP",), (), "dateTime"),
    "timestamp": Kind(one_of("1714979289123", "'2024-05-06 07:08:09'"), (), (), "timestamp"),
    "time": Kind(one_of("'12:30:15'", "'12:30:15.125'"), (), (), "time"),
    "json": Kind(DOCUMENTS, ("'{}'",), (), "json"),
    "char(36)": Kind(UUIDS, (), (), "uuid"),
    "blob": Kind(one_of("x'00ff'")),
    "numeric": Kind(one_of("0.10", "5")),
}
