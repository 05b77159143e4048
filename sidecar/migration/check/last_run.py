"""Since when "the last successful run" moves what has changed of a collection.

Runs of several kinds may be the last one: whatever has moved all of the collection, with all that
its rows need. So a copy of everything can be continued by a selection.
"""

import hashlib
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import orjson

from sidecar.migration.closure.since import moment_of
from sidecar.migration.instance.access import project_of
from sidecar.migration.instance.completed import CompletedRuns
from sidecar.migration.instance.instance import Instance
from sidecar.migration.instance.journal import read_journal
from sidecar.migration.request import MigrationRequest
from sidecar.migration.selection import LAST


@dataclass(frozen=True, slots=True)
class Scopes:
    """Names of what ``request`` moves of a collection of a project, whenever it has changed."""

    project: str
    request: MigrationRequest

    def complete(self, collection: str) -> tuple[str, ...]:
        """Its rows with all that they need: first those that this request selects, then more."""
        everything = self._name("complete")
        filter = self.request.selection.filters.get(collection)
        return (self._name("complete", filter), everything) if filter else (everything,)

    @property
    def same(self) -> str:
        """What this very request moves of it."""
        selection = replace(self.request.selection, since="").document()
        included = sorted(self.request.included)
        return self._name("same", selection, included, self.request.references)

    def _name(self, *what: Any) -> str:
        text = orjson.dumps([self.project, *what], option=orjson.OPT_SORT_KEYS)
        return hashlib.sha256(text).hexdigest()


@dataclass(frozen=True, slots=True)
class ChangedSince:
    """Since when the rows of a collection have to have changed to be selected."""

    scopes: Scopes
    # The same for all collections. None: it depends on earlier runs.
    date: datetime | None = None
    recorded: CompletedRuns = field(default_factory=CompletedRuns)

    def of(self, collection: str) -> datetime | None:
        """None: all rows are selected, because the request says nothing else, or because no run is
        known that has moved them."""
        names = (*self.scopes.complete(collection), self.scopes.same)
        return self.date or self._last(names, collection)

    def continues_complete(self, collection: str) -> bool:
        """Whether the run that is continued has moved the rows with all that they need."""
        last = self._last(self.scopes.complete(collection), collection)
        return last is not None and last == self.of(collection)

    def _last(self, scopes: tuple[str, ...], collection: str) -> datetime | None:
        times = (self.recorded.at(scope, collection) for scope in scopes)
        return max((moment for time in times if time and (moment := _moment(time))), default=None)


def changed_since(
    source: Instance, destination: Instance, request: MigrationRequest
) -> ChangedSince:
    """Since when ``request`` selects rows. Reads only. Raises DirectusError."""
    since = request.selection.since
    if since == LAST:
        recorded = read_journal(destination.client).completed
        return ChangedSince(scopes_of(source, request), recorded=recorded)
    return ChangedSince(Scopes("", request), moment_of(since) if since else None)


def scopes_of(source: Instance, request: MigrationRequest) -> Scopes:
    """The scopes of a request from the project of ``source``. Raises DirectusError."""
    return Scopes(project_of(source.client, "source"), request)


def _moment(time: str) -> datetime | None:
    try:
        return moment_of(time)
    except ValueError:
        # No run has recorded it.
        return None
