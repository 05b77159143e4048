"""Which permissions count as custom rules in Directus 12. Its licence must include them."""

from typing import Any

from sidecar.directus.client import Row

CURRENT_USER = {"_eq": "$CURRENT_USER"}
# Filter and fields of the rules that Directus recommends for app access, by collection and action.
# Directus allows them without a licence when both match exactly.
RECOMMENDED: dict[tuple[str, str], tuple[Any, Any]] = {
    ("directus_files", "update"): (
        {"uploaded_by": CURRENT_USER},
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
    ("directus_files", "delete"): ({"uploaded_by": CURRENT_USER}, ["*"]),
    ("directus_folders", "delete"): ({}, None),
    ("directus_users", "update"): (
        {"id": CURRENT_USER},
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
        {"user_created": CURRENT_USER},
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
    ("directus_shares", "delete"): ({"user_created": CURRENT_USER}, ["*"]),
    ("directus_flows", "read"): (
        {"trigger": {"_eq": "manual"}},
        ["id", "status", "name", "icon", "color", "options", "trigger"],
    ),
}


def is_custom_rule(permission: Row) -> bool:
    """Whether Directus 12 refuses ``permission`` without the licence for custom rules.

    It refuses rules that are neither on all items and fields nor recommended. Implements
    ``hasCustomRule`` and ``isRecommendedAppPermission`` of Directus.
    """
    is_restricted = any(permission[part] for part in ("permissions", "validation", "presets"))
    if "*" in (permission["fields"] or ()) and not is_restricted:
        return False
    if permission["validation"] is not None or permission["presets"] is not None:
        return True
    recommended = RECOMMENDED.get((permission["collection"], permission["action"]))
    return recommended != (permission["permissions"], permission["fields"])
