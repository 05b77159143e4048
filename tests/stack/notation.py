"""What the values in a database mean, however its vendor writes them down: read by SQL, with the
vendor's own types.

It knows nothing of the product. Each column is ``Held`` as its declared type says; ``meaning`` is
then the same for the same thing in SQLite (truth as 0 and 1, moments as milliseconds), PostgreSQL
and MariaDB. What a column cannot keep is taken off by ``kept``: by the column's type alone, never
by the value that is in it.
"""

import json
import re
import struct
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any, Literal
from uuid import UUID

from tests.stack.databases import Database
from tests.stack.dump import VENDORS, Table, dump, query

Kind = Literal["truth", "number", "text", "id", "moment", "day", "clock", "document", "parsed"]
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
WIDE = Context(prec=1_000)


@dataclass(frozen=True)
class Held:
    """``places`` are the digits that a number keeps after its point, ``single`` is a float of four
    bytes, ``double`` one of eight; moments and times in ``seconds`` have no fractions."""

    kind: Kind
    places: int | None = None
    single: bool = False
    double: bool = False
    seconds: bool = False


Columns = dict[str, dict[str, Held]]
SQLITE = """SELECT m.name AS name, c.name AS column_name, lower(c.type) AS type
    FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table'"""
POSTGRES = """SELECT table_name AS name, column_name, CASE WHEN numeric_scale IS NOT NULL AND
    udt_name = 'numeric'
    THEN 'numeric(' || numeric_precision || ',' || numeric_scale || ')' ELSE udt_name END AS type
    FROM information_schema.columns WHERE table_schema = 'public'"""
# MariaDB writes a document as a text of its own collation, which no other text of Directus has.
MYSQL = """SELECT table_name AS name, column_name AS column_name,
    IF(column_type = 'longtext' AND collation_name = 'utf8mb4_bin', 'json', column_type) AS type
    FROM information_schema.columns WHERE table_schema = DATABASE()"""
TYPES: Mapping[str, tuple[tuple[str, Held], ...]] = {
    "sqlite": (
        ("boolean", Held("truth")),
        ("float", Held("number", double=True)),
        (r"(big)?int.*", Held("number")),
        ("datetime", Held("moment")),
        ("date", Held("day")),
        ("time", Held("clock")),
        ("json", Held("document")),
    ),
    "postgres": (
        ("bool", Held("truth")),
        ("float4", Held("number", single=True)),
        ("float8", Held("number", double=True)),
        (r"int\d", Held("number")),
        (r"numeric.*", Held("number")),
        ("uuid", Held("id")),
        (r"timestamp(tz)?", Held("moment")),
        ("date", Held("day")),
        ("time", Held("clock")),
        # Its driver parses documents.
        ("jsonb?", Held("parsed")),
    ),
    "mysql": (
        (r"tinyint\(1\)", Held("truth")),
        (r"float.*", Held("number", single=True)),
        (r"double.*", Held("number", double=True)),
        (r"\w*int.*", Held("number")),
        (r"decimal.*", Held("number")),
        (r"timestamp|datetime", Held("moment", seconds=True)),
        ("date", Held("day")),
        ("time", Held("clock", seconds=True)),
        ("json", Held("document")),
    ),
}
QUERIES = {"sqlite": SQLITE, "postgres": POSTGRES, "mysql": MYSQL}
SCALE = re.compile(r"(?:numeric|decimal|float)\(\d+,(\d+)\)")


def columns_of(database: Database) -> Columns:
    """How each column of each table holds its values."""
    with closing(VENDORS[database.vendor].connect(database)) as connection:
        rows = query(connection, QUERIES[database.vendor])
    found: Columns = {}
    for row in rows:
        found.setdefault(row["name"], {})[row["column_name"]] = held(database.vendor, row["type"])
    return found


def held(vendor: str, declared: str) -> Held:
    """By the type that a column is declared with; what is not known better is a text."""
    scale = SCALE.match(declared)
    for pattern, one in TYPES[vendor]:
        if re.fullmatch(pattern, declared):
            return Held(
                one.kind, int(scale[1]) if scale else None, one.single, one.double, one.seconds
            )
    return Held("text")


def meant(database: Database) -> dict[str, Table]:
    """Every table by what it means."""
    columns = columns_of(database)
    return {
        name: [
            {column: meaning(columns[name][column], value) for column, value in row.items()}
            for row in rows
        ]
        for name, rows in dump(database).items()
    }


def legible(tables: Mapping[str, Table], columns: Columns, keeping: Columns) -> dict[str, Table]:
    """``tables`` of a database with ``columns`` by what they mean, as far as one with the columns
    ``keeping`` can keep it; documents are plain data."""

    def read(table: str, column: str, value: Any) -> Any:
        how = columns[table][column]
        if how.kind in ("document", "parsed"):
            return json.loads(value) if how.kind == "document" and value is not None else value
        return kept(keeping.get(table, {}).get(column, how), meaning(how, value))

    return {
        name: [{column: read(name, column, value) for column, value in row.items()} for row in rows]
        for name, rows in tables.items()
    }


def meaning(how: Held, value: Any) -> Any:
    """``value`` as the driver gives it. What does not fit its column's kind stands for itself."""
    if value is None:
        return None
    try:
        return READERS[how.kind](value)
    except (ValueError, ArithmeticError):
        return "as it is", value


def kept(how: Held, value: Any) -> Any:
    """What a column that holds ``how`` can keep of a meaning."""
    if how.kind == "id" and isinstance(value, str):
        return value.lower()
    if isinstance(value, Decimal):
        return _kept_number(how, value)
    if how.seconds and isinstance(value, datetime):
        return value.replace(microsecond=0)
    if how.seconds and isinstance(value, timedelta):
        return timedelta(seconds=value // timedelta(seconds=1))
    return value


def _kept_number(how: Held, number: Decimal) -> Decimal:
    if how.places is not None:
        number = number.quantize(Decimal(1).scaleb(-how.places), ROUND_HALF_UP, WIDE)
    if how.single:
        return Decimal(struct.unpack("f", struct.pack("f", float(number)))[0])
    return Decimal(float(number)) if how.double else number


def _truth(value: Any) -> bool:
    if value not in (0, 1):
        raise ValueError(value)
    return bool(value)


def _number(value: Any) -> Decimal:
    if isinstance(value, bool):
        raise ValueError(value)
    return Decimal(repr(value) if isinstance(value, float) else str(value))


def _moment(value: Any) -> datetime:
    """A date and time without a zone is of UTC, where all our instances live."""
    if isinstance(value, int):
        return EPOCH + timedelta(milliseconds=value)
    found = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)


def _day(value: Any) -> date:
    if isinstance(value, int):
        return (EPOCH + timedelta(milliseconds=value)).date()
    return value if isinstance(value, date) else date.fromisoformat(value)


def _clock(value: Any) -> timedelta:
    if isinstance(value, timedelta):
        return value
    if isinstance(value, str):
        hours, minutes, seconds = (*value.split(":"), "0")[:3]
        return timedelta(
            hours=int(hours), minutes=int(minutes), microseconds=int(Decimal(seconds) * 1_000_000)
        )
    moment: time = value
    return datetime.combine(date.min, moment) - datetime.min


def _document(value: Any) -> Any:
    return in_document(json.loads(value, parse_float=Decimal) if isinstance(value, str) else value)


def in_document(value: Any) -> Any:
    """What is in JSON, so that two of them are equal when they mean the same: 1 and 1.0, but not 1,
    "1" and true."""
    if isinstance(value, dict):
        return "object", {name: in_document(one) for name, one in value.items()}
    if isinstance(value, list):
        return "array", [in_document(one) for one in value]
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return "number", Decimal(str(value)).normalize(WIDE)
    return type(value).__name__, value


def _id(value: UUID) -> str:
    return str(value)


READERS: Mapping[Kind, Callable[[Any], Any]] = {
    "truth": _truth,
    "number": _number,
    "text": str,
    "id": _id,
    "moment": _moment,
    "day": _day,
    "clock": _clock,
    "document": _document,
    "parsed": in_document,
}
