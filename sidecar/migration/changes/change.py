"""The values of a list of changes."""

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple, get_args

# "changed" rows differ, and the source's values are taken. A "conflict" is a row that changed on
# both sides since the last run.
Kind = Literal["new", "changed", "unchanged", "only_at_destination", "conflict"]
KINDS: tuple[Kind, ...] = get_args(Kind)
# The rows that a run writes.
WRITTEN: tuple[Kind, ...] = ("new", "changed")
ChangedBy = Literal["source", "destination", "both"]


class Change(NamedTuple):
    """What a run does, or would do, with one row."""

    collection: str
    kind: Kind
    # The source's key as text; the destination's for ``only_at_destination``.
    key: str
    # By the collection's display template, one line of plain text. None: not known.
    label: str | None = None
    # Field -> value at the destination, and value as it is to be. Never a secret.
    fields: Mapping[str, tuple[Any, Any]] = {}
    # Digests of the destination's row now, and as it is to be. None: there is no such row.
    before: bytes | None = None
    after: bytes | None = None
    # Since the last run. None: not known.
    changed_by: ChangedBy | None = None


class ListedChange(NamedTuple):
    """A change as a list has it."""

    # Where it is in the list.
    id: int
    collection: str
    kind: Kind
    key: str
    label: str | None
    # None: the list has no room for the values of so many rows.
    fields: Mapping[str, tuple[Any, Any]] | None
    before: bytes | None
    after: bytes | None
    changed_by: ChangedBy | None
    # The fields whose values are only shown in part.
    cut: tuple[str, ...] = ()
