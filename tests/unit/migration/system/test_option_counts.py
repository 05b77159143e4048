"""The form shows how much each option moves."""

from dataclasses import replace

from sidecar.migration.system.option_counts import count_rows_by_option
from sidecar.options import OPTIONS
from sidecar.resources.base import FLOWS, OPERATIONS, TRANSLATIONS
from tests.unit.instances import column, instance
from tests.unit.memory import MemoryRows


def test_rows_are_added_up_by_option_and_what_always_moves_is_not_counted() -> None:
    rows = MemoryRows()
    for name, count in ((FLOWS, 2), (OPERATIONS, 3), (TRANSLATIONS, 5)):
        rows.tables[name] = {number: {"id": number} for number in range(count)}
    keys = [column(name, "id", key=True) for name in (FLOWS, OPERATIONS, TRANSLATIONS)]
    totals = count_rows_by_option(replace(instance("12.4.0", *keys), rows=rows))
    assert totals == {**dict.fromkeys(OPTIONS, 0), "flows": 5}
