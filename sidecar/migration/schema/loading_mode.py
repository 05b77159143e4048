"""Loading form: the destination's schema metadata while a collection takes in rows.

Directus sets authors and dates itself, hashes again, validates, and writes activity and revisions.
All of that hangs on metadata, so for as long as a collection loads its metadata goes without, and
afterwards the source's own is applied. Both states come from the source's snapshot alone, so the
final one can be applied again after a crash. The collection's note tells people at the destination
that it is being loaded.
"""

import time
from collections.abc import Collection, Iterable

from sidecar.directus.client import Row
from sidecar.errors import DirectusRejected
from sidecar.migration.instance.instance import SNAPSHOT, Instance
from sidecar.migration.schema.diff import apply_schema, compare_schema
from sidecar.migration.schema.refusal import OUTDATED
from sidecar.migration.schema.snapshot import in_words_of, with_adopted

NOTE = "Being filled by the Directus Migration Module; this note goes when that is done."
AUTOMATIC = frozenset(
    {
        "user-created",
        "date-created",
        "role-created",
        "user-updated",
        "date-updated",
        "role-updated",
        "hash",
    }
)
TRIES = 3
# Writing a schema keeps the destination from everything else, as long for many collections as for
# one. So it is left alone for some time afterwards, and longer where that took long.
TOGETHER_SECONDS = 2.0
TIMES_AS_LONG = 20


def loading_mode(
    snapshot: Row, loading: Collection[str], relaxed_not_null: Collection[tuple[str, str]] = ()
) -> Row:
    """``snapshot`` with the metadata of the ``loading`` collections in loading form, and the
    ``relaxed_not_null`` columns, which are (collection, field) pairs, nullable; the rest as it is.
    """
    fields = [_field(row) if row["collection"] in loading else row for row in snapshot["fields"]]
    return {
        **snapshot,
        "collections": [
            _collection(row) if row["collection"] in loading else row
            for row in snapshot["collections"]
        ],
        "fields": [
            _nullable(row) if (row["collection"], row["field"]) in relaxed_not_null else row
            for row in fields
        ],
    }


class LoadingMode:
    """Which of the destination's collections are in loading form now; ``changed`` says whether its
    schema was, or may have been, written. ``relaxed_not_null`` are (collection, field) pairs that
    are NOT NULL, and nullable while their collection loads; of these ``left`` had to stay so, as
    rows were left without a value."""

    def __init__(
        self,
        source: Instance,
        destination: Instance,
        *,
        force: bool,
        relaxed_not_null: Collection[tuple[str, str]] = (),
    ) -> None:
        self._source = source
        self._snapshot = source.snapshot
        self._with_adopted = with_adopted(source, destination)
        self._destination = destination
        self._force = force
        self._lifted = frozenset(relaxed_not_null)
        # Others have no metadata that could change; system collections have it for columns of the
        # project's own.
        described = [*source.snapshot["collections"], *source.snapshot["fields"]]
        self._known = frozenset(row["collection"] for row in described)
        self._loading: frozenset[str] = frozenset()
        self._loaded: set[str] = set()
        self._next = 0.0
        # What the last write was to have in loading form, and the destination's snapshot before it,
        # as long as it is not known what became of that.
        self._attempted: frozenset[str] = frozenset()
        self._before: Row | None = None
        self.changed = False
        self.left: frozenset[tuple[str, str]] = frozenset()

    @property
    def loading(self) -> frozenset[str]:
        return self._loading

    def bring_up_to_date(self, names: Iterable[str], *, stands: bool) -> None:
        """Bring the schema up to date, with ``names`` in loading form. One that ``stands`` has been
        found to be so already. Raises DirectusRejected."""
        loading = self._known.intersection(names)
        if loading or not stands:
            self._become(loading, creating=True)

    def require(self, name: str) -> None:
        """Have ``name`` in loading form. Raises DirectusRejected."""
        self._loaded.discard(name)
        if name in self._known - self._loading:
            self._become(self._loading | {name})

    def loaded(self, names: Iterable[str]) -> None:
        """``names`` have their rows: they leave the loading form, together with others that finish
        soon."""
        self._loaded |= self._loading.intersection(names)
        if self._loaded and time.monotonic() > self._next:
            self._become(self._loading - self._loaded)

    def leave(self) -> None:
        """Give all collections that are, or may be, in loading form the source's own metadata.
        Makes nothing, and does nothing where a write that failed has changed nothing. Raises
        DirectusRejected."""
        if self._before is not None and self._destination.client.get(SNAPSHOT) == self._before:
            self._before, self._attempted = None, frozenset()
        if self._loading or self._before is not None:
            self._become(frozenset())

    def _become(self, loading: frozenset[str], *, creating: bool = False) -> None:
        needed = frozenset(column for column in self._lifted if column[0] in loading)
        nullable = needed | self.left
        try:
            self._write(loading, nullable, creating=creating)
        except DirectusRejected:
            # A database that cannot make one column NOT NULL is not to keep all collections in
            # loading form.
            if nullable == self._lifted:
                raise
            touched = self._loading | self._attempted
            self._write(loading, self._lifted, creating=creating)
            self.left |= {
                column for column in self._lifted - needed if creating or column[0] in touched
            }

    def _write(
        self,
        loading: frozenset[str],
        relaxed_not_null: Collection[tuple[str, str]],
        *,
        creating: bool,
    ) -> None:
        """Only when ``creating`` is anything made: what brings a collection back into its final
        form must not make one that an earlier write failed to make, without the adopted columns."""
        snapshot = self._with_adopted if creating else self._snapshot
        form, client = loading_mode(snapshot, loading, relaxed_not_null), self._destination.client
        self.changed = True
        self._attempted |= loading
        unknown_since = self._before
        began = time.monotonic()
        for remaining in reversed(range(TRIES)):
            current = client.get(SNAPSHOT)
            wanted = in_words_of(self._destination, form, self._source, current)
            diff = compare_schema(client, wanted, current, force=self._force)
            if not creating:
                diff = diff.changes_of(self._loading | self._attempted)
            self._before = unknown_since or current
            try:
                apply_schema(client, diff, force=self._force)
                break
            except DirectusRejected as error:
                # The schema is another one than was compared: compare again.
                if not remaining or OUTDATED not in error.message:
                    raise
        self._loading, self._attempted, self._before = loading, frozenset(), None
        self._loaded &= loading
        now = time.monotonic()
        self._next = now + max(TOGETHER_SECONDS, TIMES_AS_LONG * (now - began))


def _collection(row: Row) -> Row:
    if row.get("schema") is None or row.get("meta") is None:
        return row
    return {**row, "meta": {**row["meta"], "accountability": None, "note": NOTE}}


def _nullable(row: Row) -> Row:
    return (
        row
        if row.get("schema") is None
        else {**row, "schema": {**row["schema"], "is_nullable": True}}
    )


def _field(row: Row) -> Row:
    if row.get("meta") is None or row.get("schema") is None:
        return row
    special = [word for word in row["meta"].get("special") or () if word not in AUTOMATIC] or None
    return {
        **row,
        "meta": {**row["meta"], "special": special, "required": False, "validation": None},
    }
