"""The settings of an instance: which never travel, which lists merge, and what a fresh instance
has."""

from collections.abc import Collection, Mapping
from typing import Any

from sidecar.directus.client import Row
from sidecar.resources.base import NUMBERS, Column, Reference, Resource, system_path

SETTINGS = "directus_settings"

OWNER = "it says who registered this instance"
LICENCE = "a licence is bought for one instance"
BELONGS_TO_INSTANCE: Mapping[str, str] = {
    "project_url": "it is the address of this instance",
    "project_id": "it tells this instance from all others",
    "project_owner": OWNER,
    "project_usage": OWNER,
    "org_name": OWNER,
    "product_updates": OWNER,
    "project_status": OWNER,
    "accepted_terms": OWNER,
    "license_key": LICENCE,
    "license_token": LICENCE,
}

# Lists whose entries are identified by one of their members.
MERGED_BY: Mapping[str, str] = {
    "module_bar": "id",
    "basemaps": "name",
    "custom_aspect_ratios": "text",
    "storage_asset_presets": "key",
    "visual_editor_urls": "url",
    "ai_translation_glossary": "term",
    "ai_openai_compatible_models": "id",
}

# Values that the migrations of Directus write into columns without a default.
BOOTSTRAP_VALUES: Mapping[str, tuple[Any, ...]] = {
    "project_color": ("#6644ff",),
    "ai_openai_allowed_models": (
        ["gpt-5-nano", "gpt-5-mini", "gpt-5"],
        ["gpt-5.4-nano", "gpt-5.4-mini", "gpt-5.4"],
    ),
    "ai_anthropic_allowed_models": (
        ["claude-haiku-4-5", "claude-sonnet-4-5"],
        ["claude-haiku-4-5", "claude-sonnet-4-6"],
    ),
    "ai_google_allowed_models": (
        ["gemini-3-pro-preview", "gemini-3-flash-preview", "gemini-2.5-pro", "gemini-2.5-flash"],
    ),
}

HIDDEN = "cannot be read through the API, so it is not migrated; set it at the destination"
OVERWRITTEN = "Directus sets it by itself on every write"
# Specials by which Directus overwrites a column on each update.
OVERWRITING = frozenset({"user-updated", "date-updated", "role-updated", "hash"})


def settings_resource(columns: Mapping[str, Column], relations: Collection[Row]) -> Resource:
    """The settings as a resource of an instance with these ``columns`` and ``relations``."""
    references = [
        Reference(row["field"], row["related_collection"], columns[row["field"]].nullable)
        for row in relations
        if row["collection"] == SETTINGS
        and row["field"] in columns
        and row.get("related_collection") not in (None, "directus_collections")
    ]
    return Resource(
        name=SETTINGS,
        kind="settings",
        path=system_path(SETTINGS),
        key="id",
        key_type="integer",
        columns=tuple(column.name for column in columns.values() if not column.masked),
        references=tuple(references),
        masked=tuple(column.name for column in columns.values() if column.masked),
        documents=tuple(column.name for column in columns.values() if column.type == "json"),
        singleton=True,
    )


def lost_setting(column: Column) -> tuple[str, str] | None:
    """Why a setting never travels: a code and a reason. None: it does."""
    if column.name in BELONGS_TO_INSTANCE:
        return "BELONGS_TO_INSTANCE", BELONGS_TO_INSTANCE[column.name]
    if column.masked:
        return "MASKED", HIDDEN
    return ("CANNOT_TRAVEL", OVERWRITTEN) if column.special & OVERWRITING else None


def comparable(column: Column, value: Any) -> Any:
    """``value`` in a form that all databases share. None: it is empty, so it is not set.

    Some databases show numbers as text, and truth as numbers.
    """
    if value in (None, "", [], {}):
        return None
    if column.type == "boolean":
        return value in (True, "1", "t", "true")
    if column.type in NUMBERS:
        return str(value).rstrip("0").rstrip(".") if "." in str(value) else str(value)
    return value.split(",") if column.type == "csv" and isinstance(value, str) else value
