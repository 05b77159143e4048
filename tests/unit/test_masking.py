"""Tokens are masked by value, in every usual encoding, wherever a text leaves the process."""

import base64
import json
from collections.abc import Callable
from urllib.parse import quote, quote_plus

import pytest

from sidecar.errors import DirectusError
from sidecar.masking import MASK, MAX_SECRETS, hide, hide_own, mask, mask_values
from sidecar.texts import plain

SECRET = 'tok/en+with"all\\kinds&of=<signs>~1234'


@pytest.mark.parametrize(
    "form",
    [
        SECRET,
        quote(SECRET),
        quote(SECRET, safe=""),
        quote_plus(SECRET),
        json.dumps(SECRET)[1:-1],
        SECRET.encode().hex(),
    ],
)
def test_a_secret_is_masked_in_every_form(form: str) -> None:
    hide(SECRET)
    assert mask(f"before {form} and {form}.") == f"before {MASK} and {MASK}."


@pytest.mark.parametrize("before", ["", "x", "xy", "Bearer ", "user:"])
@pytest.mark.parametrize("encode", [base64.b64encode, base64.urlsafe_b64encode])
def test_a_secret_is_masked_in_base64_whatever_comes_before_it(
    before: str, encode: Callable[[bytes], bytes]
) -> None:
    hide(SECRET)
    masked = mask(encode(f"{before}{SECRET} and more".encode()).decode())
    # A few characters at both ends depend on what is around the secret.
    assert MASK in masked
    assert len(masked.replace(MASK, "")) < len(encode(f"{before}...... and more".encode()))


def test_a_longer_secret_is_masked_as_a_whole() -> None:
    hide("secret-token")
    hide("secret-token-and-more")
    assert mask("secret-token-and-more") == MASK


def test_a_word_is_no_secret() -> None:
    for word in ("", "t", "token"):
        hide(word)
    assert mask("a token") == "a token"


@pytest.mark.parametrize(
    "text",
    [
        "destination_url",
        "DESTINATION_URL_INVALID",
        "/admin/migration/runs/",
        "https://cms.example.com",
        "https://CMS.example.com/path?of=1",
        "cms.example.com",
        "cms.example.com:8055/admin",
        "localhost:8055",
        "100000000000",
        "2026-11-30T01",
        "------------",
        "my-host-number-1",
    ],
)
def test_what_is_pasted_by_mistake_is_no_token(text: str) -> None:
    hide(text, "http://my-host-number-1:8055")
    assert mask(text) == text


@pytest.mark.parametrize(
    "token",
    [
        "my-admin-token",
        "V1StGXR8_Z5jdHi6B-myTV1StGXR8_Z5",
        "aBcdefghijklmnopqrstuvwxyzabcdef",
        "0e1d8a52-7f4b-4a55-b5a3-0c5f3c1b7a10",
        "eyJhbGciOiJIUzI1NiJ9.eyJpZCI6Ijk5In0.DO_iHCHPklmYBfUqHTnyVZSyXvHQwzAvYVYu2zBJiu4",
    ],
)
def test_a_token_is_hidden_whatever_its_kind(token: str) -> None:
    hide(token, "https://cms.example.com")
    assert mask(f"Bearer {token}") == f"Bearer {MASK}"


def test_only_texts_of_a_document_are_masked() -> None:
    hide_own("destination_url", "100000000000", "6f1d8a52-7f4b")
    document = {
        "id": "6f1d8a52-7f4b",
        "destination_url": ["a destination_url", 100000000000, None],
        "100000000000": {"bytes": 100000000000.5},
    }
    assert mask_values(document) == {**document, "destination_url": [f"a {MASK}", 10**11, None]}


def test_only_the_latest_secrets_are_remembered() -> None:
    for number in range(MAX_SECRETS + 1):
        hide(f"secret-number-{number}-")
    assert mask("secret-number-0-") == "secret-number-0-"
    assert mask(f"secret-number-{MAX_SECRETS}-") == MASK


def test_the_secrets_of_the_process_stay_however_many_tokens_come() -> None:
    hide_own("the-secret-of-all")
    for number in range(MAX_SECRETS + 1):
        hide(f"secret-number-{number}-")
    assert mask("the-secret-of-all") == MASK


def test_a_secret_is_not_cut_in_two_before_it_is_masked() -> None:
    hide(SECRET)
    assert SECRET[:8] not in plain("x" * 95 + SECRET, 100)


def test_an_error_has_no_secret_and_an_end() -> None:
    hide(SECRET)
    error = DirectusError(f"{SECRET} " + "x" * 18_000_000, code=SECRET)
    assert error.code == MASK
    assert str(error) == error.message
    assert error.message.startswith(f"{MASK} xxx")
    assert len(error.message) < 5_000
