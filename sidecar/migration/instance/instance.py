"""One side of a migration: which Directus it is, its data model, and how to read and write it."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sidecar.directus.answers import parse_guard, rows_of
from sidecar.directus.client import PING, Directus, Row
from sidecar.errors import (
    AddressForbidden,
    DirectusError,
    DirectusRejected,
    InvalidRequest,
    NotADirectus,
    NotAuthenticated,
    TlsFailed,
    TookTooLong,
    Unreachable,
)
from sidecar.migration.concurrency import side_by_side
from sidecar.migration.instance.files import RestFiles
from sidecar.migration.instance.legacy import LegacyRows, has_comments_in_activity
from sidecar.migration.instance.refused_checks import refusal
from sidecar.migration.instance.rest_reader import RestRowReader
from sidecar.migration.instance.rest_writer import RestRowWriter
from sidecar.migration.instance.rows import RowReader, RowWriter
from sidecar.migration.instance.software import require_names, vendor_of, version_of
from sidecar.resources.base import Resource, system_path
from sidecar.resources.data_model import DataModel, build_data_model

SNAPSHOT, SERVER = "/schema/snapshot", "/server/info"
DESCRIPTION = ("/collections", "/fields", "/relations")
OLDEST_VERSION = "11.1.2"
PROJECT, ACCOUNT = "project:", "account:"
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
    # Collections that are left out of a source, and why. They are nowhere else in it.
    excluded: Mapping[str, Exclusion] = field(default_factory=dict)
    # Collection and column of the relations to them, and which they point to.
    excluded_relations: Mapping[tuple[str, str], str] = field(default_factory=dict)
    # The number of rows, of collections that were counted.
    counts: Mapping[str, int] = field(default_factory=dict)

    def summary(self) -> dict[str, str]:
        """URL, version and vendor."""
        return {"url": self.url, "version": self.version, "vendor": self.vendor}

    def resource(self, collection: str) -> Resource:
        """The resource of a system collection, also of one that cannot be moved."""
        known = self.model.resources.get(collection)
        return known or Resource(
            collection, collection, system_path(collection), key="id", key_type="uuid", columns=()
        )

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


def check_access(
    client: Directus, side: str, begin_reading: Callable[[], None] | None = None
) -> Row:
    """Check that ``client`` reaches a Directus as an administrator; returns its schema snapshot.

    ``side`` is "source" or "destination". ``begin_reading`` is called before the snapshot is read,
    and may read what the token allows. Raises InvalidRequest that says what to do: the side is
    unreachable or no Directus, its certificate or the token is not accepted, or the token belongs
    to no administrator.
    """
    with refusing(client, side):
        _ping(client)
        client.get("/users/me", fields=["id"])
        if begin_reading:
            with parse_guard(client.url):
                begin_reading()
        snapshot: Row = client.get(SNAPSHOT)
        return snapshot


def check_answers(client: Directus, side: str) -> None:
    """Check that ``client`` reaches a Directus. Raises InvalidRequest as ``check_access`` does."""
    with refusing(client, side):
        _ping(client)


def project_of(client: Directus, side: str) -> str:
    """The identity of the project behind ``client``. Copies of a project share it.

    It is the project id. Before Directus 11.9 there is none, and it is the id of the token's
    account. Raises InvalidRequest as ``check_access`` does.
    """
    with refusing(client, side), parse_guard(client.url):
        if project := client.get("/settings").get("project_id"):
            return f"{PROJECT}{project}"
        return f"{ACCOUNT}{client.get('/users/me', fields=['id'])['id']}"


def is_project(client: Directus, side: str, known: str) -> bool:
    """Whether the project behind ``client`` has the identity ``known``, from ``project_of``.

    It has, too, after an update of Directus, and with the token of another account. Raises
    InvalidRequest as ``check_access`` does.
    """
    if not known.startswith(ACCOUNT):
        return project_of(client, side) == known
    with refusing(client, side):
        keys = client.search_keys("/users", [known.removeprefix(ACCOUNT)], ["id"])
        return bool(keys)


@contextmanager
def refusing(client: Directus, side: str) -> Iterator[None]:
    """Turn errors of the block into an InvalidRequest that says what to do."""
    prefix = side.upper()
    field = f"{side}_url"
    try:
        yield
    except TlsFailed as error:
        message = f"{error.message}. Check the certificate of the {side}, or set REQUESTS_CA_BUNDLE"
        raise InvalidRequest(message, code=f"{prefix}_TLS_FAILED", field=field) from error
    except AddressForbidden as error:
        raise InvalidRequest(error.message, code=f"{prefix}_FORBIDDEN", field=field) from error
    except Unreachable as error:
        message = f"The {side} does not answer: {error.message}. Check the address and the network"
        raise InvalidRequest(message, code=f"{prefix}_UNREACHABLE", field=field) from error
    except NotADirectus as error:
        message = f"What answers at {client.url} is not a Directus: {error.message}"
        raise InvalidRequest(message, code="NOT_A_DIRECTUS", field=field) from error
    except (NotAuthenticated, DirectusRejected) as error:
        raise refusal(error, client, side) from error
    except TookTooLong:
        raise
    except DirectusError as error:
        message = f"The {side} could not be checked: {error.message}"
        raise InvalidRequest(message, code=f"{prefix}_UNREACHABLE", field=field) from error


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


def _ping(client: Directus) -> None:
    if client.read_text(PING) != "pong":
        raise NotADirectus(f"{PING} is not answered as Directus answers it")
