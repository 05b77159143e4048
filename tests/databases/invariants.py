"""What is true of any migration, whatever the source.

Dry and real run end alike and name the same. None fails. Each difference that SQL finds is named. A
second run changes nothing and says the same. If both sides contradict each other, all of them are
refused and nothing is written.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

import psycopg

from tests.databases.comparison.compare import differences, snapshot
from tests.databases.comparison.snapshot import Difference, Snapshot
from tests.databases.coverage import Said, is_named, uncovered, unfounded
from tests.databases.runs import WELL, Ended, run
from tests.databases.sources.source import Source
from tests.stack.databases import Database
from tests.stack.directus import DirectusInstance

# Of files that were there before, a second run compares less.
ONLY_THE_SECOND_SAYS = frozenset({"BYTES_NOT_COMPARED"})
# What Directus answers to a write; only a real run is told.
ONLY_A_WRITE_TELLS = frozenset({
    "INVALID_FOREIGN_KEY", "NOT_NULL_VIOLATION", "RECORD_NOT_UNIQUE", "VALUE_OUT_OF_RANGE",
    "VALUE_TOO_LONG", "INTERNAL_SERVER_ERROR", "SCHEMA_REFUSED", "INVALID_PAYLOAD",
    "BYTES_NOT_COMPARED", "CONTAINS_NULL_VALUES",
})  # fmt: skip


@dataclass(frozen=True, order=True)
class Finding:
    """Something that is not as it has to be. ``what`` and ``table`` tell two apart."""

    what: str
    table: str
    text: str

    def __str__(self) -> str:
        return f"{self.what}: {self.text}"


@dataclass(frozen=True)
class Stages:
    """The runs of one source, and what the destination was between them."""

    # Of the source.
    here: Snapshot
    # Of the destination.
    before: Snapshot
    # The same, unless an earlier run was killed.
    before_dry: Snapshot
    after_dry: Snapshot
    after_real: Snapshot
    after_again: Snapshot
    dry: Ended
    real: Ended
    again: Ended
    # A run that was cancelled in between, before the real one.
    cut: Ended | None

    @property
    def runs(self) -> list[tuple[str, Ended]]:
        """All but the one that was cut, by name."""
        return [("dry", self.dry), ("real", self.real), ("second", self.again)]

    @property
    def is_refused(self) -> bool:
        """Whether each run was refused because both sides contradict each other."""
        return all(ended.conflicts for _, ended in self.runs)


def prove(
    source: DirectusInstance,
    destination: DirectusInstance,
    sources: Sequence[Source],
    *,
    cut: int | None = None,
    kill: Callable[[], None] | None = None,
) -> list[Finding]:
    """Migrate what the source is now, and look at it from all sides. ``cut``: first a run that is
    cancelled after so many rows. ``kill``: before all others, a run that is killed."""
    here, before = snapshot(source.database), snapshot(destination.database)
    if kill:
        kill()
    before_dry = snapshot(destination.database) if kill else before
    dry = run(source, destination, dry=True)
    after_dry = snapshot(destination.database)
    half = None if cut is None else run(source, destination, cut=cut)
    real = run(source, destination)
    after_real = snapshot(destination.database)
    again = run(source, destination)
    after_again = snapshot(destination.database)
    looks = (before, before_dry, after_dry, after_real, after_again)
    stages = Stages(here, *looks, dry, real, again, half)
    return sorted(set(_findings(stages, sources, destination.database)))


def _findings(stages: Stages, sources: Sequence[Source], database: Database) -> Iterator[Finding]:
    yield from _ends(stages, sources)
    yield from _unchanged("the dry run", stages.before_dry, stages.after_dry)
    yield from _unchanged("a second run", stages.after_real, stages.after_again)
    yield from _promises(sources, database, stages)
    if stages.is_refused:
        yield from _unchanged("a refused run", stages.before, stages.after_real)
        return
    if any(ended.status not in WELL for _, ended in stages.runs):
        return
    yield from _alike("dry and real run", stages.dry, stages.real, ONLY_A_WRITE_TELLS)
    yield from _alike("real and second run", stages.real, stages.again, ONLY_THE_SECOND_SAYS)
    yield from _second(stages.again)
    yield from _coverage(stages, sources)


def _ends(stages: Stages, sources: Sequence[Source]) -> Iterator[Finding]:
    may_be_refused = any(source.conflict is not False for source in sources)
    bad: dict[str, list[str]] = {}
    for name, ended in stages.runs:
        if ended.status not in WELL and not (may_be_refused and ended.conflicts):
            bad.setdefault(str(ended), []).append(name)
    for text, names in bad.items():
        yield Finding("does not end well", "", f"{text}: {' and '.join(names)} run")
    if any(source.conflict for source in sources) and not stages.is_refused:
        yield Finding("is not refused", "", f"the real run {stages.real}")
    if not _end_alike(stages.dry, stages.real):
        yield Finding("ends unalike", "", f"dry {stages.dry}, real {stages.real}")
    if stages.cut and stages.cut.status not in (*WELL, "cancelled", stages.real.status):
        yield Finding("does not end well", "cut", f"the run that was cut {stages.cut}")
    for one in (one for ended in _all(stages) for one in ended.said if one.code == "UNEXPECTED"):
        yield Finding("UNEXPECTED", "", one.message)


def _end_alike(dry: Ended, real: Ended) -> bool:
    """Whether all that keeps the real run from ending like the dry one is told by writes alone."""
    if dry.status == "completed" and real.status == "completed_with_problems":
        return {one.code for one in real.said if one.what == "problem"} <= ONLY_A_WRITE_TELLS
    return dry.status == real.status


def _all(stages: Stages) -> Iterable[Ended]:
    runs = [ended for _, ended in stages.runs]
    return [*runs, stages.cut] if stages.cut else runs


def _alike(which: str, first: Ended, second: Ended, allowed: Collection[str]) -> Iterator[Finding]:
    before, after = ({one.name: one for one in ended.said} for ended in (first, second))
    for name in before.keys() - after.keys():
        yield _only(which, "first", before[name])
    for name in after.keys() - before.keys():
        if after[name].code not in allowed:
            yield _only(which, "second", after[name])


def _only(which: str, where: str, one: Said) -> Finding:
    return Finding(f"{which} say different things", one.resource, f"only the {where} says {one}")


def _unchanged(who: str, before: Snapshot, after: Snapshot) -> Iterator[Finding]:
    if before.is_like(after):
        return
    # What is there afterwards is compared with what was, as if it were its source.
    empty = Snapshot({}, {}, {}, set(), {})
    changes = [*differences(before, after, empty), *differences(after, before, empty)]
    for table in sorted({one.table for one in changes} or {""}):
        lines = [str(one) for one in changes if one.table == table]
        yield Finding(f"{who} changes the destination", table, "; ".join(lines[:5]))


def _second(again: Ended) -> Iterator[Finding]:
    if again.created or again.changed:
        rows = [row["name"] for row in again.document["resources"] if row["created"]]
        text = f"{again.created} rows ({', '.join(rows)}), {again.changed} parts of the schema"
        yield Finding("a second run says that it changed something", "", text)


def _coverage(stages: Stages, sources: Sequence[Source]) -> Iterator[Finding]:
    renumbered = {place for one in sources for place in one.renumbered}
    found = [
        one
        for one in differences(stages.here, stages.after_real, stages.before)
        if one.kind != "value" or not _places(one) & renumbered
    ]
    told = stages.real.said
    for missed in uncovered(found, told):
        yield Finding(f"unnamed {missed.kind}", missed.table, str(missed))
    for false in unfounded(told, [name for source in sources for name in source.plain]):
        yield Finding("says what is not so", false.resource, str(false))
    changed = {one.table for one in found}
    for problem in told:
        if problem.what == "problem" and problem.resource and problem.resource not in changed:
            yield Finding("a problem where nothing differs", problem.resource, str(problem))


def _places(one: Difference) -> set[tuple[str, str]]:
    return {(one.table, column) for column in one.columns}


def _promises(sources: Sequence[Source], database: Database, stages: Stages) -> Iterator[Finding]:
    for source in sources:
        for name in () if stages.is_refused else source.arrives:
            if name not in stages.after_real.tables:
                yield Finding("does not arrive", name, f"{name} ({source.name})")
        for table, column in source.named:
            if not is_named(stages.real.said, table, column):
                where = table if column is None else f"{table}.{column}"
                yield Finding("not named", table, f"{where} ({source.name})")
        for statement in source.holds:
            if not _holds(database, statement):
                yield Finding("does not hold", source.name, statement)


def _holds(database: Database, statement: str) -> bool:
    with psycopg.connect(database.dsn or "") as connection:
        try:
            row = connection.execute(statement.encode()).fetchone()
        except psycopg.errors.UndefinedTable:
            return False
    return bool(row and row[0])
