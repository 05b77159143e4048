"""What the views use: services of the application, and the caller of a request."""

from dataclasses import dataclass, field
from typing import Any

from flask import current_app, g

from sidecar.config import Settings
from sidecar.directus.client import Directus
from sidecar.directus.deadline import Deadline
from sidecar.directus.retry import BRIEF
from sidecar.directus.scheme import with_scheme
from sidecar.errors import DirectusError
from sidecar.jobs.keyspace import Keyspace
from sidecar.jobs.presets import PresetStore
from sidecar.jobs.run_order import RunOrder
from sidecar.jobs.run_store import RunStore
from sidecar.jobs.saved_tokens import saved_token
from sidecar.jobs.secrets import PresetCipher
from sidecar.jobs.start import PATIENCE_SECONDS
from sidecar.jobs.users import User, read_user
from sidecar.web.health_monitor import HealthMonitor
from sidecar.web.rate_limit import RateLimit
from sidecar.web.slots import Slots


@dataclass(frozen=True, slots=True)
class Services:
    settings: Settings
    space: Keyspace
    runs: RunStore
    limits: RateLimit
    health: HealthMonitor
    slots: Slots = field(default_factory=Slots)


def services() -> Services:
    """The services of the current application."""
    current: Services = current_app.extensions["sidecar"]
    return current


def begin_deadline() -> None:
    """Begin to count the time that the sides have for the current request."""
    g.deadline = Deadline(PATIENCE_SECONDS)


def deadline() -> Deadline:
    """When the sides must have answered everything for the current request."""
    current: Deadline = g.deadline
    return current


def source() -> Directus:
    """The source's client, one for each request. Raises InvalidRequest (503) when too many requests
    wait for the source."""
    if "source" not in g:
        services().slots.enter_source()
        settings = services().settings.source
        g.source = Directus(settings.url, settings.token, retry_policy=BRIEF, deadline=deadline())
    client: Directus = g.source
    return client


def close_source(error: BaseException | None = None) -> None:
    """Close the connection to the source when a request ends."""
    if client := g.pop("source", None):
        services().slots.leave_source()
        client.close()


def destination_url(body: dict[str, Any]) -> str:
    """The address of the destination in a request, with a scheme even if none was entered."""
    return with_scheme(body["destination_url"], services().settings.allowed)


class Caller:
    """The administrator that the relay names."""

    # Before Python 3.12, a cached_property has one lock for all requests. While the source answers
    # slowly, it would hold every thread.

    def __init__(self) -> None:
        self._user: User | None = None

    @property
    def user(self) -> User:
        if self._user is None:
            self._user = read_user(source(), g.user)
        return self._user

    @property
    def presets(self) -> PresetStore:
        return PresetStore(source(), PresetCipher(*services().settings.secrets), self.user)

    def name_beside(self, order: RunOrder) -> str:
        """The name of the caller, who cancels or resumes the run of ``order``. It is the user id if
        the source does not answer."""
        if g.user == order.user:
            return order.user_name
        try:
            return self.user.name or self.user.id
        except DirectusError:
            return str(g.user)

    def token(self, typed: str, token_from: str | None, url: str) -> str:
        """The destination's token, typed or saved. Raises InvalidRequest, DirectusError."""
        if typed.strip() or not token_from:
            return typed
        return saved_token(services().settings.defaults, self.presets, token_from, url)
