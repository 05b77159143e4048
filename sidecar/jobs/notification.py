"""Tells the person who started a run how it ended, by a Directus notification in the source."""

from typing import Any

from sidecar.directus.client import Directus

Document = dict[str, Any]

SUBJECTS = {
    "completed": "Migration completed",
    "completed_with_problems": "Migration completed with problems",
    "refused": "Migration refused",
    "failed": "Migration failed",
    "cancelled": "Migration cancelled",
    "interrupted": "Migration interrupted",
}


def notify(source: Directus, user: str, document: Document, link: str) -> None:
    """POST a notification to ``user`` about a run, told by its report's ``document``. Raises
    DirectusError."""
    subject = SUBJECTS[document["status"]]
    if document["dry_run"]:
        subject = subject.replace("Migration", "Migration dry run", 1)
    body = {"recipient": user, "subject": subject, "message": message_of(document, link)}
    source.create("/notifications", body, fields=["id"])


def message_of(document: Document, link: str) -> str:
    """What happened, in numbers, as Markdown."""
    destination = document["destination"]
    lines = [
        f"To {destination['url']}" if destination else "The destination was not reached",
        _numbers(document),
    ]
    if document["schema"]:
        lines.append(
            "Schema: {added} added, {changed} changed, {kept} kept".format(**document["schema"])
        )
    if problems := document["problem_count"]:
        lines.append(f"{problems} problem{'' if problems == 1 else 's'}, each named in the report")
    if document["message"]:
        lines.append(document["message"])
    return "\n\n".join([*lines, f"[Open the run]({link})"])


def _numbers(document: Document) -> str:
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
