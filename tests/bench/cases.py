"""What is measured, in this order; another case is one more file and one more line here."""

from collections.abc import Callable, Iterator

from tests.bench import (
    case_again,
    case_files,
    case_idle,
    case_large,
    case_rows,
    case_selection,
    case_shared,
    case_slow,
    case_small,
    case_update,
)
from tests.bench.lab import Effort
from tests.bench.lines import Line

CASES: dict[str, Callable[[Effort], Iterator[Line]]] = {
    "rows": case_rows.measure,
    "small": case_small.measure,
    "files": case_files.measure,
    "shared": case_shared.measure,
    "again": case_again.measure,
    "idle": case_idle.measure,
    "large": case_large.measure,
    "selection": case_selection.measure,
    "update": case_update.measure,
    "slow": case_slow.measure,
}
