"""The settings of one instance, and which of them somebody has set."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sidecar.directus.client import Row
from sidecar.migration.instance.instance import Instance
from sidecar.resources.base import Column, system_path
from sidecar.resources.settings import BOOTSTRAP_VALUES, SETTINGS, comparable, lost_setting


@dataclass(frozen=True, slots=True)
class SettingValues:
    """The settings of one instance, by name."""

    columns: dict[str, Column]
    defaults: Row
    values: Row

    def has_set(self, name: str) -> bool:
        """Whether the setting has a value that a fresh instance does not have."""
        value = self.comparable(name, self.values.get(name))
        fresh = (self.defaults.get(name), *BOOTSTRAP_VALUES.get(name, ()))
        return value is not None and value not in [self.comparable(name, one) for one in fresh]

    def has_cleared(self, name: str) -> bool:
        """Whether the setting is empty although a fresh instance has a default there."""
        default = self.comparable(name, self.defaults.get(name))
        is_empty = name in self.values and self.comparable(name, self.values[name]) is None
        return is_empty and default is not None

    def comparable(self, name: str, value: Any) -> Any:
        """``value`` in a form that is equal for equal settings. None: not set."""
        return comparable(self.columns[name], value) if name in self.columns else None


def read_settings(instance: Instance) -> SettingValues:
    """Read all settings with one request."""
    columns = instance.model.columns[SETTINGS]
    values = instance.client.get(system_path(SETTINGS), fields=list(columns)) or {}
    return SettingValues(columns, instance.defaults(SETTINGS), values)


def unknown_settings(source: Instance, destination: Instance) -> Iterator[str]:
    """Names of settings that could travel, that the source has set, and that the destination's
    version does not have. Sends one request at most."""
    known = destination.model.columns[SETTINGS].keys() | source.added_columns(SETTINGS)
    names = [
        name
        for name, column in source.model.columns[SETTINGS].items()
        if name not in known and not lost_setting(column)
    ]
    settings = read_settings(source) if names else None
    yield from (name for name in names if settings and settings.has_set(name))
