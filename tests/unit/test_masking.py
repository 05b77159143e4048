"""Tokens are masked by value, in every usual encoding, wherever a text leaves the process."""

import base64
import json
from collections import OrderedDict
from collections.abc import Callable
from urllib.parse import quote, quote_plus

import pytest

from sidecar import masking
from sidecar.errors import DirectusError
from sidecar.masking import MASK, MAX_SECRETS, hide, mask
from sidecar.texts import plain

SECRET = 'tok/en+with"all\\kinds&of=<signs>~1234'


@pytest.fixture(autouse=True)
def no_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(masking, "_secrets", OrderedDict())
    monkeypatch.setattr(masking, "_forms", ())


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
    hide("secret-token", "secret-token-and-more")
    assert mask("secret-token-and-more") == MASK


def test_a_word_is_no_secret() -> None:
    hide("", "t", "token")
    assert mask("a token") == "a token"


def test_only_the_latest_secrets_are_remembered() -> None:
    for number in range(MAX_SECRETS + 1):
        hide(f"secret-number-{number}-")
    assert mask("secret-number-0-") == "secret-number-0-"
    assert mask(f"secret-number-{MAX_SECRETS}-") == MASK


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
