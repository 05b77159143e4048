"""The filter for rows that were created or changed since a moment.

It goes by the dates that Directus sets, or else by the activity log. Of a collection with neither,
nobody can tell, so all of it travels.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from sidecar.migration.instance.instance import Instance
from sidecar.migration.instance.rows import Filter
from sidecar.resources.base import Column, Resource

# Rows that were being written at the moment may be dated before it.
OVERLAP = timedelta(minutes=5)
# Columns without a time zone have the time of the source's machine, wherever it is.
ANY_ZONE = timedelta(hours=14)
CREATED, UPDATED = "date-created", "date-updated"
ACTIONS = ("create", "update")
ACTIVITY = "directus_activity"


def moment_of(text: str) -> datetime:
    """A date or time in ISO 8601, without a zone in UTC, some minutes earlier."""
    moment = datetime.fromisoformat(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - OVERLAP


def filter_by_dates(source: Instance, resource: Resource, moment: datetime) -> Filter | None:
    """The filter by the columns in which Directus keeps when a row was created or changed. None:
    there are none."""
    columns = source.model.columns[resource.name].values()
    dated = [column for column in columns if {CREATED, UPDATED} & column.special]
    if not dated:
        return None
    # A row that was never changed has no date of a change, but one of its creation. Of a row with
    # neither nobody can tell.
    undated: list[Filter] = [{column.name: {"_null": True}} for column in dated]
    rules: list[Filter] = [{column.name: {"_gte": _as(column, moment)}} for column in dated]
    return {"_or": [*rules, {"_and": undated}]}


def _as(column: Column, moment: datetime) -> str:
    if column.type == "timestamp":
        return moment.isoformat(timespec="milliseconds")
    local = moment.astimezone(UTC) - ANY_ZONE
    if column.type == "date":
        return local.date().isoformat()
    return local.replace(tzinfo=None).isoformat(timespec="milliseconds")


def has_activity(source: Instance, resource: Resource) -> bool:
    """Whether Directus logs who changes rows of ``resource``."""
    for row in source.collections:
        if row["collection"] == resource.name:
            return (row.get("meta") or {}).get("accountability") is not None
    return False


def log_reaches(source: Instance, moment: datetime) -> bool:
    """Whether the activity log goes back to ``moment``. Directus can be set to delete old entries.
    Reads only. Raises DirectusError."""
    log = source.resource(ACTIVITY)
    earlier: Filter = {"timestamp": {"_lt": moment.isoformat(timespec="milliseconds")}}
    first: Filter = {log.key: {"_eq": 1}}
    return source.all_rows.count(log, {"_or": [earlier, first]}) > 0


def keys_by_activity(source: Instance, resource: Resource, moment: datetime) -> Iterator[list[Any]]:
    """The keys, as texts, of rows that the activity log has as created or changed, in portions."""
    asked: Filter = {
        "_and": [
            {"collection": {"_eq": resource.name}},
            {"action": {"_in": list(ACTIONS)}},
            {"timestamp": {"_gte": moment.isoformat(timespec="milliseconds")}},
        ]
    }
    log = source.resource(ACTIVITY)
    for page in source.all_rows.pages(log, [log.key, "item"], asked):
        yield [row["item"] for row in page]
