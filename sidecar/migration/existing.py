"""What a run does with rows that the destination has already, and with rows that both sides have
changed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sidecar.errors import InvalidRequest
from sidecar.texts import split_list

SKIP, UPDATE = "skip", "update"
MODES = (SKIP, UPDATE)
# Of a row that both sides have changed since the last run. ASK: the destination keeps its row, and
# a problem names it. SOURCE and DESTINATION: that side wins.
ASK, SOURCE, DESTINATION = "ask", "source", "destination"
CONFLICTS = (ASK, SOURCE, DESTINATION)
FIELD = "existing"
EXAMPLE = "update, or posts=update,pages=skip"
WRONG = "Existing rows: {!r} is neither {}; enter for example {}"


@dataclass(frozen=True, slots=True)
class ExistingRows:
    """What happens to the rows of each collection that exist at the destination."""

    # SKIP leaves them as they are. UPDATE gives them the source's values where they differ.
    mode: str = SKIP
    # Collections, also of Directus itself, for which something else holds.
    collections: Mapping[str, str] = field(default_factory=dict)

    def of(self, collection: str) -> str:
        """The mode of a collection."""
        return self.collections.get(collection, self.mode)

    def is_updated(self, collection: str) -> bool:
        """Whether existing rows of a collection get the source's values."""
        return self.of(collection) == UPDATE

    @property
    def updates(self) -> bool:
        """Whether rows of any collection are updated."""
        return UPDATE in (self.mode, *self.collections.values())

    def without(self, names: frozenset[str]) -> "ExistingRows":
        """The same without collections that are gone."""
        kept = {one: mode for one, mode in self.collections.items() if one not in names}
        return ExistingRows(self.mode, kept)

    def document(self) -> dict[str, Any]:
        """Plain data, which ``read_existing`` reads."""
        return {"mode": self.mode, "collections": dict(self.collections)}


SKIP_ALL = ExistingRows()


def read_existing(value: Any) -> ExistingRows:
    """What a document or a text says, such as ``update`` or ``posts=update,pages=skip``. Raises
    InvalidRequest that says what is wrong."""
    if value is None:
        return SKIP_ALL
    if isinstance(value, str):
        return _read_text(value)
    if not isinstance(value, Mapping):
        raise _wrong(value)
    if unknown := sorted(map(str, value.keys() - {"mode", "collections"})):
        message = f"Existing rows have no {', '.join(unknown)}; they have mode and collections"
        raise InvalidRequest(message, code="EXISTING_INVALID", field=FIELD)
    collections = value.get("collections") or {}
    if not isinstance(collections, Mapping):
        raise _wrong(collections)
    modes = {str(name): _mode(mode) for name, mode in collections.items()}
    return ExistingRows(_mode(value.get("mode") or SKIP), modes)


def check_conflicts(conflicts: str) -> None:
    """Raises InvalidRequest unless ``conflicts`` is one of CONFLICTS."""
    if conflicts not in CONFLICTS:
        message = f"Conflicts must be {', '.join(CONFLICTS[:-1])} or {CONFLICTS[-1]}, not "
        raise InvalidRequest(f"{message}{conflicts!r}", code="UNKNOWN_CONFLICTS", field="conflicts")


def _read_text(text: str) -> ExistingRows:
    mode, collections = SKIP, dict[str, str]()
    for part in split_list(text):
        name, sign, chosen = part.rpartition("=")
        if not sign:
            mode = _mode(part)
        elif not name.strip():
            raise _wrong(part)
        else:
            collections[name.strip()] = _mode(chosen.strip())
    return ExistingRows(mode, collections)


def _mode(value: Any) -> str:
    if value not in MODES:
        raise _wrong(value)
    return str(value)


def _wrong(value: Any) -> InvalidRequest:
    message = WRONG.format(value, " nor ".join(MODES), EXAMPLE)
    return InvalidRequest(message, code="EXISTING_INVALID", field=FIELD)
