"""Whether everything has arrived, once and whole, and nothing is left of the way there: asked by
SQL."""

import json
from typing import Any

from sidecar.migration.instance.journal import NAMES
from sidecar.migration.schema.loading_mode import NOTE
from sidecar.resources.system import JOURNAL, LEASE
from tests.integration import oracle, system_oracle
from tests.resilience.lab import OWN_FLOW, Lab
from tests.stack.dump import Table, dump
from tests.stack.seed import COUNTS

CONTENT = [*COUNTS, "directus_files", "directus_folders"]
# Both sides describe the same project, under numbers of their own.
SCHEMA = {"directus_collections": (), "directus_fields": ("id",), "directus_relations": ("id",)}


def faults(lab: Lab) -> list[str]:
    """A line for each thing that is not as it has to be after a migration."""
    source, after = dump(lab.source.database), dump(lab.destination.database)
    return [
        *oracle.differences(lab.source.database, lab.destination.database, CONTENT),
        *(
            f"{table}: {len(source[table])} rows became {len(after[table])}"
            for table in CONTENT
            if len(source[table]) != len(after[table])
        ),
        *system_oracle.differences(source, lab.before, after, lab.source.version),
        *(
            f"{table}: {row}"
            for table, own in SCHEMA.items()
            for row in _differing(source[table], after[table], own)
        ),
        *(
            f"{row['collection']} is in loading mode"
            for row in after["directus_collections"]
            if row["note"] == NOTE
        ),
        *(
            f"left behind: {row}"
            for row in after["directus_presets"]
            if row["collection"] == LEASE
            or (row["collection"] == JOURNAL and _is_open(row["layout_options"]))
        ),
        *(
            f"the own flow is {row['status']}"
            for row in after["directus_flows"]
            if row["id"] == OWN_FLOW and row["status"] != "active"
        ),
        *(
            f"the own flow ran: {row}"
            for row in after["directus_translations"]
            if row["key"] == "flow_ran"
        ),
    ]


def _is_open(entries: Any) -> bool:
    """Whether a journal names something that is not finished. It may go on to name references."""
    entries = json.loads(entries) if isinstance(entries, str) else entries
    return any(entries[name] for name in NAMES)


def _differing(here: Table, there: Table, own: tuple[str, ...]) -> list[Any]:
    """Rows of one side that the other does not have."""
    left, right = (
        {
            repr(sorted((name, value) for name, value in row.items() if name not in own))
            for row in rows
        }
        for rows in (here, there)
    )
    return sorted(left ^ right)
