"""What became of the rows of a run, in numbers that add up and in one sentence."""

from collections.abc import Collection, Iterable
from dataclasses import astuple, dataclass
from typing import Literal

Outcome = Literal["created", "updated", "unchanged", "kept", "problem", "not_selected"]
REAL: dict[str, str] = {
    "created": "created",
    "updated": "updated",
    "unchanged": "unchanged",
    "kept": "kept as at the destination",
    "problem": "with problems",
    "not_selected": "left out",
}
DRY: dict[str, str] = {**REAL, "created": "to create", "updated": "to update"}
ARRIVED = "Everything arrived and was verified: "
ARRIVED_AS_SHOWN = "Everything that Directus shows arrived and was verified: "


@dataclass(slots=True)
class Outcomes:
    """The rows of one resource. Each row at the source is in exactly one of these numbers.

    A dry run counts what would become of them.
    """

    created: int = 0
    # The destination had them before, and this run set what they lacked, or what differed.
    updated: int = 0
    # The destination had them before, and they are the same.
    unchanged: int = 0
    # The destination had them before with other values. A note says which.
    kept: int = 0
    # A problem names them.
    problem: int = 0
    # Left out by choice or by design, or left to the next run. A note says why.
    not_selected: int = 0

    @property
    def total(self) -> int:
        """All rows at the source."""
        return sum(astuple(self))

    def add(self, outcome: Outcome, rows: int = 1) -> None:
        """Count ``rows`` more."""
        setattr(self, outcome, getattr(self, outcome) + rows)

    def move(self, target: Outcome, *sources: Outcome) -> None:
        """Count one row as ``target`` instead, from the first of ``sources`` that has any."""
        source = next((name for name in sources if getattr(self, name)), None)
        if source:
            self.add(source, -1)
            self.add(target)


def sum_of(parts: Iterable[Outcomes]) -> Outcomes:
    """All of ``parts`` together."""
    total = Outcomes()
    for part in parts:
        for name in REAL:
            setattr(total, name, getattr(total, name) + getattr(part, name))
    return total


def describe(
    parts: Collection[Outcomes], verified: int, *, dry_run: bool, as_shown: bool, problems: int
) -> str:
    """A sentence about all rows of a run that has come to its end."""
    rows = sum_of(parts)
    words = DRY if dry_run else REAL
    counts = [(name, getattr(rows, name)) for name in REAL if getattr(rows, name)]
    listed = ", ".join(f"{number:,} {words[name]}" for name, number in counts)
    line = f"of {rows.total:,} rows at the source, {listed}" if counts else "the source has no rows"
    if dry_run:
        return f"{_capitalized(line)}. Nothing was written."
    if verified == rows.total and not problems:
        return f"{ARRIVED_AS_SHOWN if as_shown else ARRIVED}{line}."
    return f"{_capitalized(line)}. {verified:,} of {rows.total:,} rows were compared and are equal."


def _capitalized(line: str) -> str:
    return line[:1].upper() + line[1:]
