"""Sessions: token, proxy and certificates are those that the operator configured."""

from pathlib import Path

import pytest
import stamina

from sidecar.directus.client import Directus
from sidecar.directus.sessions import Sessions
from sidecar.errors import TlsFailed
from tests.stack.answering import Answering
from tests.stack.certificates import Authority
from tests.stack.ports import LOOPBACK
from tests.stack.strangers import website
from tests.unit.directus.fake_instances import FakeInstance, connected

TOKEN = "hush-hush-token"


def test_an_entry_in_netrc_does_not_replace_the_token(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "netrc").write_text(f"machine {LOOPBACK} login me password secret\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    with Answering(b'{"data": 1}') as server:
        Directus(server.url, TOKEN).get("/server/info")
    assert server.headers[0]["Authorization"] == f"Bearer {TOKEN}"


@pytest.mark.parametrize("bypassed", [False, True])
def test_requests_use_the_proxy_of_the_environment(
    bypassed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Answering(b'{"data": 1}') as proxy, Answering(b'{"data": 2}') as server:
        monkeypatch.setenv("http_proxy", proxy.url)
        monkeypatch.setenv("no_proxy", LOOPBACK if bypassed else "")
        assert Directus(server.url, TOKEN).get("/server/info") == (2 if bypassed else 1)
        assert proxy.received == ([] if bypassed else [("GET", f"{server.url}/server/info")])


def test_requests_ask_directus_not_to_answer_from_its_cache() -> None:
    instance = FakeInstance("instance")
    with connected(instance):
        instance.client().get("/roles")
    headers = instance.requests[0].headers
    assert headers["Cache-Control"] == "no-store"
    assert headers["Referer"] == "http://instance/admin"


def test_a_thread_uses_one_session() -> None:
    sessions = Sessions("http://instance", TOKEN)
    assert sessions.current() is sessions.current()


def test_tls_is_verified_also_with_a_private_authority(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours, other = Authority(tmp_path, "ours"), Authority(tmp_path, "other")
    with website(ours.certificate(LOOPBACK)) as url, stamina.set_testing(True, attempts=1):
        assert tls_fails(url)
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(other.file))
        assert tls_fails(url)
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(ours.file))
        assert Directus(url, TOKEN).read_text("/server/ping").startswith("<!doctype html>")
        assert tls_fails(url.replace(LOOPBACK, "localhost"))


def tls_fails(url: str) -> bool:
    with pytest.raises(TlsFailed):
        Directus(url, TOKEN).read_text("/server/ping")
    return True
