"""What the destination refused of a schema, in words."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from sidecar.errors import DirectusRejected
from sidecar.migration.schema.field_name import FieldName
from sidecar.migration.schema.refusal import words_of
from sidecar.migration.schema.split_diff import COLLECTIONS, FIELDS, RELATIONS, Change

SCHEMA_REFUSED = "SCHEMA_REFUSED"
ADVICE = (
    "Change it at the source, or create it at the destination by hand, as close to the source as "
    "its database allows, and start again"
)
COLLECTION = "the destination refused the collection ({}), so its rows are not migrated. " + ADVICE
FIELD = "{}: the destination refused the field ({}), so its values are not migrated. " + ADVICE
RELATION = (
    "{}: the destination refused the relation to {} ({}), so the values are migrated without it. "
    + ADVICE
)
RELATION_WITHOUT = (
    "{}: the relation to {} could not be created, because the destination refused {}. The values "
    "are migrated without it; the run that can create {} creates the relation"
)
CHANGED_COLLECTION = (
    "the destination refused a change of the collection's settings ({}), so they stay as they are. "
    "Make the change there by hand, or undo it at the source, and start again"
)
CHANGED_FIELD = (
    "{}: the destination refused a change of the field ({}), so it stays as it is. Make the change "
    "there by hand, or undo it at the source, and start again"
)


class Refusal(NamedTuple):
    """A part of the schema that the destination refused."""

    collection: str
    field: str | None
    # What happened, why, and what to do.
    message: str

    @property
    def columns(self) -> tuple[str, ...]:
        """The field, where the refusal is about one."""
        return () if self.field is None else (self.field,)


class Refusals:
    """All that the destination refused of a schema."""

    def __init__(self, reasons: Mapping[Change, Refusal] = MappingProxyType({})) -> None:
        self.reasons = dict(reasons)

    @property
    def collections(self) -> frozenset[str]:
        """The collections that could not be created."""
        return frozenset(
            one.collection for one in self.reasons if one.part == COLLECTIONS and one.is_new
        )

    @property
    def fields(self) -> frozenset[FieldName]:
        """The fields that could not be created, of collections that exist."""
        return frozenset(
            (one.collection, one.field)
            for one in self.reasons
            if one.part == FIELDS and one.is_new and one.field is not None
        )

    def take_relations(self) -> list[Change]:
        """The relations that could not be created. They count as refused no more."""
        relations = [one for one in self.reasons if one.part == RELATIONS and one.is_new]
        for relation in relations:
            del self.reasons[relation]
        return relations


def refusal_of(change: Change, error: DirectusRejected) -> Refusal:
    """The refusal of ``change`` with Directus' words."""
    words = words_of(error)
    if change.part == COLLECTIONS:
        message = (COLLECTION if change.is_new else CHANGED_COLLECTION).format(words)
    elif not change.is_new:
        message = CHANGED_FIELD.format(change.field, words)
    elif change.part == RELATIONS:
        message = RELATION.format(change.field, change.target or "several collections", words)
    else:
        message = FIELD.format(change.field, words)
    return Refusal(change.collection, change.field, message)


def refusal_without(change: Change, missing: str) -> Refusal:
    """The refusal of the relation ``change``, because ``missing`` was refused."""
    target = change.target or "several collections"
    message = RELATION_WITHOUT.format(change.field, target, missing, missing)
    return Refusal(change.collection, change.field, message)
