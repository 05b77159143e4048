"""Notifies the user who started a run that it has ended, with a Directus notification in the
source.

Directus renders a notification as Markdown and mails it as HTML. So it has fixed words, numbers,
codes and a link, and no text that came from a side.
"""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

from sidecar.cancellation import CANCELLED
from sidecar.directus.client import Directus
from sidecar.errors import DirectusError
from sidecar.jobs.finish import (
    CANCELLED_AFTER_INTERRUPTION,
    CANCELLED_AND_WORKER_DIED,
    CANCELLED_IN_QUEUE,
    WORKER_DIED,
)
from sidecar.jobs.run_order import RunOrder
from sidecar.masking import mask
from sidecar.migration.report.progress import MAX_PROBLEMS
from sidecar.migration.report.report import Level
from sidecar.migration.report.results import count_of, result_of, schema_words

Document = dict[str, Any]
# Adds a line to the run's log: level, stage, message.
LogLine = Callable[[Level, str, str], None]

RESUMED_AUTOMATICALLY = (
    "The worker stopped in the middle of the run. The run is now resumed automatically"
)
OWN_SENTENCES = frozenset(
    {
        CANCELLED,
        CANCELLED_AFTER_INTERRUPTION,
        CANCELLED_AND_WORKER_DIED,
        CANCELLED_IN_QUEUE,
        RESUMED_AUTOMATICALLY,
        WORKER_DIED,
    }
)
PAGE = "The page of the run"
CODE = re.compile(r"[A-Z][A-Z0-9_]{0,99}")
AS_SHOWN = "Directus does not show all that is stored. The report's notes say what"


def notify_user(
    source: Directus,
    order: RunOrder,
    document: Document,
    log_line: LogLine,
    *,
    raise_on: tuple[type[DirectusError], ...] = (),
) -> None:
    """Send the user a notification about a run, and log whether that succeeded.

    ``document`` is the run's report or summary. Raises only the errors in ``raise_on``, without
    logging them, so that the caller can try again later.
    """
    try:
        _send(source, order, document)
    except raise_on:
        raise
    except DirectusError as error:
        log_line("warning", "notify", f"The notification could not be sent: {error.message}")
    else:
        log_line("info", "notify", "The user who started the run was notified")


def _send(source: Directus, order: RunOrder, document: Document) -> None:
    notification = {
        "recipient": order.user,
        "subject": mask(subject_of(document, order.destination_url)),
        "message": mask(message_of(document, order.link)),
    }
    source.create("/notifications", notification, fields=["id"])


def subject_of(document: Document, destination_url: str) -> str:
    """The destination and the result, as "Migration to cms.example.com completed"."""
    kind = "Migration dry run" if document["dry_run"] else "Migration"
    destination = urlsplit(_safe(destination_url))
    result = result_of(document["status"], document["problem_count"])
    return f"{kind} to {destination.netloc}{destination.path} {result}"


def message_of(document: Document, link: str) -> str:
    """What happened in a run, with its numbers, as Markdown."""
    destination = document["destination"]
    lines = [
        f"To {_safe(destination['url'])}" if destination else "The destination was not reached",
        _numbers(document),
    ]
    if document["schema"]:
        lines.append(f"Schema: {_schema(document)}")
    if problems := document["problem_count"]:
        which = f"the first {MAX_PROBLEMS:,} are " if problems > MAX_PROBLEMS else ""
        lines.append(f"{count_of(problems, 'problem')}, {which}listed in the report")
    # A run that an earlier version began has no such field.
    if document.get("as_shown") and not document["dry_run"]:
        lines.append(AS_SHOWN)
    if document["message"]:
        lines.append(_reason(document))
    return "\n\n".join([*lines, f"[Open the run]({_safe(link)})"])


def _reason(document: Document) -> str:
    """Why the run ended: one of our own sentences, or the code of the problem."""
    message = document["message"]
    if message in OWN_SENTENCES:
        return str(message)
    codes = (one["code"] for one in document.get("problems", ()) if one["message"] == message)
    code = next(codes, "")
    known = CODE.fullmatch(code)
    return f"Reason: `{code}`. {PAGE} says more" if known else f"{PAGE} says why"


def _safe(address: str) -> str:
    """An address whose path means nothing in Markdown and HTML. The host never does."""
    parts = urlsplit(address)
    return urlunsplit((parts.scheme, parts.netloc, quote(parts.path, safe="/%"), "", ""))


def _schema(document: Document) -> str:
    # A run that an earlier version began has no counts by kind.
    parts = document.get("schema_added")
    return schema_words(document["schema"], parts, dry_run=document["dry_run"])


def _numbers(document: Document) -> str:
    # A run that did not come to its end has no summary.
    if summary := document.get("summary"):
        return str(summary)

    def total(name: str) -> str:
        return f"{sum(row[name] for row in document['resources']):,}"

    if document["dry_run"]:
        return (
            f"{total('source')} rows and files at the source: {total('create')} to create, "
            f"{total('unchanged')} unchanged, {total('conflicting')} conflicting"
        )
    return (
        f"{total('source')} rows and files at the source: {total('created')} created, "
        f"{total('skipped')} skipped, {total('failed')} failed, {total('verified')} verified, "
        f"{total('different')} different"
    )
