"""Finds values that Directus does not show as the database stores them.

Directus compares a filter inside the database. So a filter by the values that it shows finds the
rows that hold exactly them, and the others hold something else. A few requests tell that for the
rows of a sample; in a small collection the sample is all rows.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, NamedTuple

from more_itertools import chunked

from sidecar.directus.client import Row
from sidecar.directus.exact_numbers import MAX_EXACT_INTEGER
from sidecar.directus.pages import NUMERIC_KEYS
from sidecar.errors import DirectusError, DirectusRejected
from sidecar.migration.instance.instance import Instance
from sidecar.migration.instance.key_filter import filter_of_keys
from sidecar.migration.instance.precision import whole_number
from sidecar.migration.instance.rows import Filter
from sidecar.resources.base import COMMENTS, Column, Resource
from sidecar.resources.display_losses import DisplayLoss, losses_of
from sidecar.resources.system import ROUNDED_BY_VENDOR
from sidecar.resources.vendors import MYSQL, SQLITE

# So many rows are looked at, from both ends of the collection, and so many in one filter.
SAMPLE_ROWS, ROWS_PER_FILTER = 1_000, 250
# After so many rows that cannot be read, the page around one is left out.
MAX_UNREADABLE = 20
MOMENT = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d+)?Z?)?")
DAY = re.compile(r"\d{4}-\d\d-\d\d")
# A filter reads such texts as null, booleans or variables.
READ_OTHERWISE = re.compile(r"\$.*|null|NULL|true|false|", re.DOTALL)
# A double keeps any number of so many digits.
EXACT_DIGITS = 15
# What MySQL shows of a float.
DIGITS_OF_MYSQL = 6
DATES = frozenset({"date", "dateTime", "timestamp"})


class Sample(NamedTuple):
    """What was found in a collection."""

    # How many rows were looked at.
    rows: int
    # How many of them lose what, by column.
    losses: Counter[tuple[str, DisplayLoss]]


@dataclass
class _LeftOut:
    """Rows that cannot be read are no part of a sample. The run itself names them."""

    rows: int = 0

    @property
    def exhausted(self) -> bool:
        return self.rows >= MAX_UNREADABLE

    def add(self, keys: Sequence[Any], columns: Sequence[str], error: DirectusError) -> None:
        self.rows += len(keys)


Watched = Mapping[str, Sequence[DisplayLoss]]


def look_for_losses(source: Instance, resource: Resource, rows: int) -> Sample:
    """What the ``rows`` rows of ``resource`` lose because of what Directus shows.

    Sends nothing for a collection without rows, or without columns that can lose something. A
    column that Directus does not filter by is left out. Raises DirectusError.
    """
    watched = _watched(source, resource) if rows else {}
    losses: Counter[tuple[str, DisplayLoss]] = Counter()
    sample = _sample(source, resource, list(watched), rows) if watched else []
    for portion in chunked(sample, ROWS_PER_FILTER):
        for column, several in watched.items():
            for loss in several:
                losses[column, loss] += sum(_shows(loss, row[column]) for row in portion)
        losses.update(_asked(source, resource, portion, watched))
    return Sample(len(sample), +losses)


def _watched(source: Instance, resource: Resource) -> Watched:
    """The columns that can lose something, without those that change by themselves, and those that
    the plan names anyway. REST cannot filter the comments that older versions keep elsewhere."""
    if source.legacy and resource.name == COMMENTS:
        return {}
    columns = source.model.columns[resource.name]
    rounded = ROUNDED_BY_VENDOR.get(source.vendor, {}).get(resource.name, {})
    left_out = {resource.key, *resource.rules.volatile, *rounded}
    watched = {
        name: [loss for loss in losses_of(source.vendor, columns[name]) if _is_sampled(loss)]
        for name in resource.columns
        if name not in left_out
    }
    return {name: losses for name, losses in watched.items() if losses}


def _is_sampled(loss: DisplayLoss) -> bool:
    return loss.evidence != "extremes"


def _sample(source: Instance, resource: Resource, columns: list[str], rows: int) -> list[Row]:
    fields = [resource.key, *columns]
    if rows <= SAMPLE_ROWS or resource.key_type not in NUMERIC_KEYS:
        return list(islice(_rows(source, resource, fields), SAMPLE_ROWS))
    half = SAMPLE_ROWS // 2
    first = list(islice(_rows(source, resource, fields), half))
    ends = source.rows.extremes(resource, [resource.key])[resource.key]
    after = max(whole_number(ends[1]) - half, *(whole_number(row[resource.key]) for row in first))
    last = _rows(source, resource, fields, {resource.key: {"_gt": after}})
    return [*first, *islice(last, half)]


def _rows(
    source: Instance, resource: Resource, fields: list[str], filter: Filter | None = None
) -> Iterator[Row]:
    for page in source.rows.pages(resource, fields, filter, _LeftOut()):
        for row in page:
            if not READ_OTHERWISE.fullmatch(str(row[resource.key])):
                yield row


def _shows(loss: DisplayLoss, value: Any) -> bool:
    """Whether the shown value itself tells that something is lost."""
    if value is None:
        return False
    match loss.evidence:
        case "numbers":
            return has_inexact_number(value)
        case "padded":
            return isinstance(value, str) and value.endswith(" ")
        case "texts":
            return isinstance(value, str)
        case "six digits":
            return len(_digits(value)) == DIGITS_OF_MYSQL
        case _:
            return False


def has_inexact_number(value: Any) -> bool:
    """Whether a JSON value shows a number that JavaScript may have rounded."""
    if isinstance(value, dict):
        return any(has_inexact_number(one) for one in value.values())
    if isinstance(value, list):
        return any(has_inexact_number(one) for one in value)
    if isinstance(value, float):
        return len(_digits(value)) > EXACT_DIGITS
    return isinstance(value, int) and abs(value) > MAX_EXACT_INTEGER


def _digits(number: float) -> str:
    """The significant digits of ``number``."""
    return re.sub(r"e.*|\D", "", repr(number)).strip("0")


def _asked(
    source: Instance, resource: Resource, rows: Sequence[Row], watched: Watched
) -> Counter[tuple[str, DisplayLoss]]:
    """How many of ``rows`` the database does not hold as Directus shows them."""
    questions: dict[tuple[str, DisplayLoss], Filter] = {}
    columns = source.model.columns[resource.name]
    for name, losses in watched.items():
        for loss in losses:
            if agreement := _agreement(source, resource, columns[name], loss, rows):
                questions[name, loss] = agreement
    if not questions or _differing(source, resource, rows, list(questions.values())) == 0:
        return Counter()
    return Counter(
        {
            question: _differing(source, resource, rows, [agreement]) or 0
            for question, agreement in questions.items()
        }
    )


def _differing(
    source: Instance, resource: Resource, rows: Sequence[Row], agreements: Sequence[Filter]
) -> int | None:
    """How many of ``rows`` do not match all of ``agreements``. None: Directus cannot tell."""
    chosen = filter_of_keys(resource.key, [row[resource.key] for row in rows])
    try:
        # The sample has only rows that travel, so nobody has to ask which of them do.
        return len(rows) - source.all_rows.count(resource, {"_and": [chosen, *agreements]})
    except DirectusRejected:
        return None


def _agreement(
    source: Instance, resource: Resource, column: Column, loss: DisplayLoss, rows: Sequence[Row]
) -> Filter | None:
    """Finds the rows whose column holds what Directus shows. None: there is nothing to ask."""
    is_null: Filter = {column.name: {"_null": True}}
    by_shown: dict[bool, list[Row]] = defaultdict(list)
    for row in rows:
        by_shown[row[column.name] is None].append(row)
    if loss.evidence == "null":
        shown = [row[resource.key] for row in by_shown[False]]
        if not by_shown[True]:
            return None
        return {"_or": [is_null, *([filter_of_keys(resource.key, shown)] if shown else [])]}
    if loss.evidence != "stored":
        return None
    values = {row[column.name] for row in by_shown[False] if _is_comparable(column, row)}
    others = [row[resource.key] for row in by_shown[False] if not _is_comparable(column, row)]
    either: list[Filter] = [is_null]
    if values:
        either.append({column.name: {"_in": [_in_filter(source, one) for one in sorted(values)]}})
    if others:
        either.append(filter_of_keys(resource.key, others))
    return {"_or": either}


def _is_comparable(column: Column, row: Row) -> bool:
    """Whether the value can be in a filter. Others are left out as what the column cannot hold."""
    value = row[column.name]
    if column.type in DATES:
        return isinstance(value, str) and bool(MOMENT.fullmatch(value))
    return isinstance(value, int | float)


def _in_filter(source: Instance, value: Any) -> Any:
    """``value`` as the database compares it. MySQL knows no T and no Z. On SQLite, Directus writes
    a date as its midnight, in the server's time zone, and takes one in a filter for UTC's."""
    if not isinstance(value, str):
        return value
    if source.vendor == MYSQL:
        return value.replace("T", " ").removesuffix("Z")
    is_date = source.vendor == SQLITE and DAY.fullmatch(value)
    return f"{value}T00:00:00" if is_date else value
