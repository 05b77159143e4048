"""Connections: none to a metadata address, also when a name turns into one; no redirect followed;
TLS verified."""

import gc
import socket
import weakref
from collections.abc import Callable
from ipaddress import ip_network
from pathlib import Path

import pytest
import stamina

from sidecar import hosts
from sidecar.directus.client import Directus
from sidecar.errors import AddressForbidden, DirectusRejected, NotADirectus, TlsFailed
from tests.stack.answering import Answering
from tests.stack.certificates import Authority
from tests.stack.ports import LOOPBACK
from tests.stack.strangers import website

TOKEN = "hush-hush-token"
REQUESTS: list[Callable[[Directus], object]] = [
    lambda directus: directus.get("/items/a"),
    lambda directus: directus.search("/items/a", {}),
    lambda directus: directus.create("/items/a", {}, fields=["id"]),
    lambda directus: directus.update("/items/a", {}, fields=["id"]),
    lambda directus: directus.read_text("/assets/a"),
    lambda directus: directus.send_file("POST", "/files", b"bytes", "text/plain"),
]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_is_followed_so_no_other_host_gets_the_token(status: int) -> None:
    with (
        Answering(b"") as elsewhere,
        Answering((status, {"Location": f"{elsewhere.url}/items/a"}, b"")) as server,
    ):
        for ask in REQUESTS:
            with pytest.raises(NotADirectus):
                ask(Directus(server.url, TOKEN))
        assert elsewhere.received == []
        assert len(server.received) == len(REQUESTS)


def test_an_entry_in_netrc_does_not_replace_the_token(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "netrc").write_text(f"machine {LOOPBACK} login me password secret\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    with Answering(b'{"data": 1}') as server:
        Directus(server.url, TOKEN).get("/server/info")
    assert server.headers[0]["Authorization"] == f"Bearer {TOKEN}"


def test_a_client_that_nobody_holds_any_more_leaves_no_connection_to_the_garbage_collector() -> (
    None
):
    gc.disable()
    try:
        with Answering(b'{"data": 1}') as server:
            client = Directus(server.url, TOKEN)
            client.get("/server/info")
            connections = weakref.ref(client._connections)
            del client
            assert connections() is None
    finally:
        gc.enable()


@pytest.mark.parametrize("around_it", [False, True])
def test_the_way_out_is_the_proxy_of_the_environment(
    around_it: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Answering(b'{"data": 1}') as proxy, Answering(b'{"data": 2}') as server:
        monkeypatch.setenv("http_proxy", proxy.url)
        monkeypatch.setenv("no_proxy", LOOPBACK if around_it else "")
        assert Directus(server.url, TOKEN).get("/server/info") == (2 if around_it else 1)
        assert proxy.received == ([] if around_it else [("GET", f"{server.url}/server/info")])


def test_what_an_instance_repeats_of_the_token_is_left_out_of_errors() -> None:
    refusal = (
        b'{"errors": [{"message": "No: Bearer hush-hush-token",'
        b' "extensions": {"code": "hush-hush-token"}}]}'
    )
    with Answering((400, {}, refusal)) as server, pytest.raises(DirectusRejected) as caught:
        Directus(server.url, TOKEN).get("/items/a")
    assert (caught.value.message, caught.value.code) == ("No: Bearer [token]", "[token]")


def test_a_name_that_resolves_to_a_metadata_address_is_not_connected_to(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = []

    def resolve(host: str, port: int, *_: object, **__: object) -> list[tuple[object, ...]]:
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("169.254.169.254", port))]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    for scheme in ("http", "https"):
        with pytest.raises(AddressForbidden, match=r"cms\.example\.com is 169\.254\.169\.254"):
            Directus(f"{scheme}://cms.example.com", TOKEN).get("/server/info")
    assert asked == ["cms.example.com"] * 2


def test_a_name_that_becomes_a_metadata_address_after_it_was_looked_at_is_sent_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """DNS rebinding: harmless when asked first, forbidden when connected to. The forbidden one is
    this machine here."""
    real, asked = socket.getaddrinfo, []

    def resolve(host: str, port: int, *arguments: object, **options: object) -> object:
        asked.append(host)
        return real("198.51.100.7" if len(asked) == 1 else LOOPBACK, port, type=socket.SOCK_STREAM)

    with Answering(b'{"data": 1}') as server:
        monkeypatch.setattr(hosts, "FORBIDDEN", (ip_network(LOOPBACK),))
        monkeypatch.setattr(socket, "getaddrinfo", resolve)
        url = server.url.replace(LOOPBACK, "cms.example.com")
        with pytest.raises(AddressForbidden, match=LOOPBACK):
            Directus(url, TOKEN).get("/server/info")
        assert server.received == []
    assert len(asked) == 2


def test_tls_is_verified_and_an_authority_of_ones_own_is_honoured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours, other = Authority(tmp_path, "ours"), Authority(tmp_path, "other")
    with website(ours.certificate(LOOPBACK)) as url, stamina.set_testing(True, attempts=1):
        assert _tls_fails(url)
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(other.file))
        assert _tls_fails(url)
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(ours.file))
        assert Directus(url, TOKEN).read_text("/server/ping").startswith("<!doctype html>")
        assert _tls_fails(url.replace(LOOPBACK, "localhost"))


def _tls_fails(url: str) -> bool:
    with pytest.raises(TlsFailed):
        Directus(url, TOKEN).read_text("/server/ping")
    return True
