"""Which permissions Directus 12 counts as custom rules."""

from typing import Any

import pytest

from sidecar.migration.check.permission_rules import is_custom_rule

OWN_FILES = {"uploaded_by": {"_eq": "$CURRENT_USER"}}


def permission(**changes: Any) -> dict[str, Any]:
    unrestricted = {
        "collection": "posts",
        "action": "read",
        "permissions": None,
        "validation": None,
        "presets": None,
        "fields": ["*"],
    }
    return {**unrestricted, **changes}


FILES_DELETE = {"collection": "directus_files", "action": "delete", "permissions": OWN_FILES}


@pytest.mark.parametrize(
    ("rule", "is_custom"),
    [
        (permission(), False),
        (permission(permissions={}, validation={}, presets={}), False),
        (permission(fields=["title"]), True),
        (permission(fields=None), True),
        (permission(permissions={"id": {"_eq": 1}}), True),
        (permission(validation={"id": {"_eq": 1}}), True),
        (permission(presets={"status": "draft"}), True),
        (permission(**FILES_DELETE), False),
        (permission(**FILES_DELETE, presets={}), True),
        (permission(**{**FILES_DELETE, "action": "read"}), True),
        (permission(**{**FILES_DELETE, "permissions": {"uploaded_by": {"_null": True}}}), True),
        (permission(**{**FILES_DELETE, "fields": ["id"]}), True),
        (permission(collection="directus_folders", action="delete", permissions={}), False),
    ],
)
def test_rules_are_custom_unless_unrestricted_or_recommended(
    rule: dict[str, Any], is_custom: bool
) -> None:
    assert is_custom_rule(rule) == is_custom
