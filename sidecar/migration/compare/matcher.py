"""The one matcher: tells for each source row what it is at the destination.

The dry run, the loader and the verification all ask it, so they cannot disagree.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import Any, Literal, NamedTuple

from sidecar.directus.client import Row
from sidecar.migration.compare.duplicates import reject_duplicates
from sidecar.migration.compare.existing_rows import existing_rows
from sidecar.migration.compare.file_size import true_size
from sidecar.migration.compare.key_range import reject_inexact_keys, reject_large_keys
from sidecar.migration.compare.lost_targets import clear_lost_targets, without_later_losses
from sidecar.migration.compare.new_columns import NewColumns
from sidecar.migration.compare.orphans import reject_orphans
from sidecar.migration.compare.unselected_targets import clear_unselected_targets
from sidecar.migration.concurrency import map_ahead, read_ahead
from sidecar.migration.instance.first_rows import FirstPage
from sidecar.migration.mapping.row_mapper import MappedRow, without, without_annotations
from sidecar.migration.plan.run import Run
from sidecar.migration.report.digests import digest_of
from sidecar.migration.values.conversion import ValueCodec
from sidecar.resources.base import Resource
from sidecar.resources.files import MEASURED

# new: the destination does not have it. same, different: it has it. barred: a reference that may
# not be null has no counterpart. unsupported: the destination cannot hold a value. ambiguous: more
# than one row there may be meant.
State = Literal["new", "same", "different", "barred", "unsupported", "ambiguous"]
Existing = dict[Any, Row]
Complete = Callable[[Existing, Sequence[MappedRow]], Existing]


class RowMatch(NamedTuple):
    """A source row, and what it is at the destination."""

    state: State
    # As the source has it.
    source: Row
    # As the destination is to have it.
    mapped: MappedRow
    # As the destination has it. None: it does not.
    existing: Row | None
    # The columns that differ.
    columns: tuple[str, ...] = ()
    # The compared columns, as they should be and as they are.
    expected: Row | None = None
    actual: Row | None = None

    @property
    def key(self) -> Any:
        """The primary key at the source."""
        return self.mapped.source_key

    @property
    def target_key(self) -> Any:
        """The key that references to the row have at the destination."""
        return self.mapped.source_key if self.mapped.key is None else self.mapped.key

    def updated(self, columns: Iterable[str]) -> Row:
        """An existing row as it is compared when it has got the source's values in ``columns``."""
        expected = self.expected or {}
        return {**(self.actual or {}), **{name: expected[name] for name in columns}}

    def digests(self) -> tuple[bytes, bytes | None]:
        """Digests of the row as it should be and as it is. None: it is not there."""
        expected = digest_of(self.expected or {})
        if self.state == "same":
            return expected, expected
        return expected, None if self.actual is None else digest_of(self.actual)


class Matcher:
    """Matches the rows of one resource, page by page.

    It compares ``columns``, and all that can be compared when there are none given. ``complete``
    gets the rows that exist, and returns those that an earlier run did not leave half done. The
    rows of ``first_page`` were read before, and are not looked up again.
    """

    def __init__(
        self,
        run: Run,
        resource: Resource,
        columns: Sequence[str] | None = None,
        complete: Callable[[Existing, Sequence[MappedRow]], Existing] = lambda existing, _: (
            existing
        ),
        *,
        first_page: FirstPage | None = None,
    ) -> None:
        self._run = run
        self._resource = resource
        self._columns = columns
        self._complete = complete
        self._first_page = first_page
        self._mapper = run.mapper(resource)
        # References to rows of its group.
        self._inside = frozenset(
            reference.column
            for reference in resource.references
            for group in run.plan.groups
            if {resource.name, reference.target} <= {*group.names}
        )
        self._measured = MEASURED.get(resource.name, ()) if columns is None else ()
        self._fields = self._known_fields() if columns is None else [resource.key, *columns]
        self._new_columns = NewColumns(run, resource) if columns is None else None

    @property
    def codec(self) -> ValueCodec:
        return self._mapper.codec

    @property
    def fields(self) -> list[str]:
        """The columns that the source rows need."""
        return [*self._resource.columns, *self._measured]

    def match(self, page: Sequence[Row], *, look_up: bool = True) -> list[RowMatch]:
        """What each row of ``page`` is. Without ``look_up`` none of them exists."""
        mapped = clear_lost_targets(self._run, self._resource, self._mapper.map_page(page))
        mapped = clear_unselected_targets(self._run, self._resource, mapped)
        mapped = reject_orphans(self._run, self._resource, mapped)
        mapped = reject_inexact_keys(self._run, self._resource, mapped)
        mapped = reject_large_keys(self._run, self._resource, mapped)
        existing: Existing = {}
        if look_up and self._resource.key in self._fields:
            keys = [row.key for row in mapped if row.key is not None]
            existing = existing_rows(
                self._run, self._resource, keys, self._fields, self._first_page
            )
            if self._new_columns:
                existing |= self._with_defaults(self._new_columns, existing, mapped)
            mapped = reject_duplicates(self._resource, mapped, existing)
            existing = self._complete(existing, mapped)
        return [
            self._match(source, row, existing.get(row.key))
            for source, row in zip(page, mapped, strict=True)
        ]

    def _known_fields(self) -> list[str]:
        return [column for column in self.fields if column in self._known()]

    def _with_defaults(
        self, new: NewColumns, existing: Existing, mapped: Sequence[MappedRow]
    ) -> Existing:
        return {
            row.key: new.values_beside(row.values) | existing[row.key]
            for row in mapped
            if row.key in existing
        }

    def _known(self) -> Collection[str]:
        return self._run.destination.model.columns.get(self._resource.name, {}).keys()

    def _match(self, source: Row, mapped: MappedRow, existing: Row | None) -> RowMatch:
        if existing is None and self._columns is not None:
            # Nobody compares a row that is about to be created.
            return self._absent(source, mapped)
        expected, actual = self._both_sides(source, mapped, existing)
        if actual is None:
            return self._absent(source, mapped, expected)
        if actual == expected:
            return RowMatch("same", source, mapped, existing, (), expected, expected)
        columns = tuple(column for column, value in expected.items() if actual[column] != value)
        return RowMatch("different", source, mapped, existing, columns, expected, actual)

    def _absent(self, source: Row, mapped: MappedRow, expected: Row | None = None) -> RowMatch:
        known = without_later_losses(self._run, mapped, source, self._inside)
        return RowMatch(self._state_of_absent(known), source, known, None, (), expected)

    def _state_of_absent(self, mapped: MappedRow) -> State:
        if mapped.unsupported_values and not mapped.barred:
            return "unsupported"
        if mapped.key is None and not self._resource.rules.server_assigned_key:
            return "ambiguous"
        return "barred" if mapped.barred else "new"

    def _both_sides(
        self, source: Row, mapped: MappedRow, existing: Row | None
    ) -> tuple[Row, Row | None]:
        """The columns that are compared, as they should be and as they are (None: no row)."""
        values = mapped.values
        if existing is not None and (kept := self._kept(mapped)):
            values = {**values, **{name: existing.get(name) for name in kept}}
        expected = self.codec.normalize(self._compared(values))
        if existing is None:
            return expected, None
        # Most rows have the same columns on both sides, and need no copy.
        shown = existing
        if existing.keys() != expected.keys():
            shown = {column: existing.get(column) for column in expected}
        actual = self.codec.normalize(shown)
        expected = self.codec.as_stored(expected, actual)
        if annotated := self._resource.rules.server_annotated:
            documents = {
                column: without_annotations(actual[column])
                for column in annotated
                if column in actual
            }
            actual = {**actual, **documents}
        return self._with_measured(source, existing, expected, actual)

    def _kept(self, mapped: MappedRow) -> tuple[str, ...]:
        """The columns of an existing row that stay as they are by choice. A singleton that is
        updated keeps its key."""
        resource = self._resource
        if resource.singleton and self._run.plan.request.existing.is_updated(resource.name):
            return (*mapped.left_empty, resource.key)
        return mapped.left_empty

    def _compared(self, mapped: Row) -> Row:
        rules = self._resource.rules
        if self._columns is not None:
            mapped = {column: mapped[column] for column in self._columns}
        hidden = (*rules.secret, *rules.volatile)
        return without(mapped, hidden) if hidden else mapped

    def _with_measured(
        self, source: Row, existing: Row, expected: Row, actual: Row
    ) -> tuple[Row, Row]:
        """Add what each side measures by itself, such as the size of a file."""
        for column in self._measured:
            if None not in (source[column], existing.get(column)):
                size, actual_size = str(source[column]), str(existing[column])
                if size != actual_size:
                    size = true_size(self._run.source, source[self._resource.key], size)
                expected = {**expected, column: size}
                actual = {**actual, column: actual_size}
        return expected, actual


def match_all(
    run: Run,
    resource: Resource,
    choose: Callable[[list[Row]], list[Row]] = lambda page: page,
    first_page: FirstPage | None = None,
) -> Iterator[list[RowMatch]]:
    """Match the rows of ``resource`` that ``choose`` returns, page by page through the source.

    ``first_page`` is what was read of both sides before. What follows it is read now.
    """
    matcher = Matcher(run, resource, first_page=first_page)
    pages = read_ahead(_pages(run, resource, matcher.fields, first_page))
    yield from map_ahead(matcher.match, map(choose, pages))


def _pages(
    run: Run, resource: Resource, fields: Sequence[str], first_page: FirstPage | None
) -> Iterator[list[Row]]:
    first = first_page.at_source(fields) if first_page else None
    if first is not None and first_page and first_page.is_whole:
        return iter([first] if first else [])
    unreadable = run.unreadable.at_source(resource)
    return run.source.rows.pages(resource, fields, unreadable=unreadable, first=first)
