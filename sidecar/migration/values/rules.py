"""What becomes of the values of one column between two vendors: a rule for each type that the
destination may have.

What is here was tried with Directus 11.17.4 on SQLite, PostgreSQL 15 and MariaDB: what each shows
of what it was given, and what it refuses. A rule that has nothing to do is none.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from math import isinf
from typing import Any

from sidecar.migration.values import parsers as forms
from sidecar.resources.base import Column
from sidecar.resources.vendors import MAX_EXACT_INTEGER, MYSQL, POSTGRES, SQLITE

Form = Callable[[Any], Any]
TEXT_BYTES = 65_535
VARCHAR = 255
# What Directus makes where nobody asks for another size.
DECIMAL_DIGITS, DECIMAL_SCALE = 10, 5
INTEGERS: Mapping[str, tuple[int, int]] = {
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
FIRST_TIMESTAMP = forms.moment("1970-01-01T00:00:01Z")
LAST_TIMESTAMP = forms.moment("2038-01-19T03:14:07.999Z")
FIRST_YEAR, LAST_YEAR = 100, 9999
ROUNDS = 4
TO_SECONDS = "kept to whole seconds, which is all that the destination's column keeps"
BEYOND_EXACT = (
    "arrives as the source shows it, but at the destination Directus reads integers beyond 2^53 as "
    "floating-point numbers, so it is compared no more exactly than that"
)
IN_SECONDS = (
    "arrives as the source shows it, but at the destination Directus shows it in whole seconds, "
    "so fractions of a second are not compared"
)


def same(value: Any) -> Any:
    return value


@dataclass(frozen=True, slots=True)
class Pair:
    """A column at the source, the one that takes its values at the destination, and the vendors of
    both."""

    here: Column
    there: Column
    source: str
    destination: str


@dataclass(frozen=True, slots=True)
class Rule:
    """``parse`` finds out what a shown value means, ``keep`` what the destination's column keeps of
    it (``kept`` says that in words, where that is less), ``show`` how it is written;
    ``compare_key`` is by what both sides are compared.

    ``shown`` says in words what the destination shows of what it keeps, where ``compare_key`` has
    to make do with less.

    ``parse``, ``keep`` and ``check`` raise ValueError with the reason for what the destination
    cannot hold; where it is not ``strict`` it takes anything. ``words`` name what is compared
    otherwise than as it is shown; empty: nothing.
    """

    words: str = ""
    parse: Form = same
    keep: Form = same
    check: Form = same
    show: Form | None = None
    compare_key: Form = same
    kept: str = ""
    shown: str = ""
    strict: bool = True


def rule_for(pair: Pair) -> Rule | None:
    """The rule for a column; None where the destination shows and holds whatever the source
    shows."""
    make = RULES.get(pair.there.type)
    return make(pair) if make else None


def _boolean(pair: Pair) -> Rule:
    as_truth = pair.destination == POSTGRES or "cast-boolean" in pair.there.special
    return Rule(
        "truth, which some databases show as 0 and 1",
        forms.truth,
        show=bool if as_truth else int,
        strict=pair.destination != SQLITE,
    )


def _integer(pair: Pair) -> Rule | None:
    is_big = "bigInteger" in (pair.there.type, pair.here.type) or pair.there.data_type.startswith(
        "bigint"
    )
    if pair.destination == SQLITE and not is_big:
        return None
    size = "bigint" if pair.destination == SQLITE else pair.there.data_type
    least, most = INTEGERS.get(size, INTEGERS["bigint" if is_big else "integer"])

    def check(number: int) -> None:
        if not least <= number <= most:
            raise ValueError(f"is not between {least} and {most}")

    # PostgreSQL's driver gives its bigints as text.
    as_text = pair.destination == POSTGRES and pair.there.data_type == "bigint"
    if not is_big:
        return Rule("", forms.whole, check=check, strict=pair.destination != SQLITE)
    return Rule(
        "whole numbers by their value; those beyond 2^53 only as exactly as Directus reads them",
        forms.whole,
        check=check,
        show=str if as_text else _exact_or_text,
        compare_key=_exact_or_float,
        shown="" if pair.destination == POSTGRES else BEYOND_EXACT,
        strict=pair.destination != SQLITE,
    )


def _exact_or_text(number: int) -> int | str:
    return number if abs(number) <= MAX_EXACT_INTEGER else str(number)


def _exact_or_float(number: int) -> int | float:
    return number if abs(number) <= MAX_EXACT_INTEGER else float(number)


def _float(pair: Pair) -> Rule:
    if pair.destination == SQLITE or pair.there.data_type.startswith("double"):
        return Rule(
            "numbers by their value",
            forms.exact,
            _as_double,
            show=float,
            compare_key=float,
            kept="kept as a number of double precision",
            strict=pair.destination != SQLITE,
        )
    if pair.destination == POSTGRES:
        return Rule(
            "numbers by their value in single precision",
            forms.exact,
            _as_single,
            show=float,
            compare_key=float,
            kept=(
                "kept in single precision (about 7 digits), which is all that the destination's "
                "column keeps"
            ),
        )
    digits, scale = _sizes(pair.there)
    return Rule(
        "numbers by their value in single precision",
        forms.exact,
        keep=lambda number: _as_mysql_float(number, scale),
        check=_below(digits - scale),
        show=float,
        compare_key=float,
        kept=(
            f"kept in single precision (about 7 digits) and to {scale} digits after the point, "
            "which is all that the destination's column keeps"
        ),
    )


def _as_double(number: Decimal) -> Decimal:
    kept = float(number)
    if isinf(kept):
        raise ValueError("is too large a number")
    return Decimal(repr(kept))


def _as_single(number: Decimal) -> Decimal:
    kept = forms.single(float(number))
    if number and not kept and number.adjusted() < -37:
        raise ValueError("is too small a number")
    return Decimal(repr(kept))


def _as_mysql_float(number: Decimal, scale: int) -> Decimal:
    """What is left of ``number`` when it is written, shown and written again."""
    kept = float(number)
    for _ in range(ROUNDS):
        kept, before = forms.single(forms.cut_by_mysql(kept, scale)), kept
        if kept == before:
            break
    return Decimal(repr(kept))


def _decimal(pair: Pair) -> Rule:
    if pair.destination == SQLITE:
        return _float(pair)
    if pair.destination == POSTGRES and pair.there.data_type and pair.there.precision is None:
        return Rule(
            "numbers by their value", forms.exact, show=forms.plain, compare_key=forms.plain
        )
    digits, scale = _sizes(pair.there)
    return Rule(
        "numbers by their value",
        forms.exact,
        lambda number: forms.rounded(number, scale),
        _below(digits - scale),
        forms.plain,
        forms.plain,
        kept=(
            f"kept to {scale} digits after the point, which is all that the destination's column "
            "keeps"
        ),
    )


def _sizes(column: Column) -> tuple[int, int]:
    digits = DECIMAL_DIGITS if column.precision is None else column.precision
    return digits, DECIMAL_SCALE if column.scale is None else column.scale


def _below(digits: int) -> Form:
    def check(number: Decimal) -> None:
        if abs(number) >= Decimal(10) ** digits:
            raise ValueError(f"has more than {digits} digits before the point")

    return check


def _date(pair: Pair) -> Rule:
    return Rule(
        parse=forms.day,
        check=_check_year if pair.destination == MYSQL else same,
        show=same,
        strict=pair.destination != SQLITE,
    )


def _check_year(value: Any) -> None:
    year = int(forms.day(value).lstrip("+").partition("-")[0] or -1)
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValueError(
            f"is not of the years {FIRST_YEAR} to {LAST_YEAR}, which is all that Directus reads "
            "on MySQL"
        )


def _time(pair: Pair) -> Rule:
    whole = pair.destination == MYSQL
    return Rule(
        "times of the day by their value",
        forms.clock,
        _whole_seconds if whole else same,
        show=forms.clock_text,
        kept=TO_SECONDS,
        strict=pair.destination != SQLITE,
    )


def _whole_seconds(micros: int) -> int:
    return micros // forms.MICRO * forms.MICRO


def _moment(pair: Pair) -> Rule | None:
    kinds = {pair.here.type, pair.there.type}
    if kinds == {"dateTime"}:
        return Rule(
            parse=forms.wall_clock,
            check=_check_year if pair.destination == MYSQL else same,
            show=same,
            strict=pair.destination != SQLITE,
        )
    # Directus' own dates on SQLite are shown in whole seconds, in the zone of the server.
    rough = "dateTime" in kinds
    on_mysql = pair.destination == MYSQL and pair.there.type == "timestamp"
    return Rule(
        "moments to the second" if rough or on_mysql else "moments by the instant",
        forms.moment,
        keep=_floor_second if on_mysql else same,
        check=_check_timestamp if on_mysql else same,
        show=None if rough else forms.iso,
        compare_key=_floor_second if rough else same,
        shown=IN_SECONDS if pair.destination == SQLITE else "",
        kept=TO_SECONDS,
        strict=pair.destination != SQLITE,
    )


def _floor_second(milliseconds: int) -> int:
    return milliseconds // 1000 * 1000


def _check_timestamp(milliseconds: int) -> None:
    if not FIRST_TIMESTAMP <= milliseconds <= LAST_TIMESTAMP:
        raise ValueError(
            "is not between 1970 and 19 January 2038, as a timestamp of MySQL has to be"
        )


def _json(pair: Pair) -> Rule | None:
    return Rule(compare_key=forms.parsed) if POSTGRES in (pair.source, pair.destination) else None


def _text(pair: Pair) -> Rule | None:
    there = pair.there
    if pair.destination == SQLITE:
        return None
    if pair.destination == POSTGRES:
        # Texts without a length have a negative one.
        return Rule(
            check=_check_text(most=there.size if (there.size or 0) > 0 else None, zero="PostgreSQL")
        )
    if there.type in ("text", "csv") or "text" in there.data_type:
        return Rule(check=_check_text(most_bytes=there.size or TEXT_BYTES))
    return Rule(
        check=_check_text(most=there.size or VARCHAR, cuts_spaces=there.data_type == "char")
    )


def _check_text(
    *,
    most: int | None = None,
    most_bytes: int | None = None,
    zero: str = "",
    cuts_spaces: bool = False,
) -> Form:
    def check(value: Any) -> None:
        text = ",".join(map(str, value)) if isinstance(value, list) else str(value)
        if zero and "\0" in text:
            raise ValueError(f"has a NUL character, which {zero} cannot hold")
        if most is not None and len(text) > most:
            raise ValueError(
                f"has {len(text)} characters, and the destination's column holds {most}"
            )
        if (
            most_bytes is not None
            and len(text) * 4 > most_bytes
            and (size := len(text.encode())) > most_bytes
        ):
            raise ValueError(f"has {size} bytes, and the destination's column holds {most_bytes}")
        if cuts_spaces and text.endswith(" "):
            raise ValueError("ends with a space, which the destination's column would cut off")

    return check


def _uuid(pair: Pair) -> Rule | None:
    if pair.destination == POSTGRES:
        return Rule("ids in lower case", forms.uuid_text, show=same)
    return _text(pair)


RULES: Mapping[str, Callable[[Pair], Rule | None]] = {
    "boolean": _boolean,
    "integer": _integer,
    "bigInteger": _integer,
    "float": _float,
    "decimal": _decimal,
    "date": _date,
    "time": _time,
    "dateTime": _moment,
    "timestamp": _moment,
    "json": _json,
    "string": _text,
    "text": _text,
    "csv": _text,
    "hash": _text,
    "uuid": _uuid,
}
