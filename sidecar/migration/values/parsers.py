"""Parse and format single values.

Each database shows the same value in its own notation. These pure functions turn what a REST
response shows into one Python value, and back into one notation. Each parser raises ValueError; the
message completes the sentence "The value …".

Notations that REST responses use:

- PostgreSQL's bigint and every decimal are strings, because JavaScript numbers cannot hold them.
- Booleans are 0 and 1 where Directus does not recognize the column as a boolean.
- On SQLite, Directus can show a moment as a number: milliseconds since 1970.
"""

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

import orjson

from sidecar.migration.values.rounding import ALL_DIGITS, round_half_up

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
BOOLEANS = {0: False, 1: True, "0": False, "1": True, "false": False, "true": True}
DATE = re.compile(r"[+-]?\d{4,}-\d\d-\d\d")
SECONDS_PER_DAY = 86_400
MICROSECONDS_PER_SECOND = 1_000_000
NOT_A_NUMBER = "is not a number"
NOT_A_MOMENT = "is not a moment of the years 1 to 9999"
NOT_A_TIME = "is not a time of day"
DURATION = re.compile(
    r"(?P<minus>-?)(?P<hours>\d+):(?P<minutes>\d\d):(?P<seconds>\d\d(\.\d+)?)", re.ASCII
)


def parse_boolean(value: Any) -> bool:
    """Parse true, false, 1, 0 and their texts."""
    if isinstance(value, bool):
        return value
    if value not in BOOLEANS:
        raise ValueError("is neither true nor false")
    return BOOLEANS[value]


def parse_integer(value: Any) -> int:
    """Parse an integer of any size, also from a text such as "5.0"."""
    number = parse_decimal(value)
    if number != number.to_integral_value():
        raise ValueError("is not a whole number")
    return int(number)


def parse_decimal(value: Any) -> Decimal:
    """Parse a finite number without losing a digit. A float becomes its shortest notation."""
    try:
        number = Decimal(repr(value) if isinstance(value, float) else str(value).strip())
    except InvalidOperation as error:
        raise ValueError(NOT_A_NUMBER) from error
    if isinstance(value, bool) or not number.is_finite():
        raise ValueError(NOT_A_NUMBER)
    return number


def format_decimal(number: Decimal) -> str:
    """Format without exponent and without trailing zeros."""
    return format(number.normalize(ALL_DIGITS), "f") if number else "0"


def parse_timestamp(value: Any) -> int:
    """Parse a moment to milliseconds since 1970. A text without a time zone is in UTC."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return int(value)
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError as error:
        raise ValueError(NOT_A_MOMENT) from error
    if not moment.tzinfo:
        moment = moment.replace(tzinfo=UTC)
    return (moment - EPOCH) // timedelta(milliseconds=1)


def format_timestamp(milliseconds: int) -> str:
    """Format milliseconds since 1970 as Directus does: ``2024-01-31T12:00:00.000Z``.

    Raises ValueError for a moment outside of the years 1 to 9999.
    """
    try:
        moment = EPOCH + timedelta(milliseconds=milliseconds)
    except OverflowError as error:
        raise ValueError(NOT_A_MOMENT) from error
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def parse_datetime(value: Any) -> str:
    """Parse a date with a time and without a time zone; the notation of a text stays."""
    text = format_timestamp(value)[:19] if isinstance(value, int) else str(value)
    if not DATE.match(text):
        raise ValueError("is not a date")
    return text


def parse_date(value: Any) -> str:
    """Parse a date; a time after it is cut off."""
    return parse_datetime(value).partition("T")[0].partition(" ")[0]


def parse_time(value: Any) -> int:
    """Parse a time of day, from 00:00 to 24:00 inclusive, to microseconds since midnight."""
    parts = str(value).strip().split(":")
    if not 2 <= len(parts) <= 3 or not all(part.replace(".", "", 1).isdecimal() for part in parts):
        raise ValueError(NOT_A_TIME)
    hours, minutes = int(parts[0]), int(parts[1])
    seconds = Decimal(parts[2] if len(parts) > 2 else 0)
    fraction = int(round_half_up(seconds * MICROSECONDS_PER_SECOND, 0))
    microseconds = (hours * 3600 + minutes * 60) * MICROSECONDS_PER_SECOND + fraction
    is_within_a_day = 0 <= microseconds <= SECONDS_PER_DAY * MICROSECONDS_PER_SECOND
    if not is_within_a_day or minutes > 59 or seconds >= 60:
        raise ValueError(NOT_A_TIME)
    return microseconds


def parse_duration(value: Any) -> int:
    """Parse a time of MySQL, which may be negative or longer than a day, to microseconds."""
    match = DURATION.fullmatch(str(value))
    if match is None:
        raise ValueError(NOT_A_TIME)
    hours, minutes = int(match["hours"]), int(match["minutes"])
    seconds = Decimal(match["seconds"]) + (hours * 60 + minutes) * 60
    microseconds = int(seconds * MICROSECONDS_PER_SECOND)
    return -microseconds if match["minus"] else microseconds


def format_time(microseconds: int) -> str:
    """Format as ``12:34:56``, with a fraction only where there is one."""
    seconds, fraction = divmod(microseconds, MICROSECONDS_PER_SECOND)
    text = f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    return f"{text}.{fraction:06}".rstrip("0") if fraction else text


def parse_uuid(value: Any) -> str:
    """Parse a UUID to lower case with hyphens, the notation of PostgreSQL."""
    try:
        return str(UUID(str(value)))
    except ValueError as error:
        raise ValueError("is not a UUID") from error


def parse_json_text(document: Any) -> Any:
    """Parse a JSON value that is a text itself, as Directus does on PostgreSQL.

    Returns any other value, and a text that is not JSON, unchanged.
    """
    if not isinstance(document, str):
        return document
    try:
        return orjson.loads(document)
    except orjson.JSONDecodeError:
        return document
