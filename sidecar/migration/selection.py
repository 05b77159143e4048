"""What a person selects of a source: parts, collections, rows, and what becomes of references that
leave the selection. By default, everything that the options include."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from math import isfinite
from typing import Any

from sidecar.errors import InvalidRequest

# A filter in Directus' filter language.
Filter = dict[str, Any]
# Since the last successful run to the same destination.
LAST = "last"
FIELD = "selection"
# When something can have changed in a Directus.
YEARS = range(1900, 9000)
# What requests can hold.
INTEGERS = range(-(2**63), 2**64)
MAX_LEVELS = 100
UNSENDABLE = re.compile("[\x00\ud800-\udfff]")
EXAMPLE = '{"status": {"_eq": "published"}}'
NOT_PLAIN = (
    "The filter of {} has a value that cannot be sent: a number that is too large or none at all, "
    "characters that are no text, or more than 100 levels. Change the filter"
)
IDLE = "Filter without effect: {} is not selected. Add it to collections, or leave the filter out"


@dataclass(frozen=True, slots=True)
class Selection:
    """The collections and rows of one run."""

    # Names of user collections. None: all of them.
    collections: tuple[str, ...] | None = None
    # Names of user collections that are left out, and not brought along either.
    exclude: tuple[str, ...] = ()
    # Only rows that match, by collection. Other collections are whole.
    filters: Mapping[str, Filter] = field(default_factory=dict)
    # Only rows that were created or changed since: a date or a time in ISO 8601, or LAST. "": all.
    since: str = ""

    @property
    def is_everything(self) -> bool:
        """Whether nothing is left out."""
        return self == Selection()

    def includes(self, collection: str) -> bool:
        """Whether a user collection is selected, as a whole or in part."""
        is_named = self.collections is None or collection in self.collections
        return is_named and collection not in self.exclude

    def named(self) -> dict[str, str]:
        """Every collection that is named, and by which part of the selection."""
        names = dict.fromkeys(self.filters, "filters")
        names |= dict.fromkeys(self.exclude, "exclude")
        return names | dict.fromkeys(self.collections or (), "collections")

    def without(self, names: frozenset[str]) -> "Selection":
        """The same without collections that are gone."""
        kept = self.collections
        return replace(
            self,
            collections=None if kept is None else tuple(one for one in kept if one not in names),
            exclude=tuple(one for one in self.exclude if one not in names),
            filters={one: rule for one, rule in self.filters.items() if one not in names},
        )

    def document(self) -> dict[str, Any]:
        """Plain data, which ``read_selection`` reads."""
        return {
            "collections": None if self.collections is None else list(self.collections),
            "exclude": list(self.exclude),
            "filters": {name: dict(filter) for name, filter in self.filters.items()},
            "since": self.since,
        }


EVERYTHING = Selection()


def read_selection(document: Any) -> Selection:
    """The selection that a document describes. Raises InvalidRequest that says what is wrong."""
    if not isinstance(document, Mapping):
        raise wrong_selection(
            "A selection is an object with collections, exclude, filters and since"
        )
    known = EVERYTHING.document()
    if unknown := sorted(map(str, document.keys() - known.keys())):
        raise wrong_selection(f"A selection has no {', '.join(unknown)}; it has {', '.join(known)}")
    given = known | {name: value for name, value in document.items() if value is not None}
    names = given["collections"]
    selection = Selection(
        None if names is None else _names("collections", names),
        _names("exclude", given["exclude"]),
        _filters(given["filters"]),
        _since(given["since"]),
    )
    if both := sorted({*selection.exclude} & {*(selection.collections or ())}):
        raise wrong_selection(f"{', '.join(both)}: both selected and excluded; keep one")
    if selection.collections == ():
        raise wrong_selection("The selection is empty; select at least one collection")
    if idle := sorted(name for name in selection.filters if not selection.includes(name)):
        raise wrong_selection(IDLE.format(", ".join(idle)))
    return selection


def _names(part: str, value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(_is_name(name) for name in value):
        raise wrong_selection(f"{part} is a list of names of collections")
    return tuple(dict.fromkeys(value))


def _is_name(value: Any) -> bool:
    return isinstance(value, str) and bool(value) and _is_text(value)


def _filters(value: Any) -> Mapping[str, Filter]:
    if not isinstance(value, Mapping):
        raise wrong_selection("filters is an object with a filter for each collection")
    for name, filter in value.items():
        if not _is_name(name):
            raise wrong_selection("filters is an object with a filter for each collection")
        if not isinstance(filter, Mapping):
            raise wrong_selection(
                f"The filter of {name} is no filter of Directus, such as {EXAMPLE}"
            )
        if not _is_plain(filter):
            raise wrong_selection(NOT_PLAIN.format(name))
    return {name: dict(filter) for name, filter in value.items() if filter}


def _is_plain(value: Any, levels: int = MAX_LEVELS) -> bool:
    """Whether ``value`` can be sent to Directus as it is."""
    if levels == 0:
        return False
    if isinstance(value, Mapping):
        names = all(isinstance(name, str) and _is_text(name) for name in value)
        return names and all(_is_plain(one, levels - 1) for one in value.values())
    if isinstance(value, list):
        return all(_is_plain(one, levels - 1) for one in value)
    if isinstance(value, str):
        return _is_text(value)
    if isinstance(value, int):
        return value in INTEGERS
    return value is None or (isinstance(value, float) and isfinite(value))


def _is_text(value: str) -> bool:
    """Whether it has neither half of a character nor the zero character."""
    return not UNSENDABLE.search(value)


def _since(value: Any) -> str:
    if value in ("", LAST):
        return str(value)
    try:
        is_likely = datetime.fromisoformat(value).year in YEARS
    except (TypeError, ValueError):
        is_likely = False
    if not is_likely:
        raise wrong_selection(
            f"since is a date such as 2026-01-31, or {LAST} for the last successful run"
        )
    return str(value)


def wrong_selection(message: str) -> InvalidRequest:
    """The error for a selection that cannot be used, which ``message`` explains."""
    return InvalidRequest(message, code="SELECTION_INVALID", field=FIELD)
