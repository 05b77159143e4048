"""What a check says of the answers with which a Directus refuses it."""

from typing import Any

import pytest

from sidecar.errors import DirectusRejected
from sidecar.migration.instance.refused_checks import refusal
from tests.unit.scripted_client import ScriptedClient

CLIENT: Any = ScriptedClient()


@pytest.mark.parametrize(
    ("code", "status", "expected", "field"),
    [
        ("INVALID_TOKEN", 401, "TOKEN_REFUSED", "source_token"),
        ("FORBIDDEN", 403, "NOT_AN_ADMINISTRATOR", "source_token"),
        ("ROUTE_NOT_FOUND", 404, "NOT_A_DIRECTUS", "source_url"),
        ("INTERNAL_SERVER_ERROR", 500, "SOURCE_UNREACHABLE", "source_url"),
    ],
)
def test_a_refusal_names_what_to_change(code: str, status: int, expected: str, field: str) -> None:
    error = DirectusRejected("no", code=code, status=status)
    refused = refusal(error, CLIENT, "source")
    assert (refused.code, refused.field) == (expected, field)


def test_a_directus_whose_database_fails_is_still_a_directus() -> None:
    error = DirectusRejected("No space left", code="INTERNAL_SERVER_ERROR", status=500)
    refused = refusal(error, CLIENT, "destination")
    assert refused.message == "The destination could not be checked: No space left"
