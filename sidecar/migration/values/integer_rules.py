"""Rules for booleans, integers and integer keys."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sidecar.directus.exact_numbers import MAX_EXACT_INTEGER
from sidecar.migration.schema.specials import BOOLEAN
from sidecar.migration.values.parsers import parse_boolean, parse_integer
from sidecar.migration.values.rule import Check, ColumnPair, Rule, unchanged
from sidecar.resources.base import NUMBERS, Column
from sidecar.resources.vendors import POSTGRES, SQLITE

RANGES: Mapping[str, tuple[int, int]] = {
    "tinyint": (-(2**7), 2**7 - 1),
    "tinyint unsigned": (0, 2**8 - 1),
    "smallint": (-(2**15), 2**15 - 1),
    "smallint unsigned": (0, 2**16 - 1),
    "mediumint": (-(2**23), 2**23 - 1),
    "mediumint unsigned": (0, 2**24 - 1),
    "int": (-(2**31), 2**31 - 1),
    "int unsigned": (0, 2**32 - 1),
    "integer": (-(2**31), 2**31 - 1),
    "bigint": (-(2**63), 2**63 - 1),
    "bigint unsigned": (0, 2**64 - 1),
}
TEXTS = frozenset({"string", "text"})
BIG_INTEGERS = (
    "integers by their value; beyond 2^53 only as exactly as Directus reads them on both databases"
)
INEXACT = (
    "stored as the source shows it. At the destination, Directus reads integers beyond 2^53 as "
    "floating-point numbers, so they are compared only that exactly"
)
INEXACT_KEY = "is beyond 2^53, where Directus cannot tell keys apart on the destination's database"


def boolean_rule(pair: ColumnPair) -> Rule:
    """Booleans are written as 0 and 1 where Directus does not recognize the column as boolean."""
    column = pair.destination_column
    is_shown_as_boolean = pair.destination_vendor == POSTGRES or BOOLEAN in column.special
    return Rule(
        comparison_note="booleans, which some databases show as 0 and 1",
        parse=parse_boolean,
        encode=bool if is_shown_as_boolean else int,
        strict=pair.is_strict,
    )


def shown_as_boolean_rule(column: Column) -> Rule | None:
    """0 and 1 in a column of numbers or texts, which Directus shows as booleans because of the
    special of the field, and does not store as such. None: the column is no such one."""
    if BOOLEAN not in column.special or column.type not in NUMBERS | TEXTS:
        return None
    is_text = column.type in TEXTS

    def as_digit(value: Any) -> Any:
        if not isinstance(value, bool):
            return value
        return str(int(value)) if is_text else int(value)

    return Rule(parse=as_digit, encode=unchanged)


def integer_rule(pair: ColumnPair) -> Rule | None:
    """Integers have the range of the destination's column. None: SQLite needs no check."""
    is_big = _is_big(pair)
    if pair.destination_vendor == SQLITE and not is_big:
        return None
    if is_big:
        return _big_integer_rule(pair)
    return Rule(parse=parse_integer, check=_check_range(pair, "integer"), strict=pair.is_strict)


def big_key_rule(rule: Rule) -> Rule:
    """A rule for bigInteger keys outside PostgreSQL, where Directus reads them inexactly."""
    return replace(rule, check=_check_key, strict=True)


def _is_big(pair: ColumnPair) -> bool:
    types = (pair.source_column.type, pair.destination_column.type)
    return "bigInteger" in types or pair.destination_column.data_type.startswith("bigint")


def _big_integer_rule(pair: ColumnPair) -> Rule:
    is_postgres = pair.destination_vendor == POSTGRES
    # PostgreSQL's driver returns bigints as strings.
    is_shown_as_text = is_postgres and pair.destination_column.data_type == "bigint"
    return Rule(
        comparison_note=BIG_INTEGERS,
        parse=parse_integer,
        check=_check_range(pair, "bigint"),
        encode=str if is_shown_as_text else _exact_or_text,
        compare_key=_exact_or_float,
        inexact_note="" if is_postgres else INEXACT,
        strict=pair.is_strict,
    )


def _check_range(pair: ColumnPair, default: str) -> Check:
    is_sqlite = pair.destination_vendor == SQLITE
    data_type = "bigint" if is_sqlite else pair.destination_column.data_type
    least, most = RANGES.get(data_type, RANGES[default])

    def check(number: int) -> None:
        if not least <= number <= most:
            raise ValueError(f"is not between {least} and {most}")

    return check


def _exact_or_text(number: int) -> int | str:
    return number if abs(number) <= MAX_EXACT_INTEGER else str(number)


def _exact_or_float(number: int) -> int | float:
    return number if abs(number) <= MAX_EXACT_INTEGER else float(number)


def _check_key(number: int) -> None:
    if abs(number) > MAX_EXACT_INTEGER:
        raise ValueError(INEXACT_KEY)
