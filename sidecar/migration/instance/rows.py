"""The two interfaces for rows: a migration reads and writes rows only through them."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple, Protocol

from sidecar.directus.client import Row
from sidecar.directus.exact_numbers import MAX_EXACT_INTEGER
from sidecar.directus.pages import NUMERIC_KEYS
from sidecar.directus.unreadable_rows import Unreadable
from sidecar.resources.base import Resource

# A filter in Directus' filter language. None: no filter.
Filter = dict[str, Any]
# A filter takes a column whose name begins with it for an operator.
OPERATOR = "_"


def keys_from_text(resource: Resource, texts: Iterable[str]) -> list[int | str]:
    """Primary keys that are known as text, as Directus takes them. A number that JavaScript cannot
    hold stays text, and so does one with a point: PostgreSQL's decimals without a size are integers
    to Directus."""
    is_number = resource.key_type in NUMERIC_KEYS
    return [int(text) if is_number and _is_exact(text) else text for text in texts]


def _is_exact(text: str) -> bool:
    return text.removeprefix("-").isdecimal() and abs(int(text)) <= MAX_EXACT_INTEGER


class EncodedRow(NamedTuple):
    """A row on its way to the destination."""

    # By column, the primary key among them.
    values: Row
    # The JSON object that is sent. It may leave out what a second write sets.
    json: bytes


class CountedRows(NamedTuple):
    """Some rows of a resource, and how many it has in all."""

    rows: list[Row]
    total: int


class RowReader(Protocol):
    """Reads the rows of one side, of a singleton too: it may have more than the one that it shows.

    Every method raises DirectusError. Rows that Directus cannot show go to ``unreadable``; without
    it they raise DirectusError.
    """

    def count(self, resource: Resource, filter: Filter | None = None) -> int:
        """How many rows match ``filter``."""

    def pages(
        self,
        resource: Resource,
        fields: Sequence[str],
        filter: Filter | None = None,
        unreadable: Unreadable | None = None,
        first: list[Row] | None = None,
    ) -> Iterator[list[Row]]:
        """Every row that matches ``filter`` once, in pages of bounded size. ``first`` is the first
        page, where ``first_rows`` has read it and there are more: it is not read again."""

    def first_rows(
        self, resource: Resource, fields: Sequence[str], keys: Sequence[Any] | None = None
    ) -> CountedRows:
        """Of a user collection: the first page, or the rows with a few primary keys that exist, and
        the number of all rows, in one reading. A singleton shows one row, whatever the keys."""

    def by_key(
        self,
        resource: Resource,
        keys: Sequence[Any],
        fields: Sequence[str],
        unreadable: Unreadable | None = None,
    ) -> dict[Any, Row]:
        """The rows with these primary keys that exist, by key."""

    def count_values(
        self, resource: Resource, columns: Sequence[str], filter: Filter | None = None
    ) -> Counter[tuple[Any, ...]]:
        """How many rows that match ``filter`` have which values in ``columns``. Rows with null in
        the last are left out."""

    def total(self, resource: Resource, column: str) -> int:
        """The sum of a column of whole numbers."""

    def extremes(self, resource: Resource, columns: Sequence[str]) -> dict[str, tuple[Any, Any]]:
        """Minimum and maximum of each of ``columns``, as the side shows them."""


class RowWriter(Protocol):
    """Writes rows of one side.

    A request takes all of its rows or none. Every method raises DirectusRejected when the side
    refuses them, TooLarge when they are too many or too large, or another DirectusError.
    """

    @property
    def refusals(self) -> int:
        """How often the side has asked to slow down."""

    def create(self, resource: Resource, rows: Sequence[EncodedRow]) -> list[Any]:
        """Create rows; returns their primary keys. A singleton is updated."""

    def create_large(self, resource: Resource, row: EncodedRow) -> None:
        """Create a row that is too large for an ordinary request."""

    def update(
        self, resource: Resource, rows: Sequence[EncodedRow], *, one_by_one: bool = False
    ) -> None:
        """Update rows. ``one_by_one`` sends a request for each."""

    def delete(self, resource: Resource, keys: Sequence[Any]) -> None:
        """Delete the rows with these primary keys."""
