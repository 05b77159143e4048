"""What a numeric column of limited precision stores of a number. Pure functions."""

import math
import struct
from decimal import ROUND_HALF_UP, Context, Decimal

# No column of any database has more digits.
ALL_DIGITS = Context(prec=1_000)
# Every single-precision number is unique with nine digits; many need fewer.
DIGITS_OF_SINGLE = range(6, 10)
# Numbers below 10^-37 can become zero in single precision.
MIN_EXPONENT_OF_SINGLE = -37
# Writing, reading and writing again reaches a stable number within this many rounds.
MAX_ROUNDS = 4
TOO_LARGE = "is too large a number"


def round_half_up(number: Decimal, scale: int) -> Decimal:
    """Round to ``scale`` digits after the decimal point, halves away from zero, as SQL does."""
    if number.as_tuple().exponent >= -scale:  # type: ignore[operator]
        return number
    return number.quantize(Decimal(1).scaleb(-scale), ROUND_HALF_UP, ALL_DIGITS)


def to_double(number: Decimal) -> Decimal:
    """Round to double precision. Raises ValueError when the number is too large."""
    return Decimal(repr(_to_finite(number)))


def to_single(number: Decimal) -> Decimal:
    """Round to single precision. Raises ValueError when the number is too large or too small."""
    stored = shortest_single(float(number))
    if number and not stored and number.adjusted() < MIN_EXPONENT_OF_SINGLE:
        raise ValueError("is too small a number")
    return Decimal(repr(stored))


def to_mysql_float(number: Decimal, scale: int) -> Decimal:
    """Round to what a float of MySQL with ``scale`` digits after the decimal point stores.

    The result is stable: written and read again, it stays the same. Raises ValueError when the
    number is too large.
    """
    stored = _to_finite(number)
    for _ in range(MAX_ROUNDS):
        before = stored
        stored = shortest_single(_round_as_mysql(before, scale))
        if stored == before:
            break
    return Decimal(repr(stored))


def is_exact_in_single(number: Decimal) -> bool:
    """Whether single precision stores the number exactly as it is written."""
    try:
        return Decimal(repr(shortest_single(float(number)))) == number
    except ValueError:
        return False


def shortest_single(number: float) -> float:
    """Round to single precision, with the fewest digits that still name the same number.

    Raises ValueError when the number is too large.
    """
    stored = _through_four_bytes(number)
    for digits in DIGITS_OF_SINGLE:
        shorter = float(f"{stored:.{digits}g}")
        if _fits_four_bytes(shorter) and _through_four_bytes(shorter) == stored:
            return shorter
    return stored


def _to_finite(number: Decimal) -> float:
    stored = float(number)
    if math.isinf(stored):
        raise ValueError(TOO_LARGE)
    return stored


def _round_as_mysql(number: float, scale: int) -> float:
    """Round the distance to the next lower integer, as MySQL does.

    Small negative numbers lose some of their digits by that.
    """
    floor = math.floor(number)
    return floor + round((number - floor) * 10.0**scale) / 10.0**scale


def _through_four_bytes(number: float) -> float:
    try:
        (stored,) = struct.unpack("<f", struct.pack("<f", number))
    except OverflowError as error:
        raise ValueError(TOO_LARGE) from error
    return float(stored)


def _fits_four_bytes(number: float) -> bool:
    try:
        _through_four_bytes(number)
    except ValueError:
        return False
    return True
