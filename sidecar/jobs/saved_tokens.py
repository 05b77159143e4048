"""Tokens that the sidecar keeps for people, named by where they lie: ``environment`` or
``preset:<id>``.

Such a token goes to the address that it was saved with and to no other, or anybody could have it
sent to themselves.
"""

import re

from sidecar.config import Defaults
from sidecar.errors import InvalidRequest
from sidecar.jobs.presets import PresetStore
from sidecar.migration.request import check_url

ENVIRONMENT = "environment"
PRESET = "preset:"
TOKEN_SOURCE = re.compile(rf"^(?:{ENVIRONMENT}|{PRESET}\d{{1,15}})$(?!\n)", re.ASCII)


def saved_token(defaults: Defaults, presets: PresetStore, token_from: str, url: str) -> str:
    """The token that ``token_from`` names, for the destination ``url``.

    Raises InvalidRequest when there is none, or when it is for another address.
    """
    saved_for, token = (
        (defaults.url, defaults.token)
        if token_from == ENVIRONMENT
        else _of_preset(presets, token_from)
    )
    if not token:
        message = (
            "No token is saved here for you: its preset is gone or somebody else's, or it was "
            "saved under another MIGRATION_SIDECAR_SECRET. Enter the token again"
        )
        raise InvalidRequest(message, code="TOKEN_NOT_SAVED", field="destination_token")
    if check_url(saved_for) != check_url(url):
        message = (
            f"The saved token is for {saved_for} and is sent nowhere else; enter the token of "
            f"{url.strip()}"
        )
        raise InvalidRequest(message, code="TOKEN_BELONGS_ELSEWHERE", field="destination_token")
    return token


def _of_preset(presets: PresetStore, token_from: str) -> tuple[str, str]:
    wanted = int(token_from.removeprefix(PRESET))
    found = next((preset for preset in presets.all() if preset.id == wanted), None)
    return (found.destination_url, found.token) if found else ("", "")
