"""Posts whose authors, editors and layouts another option includes, and what runs make of them."""

import json
from typing import Any
from uuid import UUID

from sidecar.resources.system import JOURNAL
from tests.integration.command import Finished, sidecar
from tests.stack.dump import dump
from tests.stack.seed.api import Api
from tests.stack.seed.fields import counted_key
from tests.stack.stack import Stack

CODE = "REFERENCES_NOT_INCLUDED"
POSTS = 3
CONTENT = ("--options", "content")
# Tables that a run may change.
CHANGED = ("posts", "directus_files", "directus_presets")
# The administrator wrote three posts, and uploaded a picture; an editor is named by one of them.
MISSING = [
    {
        "collection": "directus_files",
        "column": "uploaded_by",
        "target": "directus_users",
        "option": "users",
        "rows": 1,
        "targets": 1,
    },
    {
        "collection": "posts",
        "column": "author",
        "target": "directus_users",
        "option": "users",
        "rows": 3,
        "targets": 1,
    },
    {
        "collection": "posts",
        "column": "editor",
        "target": "directus_users",
        "option": "users",
        "rows": 1,
        "targets": 1,
    },
    {
        "collection": "posts",
        "column": "layout",
        "target": "directus_presets",
        "option": "presets",
        "rows": 1,
        "targets": 1,
    },
]


def fill(api: Api) -> None:
    fields = [
        {"field": "author", "type": "uuid", "schema": {}, "meta": {"special": ["user-created"]}},
        {"field": "editor", "type": "uuid", "schema": {}, "meta": {"special": ["m2o"]}},
        {"field": "layout", "type": "integer", "schema": {}, "meta": {"special": ["m2o"]}},
    ]
    api.post(
        "/collections",
        {"collection": "posts", "schema": {}, "meta": {}, "fields": [counted_key(), *fields]},
    )
    for field, target in (("author", "users"), ("editor", "users"), ("layout", "presets")):
        api.post(
            "/relations",
            {"collection": "posts", "field": field, "related_collection": f"directus_{target}"},
        )
    picture = api.upload({"title": "Picture"}, "picture.txt", b"picture", "text/plain")["id"]
    editor = api.post("/users", {"email": "editor@example.com", "avatar": picture})["id"]
    layout = api.post("/presets", {"collection": "posts", "bookmark": "Layout"})["id"]
    api.post(
        "/items/posts", [{"editor": editor, "layout": layout}, *({} for _ in range(POSTS - 1))]
    )


def check(site: Stack, *arguments: str) -> Finished:
    return command(site, "check", *arguments)


def migrate(site: Stack, *arguments: str) -> Finished:
    return command(site, "migrate", *arguments)


def command(site: Stack, name: str, *arguments: str) -> Finished:
    # Of several options of one name the last counts.
    return sidecar(
        site.source,
        name,
        "--to",
        site.destination.url,
        "--json",
        *arguments,
        token=site.destination.admin_token,
    )


def destination_of(site: Stack) -> dict[str, str]:
    return {
        "destination_url": site.destination.url,
        "destination_token": site.destination.admin_token,
    }


def post_of(site: Stack, key: int) -> dict[str, Any]:
    """A post at the destination, with uuids as text on every database."""
    (row,) = (row for row in dump(site.destination.database)["posts"] if row["id"] == key)
    return {name: str(value) if isinstance(value, UUID) else value for name, value in row.items()}


def journal_of(site: Stack) -> dict[str, Any]:
    """What runs have left empty at the destination."""
    presets = dump(site.destination.database)["directus_presets"]
    (journal,) = (row for row in presets if row["collection"] == JOURNAL)
    options = journal["layout_options"]
    entries = json.loads(options) if isinstance(options, str) else options
    cleared: dict[str, Any] = entries["cleared"]
    return cleared


def named(done: Finished) -> list[tuple[str, str, str, list[str]]]:
    return [
        (one["resource"], one["key"], one["code"], one["columns"])
        for one in done.document["problems"]
    ]


def counted(document: dict[str, Any], code: str) -> dict[tuple[str, str], int]:
    notes = [note for note in document["notes"] if note["code"] == code]
    return {(note["resource"], note["column"]): note["count"] for note in notes}
