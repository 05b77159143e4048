"""The notification at the end of a run: its words, and what happens if it cannot be sent."""

import json
from typing import Any

import pytest

from sidecar.directus.client import Directus
from sidecar.directus.retry import ONCE
from sidecar.errors import Unreachable
from sidecar.jobs.finish import WORKER_DIED
from sidecar.jobs.notification import AS_SHOWN, message_of, notify_user, subject_of
from tests.stack.answering import Answering
from tests.unit.jobs.samples import ORDER, UNREACHABLE

ROW = {
    "source": 1_200,
    "create": 1_000,
    "unchanged": 150,
    "conflicting": 50,
    "created": 1_000,
    "skipped": 150,
    "failed": 50,
    "verified": 1_150,
    "different": 0,
}
DOCUMENT = {
    "status": "completed_with_problems",
    "dry_run": False,
    "destination": {"url": "http://destination"},
    "schema": {"added": 1, "changed": 2, "kept": 3},
    "resources": [ROW, ROW],
    "problem_count": 1,
    "message": None,
}
Lines = list[tuple[str, str, str]]


def notify(url: str, document: dict[str, Any] = DOCUMENT, **options: Any) -> Lines:
    """The lines that a notification to the source at ``url`` logs."""
    lines: Lines = []
    with Directus(url, "token", retry_policy=ONCE) as source:
        notify_user(source, ORDER, document, lambda *line: lines.append(line), **options)
    return lines


def test_the_user_of_the_order_is_notified() -> None:
    with Answering((204, {}, b"")) as source:
        (line,) = notify(source.url)
    assert source.received == [("POST", "/notifications?fields=id")]
    notification = json.loads(source.bodies[0])
    assert notification["recipient"] == ORDER.user
    assert notification["subject"] == "Migration to destination completed with 1 problem"
    assert line == ("info", "notify", "The user who started the run was notified")


def test_a_dry_run_says_so_in_its_subject() -> None:
    with Answering((204, {}, b"")) as source:
        notify(source.url, {**DOCUMENT, "status": "completed", "dry_run": True})
    assert json.loads(source.bodies[0])["subject"] == "Migration dry run to destination completed"


def test_a_notification_that_fails_is_logged_and_ends_nothing() -> None:
    ((level, stage, message),) = notify(UNREACHABLE)
    assert (level, stage) == ("warning", "notify")
    assert message.startswith("The notification could not be sent: ")


def test_a_caller_that_tries_again_gets_the_error() -> None:
    with pytest.raises(Unreachable):
        notify(UNREACHABLE, raise_on=(Unreachable,))


def test_the_message_has_the_numbers_and_a_link() -> None:
    assert message_of(DOCUMENT, "http://link").split("\n\n") == [
        "To http://destination",
        "2,400 rows and files at the source: 2,000 created, 300 skipped, 100 failed, "
        "2,300 verified, 0 different",
        "Schema: 1 added; 2 changed; 3 kept",
        "1 problem, listed in the report",
        "[Open the run](http://link)",
    ]


def test_the_message_says_what_of_the_schema_was_added() -> None:
    added = {"collections": 29, "fields": 195, "relations": 0}
    document = {**DOCUMENT, "schema_added": added}
    assert "Schema: 29 collections, 195 fields added; 2 changed" in message_of(document, "")
    assert "195 fields to add" in message_of({**document, "dry_run": True}, "")


def test_the_message_of_a_run_that_came_to_its_end_has_its_summary() -> None:
    done = {**DOCUMENT, "summary": "Of 5 rows at the source, 5 created."}
    assert done["summary"] in message_of(done, "http://link").split("\n\n")
    assert "skipped" not in message_of(done, "http://link")


def test_the_message_of_a_dry_run_says_what_a_run_would_do() -> None:
    message = message_of({**DOCUMENT, "dry_run": True}, "http://link")
    assert "2,000 to create, 300 unchanged, 100 conflicting" in message


def test_the_message_does_not_vouch_for_what_directus_does_not_show() -> None:
    done = {**DOCUMENT, "as_shown": True}
    assert AS_SHOWN in message_of(done, "http://link")
    assert AS_SHOWN not in message_of({**done, "dry_run": True}, "http://link")


REFUSED = {
    **DOCUMENT,
    "destination": None,
    "schema": None,
    "resources": [],
    "problem_count": 2,
    "problems": [
        {"resource": "a", "key": "1", "code": "OTHER", "message": "Another"},
        {"resource": None, "key": None, "code": "TOKEN_REFUSED", "message": "The token is wrong"},
    ],
    "message": "The token is wrong",
}


def test_the_message_of_a_refused_run_has_its_code() -> None:
    lines = message_of(REFUSED, "http://link").split("\n\n")
    assert lines[0] == "The destination was not reached"
    assert lines[2:4] == [
        "2 problems, listed in the report",
        "Reason: `TOKEN_REFUSED`. The page of the run says more",
    ]


def test_a_message_says_that_only_the_first_problems_are_listed() -> None:
    message = message_of({**REFUSED, "problem_count": 12_345}, "http://link")
    assert "12,345 problems, the first 10,000 are listed in the report" in message


@pytest.mark.parametrize(
    "text", ["<div style='position:fixed'>", "[Log in](http://evil)", "![](http://evil)", "**x**"]
)
def test_no_text_of_a_side_gets_into_a_notification(text: str) -> None:
    problem = {"resource": text, "key": text, "code": text, "message": text}
    document = {**REFUSED, "message": text, "problems": [problem]}
    message = message_of(document, "http://link")
    assert text not in message
    assert "The page of the run says why" in message


def test_an_address_has_no_markup() -> None:
    url = "http://cms.internal:8055/<b>/[x](y)/**"
    subject = subject_of({**DOCUMENT, "destination": {"url": url}}, url)
    message = message_of({**DOCUMENT, "destination": {"url": url}}, f"{url}/runs/1")
    for text in (subject, message.replace("[Open the run](", "").removesuffix(")")):
        assert not set("<>[]()*") & set(text), text
    assert subject.startswith("Migration to cms.internal:8055/%3Cb%3E/")


def test_our_own_sentences_stay() -> None:
    assert WORKER_DIED in message_of({**REFUSED, "message": WORKER_DIED}, "http://link")
