"""Passwords cannot be read, so migrated people need a new one: counted always, and asked by mail
when wanted.

Directus mails a link itself, to active people by a password reset and to invited ones by a new
invitation: the link in the invitation of the source is worth nothing at the destination. It sends
neither to anybody else.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

from sidecar.directus.client import Directus, Row
from sidecar.errors import DirectusError
from sidecar.migration.instance.instance import Instance
from sidecar.migration.plan.run import Run
from sidecar.resources.base import USERS

NEEDED = "Passwords cannot be read, so these users have none at the destination until they set one"
SENT = (
    "Asked the destination to mail {} of {} users a link to set a password; its log tells when a "
    "mail fails"
)
# Directus takes half a second for each request of a password, whatever it does.
MAILERS = 4


def invite(run: Run) -> None:
    """Note how many of the users of ``plan`` have no password at the destination; mail them if the
    request says so.

    A dry run sends nothing, and counts those too that a real one would create. Raises DirectusError
    when users cannot be read; a mail that is refused becomes a problem of its user.
    """
    if "users" not in run.plan.request.options:
        return
    emails = {
        email: row["id"] for row in _users(run.source, "provider") if (email := _own_email(row))
    }
    known: set[str] = set()
    waiting: list[Row] = []
    for row in _users(run.destination, "status", "role", "provider", "password"):
        if (email := (row["email"] or "").casefold()) in emails:
            known.add(email)
            # One that was recognised under another id is the destination's own, and may do without
            # a password.
            if row["password"] is None and _own_email(row) and row["id"] == emails[email]:
                waiting.append(row)
    missing = len(emails.keys() - known) if run.plan.request.dry_run else 0
    if waiting or missing:
        run.progress.note(USERS, "PASSWORD_NEEDED", None, NEEDED, len(waiting) + missing)
    if run.plan.request.invite and not run.plan.request.dry_run:
        _mail(
            run,
            [row for row in waiting if row["status"] in ("active", "invited")],
        )


def _own_email(row: Row) -> str:
    """The e-mail of a user who signs in with a password, in lower case; empty for others."""
    return (row["email"] or "").casefold() if row["provider"] in (None, "default") else ""


def _users(instance: Instance, *fields: str) -> Iterator[Row]:
    pages = instance.rows.pages(instance.resource(USERS), ["id", "email", *fields])
    return (row for page in pages for row in page)


def _mail(run: Run, people: list[Row]) -> None:
    def ask(person: Row) -> bool:
        run.cancel.check()
        try:
            _ask(run.destination.client, person)
        except DirectusError as error:
            message = f"No mail was sent to {person['email']}: {error.message}"
            run.progress.problem(USERS, person["id"], error.code, message)
            return False
        return True

    with ThreadPoolExecutor(MAILERS) as pool:
        sent = sum(pool.map(ask, people))
    run.progress.log("info", SENT.format(sent, len(people)))


def _ask(destination: Directus, person: Row) -> None:
    if person["status"] == "invited":
        destination.send(
            "POST", "/users/invite", body={"email": person["email"], "role": person["role"]}
        )
    else:
        destination.send("POST", "/auth/password/request", body={"email": person["email"]})
