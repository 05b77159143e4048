"""Applies a schema diff that Directus refuses as a whole, so that all it accepts is applied.

The diff is halved until what Directus refuses is alone, as batches of rows are.
"""

from collections.abc import Callable, Mapping, Sequence

from sidecar.errors import DirectusRejected
from sidecar.migration.schema.diff import SchemaDiff
from sidecar.migration.schema.refusal import OUTDATED, is_self_explanatory, with_advice
from sidecar.migration.schema.refused_changes import Refusal, refusal_of, refusal_without
from sidecar.migration.schema.split_diff import (
    COLLECTIONS,
    FIELDS,
    RELATIONS,
    Change,
    Step,
    divide,
    select,
    without_groups,
)

MAX_ATTEMPTS = 3
# A destination that has refused so many changes and accepted none refuses all.
MAX_REFUSALS = 100


class PartialWrite:
    """Applies a diff step by step, and records what is refused.

    ``compare`` gives the diff as it is at the moment, and ``apply`` applies one. Both raise
    DirectusError.
    """

    def __init__(
        self,
        compare: Callable[[], SchemaDiff],
        apply: Callable[[SchemaDiff], None],
        refused: Mapping[Change, Refusal],
    ) -> None:
        self._compare = compare
        self._apply = apply
        self._has_applied = False
        # What was refused, now or before, and why.
        self.refused = dict(refused)

    def write(self, steps: Sequence[Step], refusal: DirectusRejected | None) -> None:
        """Apply what the destination accepts of ``steps``. A ``refusal`` says that it has refused
        them together.

        Raises DirectusRejected when it accepts nothing of many, and when its answer is not about a
        collection or field.
        """
        if refusal is None:
            self._try(steps)
        elif steps:
            self._split(steps, refusal)
        else:
            raise refusal

    def _split(self, steps: Sequence[Step], error: DirectusRejected) -> None:
        """Apply parts of ``steps``, which were refused together."""
        if len(steps) == 1:
            divided = divide(steps[0])
            if len(divided) == 1:
                self._refuse(divided[0], error)
                return
            if divided[0].is_whole:
                self._try(divided[:1])
                self._try(divided[1:])
                return
            steps = divided
        half = (len(steps) + 1) // 2
        self._try(steps[:half])
        self._try(steps[half:])

    def _try(self, steps: Sequence[Step]) -> None:
        steps = [possible for step in steps if (possible := self._possible(step)).changes]
        changes = [change for step in steps for change in step.changes]
        try:
            if changes:
                self._send(changes)
                self._has_applied = True
        except DirectusRejected as error:
            if is_self_explanatory(error):
                raise
            self._split(steps, error)

    def _send(self, changes: Sequence[Change]) -> None:
        unmade = {change.collection for change in self.refused if _is_new_collection(change)}
        for attempt in range(1, MAX_ATTEMPTS + 1):
            diff = without_groups(select(self._compare(), changes), unmade)
            try:
                self._apply(diff)
                return
            except DirectusRejected as error:
                if attempt == MAX_ATTEMPTS or OUTDATED not in error.message:
                    raise

    def _possible(self, step: Step) -> Step:
        """``step`` without what needs something that was refused. That is refused, too."""
        possible = []
        for change in step.changes:
            if (missing := self._missing(change)) is None:
                possible.append(change)
            elif change.part == RELATIONS:
                self.refused[change] = refusal_without(change, missing)
        return step._replace(changes=tuple(possible))

    def _missing(self, change: Change) -> str | None:
        """What was refused of that ``change`` needs."""
        for refused in self.refused:
            name = refused.collection
            if not refused.is_new or refused == change:
                continue
            if refused.part == COLLECTIONS and name in (change.collection, change.target):
                return name
            is_field = refused.part == FIELDS and change.part == RELATIONS
            if is_field and (name, refused.field) == (change.collection, change.field):
                return f"{name}.{refused.field}"
        return None

    def _refuse(self, step: Step, error: DirectusRejected) -> None:
        for change in step.changes:
            # The fields of a collection that was refused are not named one by one.
            if not step.is_whole or change.part == COLLECTIONS:
                self.refused[change] = refusal_of(change, error)
        if not self._has_applied and len(self.refused) >= MAX_REFUSALS:
            raise with_advice(error, self._compare().parts) from error


def _is_new_collection(change: Change) -> bool:
    return change.part == COLLECTIONS and change.is_new
