"""What a case found out: lines of the table, each with the bar that it is held against."""

from dataclasses import dataclass
from statistics import median as _median


class MeasurementFailed(RuntimeError):
    """A case could not be measured; the message says why."""


@dataclass(frozen=True)
class Line:
    """One line of the table; ``holds`` is None where there is no bar, or nothing to hold against
    it."""

    case: str
    what: str
    ours: str
    reference: str = ""
    result: str = ""
    bar: str = ""
    holds: bool | None = None


def median(values: list[float]) -> float:
    """The middle one of several runs."""
    return _median(values)


def median_known(values: list[float | None]) -> float | None:
    """As ``median``; None when a run did not say."""
    known = [value for value in values if value is not None]
    return median(known) if known and len(known) == len(values) else None


def ratio(
    case: str,
    what: str,
    ours: float | None,
    reference: float,
    unit: str,
    note: str = "",
    *,
    most: float | None = None,
    least: float | None = None,
) -> Line:
    """``ours`` beside the ``reference`` of the same run, both in ``unit``; the bar is for ours /
    reference."""
    beside = _with_unit(reference, unit) + (f" ({note})" if note else "")
    if ours is None:
        return Line(case, what, "not reported", beside, "", _bar(" x", most, least))
    share = ours / reference
    return Line(
        case,
        what,
        _with_unit(ours, unit),
        beside,
        f"{share:.3f} x",
        _bar(" x", most, least),
        _holds(share, most, least),
    )


def amount(
    case: str, what: str, ours: float, unit: str, reference: str = "", *, most: float | None = None
) -> Line:
    """A number in ``unit`` with a bar of its own, or without one."""
    return Line(
        case,
        what,
        _with_unit(ours, unit),
        reference,
        "",
        _bar(f" {unit}", most, None),
        _holds(ours, most, None),
    )


def failed(case: str, message: str) -> Line:
    """The case could not be measured."""
    return Line(case, message, "failed", holds=False)


def _holds(value: float, most: float | None, least: float | None) -> bool | None:
    if most is None and least is None:
        return None
    return (most is None or value <= most) and (least is None or value >= least)


def _bar(unit: str, most: float | None, least: float | None) -> str:
    if most is not None:
        return f"<= {most:g}{unit}"
    return "" if least is None else f">= {least:g}{unit}"


def _with_unit(value: float, unit: str) -> str:
    digits = (
        0 if value == int(value) or value >= 1000 else 1 if value >= 100 else 2 if value >= 1 else 3
    )
    return f"{value:,.{digits}f} {unit}"
