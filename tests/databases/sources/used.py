"""A destination in use: rows, relations, numbers, rights and a flow of its own."""

from tests.databases.sources.source import Step, link, post, sql, table
from tests.stack.seed.fields import counted_key, field

OWN = ("own_clients", "own_visits")
_RIGHTS: tuple[Step, ...] = tuple(
    post(
        "/permissions",
        {
            "policy": "11111111-2222-4333-8444-555555555555",
            "collection": "own_clients",
            "action": action,
            "fields": ["*"],
        },
    )
    for action in ("read", "create", "update")
)
DESTINATION: tuple[Step, ...] = (
    table("own_clients", [counted_key(), field("name", "string", schema={"is_unique": True})]),
    table(
        "own_visits",
        [
            counted_key(),
            field("client", "integer", special=["m2o"]),
            field("seen_by", "uuid", special=["m2o"]),
        ],
    ),
    link("own_visits", "client", "own_clients", on_delete="CASCADE"),
    link("own_visits", "seen_by", "directus_users"),
    post("/items/own_clients", [{"name": "first"}, {"name": "second"}]),
    post("/items/own_visits", [{"client": 2}, {"client": 1}]),
    *sql("update own_visits set seen_by = (select id from directus_users limit 1)"),
    *(post("/presets", {"collection": "own_clients", "bookmark": f"own {n}"}) for n in range(5)),
    post("/policies", {"id": "11111111-2222-4333-8444-555555555555", "name": "Own policy"}),
    *_RIGHTS,
    post("/roles", {"name": "Own role"}),
    post("/folders", {"name": "Own folder"}),
    post(
        "/flows",
        {
            "name": "Own flow",
            "trigger": "event",
            "status": "active",
            "options": {
                "type": "action",
                "scope": ["items.create", "items.update"],
                "collections": ["plain_things"],
            },
        },
    ),
)
