"""What becomes of a column of the source at the destination, as one value.

Every column has such a decision, whatever the databases. The desired snapshot, the check, the notes
of a run and the rows that travel follow it.
"""

from dataclasses import dataclass

from sidecar.directus.client import Row

# Codes of findings.
UNKNOWN_TYPE = "UNKNOWN_TYPE"
GENERATED = "GENERATED"
CANNOT_TRAVEL = "CANNOT_TRAVEL"
MADE_AS = "MADE_AS"
DEFAULT_LOST = "DEFAULT_LOST"
COUNTER_LOST = "COUNTER_LOST"
UNREADABLE_FIELD = "UNREADABLE_FIELD"


@dataclass(frozen=True, slots=True)
class ColumnFinding:
    """What to know about a column that does not arrive as it is. ``message`` does not name it."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class ColumnDecision:
    """How the destination gets a column."""

    # The field as a snapshot of the destination shows it afterwards. None: it cannot be made.
    field: Row | None
    # Empty: it is made as it is.
    findings: tuple[ColumnFinding, ...] = ()
