"""The default of a column in another database's words.

A snapshot does not tell a text from an expression, nor does Directus when it is asked for a column:
what it does not know as "now" or as a random uuid becomes a text in quotes. So only what is known
to mean something travels.
"""

import re
from typing import Any

NOW = "CURRENT_TIMESTAMP"
NOW_WORDS = re.compile(
    r"(now\(\)|transaction_timestamp\(\)|(current_timestamp|localtimestamp)(\(\d*\))?)", re.I
)
RANDOM_UUID = re.compile(r"(gen_random_uuid|uuid_generate_v4|uuid)\(\)", re.I)
MOMENTS = frozenset({"date", "time", "dateTime", "timestamp"})
NUMBERS = frozenset({"integer", "bigInteger", "float", "decimal"})
TEXTS = frozenset({"text", "csv"})


def default_of(field_type: str, schema: dict[str, Any], vendor: str) -> Any:
    """The default of ``schema``, a column of the ``field_type`` that it was made as, as ``vendor``
    is asked for it.

    None where there is none, or where ``vendor`` cannot be asked for it.
    """
    value = schema.get("default_value")
    if value is None or schema.get("has_auto_increment"):
        return None
    if field_type in NUMBERS:
        return value if isinstance(value, int | float) else None
    if not isinstance(value, str):
        return value
    if field_type in MOMENTS:
        return _moment(field_type, value, vendor)
    if field_type == "uuid" and RANDOM_UUID.fullmatch(value):
        return "gen_random_uuid()" if vendor == "postgres" else None
    # MySQL has no default for a text without a length.
    return None if vendor == "mysql" and field_type in TEXTS else value.replace("''", "'")


def same_default(field_type: str, wanted: Any, there: Any) -> bool:
    """Whether ``wanted``, as ``default_of`` gives it, is what a column has that reads ``there``."""
    if wanted is None or there is None or field_type in NUMBERS:
        return bool(wanted == there)
    if isinstance(wanted, str) and isinstance(there, str):
        if field_type in MOMENTS:
            return _plain(wanted) == _plain(there)
        return wanted == there.replace("''", "'")
    return bool(wanted == there)


def _moment(field_type: str, value: str, vendor: str) -> str | None:
    if NOW_WORDS.fullmatch(value):
        # MySQL takes the present moment as the default of a column that holds both day and time.
        return NOW if vendor != "mysql" or field_type in ("dateTime", "timestamp") else None
    return value if value[:1].isdigit() else None


def _plain(moment: str) -> str:
    """A moment without the differences in notation; "now" as one word."""
    if NOW_WORDS.fullmatch(moment):
        return NOW
    return re.sub(r"(\.0+)?(Z|\+00(:?00)?)?$", "", moment.replace("T", " "))
