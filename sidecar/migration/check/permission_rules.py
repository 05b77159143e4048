"""Which permissions Directus 12 counts as custom rules, for which its licence must allow."""

from typing import Any

from sidecar.directus.client import Row

OWN = {"_eq": "$CURRENT_USER"}
# Rules that Directus recommends for app access and allows without a licence: their filter and
# fields, to the letter.
RECOMMENDED: dict[tuple[str, str], tuple[Any, Any]] = {
    ("directus_files", "update"): (
        {"uploaded_by": OWN},
        [
            "title",
            "description",
            "tags",
            "location",
            "folder",
            "focal_point_x",
            "focal_point_y",
            "filename_download",
        ],
    ),
    ("directus_files", "delete"): ({"uploaded_by": OWN}, ["*"]),
    ("directus_folders", "delete"): ({}, None),
    ("directus_users", "update"): (
        {"id": OWN},
        [
            "first_name",
            "last_name",
            "email",
            "password",
            "location",
            "title",
            "description",
            "avatar",
            "language",
            "appearance",
            "theme_light",
            "theme_dark",
            "theme_light_overrides",
            "theme_dark_overrides",
            "tfa_secret",
        ],
    ),
    ("directus_shares", "read"): (
        {"_or": [{"role": {"_eq": "$CURRENT_ROLE"}}, {"role": {"_null": True}}]},
        ["*"],
    ),
    ("directus_shares", "update"): (
        {"user_created": OWN},
        [
            "name",
            "collection",
            "item",
            "role",
            "password",
            "date_start",
            "date_end",
            "max_uses",
            "times_used",
        ],
    ),
    ("directus_shares", "delete"): ({"user_created": OWN}, ["*"]),
    ("directus_flows", "read"): (
        {"trigger": {"_eq": "manual"}},
        ["id", "status", "name", "icon", "color", "options", "trigger"],
    ),
}


def is_custom_rule(permission: Row) -> bool:
    """Whether Directus 12 refuses ``permission`` without the licence for it: it is not on all items
    and all fields, and not one of the recommended ones (``hasCustomRule`` and
    ``isRecommendedAppPermission`` there)."""
    restricted = any(permission[part] for part in ("permissions", "validation", "presets"))
    if "*" in (permission["fields"] or ()) and not restricted:
        return False
    if permission["validation"] is not None or permission["presets"] is not None:
        return True
    recommended = RECOMMENDED.get((permission["collection"], permission["action"]))
    return recommended != (permission["permissions"], permission["fields"])
