"""What the views work with: made once by ``create_app``, and for each request by whom it comes from."""

from dataclasses import dataclass
from functools import cached_property

from flask import current_app, g
from redis import Redis

from sidecar.config import Settings
from sidecar.directus.client import Directus
from sidecar.directus.retry import BRIEF
from sidecar.jobs.people import Person, find_person
from sidecar.jobs.presets import PresetStore
from sidecar.jobs.runs import RunStore
from sidecar.jobs.saved_tokens import saved_token
from sidecar.jobs.secrets import TokenSeal
from sidecar.web.rate_limit import RateLimit


@dataclass(frozen=True, slots=True)
class Services:
    settings: Settings
    redis: "Redis"
    runs: RunStore
    limits: RateLimit

    @property
    def source(self) -> Directus:
        return Directus(self.settings.source.url, self.settings.source.token, patience=BRIEF)


def services() -> Services:
    """Those of the application that serves this request."""
    found: Services = current_app.extensions["sidecar"]
    return found


class Caller:
    """The administrator whom the relay names."""

    @cached_property
    def person(self) -> Person:
        return find_person(services().source, g.user)

    @cached_property
    def presets(self) -> PresetStore:
        return PresetStore(services().source, TokenSeal(services().settings.secret), self.person)

    def token(self, typed: str, token_from: str | None, url: str) -> str:
        """The destination's token: the one that was typed, or a saved one. Raises Refused, DirectusError."""
        if typed.strip() or not token_from:
            return typed
        return saved_token(services().settings.defaults, self.presets, token_from, url)
