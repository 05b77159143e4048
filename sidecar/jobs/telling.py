"""Telling the person who started a run that it has ended, and taking down in its log whether that
went well."""

from collections.abc import Callable
from typing import Any

from sidecar.directus.client import Directus
from sidecar.errors import DirectusError
from sidecar.jobs.notification import notify
from sidecar.jobs.run_store import RunOrder
from sidecar.migration.report.report import Level


def notify_user(
    source: Directus,
    order: RunOrder,
    document: dict[str, Any],
    line: Callable[[Level, str, str], None],
    later: tuple[type[DirectusError], ...] = (),
) -> None:
    """Notify the person in ``source``; ``line`` takes a line of the log. Raises what is one of
    ``later``: to be done again then."""
    try:
        notify(source, order.user, document, order.link)
    except later:
        raise
    except DirectusError as error:
        line("warning", "notify", f"The notification could not be sent: {error.message}")
    else:
        line("info", "notify", "The person who started the run was notified")
