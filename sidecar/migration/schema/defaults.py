"""Translates the default of a column to another database.

Neither a snapshot nor a request to Directus tells a text from an expression. Directus quotes every
expression that it does not know as "now" or as a random UUID. So only defaults that are known to
mean the same are translated, also between equal databases.
"""

import re
from decimal import Decimal
from typing import Any

import orjson

from sidecar.directus.exact_numbers import MAX_EXACT_INTEGER
from sidecar.migration.schema.expressions import is_expression
from sidecar.resources.base import NUMBERS
from sidecar.resources.vendors import MYSQL, POSTGRES

NOW = "CURRENT_TIMESTAMP"
# "Now" with a number of digits of a second, which only the same database keeps.
PRECISE_NOW = re.compile(r"CURRENT_TIMESTAMP\(\d\)", re.I)
NOW_EXPRESSION = re.compile(
    r"(now\(\)|transaction_timestamp\(\)|(current_timestamp|localtimestamp)(\(\d*\))?)", re.I
)
# What cuts the moment to the type of the column, as "now" does there.
CURRENT = {
    "date": re.compile(r"current_date", re.I),
    "time": re.compile(r"(current_time|localtime)(\(\d*\))?", re.I),
}
RANDOM_UUID = "gen_random_uuid()"
RANDOM_UUID_EXPRESSION = re.compile(r"(gen_random_uuid|uuid_generate_v4|uuid)\(\)", re.I)
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.I)
# The end of a moment that differs between databases: zero fractions and the zone UTC.
MOMENT_SUFFIX = re.compile(r"(\.0+)?(Z|\+00(:?00)?)?$")
MOMENTS = frozenset({"date", "time", "dateTime", "timestamp"})
TEXTS = frozenset({"string", "text", "csv", "hash"})
# Texts of MySQL that have no defaults, because they have no length.
NO_DEFAULTS = frozenset({(MYSQL, "text"), (MYSQL, "csv")})
# Directus takes each of them in a text for a parameter of the statement, on PostgreSQL.
PLACEHOLDER = "?"
# Directus reads numbers in double precision, which keeps this many digits for certain.
EXACT_DIGITS = 15


def translate_default(
    field_type: str, schema: dict[str, Any], source_vendor: str, vendor: str
) -> Any:
    """The default of a column as Directus shows it on the database ``vendor``.

    ``field_type`` is the type that the column is created with, and ``schema`` is of the database
    ``source_vendor``. Returns None when there is no default, or when Directus cannot create it.
    """
    value = schema.get("default_value")
    if value is None or schema.get("has_auto_increment"):
        return None
    if field_type in NUMBERS:
        return value if isinstance(value, int | float) and _is_exact(value) else None
    if field_type in MOMENTS:
        # On MySQL, Directus creates no column with digits of a second.
        is_precise = source_vendor == vendor != MYSQL and PRECISE_NOW.fullmatch(str(value))
        return value if is_precise else _translate_moment(field_type, str(value), vendor)
    if field_type == "uuid":
        return _translate_uuid(str(value), vendor)
    return _translate_text(field_type, value, source_vendor, vendor)


def can_create_default(field_type: str, schema: dict[str, Any], vendor: str) -> bool:
    """Whether Directus creates the default of a column again when it redefines the column."""
    if schema.get("default_value") is None or schema.get("has_auto_increment"):
        return True
    return translate_default(field_type, schema, vendor, vendor) is not None


def request_default(field_type: str, shown: Any, vendor: str) -> Any:
    """The default to ask Directus for, so that it shows ``shown`` on the database ``vendor``.

    MariaDB shows ``CURRENT_TIMESTAMP`` as `current_timestamp()`, which Directus would quote. Of
    JSON that is a text, Directus shows the text.
    """
    if not isinstance(shown, str):
        return shown
    if vendor == MYSQL and shown.startswith("current_timestamp("):
        return shown.removesuffix("()").upper()
    if field_type == "json":
        return orjson.dumps(_unescaped(shown)).decode()
    return _unescaped(shown) if field_type in TEXTS else shown


def is_same_default(field_type: str, translated: Any, existing: Any) -> bool:
    """Whether a translated default is the one that a snapshot shows for an existing column."""
    if translated is None or existing is None or field_type in NUMBERS:
        return bool(translated == existing)
    if isinstance(translated, str) and isinstance(existing, str):
        if field_type in MOMENTS:
            return _normalized_moment(translated) == _normalized_moment(existing)
        return _unescaped(translated) == _unescaped(existing)
    return bool(translated == existing)


def _translate_text(field_type: str, value: Any, source_vendor: str, vendor: str) -> Any:
    """Translate the default of a text, of JSON or of a boolean."""
    is_text = isinstance(value, str)
    if is_text and is_expression(value, source_vendor):
        return None
    if vendor == POSTGRES and field_type != "boolean" and PLACEHOLDER in str(value):
        return None
    if field_type in ("json", "boolean"):
        return value
    return value if is_text and (vendor, field_type) not in NO_DEFAULTS else None


def _translate_moment(field_type: str, value: str, vendor: str) -> str | None:
    current = CURRENT.get(field_type)
    if NOW_EXPRESSION.fullmatch(value) or (current and current.fullmatch(value)):
        # On MySQL, "now" is a default only for columns with both a date and a time.
        return NOW if vendor != MYSQL or field_type in ("dateTime", "timestamp") else None
    return value if value[:1].isdigit() else None


def _normalized_moment(moment: str) -> str:
    if NOW_EXPRESSION.fullmatch(moment):
        return NOW
    return MOMENT_SUFFIX.sub("", moment.replace("T", " "))


def _translate_uuid(value: str, vendor: str) -> str | None:
    if RANDOM_UUID_EXPRESSION.fullmatch(value):
        return RANDOM_UUID if vendor == POSTGRES else None
    return value if UUID.fullmatch(value) else None


def _is_exact(number: float) -> bool:
    """Whether Directus shows the number as the database stores it."""
    if isinstance(number, int):
        return abs(number) <= MAX_EXACT_INTEGER
    return len(Decimal(repr(number)).as_tuple().digits) <= EXACT_DIGITS


def _unescaped(text: str) -> str:
    return text.replace("''", "'")
