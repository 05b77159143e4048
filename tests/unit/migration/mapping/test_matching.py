"""Who is who on the two sides, where ids may differ; two candidates are never guessed between."""

from typing import Any

import pytest

from sidecar.migration.mapping.identities import Identities
from sidecar.migration.mapping.matching import Match, match_policies, match_roles, match_users
from sidecar.resources.base import ACCESS, POLICIES, ROLES, USERS

Rows = list[dict[str, Any]]


class Tables:
    """What the Reader of both sides would have read."""

    def __init__(self, **tables: tuple[Rows, Rows]) -> None:
        self._tables = {f"directus_{name}": sides for name, sides in tables.items()}

    def both(self, collection: str, *columns: str) -> list[Rows]:
        return [
            [{"id": row["id"], **{column: row.get(column) for column in columns}} for row in rows]
            for rows in self._tables[collection]
        ]


def users(here: dict[str, str | None], there: dict[str, str | None]) -> Match:
    sides = ([{"id": key, "email": email} for key, email in side.items()] for side in (here, there))
    return match_users(Tables(users=tuple(sides)), USERS)  # type: ignore[arg-type]


def test_a_user_is_known_by_the_e_mail_in_any_case_else_by_the_id() -> None:
    match = users(
        {"1": "Helen@example.com", "2": None, "3": "new@example.com", "4": "moved@example.com"},
        {"a": "hELEN@example.com", "2": None, "4": "before@example.com"},
    )
    assert match.ids == {"1": "a", "2": "2", "4": "4"}
    assert match.unclear == {}


@pytest.mark.parametrize(
    ("here", "there", "unclear"),
    [
        pytest.param({"1": "a@x.org"}, {"8": "A@x.org", "9": "a@X.org"}, {"1"}, id="two there"),
        pytest.param({"1": "a@x.org", "2": "A@x.org"}, {"9": "a@x.org"}, {"1", "2"}, id="two here"),
        pytest.param(
            {"1": "a@x.org"},
            {"1": "b@x.org", "2": "a@x.org"},
            {"1"},
            id="one by e-mail, another by id",
        ),
        pytest.param(
            {"1": "a@x.org", "2": "b@x.org"},
            {"1": "b@x.org"},
            {"1", "2"},
            id="the id of one, e-mail of another",
        ),
    ],
)
def test_two_candidates_for_a_user_are_named(
    here: dict[str, str | None], there: dict[str, str | None], unclear: set[str]
) -> None:
    match = users(here, there)
    assert match.unclear.keys() == unclear
    assert not match.ids.keys() & unclear


ADMIN = {"id": "admin-policy", "name": "Administrator", "admin_access": True, "app_access": True}
APP = {"id": "app-policy", "name": "App", "admin_access": False, "app_access": True}


def role(key: str, name: str, parent: str | None = None) -> dict[str, Any]:
    return {"id": key, "name": name, "parent": parent}


def grant(key: str, role_id: str, policy: dict[str, Any]) -> dict[str, Any]:
    return {"id": key, "role": role_id, "policy": policy["id"]}


def roles(here: Rows, there: Rows, access_here: Rows, access_there: Rows) -> Match:
    tables = Tables(
        roles=(here, there),
        access=(access_here, access_there),
        policies=([ADMIN, APP], [ADMIN, APP]),
    )
    return match_roles(tables, ROLES)  # type: ignore[arg-type]


def test_a_role_is_known_by_its_name_among_those_that_give_the_same_access() -> None:
    match = roles(
        [role("1", "Editors"), role("2", "Bosses")],
        [role("a", "Editors"), role("b", "Bosses")],
        [grant("x", "1", APP), grant("y", "2", APP)],
        [grant("x", "a", APP), grant("y", "b", ADMIN)],
    )
    assert match.ids == {"1": "a"}
    assert match.unclear == {}


def test_a_role_is_not_taken_for_one_that_a_role_above_makes_administrators() -> None:
    there = [role("top", "Administrator"), role("a", "Editors", parent="top")]
    match = roles([role("1", "Editors")], there, [], [grant("x", "top", ADMIN)])
    assert match.ids == {}


def test_the_one_role_of_administrators_is_the_same_on_both_sides_whatever_its_name() -> None:
    match = roles(
        [role("1", "Root")],
        [role("a", "Administrator")],
        [grant("x", "1", ADMIN)],
        [grant("x", "a", ADMIN)],
    )
    assert match.ids == {"1": "a"}


def test_a_role_of_administrators_is_not_guessed_between_two() -> None:
    match = roles(
        [role("1", "Root")],
        [role("a", "Administrator"), role("b", "Ops")],
        [grant("x", "1", ADMIN)],
        [grant("x", "a", ADMIN), grant("y", "b", ADMIN)],
    )
    assert match.ids == {}
    assert match.unclear.keys() == {"1"}


def test_a_role_of_administrators_is_new_where_there_is_none() -> None:
    match = roles([role("1", "Root")], [role("a", "Editors")], [grant("x", "1", ADMIN)], [])
    assert (match.ids, match.unclear) == ({}, {})


def test_roles_of_the_same_name_are_told_apart_by_their_id() -> None:
    match = roles([role("1", "Editors"), role("2", "Editors")], [role("1", "Editors")], [], [])
    assert (match.ids, match.unclear) == ({"1": "1"}, {})


def test_a_policy_is_known_by_its_name_and_what_it_opens() -> None:
    here = [
        {"id": "1", "name": "Desk", "admin_access": False, "app_access": True},
        {"id": "2", "name": "Ops", "admin_access": False, "app_access": True},
    ]
    there = [
        {"id": "a", "name": "Desk", "admin_access": False, "app_access": True},
        {"id": "b", "name": "Ops", "admin_access": True, "app_access": True},
    ]
    match = match_policies(Tables(policies=(here, there)), POLICIES)  # type: ignore[arg-type]
    assert match.ids == {"1": "a"}


def test_ids_in_texts_and_documents_follow() -> None:
    old, new = "0a1b2c3d-0000-4000-8000-000000000001", "0a1b2c3d-0000-4000-8000-00000000000f"
    identities = Identities({USERS: {old: new}, ACCESS: {}})
    assert identities.rewrite(f"ask @{old}, please") == f"ask @{new}, please"
    document = {
        "_or": [{"author": {"_eq": old.upper()}}, {"path": f"/users/{old}"}],
        "n": 1,
        "none": None,
    }
    expected = {"_or": [{"author": {"_eq": new}}, {"path": f"/users/{new}"}], "n": 1, "none": None}
    assert identities.rewrite(document) == expected
