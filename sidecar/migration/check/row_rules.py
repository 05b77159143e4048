"""Which rows of a selected collection are selected."""

from dataclasses import dataclass
from datetime import datetime

from sidecar.migration.check.last_run import ChangedSince
from sidecar.migration.closure.since import filter_by_dates, has_activity
from sidecar.migration.instance.instance import Instance
from sidecar.migration.instance.rows import Filter
from sidecar.migration.request import MigrationRequest
from sidecar.resources.base import ACCESS, COMMENTS, FILES, SHARES, VERSIONS, Resource

# System collections of which only changed rows are selected. The others are small.
DATED = frozenset({FILES, COMMENTS, SHARES, VERSIONS})


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of one request."""

    source: Instance
    request: MigrationRequest
    since: ChangedSince
    # Whether the activity log knows all that has changed since.
    has_log: bool = False

    def filter(self, resource: Resource) -> Filter | None:
        """The filter for the rows. None: all."""
        rules = [self._own(resource), self._by_dates(resource)]
        filters = [one for one in rules if one is not None]
        return {"_and": filters} if len(filters) > 1 else next(iter(filters), None)

    def by_activity(self, resource: Resource) -> bool:
        """Whether the activity log tells which rows have changed, and no column does."""
        return (
            self.has_log
            and self.moment(resource) is not None
            and self._by_dates(resource) is None
            and has_activity(self.source, resource)
        )

    def is_undated(self, resource: Resource) -> bool:
        """Whether nothing tells which rows have changed."""
        is_dated = self._by_dates(resource) is not None or self.by_activity(resource)
        return self.moment(resource) is not None and not is_dated

    def goes_by_time(self, resource: Resource) -> bool:
        """Whether only changed rows can be selected."""
        may_be_old = resource.is_user_collection or resource.name in DATED
        return may_be_old and not resource.singleton

    def moment(self, resource: Resource) -> datetime | None:
        """Only rows that have changed since are selected. None: all."""
        return self.since.of(resource.name) if self.goes_by_time(resource) else None

    def _by_dates(self, resource: Resource) -> Filter | None:
        moment = self.moment(resource)
        return None if moment is None else filter_by_dates(self.source, resource, moment)

    def _own(self, resource: Resource) -> Filter | None:
        if resource.name == ACCESS and "users" not in self.request.included:
            return {"user": {"_null": True}}
        return self.request.selection.filters.get(resource.name)
