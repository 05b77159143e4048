"""Roles, policies, rights and users: the same team on both instances, most of it under other ids there.

It fits a Directus 12 without a licence: one of its three seats is used here (two more are the administrators' of
source and destination), and every permission is for all fields without a rule.
"""

import hashlib

from tests.stack.seed.api import Api
from tests.stack.seed.fields import Json, field
from tests.stack.seed.invent import key

PUBLIC_POLICY = "abf8a154-5b1c-4a46-ac9c-7300570f4f17"
TEAM = ("helen", "marco", "yuki", "dorothy", "newsletter")
# The newsletter account has no e-mail to be known by, and Helen once had her account copied by hand.
SAME_ID_EVERYWHERE = ("helen", "newsletter")
EDITED = ("posts", "posts_translations", "posts_tags", "pages", "page_blocks", "categories", "tags", "events")
PUBLIC = ("posts", "posts_translations", "pages", "categories", "products", "globals", "languages", "directus_files")
PROFILE_FIELDS = [field("desk", "string", interface="input"), field("pronouns", "string", interface="input")]


def source_user(name: str) -> str:
    """Id of a member of the team at the source."""
    return key("user", name)


def source_role(name: str) -> str:
    """Id of a role at the source."""
    return key("role", name)


def personal_token(name: str) -> str:
    """The static token of a member of the team at the source."""
    return hashlib.sha256(f"token/{name}".encode()).hexdigest()


def make_people(api: Api, place: str = "") -> None:
    """Create everybody; ``place`` is mixed into the ids that differ between instances."""
    for profile_field in PROFILE_FIELDS:
        api.post("/fields/directus_users", profile_field)
    api.post("/roles", _roles(place))
    api.post("/policies", _policies(place))
    api.post("/users", _users(place))
    api.post("/access", _access(place))


def permissions() -> list[Json]:
    """The rights at the source, once its collections exist."""
    desk, machines, newsroom = (key("policy", name) for name in ("desk", "machines", "newsroom"))
    comments = [(desk, "directus_comments", action) for action in ("create", "read", "update", "delete")]
    team = [(newsroom, "directus_comments", "create"), (newsroom, "directus_comments", "read")]
    granted = [
        *[(desk, collection, action) for collection in EDITED for action in ("create", "read", "update", "delete")],
        *[(newsroom, collection, "read") for collection in EDITED],
        *[(machines, "subscribers", action) for action in ("create", "read")],
        *[(PUBLIC_POLICY, collection, "read") for collection in PUBLIC],
        (PUBLIC_POLICY, "submissions", "create"),
        *comments,
        *team,
    ]
    return [
        {"policy": policy, "collection": collection, "action": action, "fields": ["*"]}
        for policy, collection, action in granted
    ]


def _roles(place: str) -> list[Json]:
    newsroom = key(f"{place}role", "newsroom")
    return [
        {"id": newsroom, "name": "Newsroom", "icon": "newspaper", "description": "Everybody who writes"},
        {"id": key(f"{place}role", "editors"), "name": "Editors", "icon": "edit_note", "parent": newsroom},
        {"id": key(f"{place}role", "contributors"), "name": "Contributors", "icon": "person_edit", "parent": newsroom},
        {"id": key(f"{place}role", "integrations"), "name": "Integrations", "icon": "smart_toy"},
    ]


def _policies(place: str) -> list[Json]:
    return [
        {"id": key(f"{place}policy", "newsroom"), "name": "Read the newsroom", "icon": "visibility"},
        {"id": key(f"{place}policy", "desk"), "name": "Editorial desk", "icon": "edit", "app_access": True},
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


def _person(name: str, place: str, first: str, last: str, role: str, status: str, desk: str) -> Json:
    return {
        "id": _user_id(name, place),
        "email": f"{name}@newsroom.example.com",
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
