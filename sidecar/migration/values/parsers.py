"""What a value is, however a database shows it, and how another one shows the same. Pure functions
of one value.

Each vendor's notation was seen by REST: numbers come as texts where JavaScript could not hold them
(PostgreSQL's bigint, every decimal), truth as 0 and 1, the first moment of 1970 as the number 0
(SQLite).
"""

import math
import re
import struct
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation
from typing import Any
from uuid import UUID

import orjson

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
TRUTH = {0: False, 1: True, "0": False, "1": True, "false": False, "true": True}
DIGITS_OF_SINGLE = range(6, 10)
DAY = 86_400
DATE = re.compile(r"[+-]?\d{4,}-\d\d-\d\d")
# No column of any vendor has more digits.
WIDE = Context(prec=1_000)
MICRO = 1_000_000


def truth(value: Any) -> bool:
    """Raises ValueError for what is neither true nor false."""
    if isinstance(value, bool):
        return value
    if value not in TRUTH:
        raise ValueError("is neither true nor false")
    return TRUTH[value]


def whole(value: Any) -> int:
    """Raises ValueError for what is no whole number."""
    number = exact(value)
    if number != number.to_integral_value():
        raise ValueError("is no whole number")
    return int(number)


def exact(value: Any) -> Decimal:
    """Raises ValueError for what is no number."""
    try:
        number = Decimal(repr(value) if isinstance(value, float) else str(value).strip())
    except InvalidOperation as error:
        raise ValueError("is no number") from error
    if isinstance(value, bool) or not number.is_finite():
        raise ValueError("is no number")
    return number


def double(value: Any) -> float:
    """Raises ValueError for what is no number."""
    return float(exact(value))


def rounded(number: Decimal, scale: int) -> Decimal:
    """To ``scale`` digits after the point, as SQL does: halves away from zero."""
    if number.as_tuple().exponent >= -scale:  # type: ignore[operator]
        return number
    return number.quantize(Decimal(1).scaleb(-scale), ROUND_HALF_UP, WIDE)


def single(number: float) -> float:
    """What a four-byte column keeps of ``number``, in as few digits as tell it from its neighbours.
    Raises ValueError when it is too large."""
    kept = _single(number)
    for digits in DIGITS_OF_SINGLE:
        short = float(f"{kept:.{digits}g}")
        if _fits(short) and _single(short) == kept:
            return short
    return kept


def cut_by_mysql(number: float, scale: int) -> float:
    """A float of MySQL to ``scale`` digits after the point, as MySQL itself counts them: upwards
    from the next whole number below, which costs small negative ones some of their digits."""
    below = math.floor(number)
    return below + round((number - below) * 10.0**scale) / 10.0**scale


def plain(number: Decimal) -> str:
    """In digits alone, and no more of them than it needs."""
    return format(number.normalize(WIDE), "f") if number else "0"


def _single(number: float) -> float:
    try:
        (kept,) = struct.unpack("<f", struct.pack("<f", number))
    except OverflowError as error:
        raise ValueError("is too large a number") from error
    return float(kept)


def _fits(number: float) -> bool:
    try:
        _single(number)
    except ValueError:
        return False
    return True


def moment(value: Any) -> int:
    """Milliseconds since 1970. A text without a zone is taken to be of UTC. Raises ValueError for
    what is no moment."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return int(value)
    try:
        found = datetime.fromisoformat(str(value))
    except ValueError as error:
        raise ValueError("is no moment of the years 1 to 9999") from error
    found = found if found.tzinfo else found.replace(tzinfo=UTC)
    return (found - EPOCH) // timedelta(milliseconds=1)


def iso(milliseconds: int) -> str:
    """A moment as Directus shows it."""
    found = EPOCH + timedelta(milliseconds=milliseconds)
    return found.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def day(value: Any) -> str:
    """A date. Raises ValueError for what is none."""
    return wall_clock(value).partition("T")[0].partition(" ")[0]


def wall_clock(value: Any) -> str:
    """A date and time without a zone. Raises ValueError for what is none."""
    text = iso(value)[:19] if isinstance(value, int) else str(value)
    if not DATE.match(text):
        raise ValueError("is no date")
    return text


def clock(value: Any) -> int:
    """Microseconds since midnight, at most a day. Raises ValueError for what is no time of the
    day."""
    parts = str(value).strip().split(":")
    if not 2 <= len(parts) <= 3 or not all(part.replace(".", "", 1).isdecimal() for part in parts):
        raise ValueError("is no time of the day")
    hours, minutes, seconds = (
        int(parts[0]),
        int(parts[1]),
        Decimal(parts[2] if len(parts) > 2 else 0),
    )
    micros = (hours * 3600 + minutes * 60) * MICRO + int(rounded(seconds * MICRO, 0))
    if not 0 <= micros <= DAY * MICRO or minutes > 59 or seconds >= 60:
        raise ValueError("is no time of the day")
    return micros


def clock_text(micros: int) -> str:
    """A time of the day, with no more digits than it needs."""
    seconds, fraction = divmod(micros, MICRO)
    text = f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    return f"{text}.{fraction:06}".rstrip("0") if fraction else text


def uuid_text(value: Any) -> str:
    """As PostgreSQL shows it. Raises ValueError for what is no uuid."""
    try:
        return str(UUID(str(value)))
    except ValueError as error:
        raise ValueError("is no uuid") from error


def parsed(document: Any) -> Any:
    """A document as PostgreSQL shows it, where Directus parses a text in JSON once more."""
    if not isinstance(document, str):
        return document
    try:
        return orjson.loads(document)
    except orjson.JSONDecodeError:
        return document
