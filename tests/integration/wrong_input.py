"""Everything an administrator can get wrong, as data: the same for the command line and for
HTTP."""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.stack.directus import DirectusInstance
from tests.stack.ports import LOOPBACK, free_port
from tests.stack.proxy import Proxy, Rewrite
from tests.stack.sidecar_client import as_admin
from tests.stack.strangers import self_signed_certificate, website

EDITOR_TOKEN = "an-editors-own-static-token-0001"


@dataclass(frozen=True)
class Wrong:
    """An input with the ``code`` that it has to be refused with, and words that the message has to
    hold."""

    code: str
    words: str
    url: str
    token: str
    choices: dict[str, Any] = field(default_factory=dict)


NAMES = (
    "no URL",
    "not a URL",
    "a URL with a password",
    "no token",
    "host unreachable",
    "unknown host",
    "TLS failure",
    "not a Directus",
    "wrong token",
    "token of a non-admin",
    "the source itself",
    "the source by another name",
    "an old version",
    "another version",
    "another vendor",
    "unknown option",
    "batch size too small",
    "batch size too large",
)


@pytest.fixture(scope="module")
def wrong_inputs(
    source: DirectusInstance,
    destination: DirectusInstance,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[dict[str, Wrong]]:
    """One Wrong for each of NAMES, with the servers that they need."""
    with ExitStack() as stack:
        yield dict(
            zip(
                NAMES,
                _inputs(stack, source, destination, tmp_path_factory.mktemp("tls")),
                strict=True,
            )
        )


def _inputs(
    stack: ExitStack, source: DirectusInstance, there: DirectusInstance, folder: Path
) -> Iterator[Wrong]:
    token = there.admin_token
    yield Wrong("DESTINATION_URL_MISSING", "destination's URL", "", token)
    yield Wrong("DESTINATION_URL_INVALID", "https://directus.example.com", "directus", token)
    yield Wrong(
        "DESTINATION_URL_INVALID", "not the URL", there.url.replace("://", "://me:secret@"), token
    )
    yield Wrong("DESTINATION_TOKEN_MISSING", "static token", there.url, "")
    yield Wrong(
        "DESTINATION_UNREACHABLE", "Connection refused", f"http://{LOOPBACK}:{free_port()}", token
    )
    yield Wrong("DESTINATION_UNREACHABLE", "resolve", "http://directus.invalid", token)
    secure = stack.enter_context(website(self_signed_certificate(folder)))
    yield Wrong("DESTINATION_TLS_FAILED", "certificate", secure, token)
    yield Wrong("NOT_A_DIRECTUS", "not a Directus", stack.enter_context(website()), token)
    yield Wrong("TOKEN_REFUSED", "rejected the token", there.url, "not-a-token-of-anybody")
    yield Wrong("NOT_AN_ADMINISTRATOR", "administrator", there.url, _editors_token(there))
    yield Wrong("DESTINATION_IS_SOURCE", "source itself", source.url, source.admin_token)
    alias = source.url.replace(LOOPBACK, "localhost")
    yield Wrong("DESTINATION_IS_SOURCE", "source itself", alias, source.admin_token)
    for name, value, code, words in (
        (
            "directus",
            "11.1.1",
            "DESTINATION_TOO_OLD",
            "oldest version that can be migrated is 11.1.2",
        ),
        ("directus", "99.0.0", "VERSION_DIFFERS", "99.0.0"),
        ("vendor", "oracle", "VENDOR_DIFFERS", "oracle"),
    ):
        pretender = stack.enter_context(Proxy(there.url, _snapshot_with(name, value)))
        yield Wrong(code, words, pretender.url, token)
    yield Wrong("UNKNOWN_OPTION", "'contents'", there.url, token, {"options": ["contents"]})
    yield Wrong("BATCH_SIZE_OUT_OF_RANGE", "5 to 25", there.url, token, {"batch_size": 4})
    yield Wrong("BATCH_SIZE_OUT_OF_RANGE", "5 to 25", there.url, token, {"batch_size": 26})


def _snapshot_with(name: str, value: str) -> Rewrite:
    """Instances of that version or vendor are not to be had here: a real one says that it is."""

    def rewrite(method: str, path: str, status: int, body: bytes) -> tuple[int, bytes]:
        if path != "/schema/snapshot" or status != 200:
            return status, body
        document = json.loads(body)
        document["data"][name] = value
        return status, json.dumps(document).encode()

    return rewrite


def _editors_token(instance: DirectusInstance) -> str:
    """The token of somebody who may use the API but is no administrator."""
    person = {"email": "editor@example.com", "token": EDITOR_TOKEN}
    requests.post(
        f"{instance.url}/users", json=person, headers=as_admin(instance), timeout=30
    ).raise_for_status()
    return EDITOR_TOKEN
