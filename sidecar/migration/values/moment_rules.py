"""Rules for dates, times and timestamps."""

from typing import Any

from sidecar.migration.values.parsers import (
    MICROSECONDS_PER_SECOND,
    format_time,
    format_timestamp,
    parse_date,
    parse_datetime,
    parse_duration,
    parse_time,
    parse_timestamp,
)
from sidecar.migration.values.rule import ColumnPair, Convert, Rule, accept, unchanged
from sidecar.resources.vendors import MYSQL, SQLITE

MIN_TIMESTAMP = parse_timestamp("1970-01-01T00:00:01Z")
MAX_TIMESTAMP = parse_timestamp("2038-01-19T03:14:07.999Z")
MIN_YEAR, MAX_YEAR = 100, 9999
MILLISECONDS_PER_SECOND = 1_000
WHOLE_SECONDS = "cut to whole seconds, because the destination's column stores no fractions"
SHOWN_IN_SECONDS = (
    "stored as the source shows it. At the destination, Directus shows whole seconds, so fractions "
    "of a second are not compared"
)
MAY_BE_CUT = (
    "cut to whole seconds, unless the destination's column stores fractions: Directus creates such "
    "columns without"
)
WRONG_YEAR = (
    f"is outside of the years {MIN_YEAR} to {MAX_YEAR}, and Directus reads no others on MySQL"
)
WRONG_TIMESTAMP = "is not between 1970 and 19 January 2038, the range of a timestamp on MySQL"


def date_rule(pair: ColumnPair) -> Rule:
    """Dates lose the time that a source without column types may have beside them."""
    return Rule(
        parse=parse_date,
        check=_check_year if pair.destination_vendor == MYSQL else accept,
        encode=unchanged,
        strict=pair.is_strict,
    )


def time_rule(pair: ColumnPair) -> Rule:
    """Times of day lose fractions of a second on MySQL."""
    return Rule(
        comparison_note="times of day by their value",
        parse=parse_time,
        store=_cut_microseconds if pair.destination_vendor == MYSQL else unchanged,
        encode=format_time,
        rounding_note=WHOLE_SECONDS,
        strict=pair.is_strict,
    )


def fraction_rule(field_type: str) -> Rule | None:
    """The rule for a column between two databases of MySQL. Directus does not show how many digits
    of a second a column has, and creates columns without any. None: it loses nothing that way."""
    steps: dict[str, tuple[Convert, Convert]] = {
        "time": (parse_duration, _without_microseconds),
        "timestamp": (parse_timestamp, _cut_milliseconds),
    }
    if field_type not in steps:
        return None
    parse, cut = steps[field_type]
    return Rule(parse=parse, may_store=cut, rounding_note=MAY_BE_CUT, strict=False)


def moment_rule(pair: ColumnPair) -> Rule:
    """The rule for the types ``dateTime`` (without a time zone) and ``timestamp`` (an instant)."""
    types = {pair.source_column.type, pair.destination_column.type}
    return _datetime_rule(pair) if types == {"dateTime"} else _timestamp_rule(pair, types)


def _datetime_rule(pair: ColumnPair) -> Rule:
    return Rule(
        parse=parse_datetime,
        check=_check_year if pair.destination_vendor == MYSQL else accept,
        encode=unchanged,
        compare_key=_with_time,
        strict=pair.is_strict,
    )


def _timestamp_rule(pair: ColumnPair, types: set[str]) -> Rule:
    # On SQLite, Directus shows the timestamps of its own tables as dateTime: in whole seconds and
    # in the time zone of the server.
    is_mixed = "dateTime" in types
    is_mysql = pair.destination_vendor == MYSQL and pair.destination_column.type == "timestamp"
    return Rule(
        comparison_note="moments to the second"
        if is_mixed or is_mysql
        else "moments by their value",
        parse=parse_timestamp,
        store=_cut_milliseconds if is_mysql else unchanged,
        check=_check_timestamp if is_mysql else accept,
        encode=None if is_mixed else format_timestamp,
        compare_key=_cut_milliseconds if is_mixed else unchanged,
        rounding_note=WHOLE_SECONDS,
        inexact_note=SHOWN_IN_SECONDS if pair.destination_vendor == SQLITE else "",
        strict=pair.is_strict,
    )


def _with_time(value: str) -> str:
    """A date is shown without a time, until its column becomes a dateTime."""
    return value if "T" in value or " " in value else f"{value}T00:00:00"


def _cut_microseconds(microseconds: int) -> int:
    return microseconds // MICROSECONDS_PER_SECOND * MICROSECONDS_PER_SECOND


def _without_microseconds(microseconds: int) -> int:
    """As MySQL does it: towards zero."""
    seconds = abs(microseconds) // MICROSECONDS_PER_SECOND * MICROSECONDS_PER_SECOND
    return seconds if microseconds >= 0 else -seconds


def _cut_milliseconds(milliseconds: int) -> int:
    return milliseconds // MILLISECONDS_PER_SECOND * MILLISECONDS_PER_SECOND


def _check_year(value: Any) -> None:
    year = int(parse_date(value).lstrip("+").partition("-")[0] or -1)
    if not MIN_YEAR <= year <= MAX_YEAR:
        raise ValueError(WRONG_YEAR)


def _check_timestamp(milliseconds: int) -> None:
    if not MIN_TIMESTAMP <= milliseconds <= MAX_TIMESTAMP:
        raise ValueError(WRONG_TIMESTAMP)
