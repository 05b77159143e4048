"""Roles, policies and users: the same team on both instances, most of it under other ids there. The
source has a guest besides, with a role and policies that only the source has.

It fits a Directus 12 without a licence: one of its three seats is used here (two more are the
administrators' of source and destination).
"""

import hashlib
from collections.abc import Sequence

from tests.stack.seed.api import Api
from tests.stack.seed.fields import Json, field, link
from tests.stack.seed.invent import key

PUBLIC_POLICY = "abf8a154-5b1c-4a46-ac9c-7300570f4f17"
TEAM = ("helen", "marco", "yuki", "dorothy", "newsletter")
# The newsletter account has no e-mail to be known by, and Helen once had her account copied by
# hand.
SAME_ID_EVERYWHERE = ("helen", "newsletter")
GUEST = "ines"
PROFILE_FIELDS = [
    field("desk", "string", interface="input"),
    field("pronouns", "string", interface="input"),
    field("manager", "uuid", special=["m2o"], interface="select-dropdown-m2o"),
]
MANAGERS = {"helen": "dorothy", "marco": "helen", "yuki": "helen", GUEST: "marco"}


def source_user(name: str) -> str:
    """Id of a member of the team at the source."""
    return key("user", name)


def email_of(name: str) -> str:
    """The address by which a member of the team is known."""
    return f"{name}@newsroom.example.com"


def source_role(name: str) -> str:
    """Id of a role at the source."""
    return key("role", name)


def source_policy(name: str) -> str:
    """Id of a policy at the source."""
    return key("policy", name)


def personal_token(name: str) -> str:
    """The static token of a member of the team at the source."""
    return hashlib.sha256(f"token/{name}".encode()).hexdigest()


def make_people(api: Api, place: str = "") -> None:
    """Create everybody; ``place`` is mixed into the ids that differ between instances."""
    for profile_field in PROFILE_FIELDS:
        api.post("/fields/directus_users", profile_field)
    api.post("/relations", link("directus_users", "manager", "directus_users"))
    only_here = {} if place else ONLY_AT_SOURCE
    for path, rows in {
        "/roles": _roles(place),
        "/policies": _policies(place),
        "/users": _users(place),
        "/access": _access(place),
    }.items():
        api.post(path, [*rows, *only_here.get(path, [])])
    api.patch(
        "/users",
        [
            {"id": _user_id(name, place), "manager": _user_id(manager, place)}
            for name, manager in MANAGERS.items()
            if name in TEAM or not place
        ],
    )


def profiles(portraits: Sequence[str]) -> list[Json]:
    """What people at the source have set up for themselves; ``portraits`` are the ids of files."""
    return [
        {
            "id": source_user("helen"),
            "avatar": portraits[0],
            "title": "Editor-in-chief",
            "location": "Malmö",
            "description": "Reads everything\ntwice",
            "pronouns": "she/her",
            "appearance": "dark",
            "theme_dark": "Directus Color Match",
            "theme_dark_overrides": {
                "navigation": {"background": "#101828"},
                "fonts": {"sans": {"fontFamily": "Ü"}},
            },
        },
        {
            "id": source_user("marco"),
            "avatar": portraits[1],
            "language": "it-IT",
            "email_notifications": False,
        },
        {
            "id": source_user("newsletter"),
            "external_identifier": "newsletter@machines",
            "description": "",
        },
        {
            "id": source_user(GUEST),
            "avatar": portraits[1],
            "theme_light": "Directus Minimal",
            "theme_light_overrides": {
                "borderRadius": "0px",
                "navigation": {"modules": {"button": {}}},
            },
        },
    ]


def _roles(place: str) -> list[Json]:
    newsroom = key(f"{place}role", "newsroom")
    return [
        {
            "id": newsroom,
            "name": "Newsroom",
            "icon": "newspaper",
            "description": "Everybody who writes",
        },
        {
            "id": key(f"{place}role", "editors"),
            "name": "Editors",
            "icon": "edit_note",
            "parent": newsroom,
        },
        {
            "id": key(f"{place}role", "contributors"),
            "name": "Contributors",
            "icon": "person_edit",
            "parent": newsroom,
        },
        {"id": key(f"{place}role", "integrations"), "name": "Integrations", "icon": "smart_toy"},
    ]


def _policies(place: str) -> list[Json]:
    return [
        {
            "id": key(f"{place}policy", "newsroom"),
            "name": "Read the newsroom",
            "icon": "visibility",
        },
        {
            "id": key(f"{place}policy", "desk"),
            "name": "Editorial desk",
            "icon": "edit",
            "app_access": True,
        },
        {
            "id": key(f"{place}policy", "machines"),
            "name": "Machine access",
            "icon": "lan",
            "ip_access": ["10.0.0.0/8", "192.168.10.20"],
            "description": "Only from the office network",
        },
    ]


def _access(place: str) -> list[Json]:
    def grant(policy: str, sort: int, **to: str) -> Json:
        row = key(f"{place}access", f"{policy} to {' '.join(to.values())}")
        return {"id": row, "policy": key(f"{place}policy", policy), "sort": sort, **to}

    return [
        grant("newsroom", 1, role=key(f"{place}role", "newsroom")),
        grant("desk", 2, role=key(f"{place}role", "editors")),
        grant("machines", 1, role=key(f"{place}role", "integrations")),
        grant("newsroom", 1, user=_user_id("newsletter", place)),
    ]


def _users(place: str) -> list[Json]:
    people = [
        _person("helen", place, "Helen", "Åkesson", "editors", "active", "politics"),
        _person("marco", place, "Marco", "D'Angelo", "contributors", "active", "culture"),
        _person("yuki", place, "ゆき", "Tanaka", "contributors", "archived", "science"),
        _person("dorothy", place, "Dorothy", "O'Brien", "editors", "suspended", "sports"),
    ]
    machine = {
        "id": _user_id("newsletter", place),
        "first_name": "Newsletter",
        "role": key(f"{place}role", "integrations"),
        "status": "active",
    }
    return [*people, machine]


def _person(
    name: str, place: str, first: str, last: str, role: str, status: str, desk: str
) -> Json:
    return {
        "id": _user_id(name, place),
        "email": email_of(name),
        "password": f"{name}-and-a-long-password",
        "first_name": first,
        "last_name": last,
        "role": key(f"{place}role", role),
        "status": status,
        "desk": desk,
        "language": "en-US",
        "tags": [desk, "team"],
        # A token is a secret of one instance: at the other one people make their own.
        "token": None if place else personal_token(name),
    }


def _user_id(name: str, place: str) -> str:
    return source_user(name) if name in SAME_ID_EVERYWHERE else key(f"{place}user", name)


ONLY_AT_SOURCE: dict[str, list[Json]] = {
    "/roles": [
        {
            "id": source_role("guests"),
            "name": "Guest writers",
            "icon": "waving_hand",
            "parent": source_role("contributors"),
        },
    ],
    "/policies": [
        {
            "id": source_policy("visitors"),
            "name": "Visitors",
            "icon": "public",
            "description": None,
        },
        {
            "id": source_policy("second factor"),
            "name": "Second factor",
            "icon": "key",
            "enforce_tfa": True,
            "app_access": True,
            "ip_access": ["2001:db8::/32"],
        },
    ],
    "/users": [
        # Spelt as the person typed it; nobody who was only invited takes a seat.
        {
            **_person(GUEST, "", "Inês", "Gruber", "guests", "invited", "guests"),
            "email": f"{GUEST.title()}@Newsroom.Example.com",
            "token": None,
        },
    ],
    "/access": [
        {
            "id": key("access", "visitors to everybody"),
            "policy": source_policy("visitors"),
            "sort": 2,
        },
        {
            "id": key("access", "second factor to guests"),
            "policy": source_policy("second factor"),
            "sort": 1,
            "role": source_role("guests"),
        },
        {
            "id": key("access", "machines to the guest"),
            "policy": source_policy("machines"),
            "sort": 1,
            "user": source_user(GUEST),
        },
    ],
}
