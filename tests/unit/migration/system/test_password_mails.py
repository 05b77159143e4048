"""Password mails: who needs a new password is counted, and mailed only when the request says so."""

from dataclasses import replace
from typing import Any, cast

import pytest

from sidecar.errors import Cancelled, DirectusRejected
from sidecar.migration.plan.run import Run
from sidecar.migration.system.password_mails import report_password_mails
from sidecar.resources.base import USERS
from tests.unit.memory import MemoryRows, Recorder, run_of
from tests.unit.migration.system.rows import NOTES
from tests.unit.scripted_client import ScriptedClient

RESET, INVITE = "/auth/password/request", "/users/invite"


def user(key: str, **changes: Any) -> dict[str, Any]:
    defaults = {
        "id": key,
        "email": f"{key}@example.com",
        "provider": "default",
        "status": "active",
        "role": "r1",
        "password": None,
    }
    return {**defaults, **changes}


class Sides:
    def __init__(self, source: list[dict[str, Any]], destination: list[dict[str, Any]]) -> None:
        self.source, self.destination = MemoryRows(), MemoryRows()
        self.source.tables[USERS] = {row["id"]: row for row in source}
        self.destination.tables[USERS] = {row["id"]: row for row in destination}
        self.client = ScriptedClient()
        self.watcher = Recorder()

    def report(self, *, options: tuple[str, ...] = ("users",), **choices: Any) -> Run:
        run = run_of(NOTES, self.source, self.destination, watcher=self.watcher)
        request = replace(run.plan.request, options=options, **choices)
        run.plan = replace(run.plan, request=request)
        run.destination = replace(run.destination, client=cast(Any, self.client))
        report_password_mails(run)
        return run


def needed(run: Run) -> int:
    return sum(note.count for note in run.progress.report.notes.values())


def test_users_without_a_password_are_counted_and_nobody_is_mailed() -> None:
    sides = Sides([user("ada"), user("ben")], [user("ada"), user("ben", password="**********")])
    assert needed(sides.report(dry_run=False)) == 1
    assert sides.client.sent == []


def test_a_dry_run_counts_users_that_would_be_created_and_mails_nobody() -> None:
    sides = Sides([user("ada"), user("ben")], [user("ada")])
    assert needed(sides.report(dry_run=True, invite=True)) == 2
    assert sides.client.sent == []


def test_active_users_get_a_reset_and_invited_ones_an_invitation() -> None:
    people = [user("ada"), user("ina", status="invited"), user("sue", status="suspended")]
    sides = Sides(people, people)
    assert needed(sides.report(dry_run=False, invite=True)) == 3
    assert sorted(sides.client.sent, key=lambda request: request[1]) == [
        ("POST", RESET, {"email": "ada@example.com"}),
        ("POST", INVITE, {"email": "ina@example.com", "role": "r1"}),
    ]
    assert any("mail 2 of 2 users" in line for line in sides.watcher.lines)


@pytest.mark.parametrize(
    ("source", "destination"),
    [
        (user("ada", provider="ldap"), user("ada", provider="ldap")),
        (user("ada"), user("ada", provider="ldap")),
        (user("ada", email=None), user("ada", email=None)),
        (user("ada"), user("other", email="ADA@example.com")),
        (user("ada"), user("ada", email="somebody@example.com")),
    ],
)
def test_users_who_were_not_migrated_or_sign_in_elsewhere_are_not_counted(
    source: dict[str, Any], destination: dict[str, Any]
) -> None:
    sides = Sides([source], [destination])
    assert needed(sides.report(dry_run=False, invite=True)) == 0
    assert sides.client.sent == []


def test_an_email_is_the_same_in_any_case() -> None:
    sides = Sides([user("ada")], [user("ada", email="Ada@Example.com")])
    assert needed(sides.report(dry_run=False)) == 1


def test_a_refused_mail_is_a_problem_of_its_user() -> None:
    sides = Sides([user("ada"), user("ben")], [user("ada"), user("ben", status="invited")])
    sides.client.answers[INVITE] = DirectusRejected("No role", code="INVALID_PAYLOAD", status=400)
    run = sides.report(dry_run=False, invite=True)
    (problem,) = run.progress.report.problems
    assert (problem.key, problem.code) == ("ben", "INVALID_PAYLOAD")
    assert "ben@example.com" in problem.message
    assert any("mail 1 of 2 users" in line for line in sides.watcher.lines)


def test_without_users_nothing_is_read() -> None:
    sides = Sides([user("ada")], [user("ada")])
    assert needed(sides.report(options=("content",), dry_run=False, invite=True)) == 0


def test_a_cancelled_run_mails_nobody() -> None:
    sides = Sides([user("ada")], [user("ada")])
    sides.watcher.cancel = True
    with pytest.raises(Cancelled):
        sides.report(dry_run=False, invite=True)
    assert sides.client.sent == []
