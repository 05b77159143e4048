"""Presets: named choices for the form, stored in the source's ``directus_presets`` table in the
format of the JavaScript bundle.

Directus defines the scopes: a preset with a ``user`` is personal, a preset with a ``role`` belongs
to that role, and a preset with neither is global. A user sees their own presets, those of their
role and the global ones. Presets of other modules are never read or changed.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sidecar.address import destination_address, is_address
from sidecar.directus.answers import parse_guard
from sidecar.directus.client import Directus, Row
from sidecar.errors import InvalidRequest
from sidecar.jobs.secrets import PresetCipher, TokenPlace
from sidecar.jobs.users import User
from sidecar.migration.existing import ASK, CONFLICTS, SKIP_ALL, ExistingRows, read_existing
from sidecar.migration.request import DEFAULT_BATCH, MAX_BATCH, MIN_BATCH, REFERENCES, REFUSE
from sidecar.migration.selection import EVERYTHING, Selection, read_selection
from sidecar.options import DEFAULT_OPTIONS, OPTIONS, PARTS
from sidecar.resources.system import BUNDLE_PRESETS

PATH = "/presets"
FIELDS = ("id", "bookmark", "user", "role", "layout_options")
UNNAMED = "Unnamed"
MAX_ID = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Preset:
    """One preset."""

    name: str
    # "personal", "role" or "global".
    scope: str
    destination_url: str = ""
    # In clear text; "" for no token.
    token: str = field(default="", repr=False)
    options: tuple[str, ...] = DEFAULT_OPTIONS
    batch_size: int = DEFAULT_BATCH
    invite: bool = False
    references: str = REFUSE
    # The parts, if they were chosen one by one.
    parts: tuple[str, ...] | None = None
    selection: Selection = EVERYTHING
    existing: ExistingRows = SKIP_ALL
    conflicts: str = ASK
    overwrite_settings: tuple[str, ...] = ()
    # None until the preset is saved.
    id: int | None = None
    # All stored options, including those that only the JavaScript bundle uses.
    stored: Mapping[str, Any] = field(default_factory=dict, repr=False)

    def document(self) -> dict[str, Any]:
        """The preset as plain data for the form, with ``has_token`` instead of the token."""
        return {
            "id": self.id,
            "name": self.name,
            "scope": self.scope,
            "destination_url": self.destination_url,
            "has_token": bool(self.token and self.destination_url),
            "options": list(self.options),
            "batch_size": self.batch_size,
            "invite": self.invite,
            "references": self.references,
            "parts": None if self.parts is None else list(self.parts),
            "selection": None if self.selection.is_everything else self.selection.document(),
            "existing": self.existing.document(),
            "conflicts": self.conflicts,
            "overwrite_settings": list(self.overwrite_settings),
        }


class PresetStore:
    """The presets that ``user`` may see. Every method raises DirectusError."""

    def __init__(self, source: Directus, cipher: PresetCipher, user: User) -> None:
        self._source = source
        self._cipher = cipher
        self._user = user

    def all(self) -> list[Preset]:
        """All presets, sorted by name."""
        query = {
            "fields": FIELDS,
            "filter": self._visible(),
            "sort": ["bookmark", "id"],
            "limit": -1,
        }
        return [self._preset(row) for row in self._source.search(PATH, query)]

    def get(self, preset_id: int) -> Preset:
        """Raises InvalidRequest (404) if the user has no such preset."""
        rows: list[Row] = []
        if preset_id <= MAX_ID:
            condition = {"_and": [{"id": {"_eq": preset_id}}, self._visible()]}
            rows = self._source.search(PATH, {"fields": FIELDS, "filter": condition})
        if not rows:
            raise InvalidRequest("There is no such preset", code="PRESET_NOT_FOUND", status=404)
        return self._preset(rows[0])

    def save(self, preset: Preset) -> Preset:
        """Create the preset, or change it if it has an id. Raises InvalidRequest (404) if the user
        has no such preset, and (400) for the scope "role" if the user has no role."""
        if preset.scope == "role" and not self._user.role:
            message = "You have no role to share the preset with"
            raise InvalidRequest(message, code="NO_ROLE", field="scope")
        row = self._row(preset)
        if preset.id is None:
            row["collection"] = BUNDLE_PRESETS
            saved = self._source.create(PATH, row, fields=FIELDS, repeatable=False)
        else:
            self.get(preset.id)
            saved = self._source.update(f"{PATH}/{preset.id}", row, fields=FIELDS)
        return self._preset(saved)

    def delete(self, preset_id: int) -> None:
        """Raises InvalidRequest (404) if the user has no such preset."""
        self.get(preset_id)
        self._source.send("DELETE", f"{PATH}/{preset_id}")

    def _visible(self) -> Row:
        """The filter for the presets that the user may see."""
        no_user = {"user": {"_null": True}}
        scopes = [
            {"user": {"_eq": self._user.id}},
            {"_and": [no_user, {"role": {"_null": True}}]},
        ]
        if self._user.role:
            scopes.append({"_and": [no_user, {"role": {"_eq": self._user.role}}]})
        return {"_and": [{"collection": {"_eq": BUNDLE_PRESETS}}, {"_or": scopes}]}

    def _preset(self, row: Row) -> Preset:
        with parse_guard(self._source.url + PATH):
            return self._parsed(row)

    def _parsed(self, row: Row) -> Preset:
        stored = _parse(row["layout_options"])
        url, token = _text(stored, "baseURL"), _text(stored, "token")
        references = stored.get("references")
        place = TokenPlace(_address(url), row["user"], None if row["user"] else row["role"])
        return Preset(
            name=row["bookmark"] or UNNAMED,
            scope="personal" if row["user"] else "role" if row["role"] else "global",
            destination_url=url,
            token=self._cipher.decrypt(place, token),
            options=_options(stored.get("selectedOptions")),
            batch_size=_batch_size(stored.get("batchSize")),
            invite=stored.get("invite") is True,
            references=references if references in REFERENCES else REFUSE,
            parts=_parts(stored.get("parts")),
            selection=_selection(stored.get("selection")),
            existing=_existing(stored.get("existing")),
            conflicts=_conflicts(stored.get("conflicts")),
            overwrite_settings=_names(stored.get("overwriteSettings")),
            id=row["id"],
            stored=stored,
        )

    def _row(self, preset: Preset) -> Row:
        url = preset.destination_url
        user = self._user.id if preset.scope == "personal" else None
        role = self._user.role if preset.scope == "role" else None
        return {
            "bookmark": preset.name,
            "user": user,
            "role": role,
            "layout_options": {
                **preset.stored,
                "baseURL": url,
                "token": self._cipher.encrypt(TokenPlace(_address(url), user, role), preset.token),
                "selectedOptions": list(preset.options),
                "batchSize": preset.batch_size,
                "invite": preset.invite,
                "references": preset.references,
                "parts": None if preset.parts is None else list(preset.parts),
                "selection": preset.selection.document(),
                "existing": preset.existing.document(),
                "conflicts": preset.conflicts,
                "overwriteSettings": list(preset.overwrite_settings),
            },
        }


def _options(value: Any) -> tuple[str, ...]:
    """The known options of a list. The JavaScript bundle also lists what is always migrated, such
    as the schema."""
    if not isinstance(value, list):
        return DEFAULT_OPTIONS
    return tuple(option for option in OPTIONS if option in value)


def _parts(value: Any) -> tuple[str, ...] | None:
    """The known parts of a list. None: there is none."""
    return tuple(part for part in PARTS if part in value) if isinstance(value, list) else None


def _selection(value: Any) -> Selection:
    """The selection that is stored. Of one that cannot be read nothing is selected, so that nobody
    migrates more than was meant."""
    try:
        return read_selection({} if value is None else value)
    except InvalidRequest:
        return Selection(collections=())


def _existing(value: Any) -> ExistingRows:
    """What is stored. What cannot be read overwrites nothing."""
    try:
        return read_existing(value)
    except InvalidRequest:
        return SKIP_ALL


def _conflicts(value: Any) -> str:
    return value if value in CONFLICTS else ASK


def _names(value: Any) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, list) else ()


def _batch_size(value: Any) -> int:
    return value if isinstance(value, int) and MIN_BATCH <= value <= MAX_BATCH else DEFAULT_BATCH


def _parse(value: Any) -> Row:
    """The stored options as an object. The JavaScript bundle can store them as JSON text."""
    try:
        options = json.loads(value) if isinstance(value, str) else value
    except ValueError:
        return {}
    return options if isinstance(options, dict) else {}


def _text(stored: Row, name: str) -> str:
    value = stored.get(name)
    return value.strip() if isinstance(value, str) else ""


def _address(url: str) -> str:
    return destination_address(url) if is_address(url) else url
