"""What a check says about columns between equal databases; between others it belongs to Force."""

from collections import defaultdict
from collections.abc import Iterator

from sidecar.migration.check.listing import list_names
from sidecar.migration.instance.instance import Instance
from sidecar.migration.report.findings import Finding
from sidecar.migration.schema.column_findings import column_findings


def review_columns(source: Instance, destination: Instance) -> Iterator[Finding]:
    """A finding for each reason why columns do not arrive as they are. Sends nothing."""
    if source.vendor != destination.vendor:
        return
    names: dict[tuple[str, str], list[str]] = defaultdict(list)
    for collection, column, code, message in column_findings(source, destination):
        names[code, message].append(f"{collection}.{column}")
    for (code, message), columns in names.items():
        yield Finding(code, f"{list_names(columns)}: {message}")
