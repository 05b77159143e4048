"""One side of a migration: which Directus it is, its data model, and how to read and write it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sidecar.directus.answers import parse_guard, rows_of
from sidecar.directus.client import Directus, Row
from sidecar.migration.concurrency import side_by_side
from sidecar.migration.instance.files import RestFiles
from sidecar.migration.instance.legacy import LegacyRows, has_comments_in_activity
from sidecar.migration.instance.rest_reader import RestRowReader
from sidecar.migration.instance.rest_writer import RestRowWriter
from sidecar.migration.instance.rows import RowReader, RowWriter
from sidecar.migration.instance.selected_rows import SelectedRows
from sidecar.migration.instance.software import require_names, vendor_of, version_of
from sidecar.resources.base import Resource, system_path
from sidecar.resources.data_model import build_data_model
from sidecar.resources.model import DataModel

SNAPSHOT, SERVER = "/schema/snapshot", "/server/info"
DESCRIPTION = ("/collections", "/fields", "/relations")
OLDEST_VERSION = "11.1.2"
BOOTSTRAPPED = ("/roles", "/policies")
ACTIVITY = ("id", "action", "timestamp", "user", "item")


class Exclusion(NamedTuple):
    """Why a collection is left out of a migration."""

    code: str
    # What happened and what to do.
    message: str


@dataclass(frozen=True, slots=True)
class Instance:
    """One side of a migration, as it was when it was inspected."""

    client: Directus = field(compare=False, repr=False)
    rows: RowReader = field(compare=False, repr=False)
    writer: RowWriter = field(compare=False, repr=False)
    files: RestFiles = field(compare=False, repr=False)
    url: str
    version: str
    vendor: str
    snapshot: Row
    collections: tuple[Row, ...]
    fields: tuple[Row, ...]
    relations: tuple[Row, ...]
    model: DataModel
    # Rows that older versions keep elsewhere. None: this version does not.
    legacy: LegacyRows | None = field(default=None, compare=False)
    # Collection and column of what REST cannot be asked for, and why, where that was inspected.
    unreadable_fields: Mapping[tuple[str, str], str] = field(default_factory=dict)
    # Collection and column of integers that need more than 32 bits, where that was inspected.
    wide: frozenset[tuple[str, str]] = frozenset()
    # Floating-point columns that need so many digits, in all and after the point.
    decimals: Mapping[tuple[str, str], tuple[int, int]] = field(default_factory=dict)
    # Collection and column of identity columns that are no keys, where that was inspected.
    identity_columns: frozenset[tuple[str, str]] = frozenset()
    # Whether the destination keeps its data model. ``snapshot`` is then the destination's.
    schema_stays: bool = False
    # Collections that are left out of a source, and why. They are nowhere else in it.
    excluded: Mapping[str, Exclusion] = field(default_factory=dict)
    # Collection and column of the relations to them, and which they point to.
    excluded_relations: Mapping[tuple[str, str], str] = field(default_factory=dict)
    # The number of rows, of collections that were counted.
    counts: Mapping[str, int] = field(default_factory=dict)
    # Which rows travel, where only some do. ``rows`` shows no others.
    selected: SelectedRows | None = field(default=None, compare=False, repr=False)

    @property
    def all_rows(self) -> RowReader:
        """Reads also the rows that were not selected."""
        return self.selected.rows if self.selected else self.rows

    def brings(self, collection: str) -> bool:
        """Whether rows of ``collection`` are brought along."""
        return self.selected is not None and self.selected.keys.count(collection)[1] > 0

    def is_left(self, collection: str) -> bool:
        """Whether perhaps not all rows of ``collection`` travel, by choice."""
        if self.selected is None:
            return False
        is_unselected = collection not in self.model.resources
        return is_unselected or collection in self.selected.partial

    def travels(self, collection: str, key: Any) -> bool:
        """Whether a row is selected or brought along. Of whole collections every row is."""
        if self.selected is None:
            return True
        return collection in self.model.resources and self.selected.shows(collection, key)

    def summary(self) -> dict[str, str]:
        """URL, version and vendor."""
        return {"url": self.url, "version": self.version, "vendor": self.vendor}

    def resource(self, collection: str) -> Resource:
        """The resource of a system collection, also of one that cannot be moved."""
        known = self.model.resources.get(collection)
        return known or Resource(
            collection, collection, system_path(collection), key="id", key_type="uuid", columns=()
        )

    def has_all_columns(self, resource: Resource) -> bool:
        """Whether this side has all columns of ``resource``, which are perhaps the other side's."""
        known = self.model.columns.get(resource.name, {})
        return known.keys() >= {*resource.columns}

    def added_columns(self, collection: str) -> set[str]:
        """The columns that the project has added to a system collection. They travel with the
        schema."""
        return {row["field"] for row in self.snapshot["fields"] if row["collection"] == collection}

    def defaults(self, collection: str) -> Row:
        """The default value of each column of a collection, by column."""
        return {
            row["field"]: row["schema"]["default_value"]
            for row in self.fields
            if row["collection"] == collection and row["schema"]
        }


def inspect(client: Directus, snapshot: Row | None = None) -> Instance:
    """Read the description of an instance. Sends GET requests only.

    ``snapshot`` is its schema snapshot, where it was read already. Raises DirectusError.
    """
    paths = (*DESCRIPTION, SERVER) if snapshot else (*DESCRIPTION, SERVER, SNAPSHOT)
    answers = dict(zip(paths, side_by_side(client.get, paths), strict=True))
    snapshot, info = snapshot or answers[SNAPSHOT], answers[SERVER]
    with parse_guard(client.url):
        collections, fields, relations = (
            tuple(rows_of(answers[path], client.url)) for path in DESCRIPTION
        )
        require_names((*collections, *fields, *relations))
        model = build_data_model(collections, fields, relations)
        query_limit = query_limit_of(info)
        legacy = LegacyRows(client, query_limit) if has_comments_in_activity(model) else None
        keep_to_limits(client, info)
        return Instance(
            client=client,
            rows=RestRowReader(client, query_limit, legacy),
            writer=RestRowWriter(client),
            files=RestFiles(client),
            url=client.url,
            version=version_of(snapshot["directus"]),
            vendor=vendor_of(snapshot["vendor"]),
            snapshot=_tracked_only(snapshot),
            collections=collections,
            fields=fields,
            relations=relations,
            model=model,
            legacy=legacy,
        )


def query_limit_of(info: Row) -> int | None:
    """The server's maximum of rows per answer, from ``/server/info``. None: it has none."""
    maximum = (info.get("queryLimit") or {}).get("max", -1)
    return maximum if isinstance(maximum, int) and maximum > 0 else None


def _tracked_only(snapshot: Row) -> Row:
    """``snapshot`` without the collections and fields that Directus does not track. Newer versions
    leave them out, but not fields with metadata of such a collection; 11.1.2 leaves out nothing."""
    parts = ("collections", "fields", "relations")
    tracked = {part: [row for row in snapshot[part] if row["meta"] is not None] for part in parts}
    names = {row["collection"] for row in tracked["collections"]}
    for part in ("fields", "relations"):
        tracked[part] = [
            row
            for row in tracked[part]
            if row["collection"] in names or row["collection"].startswith("directus_")
        ]
    # A column that somebody added to a system table in the database is left out, and so is its
    # relation.
    known = {(row["collection"], row["field"]) for row in tracked["fields"]}
    relations = [
        row
        for row in tracked["relations"]
        if (row["collection"], row["field"]) in known
        or not row["collection"].startswith("directus_")
    ]
    return {**snapshot, **tracked, "relations": relations}


def keep_to_limits(client: Directus, info: Row) -> None:
    """Never send more than the rate limits in ``/server/info`` allow. Directus shows them to
    administrators."""
    for limiter in ("rateLimit", "rateLimitGlobal"):
        if limit := info.get(limiter):
            points, seconds = float(limit["points"]), float(limit["duration"])
            # A limit of zero would stop a run for ever. No Directus has one.
            if points > 0 and seconds > 0:
                client.limiter.allow(points, seconds)


def moves_legacy_rows(source: Instance, destination: Instance) -> bool:
    """Whether the source keeps rows where older versions put them, and the destination does not."""
    return source.legacy is not None and destination.legacy is None


def fingerprint(client: Directus) -> Any:
    """The ids that ``directus bootstrap`` has given an instance. Only copies share them."""
    return side_by_side(
        lambda path: client.get(path, fields=["id"], sort=["id"], limit="5"), BOOTSTRAPPED
    )


def last_activity(client: Directus) -> Any:
    """The last entry of the activity. Only an untouched copy shares it."""
    return client.get("/activity", fields=list(ACTIVITY), sort=["-id"], limit="1")
