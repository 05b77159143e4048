"""The settings that both sides have set, and differently: a run overwrites those that are named."""

import json
from dataclasses import dataclass
from typing import Any

from sidecar.migration.concurrency import side_by_side
from sidecar.migration.instance.instance import Instance
from sidecar.migration.instance.settings import read_settings
from sidecar.resources.settings import SETTINGS, lost_setting
from sidecar.texts import plain

MAX_LENGTH = 200


@dataclass(frozen=True, slots=True)
class SettingDifference:
    """A setting with the values of both sides as short texts."""

    name: str
    source: str
    destination: str


def setting_differences(source: Instance, destination: Instance) -> tuple[SettingDifference, ...]:
    """Such settings. Sends one request to each side. Raises DirectusError."""
    if SETTINGS not in source.model.columns or SETTINGS not in destination.model.columns:
        return ()
    values, existing = side_by_side(read_settings, (source, destination))
    return tuple(
        SettingDifference(name, _text(values.values[name]), _text(existing.values.get(name)))
        for name, column in values.columns.items()
        if not lost_setting(column)
        and values.has_set(name)
        and existing.has_set(name)
        and values.comparable(name, values.values[name])
        != values.comparable(name, existing.values.get(name))
    )


def _text(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return plain(text, MAX_LENGTH)
