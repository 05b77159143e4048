"""What Directus does not show as the database stores it, as data.

The table was found by tests/integration/test_display.py, which writes by SQL and reads by REST, and
the other way round. docs/limits.md shows it, and the plan of a run names the columns that it
concerns.
"""

from dataclasses import dataclass
from typing import Any, Literal

from sidecar.resources.base import Column
from sidecar.resources.vendors import MYSQL, POSTGRES, SQLITE

NOT_SHOWN, INEXACT, PADDED = "NOT_SHOWN", "INEXACT", "PADDED"
# The notes with these codes say that the verification cannot see everything.
CODES = frozenset({NOT_SHOWN, INEXACT})
VENDORS = frozenset({SQLITE, POSTGRES, MYSQL})

# How it is known that a value loses something:
# stored      a filter by the value that Directus shows does not find the row
# null        Directus shows null, and a filter finds that the database has a value
# numbers     a JSON document shows a number with more digits than a double always keeps
# padded      a text ends with spaces, and the destination's column keeps them
# six digits  Directus shows six digits of a number, so there may be more
# texts       Directus shows a text where it expects JSON
# extremes    the smallest or largest integer is beyond 2^53
Evidence = Literal["stored", "null", "numbers", "padded", "six digits", "texts", "extremes"]


@dataclass(frozen=True, slots=True)
class DisplayLoss:
    """What columns of some types lose when Directus shows and writes their values."""

    vendors: frozenset[str]
    # Directus' types.
    types: frozenset[str]
    evidence: Evidence
    # What is lost, for docs/limits.md.
    what: str
    # What happens to it, for the notes of a run.
    message: str
    code: str = NOT_SHOWN
    # The database's types. Empty: all.
    data_types: frozenset[str] = frozenset()
    # The database's types that are left out.
    other_data_types: frozenset[str] = frozenset()
    # A special that the field has. None: any field.
    special: str | None = None
    # Only columns without a fixed number of decimals.
    without_scale: bool = False

    def concerns(self, vendor: str, column: Column) -> bool:
        """Whether ``column`` of a database can hold what is lost."""
        return (
            vendor in self.vendors
            and column.type in self.types
            and (not self.data_types or column.data_type.lower() in self.data_types)
            and column.data_type.lower() not in self.other_data_types
            and (self.special is None or self.special in column.special)
            and (column.scale is None or not self.without_scale)
        )


def _loss(
    vendors: str, types: str, evidence: Evidence, what: str, message: str, **rest: Any
) -> DisplayLoss:
    """``vendors`` and ``types`` are separated by spaces."""
    return DisplayLoss(
        frozenset(vendors.split()), frozenset(types.split()), evidence, what, message, **rest
    )


ALL = f"{SQLITE} {POSTGRES} {MYSQL}"
DISPLAY_LOSSES: tuple[DisplayLoss, ...] = (
    _loss(
        f"{SQLITE} {POSTGRES}",
        "dateTime",
        "stored",
        "fractions of a second, and the hour of times that the clocks of the source's server skip "
        "or repeat when they change",
        "Directus shows whole seconds, and another time where the clocks of its server change. "
        "It arrives as Directus shows it",
    ),
    _loss(
        MYSQL,
        "dateTime",
        "stored",
        "the same, and the century of the years 1 to 99",
        "Directus shows whole seconds, another time where the clocks of its server change, and "
        "another century for the years 1 to 99. It arrives as Directus shows it",
    ),
    _loss(
        f"{SQLITE} {POSTGRES}",
        "timestamp",
        "stored",
        "fractions of a millisecond",
        "Directus shows milliseconds. Finer fractions are lost",
    ),
    _loss(
        MYSQL,
        "timestamp",
        "stored",
        "fractions of a millisecond, and the hour of times that the clocks of the source's server "
        "skip",
        "Directus shows milliseconds, and another time where the clocks of its server change. It "
        "arrives as Directus shows it",
    ),
    _loss(
        f"{POSTGRES} {SQLITE}",
        "float",
        "stored",
        "NaN and infinity",
        "Directus shows NaN and infinity as null, so null arrives",
    ),
    _loss(
        MYSQL,
        "float",
        "six digits",
        "digits after the sixth",
        "Directus shows six digits. If the source stores more of them, they are lost",
        code=INEXACT,
        data_types=frozenset({"float"}),
        without_scale=True,
    ),
    _loss(
        ALL,
        "json",
        "numbers",
        "digits of numbers in JSON after the seventeenth",
        "Directus rounds numbers in JSON to double precision. Numbers of more than 15 digits and "
        "integers beyond 2^53 may differ from those that are stored",
        code=INEXACT,
    ),
    _loss(
        ALL,
        "json",
        "null",
        "the difference between JSON's null and no value",
        "Directus shows JSON's null as no value, so no value (SQL's NULL) arrives",
    ),
    _loss(
        ALL,
        "json",
        "texts",
        "that a text is not JSON, in fields with the special `cast-json`",
        "Directus takes it for JSON. A text that is not JSON arrives as a JSON text, in quotes",
        other_data_types=frozenset({"json", "jsonb"}),
        special="cast-json",
    ),
    _loss(
        ALL,
        "string text",
        "null",
        "the difference between an empty text and no value, in fields with the special "
        "`cast-boolean`",
        "Directus shows an empty text as no value, so no value (SQL's NULL) arrives",
        special="cast-boolean",
    ),
    _loss(
        f"{SQLITE} {MYSQL}",
        "bigInteger",
        "extremes",
        "integers beyond 2^53",
        "Directus reads integers beyond 2^53 as floating-point numbers on the source's database",
        code=INEXACT,
    ),
    _loss(
        MYSQL,
        "date",
        "stored",
        "the date 0000-00-00, and the century of the years 1 to 99",
        "Directus shows another date for 0000-00-00 and for the years 1 to 99, and that one "
        "arrives",
    ),
    _loss(
        SQLITE,
        "date",
        "stored",
        "that a date is stored as a text",
        "Directus stores dates as numbers of milliseconds, and this one arrives as such a number",
    ),
    _loss(
        POSTGRES,
        "string",
        "padded",
        "char(n) becomes varchar(n), with the spaces at the end that char(n) ignores",
        "the source's char ignores spaces at the end, and Directus shows them. The destination's "
        "column keeps them as part of the text",
        code=PADDED,
        data_types=frozenset({"character", "char", "bpchar"}),
    ),
)


def losses_of(vendor: str, column: Column) -> list[DisplayLoss]:
    """What the values of ``column`` can lose in a database of ``vendor``."""
    return [loss for loss in DISPLAY_LOSSES if loss.concerns(vendor, column)]
