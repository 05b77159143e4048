"""What the destination's licence would refuse, counted before a migration starts."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from sidecar.errors import DirectusRejected
from sidecar.migration.check.entitlements import entitlement_limit, is_entitled
from sidecar.migration.check.licence import LicenceLimit, LicenceReview, review_licence
from sidecar.migration.instance.instance import Instance
from sidecar.resources.base import ACCESS, FLOWS, PERMISSIONS, POLICIES, ROLES, USERS
from tests.unit.instances import instance
from tests.unit.memory import MemoryRows
from tests.unit.scripted_client import ScriptedClient

Rows = Sequence[dict[str, Any]]
EVERYTHING = ("content", "users", "flows")


def licence(**entitlements: Any) -> dict[str, Any]:
    return {"entitlements": entitlements}


def side(
    tables: dict[str, Rows] | None = None,
    *,
    collections: Rows = (),
    licence: dict[str, Any] | Exception | None = None,
    settings: dict[str, Any] | None = None,
) -> Instance:
    client = ScriptedClient({"/settings": settings or {}})
    if licence is not None:
        client.answers["/license"] = licence
    rows = MemoryRows()
    for name, content in (tables or {}).items():
        rows.tables[name] = {row["id"]: row for row in content}
    described = instance("12.4.0", client=client)
    return replace(described, rows=rows, collections=tuple(collections))


def collection(name: str, **meta: Any) -> dict[str, Any]:
    return {"collection": name, "schema": {"name": name}, "meta": {"note": None, **meta}}


def user(key: str, **changes: Any) -> dict[str, Any]:
    defaults = {"email": f"{key}@example.com", "role": "r", "status": "active", "provider": None}
    return {"id": key, **defaults, **changes}


def people(*users: dict[str, Any]) -> dict[str, Rows]:
    """Users, and a role with access to the app that has a child and an unrelated neighbour."""
    return {
        USERS: users,
        ROLES: [
            {"id": "r", "parent": None},
            {"id": "child", "parent": "r"},
            {"id": "grandchild", "parent": "child"},
            {"id": "public", "parent": None},
        ],
        POLICIES: [
            {"id": "app", "app_access": True, "admin_access": False},
            {"id": "none", "app_access": False, "admin_access": False},
        ],
        ACCESS: [
            {"id": 1, "role": "r", "user": None, "policy": "app"},
            {"id": 2, "role": None, "user": "direct", "policy": "app"},
            {"id": 3, "role": "public", "user": None, "policy": "none"},
        ],
    }


def limits(review: LicenceReview) -> dict[str, tuple[int | None, int, int]]:
    return {one.name: (one.allowed, one.present, one.brought) for one in review.limits or ()}


def codes(review: LicenceReview) -> list[str]:
    return [finding.code for finding in review.findings]


def test_a_version_without_a_licence_has_no_limits() -> None:
    assert review_licence(side(), side(), EVERYTHING) == LicenceReview()


def test_another_refusal_of_the_licence_is_an_error() -> None:
    refused = DirectusRejected("Forbidden", code="FORBIDDEN", status=403)
    with pytest.raises(DirectusRejected):
        review_licence(side(), side(licence=refused), EVERYTHING)


@pytest.mark.parametrize(
    ("entitlement", "limit"),
    [
        ({"limit": 5}, 5),
        ({"limit": 5, "overage": 2, "addon": 3}, 10),
        ({"limit": 5, "addon": None}, 5),
        ({"limit": -1}, None),
        ({"limit": 5, "addon": -1}, None),
        ({}, None),
    ],
)
def test_limit_overage_and_addon_add_up(entitlement: dict[str, Any], limit: int | None) -> None:
    assert entitlement_limit(licence(seats=entitlement), "seats") == limit


@pytest.mark.parametrize(
    ("entitlement", "entitled"),
    [
        ({"default": True}, True),
        ({"default": False}, False),
        ({"default": False, "override": True}, True),
        ({"default": True, "override": False}, False),
        ({}, True),
    ],
)
def test_an_override_wins_over_the_default(entitlement: dict[str, Any], entitled: bool) -> None:
    assert is_entitled(licence(sso_enabled=entitlement), "sso_enabled") == entitled


@pytest.mark.parametrize(
    ("allowed", "present", "brought", "exceeds"),
    [(5, 4, 2, True), (5, 4, 1, False), (5, 9, 0, False), (None, 9, 9, False), (0, 0, 1, True)],
)
def test_a_limit_is_exceeded_only_by_what_the_migration_brings(
    allowed: int | None, present: int, brought: int, exceeds: bool
) -> None:
    limit = LicenceLimit("flows", allowed, present, brought)
    assert (limit.finding is not None) == exceeds
    if limit.finding:
        assert limit.finding.code == "LICENSE_FLOWS"
        assert f"allows {allowed} active flows. It has {present}" in limit.finding.message


def test_active_tables_count_and_folders_system_tables_and_inactive_ones_do_not() -> None:
    not_counted: Rows = (
        collection("directus_users"),
        collection("old", status="inactive"),
        {"collection": "folder", "schema": None, "meta": {"note": None}},
        {"collection": "untracked", "schema": {"name": "untracked"}, "meta": None},
    )
    source = side(collections=(collection("posts"), collection("tags"), *not_counted))
    destination = side(
        collections=(collection("posts"), collection("own"), *not_counted),
        licence=licence(collections={"limit": 2}),
    )
    review = review_licence(source, destination, ("content",))
    assert limits(review) == {"collections": (2, 2, 1)}
    assert codes(review) == ["LICENSE_COLLECTIONS"]


def test_seats_are_active_users_whose_role_or_own_policy_opens_the_app() -> None:
    users = (
        user("a"),
        user("b", role="grandchild"),
        user("direct", role=None),
        user("gone", status="suspended"),
        user("reader", role="public"),
    )
    destination = side(people(*users), licence=licence(seats={"limit": 3}))
    review = review_licence(side(people()), destination, ("users",))
    assert limits(review)["seats"] == (3, 3, 0)
    assert codes(review) == []


def test_users_that_the_destination_knows_by_id_or_email_take_no_new_seat() -> None:
    destination = side(people(user("a"), user("b")), licence=licence(seats={"limit": 3}))
    source = side(people(user("a", email=None), user("x", email="B@example.com"), user("new")))
    assert limits(review_licence(source, destination, ("users",)))["seats"] == (3, 2, 1)


def test_only_active_flows_that_are_new_count() -> None:
    source = side(
        {
            FLOWS: [
                {"id": "same", "status": "active"},
                {"id": "new", "status": "active"},
                {"id": "idle", "status": "inactive"},
            ]
        }
    )
    destination = side(
        {FLOWS: [{"id": "same", "status": "inactive"}, {"id": "own", "status": "active"}]},
        licence=licence(flows={"limit": 1}),
    )
    review = review_licence(source, destination, ("flows",))
    assert limits(review)["flows"] == (1, 1, 1)
    assert codes(review) == ["LICENSE_FLOWS"]


def test_features_that_the_licence_lacks_are_named_when_the_source_uses_them() -> None:
    rule = {"collection": "posts", "action": "read", "fields": ["title"]}
    custom = {"id": 1, **rule, "permissions": None, "validation": None, "presets": None}
    source = side(
        {**people(user("a", provider="ldap")), PERMISSIONS: [custom, {**custom, "id": 2}]},
        settings={"ai_openai_compatible_name": "local"},
    )
    off = {"default": False}
    features = ("sso_enabled", "custom_permission_rules_enabled", "custom_llms_enabled")
    missing = side(people(), licence=licence(**dict.fromkeys(features, off)))
    review = review_licence(source, missing, EVERYTHING)
    assert codes(review) == ["LICENSE_SSO", "LICENSE_PERMISSION_RULES", "LICENSE_CUSTOM_LLM"]
    assert "brings 1 user with another provider" in review.findings[0].message
    assert "brings 2 permissions with such rules" in review.findings[1].message
    assert codes(review_licence(source, side(people(), licence=licence()), EVERYTHING)) == []
    assert codes(review_licence(source, missing, ("content",))) == ["LICENSE_CUSTOM_LLM"]
