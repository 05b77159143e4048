"""The settings of one instance as they are now, and which of them somebody has set."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sidecar.directus.client import Row
from sidecar.migration.instance.instance import Instance
from sidecar.resources.base import Column, system_path
from sidecar.resources.settings import BORN_WITH, SETTINGS, comparable, lost_setting


@dataclass(frozen=True, slots=True)
class SettingValues:
    """``columns``, ``defaults`` and ``values`` by the name of the setting."""

    columns: dict[str, Column]
    defaults: Row
    values: Row

    def has_set(self, name: str) -> bool:
        """Whether somebody has given it a value that a fresh instance does not have."""
        value = self.meaning(name, self.values.get(name))
        fresh = (self.defaults.get(name), *BORN_WITH.get(name, ()))
        return value is not None and value not in [self.meaning(name, one) for one in fresh]

    def meaning(self, name: str, value: Any) -> Any:
        return comparable(self.columns[name], value) if name in self.columns else None


def read_settings(instance: Instance) -> SettingValues:
    """One request."""
    columns = instance.model.columns[SETTINGS]
    values = instance.client.get(system_path(SETTINGS), fields=list(columns)) or {}
    return SettingValues(columns, instance.defaults(SETTINGS), values)


def unknown_settings(source: Instance, destination: Instance) -> Iterator[str]:
    """Names of settings that the source has set, that could travel, and that the destination's
    version does not have; at most one request."""
    known = destination.model.columns[SETTINGS].keys() | source.added_columns(SETTINGS)
    names = [
        name
        for name, column in source.model.columns[SETTINGS].items()
        if name not in known and not lost_setting(column)
    ]
    settings = read_settings(source) if names else None
    yield from (name for name in names if settings and settings.has_set(name))
