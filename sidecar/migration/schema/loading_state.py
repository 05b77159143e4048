"""Switches the destination's collections to loading mode and back."""

import time
from collections.abc import Callable, Collection, Iterable, Mapping
from functools import partial
from types import MappingProxyType

from sidecar.directus.client import Row
from sidecar.errors import DirectusRejected
from sidecar.migration.instance.instance import SNAPSHOT, Instance
from sidecar.migration.schema.adopted_nullability import AdoptedNullability
from sidecar.migration.schema.adopted_write import RefusedChange
from sidecar.migration.schema.diff import SchemaDiff, apply_schema, compare_schema
from sidecar.migration.schema.field_name import FieldName
from sidecar.migration.schema.half_made import complete_half_made
from sidecar.migration.schema.loading_mode import in_loading_mode
from sidecar.migration.schema.partial_write import PartialWrite
from sidecar.migration.schema.refusal import OUTDATED, is_self_explanatory
from sidecar.migration.schema.refused_changes import Refusal, Refusals
from sidecar.migration.schema.snapshot import translate_snapshot, with_adopted_columns
from sidecar.migration.schema.split_diff import Change, steps_of, without_changes
from sidecar.resources.vendors import MYSQL

MAX_ATTEMPTS = 3
# Directus does nothing else while it writes a schema, and one write takes the same time for one
# collection as for many. So collections that have loaded leave loading mode together: after at
# least this pause, and after this many times the duration of the last write.
MIN_PAUSE_SECONDS = 2.0
MIN_PAUSE_IN_WRITES = 20


class LoadingState:
    """Knows which collections are in loading mode, and writes the destination's schema.

    The caller must not use it from two threads at once.
    """

    def __init__(
        self,
        source: Instance,
        destination: Instance,
        *,
        force: bool,
        relaxed_not_null: Collection[FieldName] = (),
        refused: Mapping[Change, Refusal] = MappingProxyType({}),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """``relaxed_not_null`` columns are nullable while their collection loads. What is
        ``refused`` is not tried."""
        self._source = source
        self._destination = destination
        self._force = force
        self._relaxed = frozenset(relaxed_not_null)
        self._adopted = AdoptedNullability(source, destination.client, self._relaxed)
        self._clock = clock
        self._with_adopted_columns = with_adopted_columns(source, destination)
        # Collections with metadata that can change: system collections for the project's columns.
        rows = [*source.snapshot["collections"], *source.snapshot["fields"]]
        self._known = frozenset(row["collection"] for row in rows)
        self._loading: frozenset[str] = frozenset()
        # Collections in loading mode that have all their rows.
        self._loaded: set[str] = set()
        self._next_write = 0.0
        # While the outcome of a write is unknown: what it put into loading mode, and the snapshot
        # before it.
        self._attempted: frozenset[str] = frozenset()
        self._before: Row | None = None
        # Whether a write may have changed the destination's schema.
        self.schema_changed = False
        # Relaxed columns that the destination could not make NOT NULL again.
        self.still_nullable: frozenset[FieldName] = frozenset()
        # What the destination refused of the schema. It is not tried again while rows load.
        self.refused = Refusals(refused)
        # Metadata that it refused of what it had created.
        self.refused_metadata: list[RefusedChange] = []
        # Collections that may exist without the source's metadata.
        self._half_made: frozenset[str] = frozenset()

    @property
    def relaxed_adopted(self) -> Collection[FieldName]:
        """Columns without metadata that are nullable while their collection loads."""
        return self._adopted.columns

    @property
    def refused_adopted(self) -> Collection[RefusedChange]:
        """Changes of them that the destination refused, and that are about something else."""
        return self._adopted.refused.values()

    @property
    def loading(self) -> frozenset[str]:
        """The collections in loading mode."""
        return self._loading

    def bring_up_to_date(self, names: Iterable[str], *, is_up_to_date: bool) -> None:
        """Migrate the schema, and put the collections ``names`` into loading mode.

        A schema that ``is_up_to_date`` is written only for loading mode. Raises DirectusRejected.
        """
        loading = self._known.intersection(names)
        if loading or not is_up_to_date:
            self._switch(loading, creating=True)

    def enter(self, name: str) -> None:
        """Put a collection into loading mode, unless it is. Raises DirectusRejected."""
        self._loaded.discard(name)
        if name in self._known - self._loading:
            self._switch(self._loading | {name})

    def finish(self, names: Iterable[str]) -> None:
        """Let collections that have their rows leave loading mode, now or with later ones.

        Raises DirectusRejected.
        """
        self._loaded |= self._loading.intersection(names)
        if self._loaded and self._clock() > self._next_write:
            self._switch(self._loading - self._loaded)

    def leave(self) -> None:
        """Give every collection that is or may be in loading mode the source's own metadata.

        Creates nothing. Sends no write when a failed one changed nothing. Raises DirectusError.
        """
        if self._before is not None and self._destination.client.get(SNAPSHOT) == self._before:
            self._before, self._attempted = None, frozenset()
        if self._loading or self._before is not None or self._half_made:
            self._switch(frozenset())
            self._half_made = frozenset()
        # An interrupted run may have left some nullable.
        self._switch_adopted(frozenset())

    def create_refused_relations(self) -> None:
        """Try the relations again that the destination refused: their rows are there by now.

        Raises DirectusError.
        """
        if relations := self.refused.take_relations():
            compare = partial(self._compare, self._loading, self.still_nullable, creating=True)
            self._apply_in_parts(compare, relations)

    def _switch(self, loading: frozenset[str], *, creating: bool = False) -> None:
        """Write the schema with exactly the collections ``loading`` in loading mode."""
        required = frozenset(column for column in self._relaxed if column[0] in loading)
        nullable = required | self.still_nullable
        try:
            self._write(loading, nullable, creating=creating)
        except DirectusRejected as error:
            if is_self_explanatory(error):
                raise
            # One refused column must not keep all collections in loading mode. It may be one that
            # cannot become NOT NULL.
            touched = self._loading | self._attempted
            refusal = error if nullable == self._relaxed else None
            self._write(loading, self._relaxed, creating=creating, in_parts=True, refusal=refusal)
            left = self._relaxed - required - self._adopted.columns
            self.still_nullable |= {one for one in left if creating or one[0] in touched}
        self._switch_adopted(required)

    def _switch_adopted(self, required: frozenset[FieldName]) -> None:
        """Have the columns without metadata nullable that ``required`` says, or that have to
        stay."""
        nullable = required | self.still_nullable
        self.still_nullable |= self._adopted.switch(nullable)

    def _write(
        self,
        loading: frozenset[str],
        nullable: Collection[FieldName],
        *,
        creating: bool,
        in_parts: bool = False,
        refusal: DirectusRejected | None = None,
    ) -> None:
        """Write the schema as a whole or, where that is refused, ``in_parts``. A ``refusal`` of the
        whole says that it need not be tried again."""
        began = self._clock()
        self.schema_changed = True
        self._attempted |= loading
        compare = partial(self._compare, loading, nullable, creating=creating)
        if in_parts:
            self._apply_in_parts(compare, refusal=refusal)
        else:
            self._apply(compare)
        self._loading = loading - self.refused.collections
        self._attempted, self._before = frozenset(), None
        self._loaded &= loading
        now = self._clock()
        self._next_write = now + max(MIN_PAUSE_SECONDS, MIN_PAUSE_IN_WRITES * (now - began))

    def _apply(self, compare: Callable[[], SchemaDiff]) -> None:
        for attempt in range(1, MAX_ATTEMPTS + 1):
            diff = compare()
            try:
                self._send(diff)
                return
            except DirectusRejected as error:
                # When the schema has changed since the comparison, compare again.
                if attempt == MAX_ATTEMPTS or OUTDATED not in error.message:
                    raise

    def _apply_in_parts(
        self,
        compare: Callable[[], SchemaDiff],
        changes: Collection[Change] | None = None,
        refusal: DirectusRejected | None = None,
    ) -> None:
        """Apply what the destination accepts of ``changes``, or of all, and record the rest."""
        write = PartialWrite(compare, self._send, self.refused.reasons)
        steps = steps_of(compare(), changes)
        if self._half_made and not steps:
            # All of the refused write is there.
            return
        write.write(steps, refusal)
        self.refused = Refusals(write.refused)

    def _send(self, diff: SchemaDiff) -> None:
        try:
            apply_schema(self._destination.client, diff, force=self._force)
        except DirectusRejected:
            if self._destination.vendor == MYSQL:
                self._complete(diff)
            raise

    def _complete(self, diff: SchemaDiff) -> None:
        """Go on with what MySQL keeps of ``diff``. No snapshot shows what has no metadata."""
        loading = self._loading | self._attempted
        made = complete_half_made(self._source, self._destination, diff, loading, self._relaxed)
        self._destination = made.destination
        self._half_made |= made.collections
        self.refused_metadata += made.refused
        self._with_adopted_columns = with_adopted_columns(self._source, self._destination)

    def _compare(
        self, loading: Collection[str], nullable: Collection[FieldName], *, creating: bool
    ) -> SchemaDiff:
        """The diff to the schema with ``loading`` in loading mode; without new things unless
        ``creating``.

        A later write must not create what an earlier one failed to create.
        """
        desired = in_loading_mode(self._with_adopted_columns, loading, nullable)
        current = self._destination.client.get(SNAPSHOT)
        self._before = self._before or current
        translated = translate_snapshot(desired, self._source, self._destination, current)
        diff = compare_schema(self._destination.client, translated, current, force=self._force)
        if not creating:
            diff = diff.changes_of(self._loading | self._attempted | self._half_made)
        return without_changes(diff, self.refused.reasons)
