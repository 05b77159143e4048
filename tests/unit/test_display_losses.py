"""The table of what Directus does not show, in itself and in docs/limits.md."""

from pathlib import Path

import pytest

from sidecar.migration.check.vendor_notes import VENDOR_NAMES
from sidecar.resources.base import Column
from sidecar.resources.display_losses import DISPLAY_LOSSES, DisplayLoss, losses_of

PAGE = Path(__file__).parents[2] / "docs" / "limits.md"
HEAD = ["| what is lost | in columns of type | on |", "|---|---|---|"]


def line_of(loss: DisplayLoss) -> str:
    types = ", ".join(sorted(loss.data_types or loss.types))
    vendors = ", ".join(name for vendor, name in VENDOR_NAMES.items() if vendor in loss.vendors)
    return f"| {loss.what} | {types} | {vendors} |"


def test_the_page_has_exactly_this_table() -> None:
    _, _, section = PAGE.read_text().partition("## What Directus does not show")
    table = [line for line in section.partition("\n#")[0].splitlines() if line.startswith("|")]
    assert table == [*HEAD, *(line_of(loss) for loss in DISPLAY_LOSSES)]


@pytest.mark.parametrize(
    ("vendor", "column", "evidence"),
    [
        ("postgres", Column("a", "dateTime"), ["stored"]),
        ("postgres", Column("a", "json"), ["numbers", "null"]),
        ("postgres", Column("a", "bigInteger"), []),
        ("sqlite", Column("a", "bigInteger"), ["extremes"]),
        ("postgres", Column("a", "string", data_type="character varying"), []),
        ("postgres", Column("a", "string", data_type="character"), ["padded"]),
        ("mysql", Column("a", "float", data_type="float"), ["six digits"]),
        ("mysql", Column("a", "float", data_type="float", scale=5), []),
        ("mysql", Column("a", "float", data_type="double"), []),
    ],
)
def test_a_column_can_lose_what_its_type_can_hold(
    vendor: str, column: Column, evidence: list[str]
) -> None:
    assert [loss.evidence for loss in losses_of(vendor, column)] == evidence
