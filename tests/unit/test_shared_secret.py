"""The shared secret: a missing, short or guessable one, or an example, prevents the start."""

import base64
import hmac
import re
import uuid
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from sidecar.config import read_settings
from sidecar.errors import InvalidRequest, SettingsError
from sidecar.shared_secret import fault_of
from sidecar.web.auth import Admission
from tests.unit.test_config import GOOD

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    "secret",
    [
        "",
        "tiny",
        "x" * 31,
        "s" * 32,
        "0" * 64,
        "ab" * 20,
        "abcdefgh" * 4,
        "0123456789abcdef" * 2,
        "abcdefghijklmnopqrstuvwxyz0123456789",
        "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ",
        "change-me-change-me-change-me-now",
        "CHANGE_ME_to_something_at_least_32",
        "changeme9f3a71c05d2be8469f3a71c05d",
        "your-secret-goes-right-here-12345",
        "my-super-secret-sidecar-secret-2026",
        "example-9f3a71c05d2be8469f3a71c05d2b",
        "at-least-32-characters-long-please",
        "$(openssl rand -hex 32)-0123456789",
        "<placeholder for the shared secret>",
        "passwordpasswordPASSWORD12345678",
        "a secret with spaces in it, 9f3a71c0",
        "correct-horse-battery-staple-tape",
        "Correct-Horse-Battery-Staple-Migration",
        "acme-migration-production-2026-11-29",
        "AcmeCorpDirectusMigrationProduction1",
        "Geheimnis-äöü-9f3a71c05d2be8469f3a71",
    ],
)
def test_a_weak_secret_prevents_the_start_and_the_error_names_the_variable(secret: str) -> None:
    with pytest.raises(SettingsError, match="MIGRATION_SIDECAR_SECRET") as caught:
        read_settings({**GOOD, "MIGRATION_SIDECAR_SECRET": secret})
    assert not secret or secret not in caught.value.message


def test_no_secret_in_the_documentation_is_accepted() -> None:
    for name in ("README.md", ".env.example", "docker-compose.yml"):
        for shown in re.findall(r"MIGRATION_SIDECAR_SECRET[=: ]+(\S+)", (ROOT / name).read_text()):
            assert fault_of(shown.strip("`|"))


@pytest.mark.parametrize(
    "make",
    [
        lambda random: random.randbytes(16).hex(),
        lambda random: random.randbytes(32).hex(),
        lambda random: random.randbytes(24).hex("-"),
        lambda random: base64.b64encode(random.randbytes(32)).decode(),
        lambda random: base64.urlsafe_b64encode(random.randbytes(32)).decode().rstrip("="),
        lambda random: f"{uuid.UUID(bytes=random.randbytes(16))}{random.randbytes(8).hex()}",
        lambda random: f"a-long-text-that-nobody-else-would-write-{random.randbytes(12).hex()}",
    ],
)
def test_random_secrets_are_accepted(make: Callable[[Random], str]) -> None:
    assert [fault_of(make(Random(seed))) for seed in range(100)] == [""] * 100


def test_the_secret_is_compared_in_constant_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """``hmac.compare_digest`` takes the same time however much of a guess is right."""
    from flask import Flask

    compared: list[tuple[bytes, bytes]] = []
    real = hmac.compare_digest

    def compare(a: bytes, b: bytes) -> bool:
        compared.append((a, b))
        return real(a, b)

    monkeypatch.setattr(hmac, "compare_digest", compare)
    guess = {"Authorization": "Bearer guess"}
    with Flask("test").test_request_context(headers=guess), pytest.raises(InvalidRequest) as caught:
        Admission("the-secret")()
    assert caught.value.status == 401
    assert compared == [(b"Bearer guess", b"Bearer the-secret")]
