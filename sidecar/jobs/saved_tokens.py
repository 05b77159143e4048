"""Destination tokens that the sidecar stores, named by their place: ``environment`` or
``preset:<id>``.

A saved token is only sent to the address that it was saved with. Otherwise a user could send the
token of another user to any server.
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
    """The saved token that ``token_from`` names, for the destination ``url``. Raises
    InvalidRequest if there is no such token, or if it belongs to another address."""
    if token_from == ENVIRONMENT:
        saved_url, token = defaults.url, defaults.token
    else:
        saved_url, token = _read_preset(presets, token_from)
    if not token:
        message = (
            "No token is saved here for you: the preset was deleted or belongs to somebody else, "
            "or the token was saved with another MIGRATION_SIDECAR_SECRET, by an earlier version "
            "or for another person or role. Enter the token again"
        )
        raise InvalidRequest(message, code="TOKEN_NOT_SAVED", field="destination_token")
    if check_url(saved_url) != check_url(url):
        message = (
            f"The saved token is for {saved_url} and is sent nowhere else; enter the token of "
            f"{url.strip()}"
        )
        raise InvalidRequest(message, code="TOKEN_BELONGS_ELSEWHERE", field="destination_token")
    return token


def _read_preset(presets: PresetStore, token_from: str) -> tuple[str, str]:
    """Address and token of a preset; both are "" if the user has no such preset."""
    preset_id = int(token_from.removeprefix(PRESET))
    for preset in presets.all():
        if preset.id == preset_id:
            return preset.destination_url, preset.token
    return "", ""
