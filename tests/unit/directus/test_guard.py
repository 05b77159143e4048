"""The guard: no connection to a metadata address, also if a name turns into one."""

import socket
from ipaddress import ip_network

import pytest

from sidecar import hosts
from sidecar.directus.client import Directus
from sidecar.errors import AddressForbidden
from tests.stack.answering import Answering
from tests.stack.ports import LOOPBACK

TOKEN = "hush-hush-token"


def test_a_name_that_resolves_to_a_metadata_address_gets_no_connection(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    resolved: list[str] = []

    def resolve(host: str, port: int, *_: object, **__: object) -> list[tuple[object, ...]]:
        resolved.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("169.254.169.254", port))]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    for scheme in ("http", "https"):
        with pytest.raises(AddressForbidden, match=r"cms\.example\.com is 169\.254\.169\.254"):
            Directus(f"{scheme}://cms.example.com", TOKEN).get("/server/info")
    assert resolved == ["cms.example.com"] * 2


def test_a_name_that_turns_into_a_metadata_address_after_the_check_is_sent_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """DNS rebinding: the first address is harmless, the second one is forbidden.

    This machine's own address plays the forbidden one.
    """
    real = socket.getaddrinfo
    resolved: list[str] = []

    def resolve(host: str, port: int, *arguments: object, **options: object) -> object:
        resolved.append(host)
        return real(
            "198.51.100.7" if len(resolved) == 1 else LOOPBACK, port, type=socket.SOCK_STREAM
        )

    with Answering(b'{"data": 1}') as server:
        monkeypatch.setattr(hosts, "FORBIDDEN", (ip_network(LOOPBACK),))
        monkeypatch.setattr(socket, "getaddrinfo", resolve)
        url = server.url.replace(LOOPBACK, "cms.example.com")
        with pytest.raises(AddressForbidden, match=LOOPBACK):
            Directus(url, TOKEN).get("/server/info")
        assert server.received == []
    assert len(resolved) == 2
