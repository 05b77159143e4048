"""An address without http:// or https:// gets the one under which its Directus answers."""

import pytest

from sidecar.directus import scheme
from sidecar.directus.scheme import with_scheme
from sidecar.errors import Unreachable
from sidecar.hosts import AllowedHosts
from tests.stack.answering import Answering

ANY_HOST = AllowedHosts()


class Instances:
    """Takes the place of the client: some addresses answer, and all asked ones are recorded."""

    def __init__(self, *answering: str) -> None:
        self.answering = answering
        self.asked: list[str] = []

    def __call__(self, url: str, token: str, **_: object) -> "Instances":
        assert token == ""
        self.asked.append(url)
        return self

    def __enter__(self) -> "Instances":
        return self

    def __exit__(self, *_: object) -> None: ...

    def read_text(self, path: str) -> str:
        if self.asked[-1] not in self.answering:
            raise Unreachable("closed")
        return "pong"


def answer_only(monkeypatch: pytest.MonkeyPatch, *urls: str) -> Instances:
    instances = Instances(*urls)
    monkeypatch.setattr(scheme, "Directus", instances)
    return instances


@pytest.mark.parametrize(
    "host", ["localhost:8055", "10.0.0.7:8055", "directus:8055", "cms.internal", "[::1]:8055"]
)
def test_a_private_host_that_answers_over_http_alone_gets_http(
    monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    instances = answer_only(monkeypatch, f"http://{host}")
    assert with_scheme(f" {host}/admin ", ANY_HOST) == f"http://{host}/admin"
    assert instances.asked == [f"https://{host}", f"http://{host}"]


def test_https_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    instances = answer_only(monkeypatch, "https://localhost:8055", "http://localhost:8055")
    assert with_scheme("localhost:8055", ANY_HOST) == "https://localhost:8055"
    assert instances.asked == ["https://localhost:8055"]


def test_a_private_host_that_does_not_answer_at_all_gets_https(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answer_only(monkeypatch)
    assert with_scheme("localhost", ANY_HOST) == "https://localhost"


@pytest.mark.parametrize("host", ["cms.example.com", "8.8.8.8:8055", "cms.example.com/admin"])
def test_a_public_host_gets_https_and_is_not_asked(
    monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    instances = answer_only(monkeypatch, f"http://{host}")
    assert with_scheme(host, ANY_HOST) == f"https://{host}"
    assert instances.asked == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        "http://localhost:8055",
        "ftp://localhost",
        "Zx81token_of-a-user",
        "a b.c",
        "me:pw@cms.eu",
    ],
)
def test_what_has_a_scheme_or_names_no_host_stays(
    monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    instances = answer_only(monkeypatch)
    assert with_scheme(text, ANY_HOST) == text
    assert instances.asked == []


@pytest.mark.parametrize(
    ("host", "allowed"),
    [("169.254.169.254", ANY_HOST), ("10.0.0.7:8055", AllowedHosts(("cms.example.com",)))],
)
def test_a_host_that_is_forbidden_or_not_allowed_is_not_asked(
    monkeypatch: pytest.MonkeyPatch, host: str, allowed: AllowedHosts
) -> None:
    instances = answer_only(monkeypatch, f"http://{host}")
    assert with_scheme(host, allowed) == f"https://{host}"
    assert instances.asked == []


def test_a_real_server_without_tls_is_found() -> None:
    with Answering(b"pong") as server:
        host = server.url.removeprefix("http://")
        assert with_scheme(host, ANY_HOST) == server.url
