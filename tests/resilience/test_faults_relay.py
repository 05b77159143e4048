"""Nobody but an administrator of a real Directus gets past the relay, and nothing passes but what
it should."""

import base64
import hashlib
import hmac
import http.client
import json
import shutil
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.conftest import bundle_folder
from tests.stack.answering import Answering
from tests.stack.directus import DirectusInstance
from tests.stack.ports import LOOPBACK
from tests.stack.seed.api import Api
from tests.stack.seed.fields import counted_key
from tests.stack.sidecar_client import admin_id, as_admin

SECRET = "a-secret-that-is-shared-with-nobody-else"
SIGNED_WITH = "what-this-directus-signs-its-sessions-with"
HEADERS = {
    "Server": "gunicorn/23",
    "X-Powered-By": "Python",
    "Set-Cookie": "a=b",
    "Keep-Alive": "timeout=99",
}
EDITOR_TOKEN = "an-editors-own-static-token-0002"
LARGE = 2_000_000


@dataclass(frozen=True)
class Relayed:
    """A Directus with the built extension, and who listens where its sidecar should be."""

    directus: DirectusInstance
    listener: Answering

    def ask(self, token: str | None, path: str = "/migration/runs") -> requests.Response:
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        return requests.get(self.directus.url + path, headers=headers, timeout=30)


@pytest.fixture(scope="module")
def relayed(
    tmp_path_factory: pytest.TempPathFactory, version: str, database: str
) -> Iterator[Relayed]:
    with Answering((200, HEADERS, b'{"runs": []}')) as listener:
        environment = {
            "MIGRATION_SIDECAR_URL": listener.url,
            "MIGRATION_SIDECAR_SECRET": SECRET,
            "SECRET": SIGNED_WITH,
            "MAX_PAYLOAD_SIZE": "5mb",
        }
        directus = DirectusInstance(
            "relayed",
            version,
            database,
            workdir=tmp_path_factory.mktemp("relayed"),
            environment=environment,
        )
        bundle: Path = bundle_folder(tmp_path_factory)
        shutil.copytree(bundle, directus.extensions / bundle.name)
        with directus:
            yield Relayed(directus, listener)


def test_an_administrator_passes_and_no_header_of_the_sidecar_comes_back(relayed: Relayed) -> None:
    """Otherwise the refusals below would prove nothing."""
    answer = relayed.ask(relayed.directus.admin_token)
    assert (answer.status_code, answer.json()) == (200, {"runs": []})
    assert relayed.listener.received == [("GET", "/runs")]
    assert relayed.listener.headers[0]["X-Migration-User"] == admin_id(relayed.directus)
    assert not {(name.lower(), value) for name, value in answer.headers.items()} & {
        (name.lower(), value) for name, value in HEADERS.items()
    }


def test_a_session_passes_until_it_has_expired(relayed: Relayed) -> None:
    before = len(relayed.listener.received)
    assert relayed.ask(session(relayed.directus, expires_in=600)).status_code == 200
    assert len(relayed.listener.received) == before + 1
    assert relayed.ask(session(relayed.directus, expires_in=-1)).status_code == 401
    assert len(relayed.listener.received) == before + 1


@pytest.mark.parametrize("who", ["nobody", "a forger", "an editor", "a share"])
def test_nobody_else_passes(relayed: Relayed, who: str) -> None:
    before = len(relayed.listener.received)
    token = {
        "nobody": lambda _: None,
        "a forger": lambda _: "not-a-token-of-anybody",
        "an editor": editor,
        "a share": share,
    }[who](relayed.directus)
    for path in ("/migration/runs", "/migration/presets", "/migration/health"):
        assert relayed.ask(token, path).status_code in (401, 403)
    assert len(relayed.listener.received) == before


@pytest.mark.parametrize(
    "path",
    [
        "/migration/runs/../../users",
        "/migration/%2e%2e/users",
        "/migration//elsewhere/runs",
        "/migration/runs%0d%0aX-A:1",
        "/migration/..%2fhealth",
        "/migration/runs/%00",
        "/migration/http://elsewhere/runs",
    ],
)
def test_paths_lead_nowhere_else(relayed: Relayed, path: str) -> None:
    before = len(relayed.listener.received)
    connection = http.client.HTTPConnection(LOOPBACK, relayed.directus.port, timeout=30)
    connection.putrequest("GET", path, skip_host=False)
    connection.putheader("Authorization", f"Bearer {relayed.directus.admin_token}")
    connection.endheaders()
    connection.getresponse().read()
    connection.close()
    assert len(relayed.listener.received) == before


def test_a_body_that_directus_lets_through_is_refused_when_it_is_large(relayed: Relayed) -> None:
    before = len(relayed.listener.received)
    answer = requests.post(
        f"{relayed.directus.url}/migration/runs",
        json={"destination_url": "x" * LARGE},
        headers=as_admin(relayed.directus),
        timeout=30,
    )
    assert answer.status_code == 413
    assert len(relayed.listener.received) == before


def session(directus: DirectusInstance, *, expires_in: int) -> str:
    """What Directus gives an administrator who logs in, with an end of our own."""
    now = int(time.time())
    with Api(directus.url, directus.admin_token) as api:
        role = api.get("/users/me", fields="role")["role"]
    claims = {
        "id": admin_id(directus),
        "role": role,
        "app_access": True,
        "admin_access": True,
        "iss": "directus",
        "iat": now - 900,
        "exp": now + expires_in,
    }
    signed = ".".join(
        _base64(json.dumps(part).encode()) for part in ({"alg": "HS256", "typ": "JWT"}, claims)
    )
    return f"{signed}.{_base64(hmac.digest(SIGNED_WITH.encode(), signed.encode(), hashlib.sha256))}"


def editor(directus: DirectusInstance) -> str:
    """The static token of somebody who may use the app and is no administrator."""
    with Api(directus.url, directus.admin_token) as api:
        role = api.post("/roles", {"name": "Editor"})["id"]
        policy = api.post(
            "/policies", {"name": "Editor", "app_access": True, "admin_access": False}
        )["id"]
        api.post("/access", {"role": role, "policy": policy})
        api.post("/users", {"email": "editor@example.com", "role": role, "token": EDITOR_TOKEN})
    assert me(directus, EDITOR_TOKEN)["email"] == "editor@example.com"
    return EDITOR_TOKEN


def share(directus: DirectusInstance) -> str:
    """The token of somebody who was given a link to one row."""
    with Api(directus.url, directus.admin_token) as api:
        api.post(
            "/collections",
            {"collection": "pages", "schema": {}, "meta": {}, "fields": [counted_key()]},
        )
        page = api.post("/items/pages", {})["id"]
        role = api.post("/roles", {"name": f"Guest {uuid.uuid4()}"})["id"]
        body = {"collection": "pages", "item": str(page), "role": role, "name": "Link"}
        made = api.post("/shares", body)["id"]
    answer = requests.post(f"{directus.url}/shares/auth", json={"share": made}, timeout=30)
    token = str(answer.json()["data"]["access_token"])
    assert token.count(".") == 2
    return token


def me(directus: DirectusInstance, token: str) -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {token}"}
    answer = requests.get(f"{directus.url}/users/me?fields=email", headers=headers, timeout=30)
    found: dict[str, Any] = answer.json()["data"]
    return found


def _base64(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
