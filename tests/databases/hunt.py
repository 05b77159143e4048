"""Tries databases at random for a while, and says what it found, each as small as it gets."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from hypothesis import HealthCheck, Phase, given, seed, settings

from tests.databases.generator.description import Description
from tests.databases.generator.draw import descriptions
from tests.databases.generator.reduce import reduce
from tests.databases.generator.steps import source_of
from tests.databases.invariants import Finding, prove
from tests.databases.reset import Reset
from tests.databases.sources.build import build
from tests.stack.chance import SEED, VARIABLE
from tests.stack.pair import Pair

MAX_EXAMPLES = 100_000
# Two findings that begin with so many letters alike are the same.
ALIKE = 60


@dataclass
class Found:
    """One thing that is not as it has to be, with the database that shows it."""

    finding: Finding
    description: Description

    def __str__(self) -> str:
        cut = self.description.cut
        first = "" if cut is None else f"\n-- a first run is cancelled after {cut} rows"
        return f"{self.finding}\n{source_of(self.description)}{first}"


@dataclass
class Hunt:
    """Tries databases of ``vendor`` on ``pair`` until ``deadline``, of ``time.monotonic``."""

    pair: Pair
    resets: list[Reset]
    vendor: str
    deadline: float
    # How long one finding may be made smaller.
    reduce_seconds: float
    # Ends with the first finding.
    first_only: bool = True
    tried: int = 0
    found: list[Found] = field(default_factory=list)
    _known: set[tuple[str, str]] = field(default_factory=set)

    def run(self) -> None:
        """Fill ``found``."""

        @seed(SEED)
        @settings(
            max_examples=MAX_EXAMPLES,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(descriptions(self.vendor))
        def attempt(description: Description) -> None:
            if time.monotonic() > self.deadline or (self.first_only and self.found):
                raise _Over
            self._attempt(description)

        try:
            attempt()
        except _Over:
            return

    def _attempt(self, description: Description) -> None:
        self.tried += 1
        for finding in self._findings(description):
            kind = _kind(finding, description)
            if kind in self._known:
                continue
            self._known.add(kind)
            until = time.monotonic() + self.reduce_seconds
            smallest = reduce(description, {finding.table}, self._like(kind), until)
            last = [one for one in self._findings(smallest) if _kind(one, smallest) == kind]
            self.found.append(Found((last or [finding])[0], smallest))
            if self.first_only:
                return

    def _like(self, kind: tuple[str, str]) -> "_Like":
        return _Like(self, kind)

    def _findings(self, description: Description) -> list[Finding]:
        source = source_of(description)
        with ThreadPoolExecutor() as pool:
            list(pool.map(Reset.restore, self.resets))
        build(self.pair.source, source.steps)
        found = prove(*self.pair, [source], cut=description.cut)
        if source.later:
            build(self.pair.source, source.later)
            found += prove(*self.pair, [source])
        return found


@dataclass
class _Like:
    """Whether a description fails in the same way as another did."""

    hunt: Hunt
    kind: tuple[str, str]

    def __call__(self, description: Description) -> bool:
        found = self.hunt._findings(description)
        return any(_kind(one, description) == self.kind for one in found)


class _Over(Exception):
    """Enough was tried."""


def _kind(finding: Finding, description: Description) -> tuple[str, str]:
    """What tells two findings apart: the words, without the names of the tables."""
    words = finding.text
    for name in _names(description):
        words = words.replace(name, "…")
    digits = "".join("0" if letter.isdigit() else letter for letter in words)
    return finding.what, digits[:ALIKE]


def _names(description: Description) -> Iterator[str]:
    names = [table.name for table in description.tables]
    names += [column.name for table in description.tables for column in table.columns]
    yield from sorted(names, key=len, reverse=True)


def report(hunt: Hunt) -> str:
    """What was found, for people."""
    head = f"{hunt.tried} databases tried with {VARIABLE}={SEED}, {len(hunt.found)} findings"
    return "\n\n".join([head, *map(str, hunt.found)])
