"""Translates the default of a column to another database.

Neither a snapshot nor a request to Directus tells a text from an expression. Directus quotes every
expression that it does not know as "now" or as a random UUID. So only defaults that are known to
mean the same are translated.
"""

import re
from typing import Any

from sidecar.resources.vendors import MYSQL, POSTGRES

NOW = "CURRENT_TIMESTAMP"
NOW_EXPRESSION = re.compile(
    r"(now\(\)|transaction_timestamp\(\)|(current_timestamp|localtimestamp)(\(\d*\))?)", re.I
)
RANDOM_UUID = "gen_random_uuid()"
RANDOM_UUID_EXPRESSION = re.compile(r"(gen_random_uuid|uuid_generate_v4|uuid)\(\)", re.I)
# The end of a moment that differs between databases: zero fractions and the zone UTC.
MOMENT_SUFFIX = re.compile(r"(\.0+)?(Z|\+00(:?00)?)?$")
MOMENTS = frozenset({"date", "time", "dateTime", "timestamp"})
NUMBERS = frozenset({"integer", "bigInteger", "float", "decimal"})
TEXTS = frozenset({"text", "csv"})


def translate_default(field_type: str, schema: dict[str, Any], vendor: str) -> Any:
    """The default of a column as Directus has to be asked for it on the database ``vendor``.

    ``field_type`` is the type that the column is created with. Returns None when there is no
    default, or when Directus cannot create it on that database.
    """
    value = schema.get("default_value")
    if value is None or schema.get("has_auto_increment"):
        return None
    if field_type in NUMBERS:
        return value if isinstance(value, int | float) else None
    if not isinstance(value, str):
        return value
    if field_type in MOMENTS:
        return _translate_moment(field_type, value, vendor)
    if field_type == "uuid" and RANDOM_UUID_EXPRESSION.fullmatch(value):
        return RANDOM_UUID if vendor == POSTGRES else None
    # MySQL has no defaults for texts without a length.
    return None if vendor == MYSQL and field_type in TEXTS else _unescaped(value)


def is_same_default(field_type: str, translated: Any, existing: Any) -> bool:
    """Whether a translated default is the one that a snapshot shows for an existing column."""
    if translated is None or existing is None or field_type in NUMBERS:
        return bool(translated == existing)
    if isinstance(translated, str) and isinstance(existing, str):
        if field_type in MOMENTS:
            return _normalized_moment(translated) == _normalized_moment(existing)
        return translated == _unescaped(existing)
    return bool(translated == existing)


def _translate_moment(field_type: str, value: str, vendor: str) -> str | None:
    if NOW_EXPRESSION.fullmatch(value):
        # On MySQL, "now" is a default only for columns with both a date and a time.
        return NOW if vendor != MYSQL or field_type in ("dateTime", "timestamp") else None
    return value if value[:1].isdigit() else None


def _normalized_moment(moment: str) -> str:
    if NOW_EXPRESSION.fullmatch(moment):
        return NOW
    return MOMENT_SUFFIX.sub("", moment.replace("T", " "))


def _unescaped(text: str) -> str:
    return text.replace("''", "'")
