"""Cells of two databases of one vendor, so that equal ones mean the same to whoever reads them
through Directus."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from tests.integration.system_oracle import as_text

Row = dict[str, Any]
ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
# On SQLite Directus shows the dates of some of its own tables in whole seconds.
WHOLE_SECONDS = {
    "directus_files": ("created_on", "uploaded_on"),
    "directus_flows": ("date_created",),
    "directus_operations": ("date_created",),
}


def canonical(row: Mapping[str, Any]) -> Row:
    """Ids and JSON as texts of one spelling, whether the driver has parsed them or not."""
    return {name: _text(value) for name, value in row.items()}


def mapped(table: str, row: Mapping[str, Any], ids: Mapping[str, str]) -> Row:
    """``row`` of the source with the destination's ``ids`` of people: in the texts of Directus' own
    tables, and where they are the whole value in the project's."""
    whole = not table.startswith("directus_")
    return {name: _mapped(value, ids, whole) for name, value in canonical(row).items()}


def cell(table: str, column: str, value: Any) -> Any:
    """``value`` as Directus shows it."""
    return rounded(value) if column in WHOLE_SECONDS.get(table, ()) else value


def rounded(value: Any) -> Any:
    """A moment in whole seconds: of milliseconds, as SQLite has them."""
    if isinstance(value, datetime):
        return value
    return value // 1000 * 1000 if isinstance(value, int) else value


def _mapped(value: Any, ids: Mapping[str, str], whole: bool) -> Any:
    if not isinstance(value, str):
        return value
    return ids.get(value, value) if whole else ID.sub(lambda one: ids.get(one[0], one[0]), value)


def _text(value: Any) -> Any:
    # JSON's null is one with the database's.
    return None if value == "null" else as_text(value)
