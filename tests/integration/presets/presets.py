"""Saves and lists presets through the HTTP interface."""

from typing import Any

from tests.stack.directus import DirectusInstance
from tests.stack.dump import dump
from tests.stack.sidecar_client import SidecarClient
from tests.stack.stack import Stack

ELSEWHERE = "https://elsewhere.example.com"
BUNDLE = "migration_bundle"


def presets_of(sidecar: SidecarClient) -> list[dict[str, Any]]:
    """Those that a caller sees, less the one that the seed brings, which has no address."""
    return [
        preset for preset in sidecar.get("/presets").json()["presets"] if preset["destination_url"]
    ]


def save(sidecar: SidecarClient, destination: DirectusInstance, **changes: Any) -> dict[str, Any]:
    body = {
        "name": "Production",
        "scope": "personal",
        "destination_url": destination.url,
        "destination_token": destination.admin_token,
        "options": ["content", "flows"],
        "batch_size": 20,
        "invite": True,
        **changes,
    }
    answer = sidecar.post("/presets", body)
    assert answer.status_code == 201, answer.text
    saved: dict[str, Any] = answer.json()
    return saved


def row_of(stack: Stack, preset_id: int) -> dict[str, Any]:
    (row,) = (
        row for row in dump(stack.source.database)["directus_presets"] if row["id"] == preset_id
    )
    return row


def errors_of(answer: Any) -> list[tuple[str, str | None]]:
    return [(error["code"], error.get("field")) for error in answer.json()["errors"]]
