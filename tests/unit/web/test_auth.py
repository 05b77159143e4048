"""Only requests with the shared secret and the id of a user are let in."""

import pytest
from flask import Flask, g

from tests.unit.web.client import HEADERS, PUBLIC_URL, USER, Client


@pytest.mark.parametrize("given", [None, "", "Bearer wrong", "Basic 0b7e6a52", "Bearer é"])
def test_a_request_without_the_secret_is_not_let_in(client: Client, given: str | None) -> None:
    headers = {name: value for name, value in HEADERS.items() if name != "Authorization"}
    if given is not None:
        headers["Authorization"] = given
    answer = client.send("GET", "/runs", headers=headers)
    assert answer.refusal == (401, "UNAUTHORIZED", None)
    assert "MIGRATION_SIDECAR_SECRET" in answer.error["message"]


@pytest.mark.parametrize("user", ["", "ada", "1", "6f1d8a52"])
def test_a_request_without_the_id_of_a_user_is_not_let_in(client: Client, user: str) -> None:
    answer = client.send("GET", "/runs", headers={**HEADERS, "X-Migration-User": user})
    assert answer.refusal == (401, "USER_MISSING", None)


def test_health_and_metrics_need_no_secret(client: Client) -> None:
    assert client.send("GET", "/metrics", headers={}).status == 200
    assert client.send("GET", "/openapi.json", headers={}).status == 401


@pytest.mark.parametrize(
    ("given", "public_url"),
    [(PUBLIC_URL + "/", PUBLIC_URL), ("javascript:alert(1)", ""), ("", "")],
)
def test_the_public_address_is_taken_if_it_is_an_address(
    app: Flask, given: str, public_url: str
) -> None:
    headers = {**HEADERS, "X-Migration-Public-URL": given}
    with app.test_request_context("/runs", headers=headers):
        app.preprocess_request()
        assert (g.user, g.public_url) == (USER, public_url)
