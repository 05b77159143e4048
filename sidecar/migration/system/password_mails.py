"""Passwords cannot be read, so migrated users need a new one. A run counts these users, and asks
the destination to mail them when the request says so.

Directus sends the mails. Active users get a password reset. Invited users get a new invitation,
because the link in the source's invitation does not work at the destination. Directus mails nobody
else.
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
    "Asked the destination to mail {} of {} users a link to set a password. Its log shows mails "
    "that fail"
)
NOT_SENT = "No mail was sent to {}: {}"
# Directus takes half a second for each password request, whatever it does.
MAIL_THREADS = 4
MAILED_STATUS = ("active", "invited")


def report_password_mails(run: Run) -> None:
    """Note how many migrated users have no password at the destination, and have them mailed when
    the request says so.

    A dry run sends no mail, and counts the users that a real run would create as well. A refused
    mail becomes a problem of its user. Raises DirectusError when users cannot be read, and
    Cancelled.
    """
    request = run.plan.request
    if "users" not in request.included:
        return
    without_password, not_created = _users_without_password(run)
    count = len(without_password) + (not_created if request.dry_run else 0)
    if count:
        run.progress.note(USERS, "PASSWORD_NEEDED", None, NEEDED, count)
    if request.invite and not request.dry_run:
        _mail_all(run, [user for user in without_password if user["status"] in MAILED_STATUS])


def _users_without_password(run: Run) -> tuple[list[Row], int]:
    """The migrated users that have no password at the destination, and the number of those that
    the destination does not have yet."""
    ids = {
        email: user["id"]
        for user in _users(run.source, "provider")
        if (email := _login_email(user))
    }
    existing: set[str] = set()
    without_password: list[Row] = []
    for user in _users(run.destination, "status", "role", "provider", "password"):
        email = (user["email"] or "").casefold()
        if email not in ids:
            continue
        existing.add(email)
        # A user with a different id existed before the migration, and may do without a password.
        if user["password"] is None and _login_email(user) and user["id"] == ids[email]:
            without_password.append(user)
    return without_password, len(ids.keys() - existing)


def _login_email(user: Row) -> str:
    """The e-mail of a user who signs in with a password, in lower case. Empty for others."""
    return (user["email"] or "").casefold() if user["provider"] in (None, "default") else ""


def _users(instance: Instance, *fields: str) -> Iterator[Row]:
    pages = instance.rows.pages(instance.resource(USERS), ["id", "email", *fields])
    return (row for page in pages for row in page)


def _mail_all(run: Run, users: list[Row]) -> None:
    with ThreadPoolExecutor(MAIL_THREADS) as pool:
        sent = sum(pool.map(lambda user: _mail(run, user), users))
    run.progress.log("info", SENT.format(sent, len(users)))


def _mail(run: Run, user: Row) -> bool:
    run.cancel.check()
    try:
        _request_mail(run.destination.client, user)
    except DirectusError as error:
        message = NOT_SENT.format(user["email"], error.message)
        run.progress.problem(USERS, user["id"], error.code, message)
        return False
    return True


def _request_mail(destination: Directus, user: Row) -> None:
    if user["status"] == "invited":
        invitation = {"email": user["email"], "role": user["role"]}
        destination.send("POST", "/users/invite", body=invitation)
    else:
        destination.send("POST", "/auth/password/request", body={"email": user["email"]})
