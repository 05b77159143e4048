"""``--invite``: the destination mails those migrated users who need a password, and nobody else."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from tests.integration.command import Finished, migrate
from tests.stack.directus import DirectusInstance
from tests.stack.mailbox import Mailbox
from tests.stack.pair import started
from tests.stack.seed.api import Api

MAILED = ["Ada@example.com", "admin@from.example.com", "grace@example.com", "ina@example.com"]
# Those and the suspended and the archived one.
WITHOUT_PASSWORD = 6


@dataclass(frozen=True)
class Side:
    """Two instances; the destination mails into ``mailbox``."""

    source: DirectusInstance
    destination: DirectusInstance
    mailbox: Mailbox


@pytest.fixture(scope="module")
def sides(tmp_path_factory: pytest.TempPathFactory, version: str, database: str) -> Iterator[Side]:
    folder = tmp_path_factory.mktemp("invite")
    with Mailbox() as mailbox:
        source = DirectusInstance("from", version, database, workdir=folder)
        destination = DirectusInstance(
            "to", version, database, workdir=folder, environment=mailbox.environment
        )
        with started(source, destination):
            _add_people(source, destination)
            yield Side(source, destination, mailbox)


def test_a_dry_run_counts_who_needs_a_password_and_mails_nobody(sides: Side) -> None:
    done = migrate(sides.source, sides.destination, "--options", "users", "--invite", "--dry-run")
    assert needed(done) == WITHOUT_PASSWORD
    assert sides.mailbox.recipients(0) == []


def test_without_invite_they_are_counted_and_nobody_is_mailed(sides: Side) -> None:
    done = migrate(sides.source, sides.destination, "--options", "users")
    assert needed(done) == WITHOUT_PASSWORD
    assert sides.mailbox.recipients(0) == []


def test_each_who_can_sign_in_gets_one_mail_and_nobody_else_any(sides: Side) -> None:
    done = migrate(sides.source, sides.destination, "--options", "users", "--invite")
    assert needed(done) == WITHOUT_PASSWORD
    assert sides.mailbox.recipients(len(MAILED)) == MAILED
    assert "mail 4 of 4 users" in done.stderr
    assert sides.mailbox.subject("Ada@example.com") == "Password Reset Request"
    assert "invited" in sides.mailbox.subject("ina@example.com")


def test_who_has_set_a_password_meanwhile_is_left_alone(sides: Side) -> None:
    with Api(sides.destination.url, sides.destination.admin_token) as api:
        ada = api.get("/users", **{"filter[email][_eq]": "Ada@example.com"})[0]
        api.patch(f"/users/{ada['id']}", {"password": "a new password"})
    sides.mailbox.received.clear()
    done = migrate(sides.source, sides.destination, "--options", "users", "--invite")
    assert needed(done) == WITHOUT_PASSWORD - 1
    assert sides.mailbox.recipients(len(MAILED) - 1) == MAILED[1:]


def test_a_refused_mail_is_a_problem_of_its_user(sides: Side) -> None:
    with Api(sides.source.url, sides.source.admin_token) as api:
        # Directus sends no invitation without a role.
        api.post("/users", {"email": "roleless@example.com", "status": "invited"})
    sides.mailbox.received.clear()
    done = migrate(sides.source, sides.destination, "--options", "users", "--invite")
    problems = [(problem["resource"], problem["code"]) for problem in done.document["problems"]]
    assert (done.status, problems) == (1, [("directus_users", "INVALID_PAYLOAD")])
    assert "roleless@example.com" in done.document["problems"][0]["message"]
    assert "roleless@example.com" not in sides.mailbox.recipients(len(MAILED) - 1)


def needed(done: Finished) -> int:
    notes: list[dict[str, Any]] = done.document["notes"]
    return sum(note["count"] for note in notes if note["code"] == "PASSWORD_NEEDED")


def _add_people(source: DirectusInstance, destination: DirectusInstance) -> None:
    with Api(source.url, source.admin_token) as api:
        role = api.post("/roles", {"name": "Readers"})["id"]
        for name, more in (
            ("Ada", {"password": "secret of the source"}),
            ("grace", {}),
            ("ina", {"status": "invited", "role": role}),
            ("sam", {"status": "suspended"}),
            ("archie", {"status": "archived"}),
            ("has-one", {}),
        ):
            api.post("/users", {"email": f"{name}@example.com", **more})
        api.post("/users", {"first_name": "Without an address"})
    with Api(destination.url, destination.admin_token) as api:
        api.post(
            "/users", {"email": "Has-One@example.com", "password": "secret of the destination"}
        )
        api.post("/users", {"email": "stranger@example.com"})
