"""/runs starts, lists, shows, cancels and resumes migrations."""

import uuid
from dataclasses import asdict, replace
from typing import Any

import pytest

from sidecar.errors import InvalidRequest, Unreachable
from sidecar.jobs import start
from sidecar.jobs.finish import interrupt_run
from sidecar.jobs.keyspace import Keyspace
from sidecar.jobs.lock import DestinationLock
from sidecar.jobs.run_order import RunOrder, utc_now
from sidecar.jobs.run_store import RunStore
from sidecar.jobs.secrets import TokenVault
from sidecar.migration.report.outcomes import Outcomes
from sidecar.migration.report.problems import Problem
from sidecar.migration.report.progress import Progress
from sidecar.migration.report.report import ResourceReport
from sidecar.migration.request import MigrationRequest
from sidecar.web import services
from sidecar.web.slots import Slots
from tests.unit.web.client import (
    DESTINATION,
    DESTINATION_URL,
    HEADERS,
    PUBLIC_URL,
    SECRET,
    SOURCE_URL,
    USER,
    Client,
    FakeSource,
)

RUN_ID = "b1f0a7ce-30ac-4d2b-9be0-0f1d2a1c9e56"
UNKNOWN = "00000000-0000-4000-8000-000000000001"
ORDER = RunOrder(
    RUN_ID,
    USER,
    DESTINATION_URL,
    PUBLIC_URL,
    MigrationRequest(("users",), dry_run=False),
    utc_now(),
    source_url=SOURCE_URL,
    source_identity="project",
)


def no_instance(*_: Any, **__: Any) -> None:
    pytest.fail("an instance was asked")


@pytest.fixture
def _compatible(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both sides fit, and no Directus is asked."""
    monkeypatch.setattr(start, "require_compatible", lambda *_: None)
    monkeypatch.setattr(start, "check", lambda *_: None)
    monkeypatch.setattr(start, "require_idle", lambda *_: "identity")
    monkeypatch.setattr(start, "project_of", lambda *_: "project")


@pytest.fixture
def store(space: Keyspace) -> RunStore:
    """Run records with one queued run."""
    store = RunStore(space)
    store.create(ORDER)
    DestinationLock(space, DESTINATION_URL).reserve(RUN_ID, lambda owner: True)
    TokenVault(space, SECRET).keep(ORDER, "destination-token")
    return store


@pytest.mark.usefixtures("_compatible")
def test_a_started_run_has_the_choices_of_the_form_and_the_name_of_the_user(
    client: Client, space: Keyspace
) -> None:
    choices = {
        "options": ["users", "content", "users"],
        "dry_run": False,
        "force": True,
        "batch_size": 25,
        "invite": True,
        "references": "empty",
    }
    answer = client.post("/runs", {**DESTINATION, **choices})
    assert answer.status == 202
    run = answer.document
    assert {name: run[name] for name in choices} == {**choices, "options": ["users", "content"]}
    assert (run["status"], run["user"], run["user_name"]) == ("queued", USER, "Ada Lovelace")
    assert (run["destination_url"], run["token_from"]) == (DESTINATION_URL, None)
    assert DESTINATION["destination_token"] not in answer.text
    order = RunStore(space).order(run["id"])
    assert order.link == f"{PUBLIC_URL}/admin/migration/runs/{run['id']}"


@pytest.mark.usefixtures("_compatible")
def test_a_run_is_a_dry_run_unless_the_form_says_otherwise(client: Client) -> None:
    assert client.post("/runs", DESTINATION).document["dry_run"] is True


@pytest.mark.parametrize(
    ("body", "refusal"),
    [
        ({"dry_run": "no"}, (422, "INVALID_INPUT", "dry_run")),
        ({"batch_size": 4}, (400, "BATCH_SIZE_OUT_OF_RANGE", "batch_size")),
        ({"options": ["everything"]}, (400, "UNKNOWN_OPTION", "options")),
        ({"references": "lose"}, (422, "INVALID_INPUT", "references")),
        ({"destination_url": ""}, (400, "DESTINATION_URL_MISSING", "destination_url")),
        ({"destination_token": " "}, (400, "DESTINATION_TOKEN_MISSING", "destination_token")),
    ],
)
def test_wrong_input_names_the_field_and_starts_nothing(
    client: Client, body: dict[str, Any], refusal: tuple[int, str, str]
) -> None:
    assert client.post("/runs", {**DESTINATION, **body}).refusal == refusal
    assert client.get("/runs").document == {"runs": []}


@pytest.mark.usefixtures("store")
@pytest.mark.parametrize("path", ["/runs", "/check"])
@pytest.mark.parametrize(
    "spelling",
    [DESTINATION_URL, f"{DESTINATION_URL}/admin/", DESTINATION_URL.removeprefix("http://")],
)
def test_a_busy_destination_is_refused_with_the_active_run_before_any_instance_is_asked(
    client: Client, monkeypatch: pytest.MonkeyPatch, path: str, spelling: str
) -> None:
    """It waits for no slot either, which requests to a slow destination hold."""
    monkeypatch.setattr(Slots, "destination", no_instance)
    monkeypatch.setattr(services, "Directus", no_instance)
    monkeypatch.setattr(start, "Directus", no_instance)
    body = {"destination_url": spelling, "token_from": "preset:7"}
    answer = client.post(path, body)
    assert answer.refusal == (409, "DESTINATION_BUSY", "destination_url")
    assert RUN_ID in answer.error["message"]
    assert answer.error["run"] == RUN_ID


def test_the_active_run_of_another_source_is_no_link(client: Client, space: Keyspace) -> None:
    elsewhere = replace(space, source="other")
    RunStore(elsewhere).create(ORDER)
    DestinationLock(elsewhere, DESTINATION_URL).reserve(RUN_ID, lambda owner: True)
    answer = client.post("/check", DESTINATION)
    assert answer.refusal == (409, "DESTINATION_BUSY", "destination_url")
    assert "from another source" in answer.error["message"]
    assert "run" not in answer.error


def test_an_incompatible_destination_starts_nothing(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any) -> None:
        raise InvalidRequest("Versions differ", code="VERSION_DIFFERS", status=409)

    monkeypatch.setattr(start, "require_idle", lambda *_: "identity")
    monkeypatch.setattr(start, "check", refuse)
    assert client.post("/runs", DESTINATION).refusal == (409, "VERSION_DIFFERS", None)
    assert client.get("/runs").document == {"runs": []}


def test_the_newest_runs_are_listed_first(client: Client, store: RunStore) -> None:
    store.create(replace(ORDER, id=UNKNOWN))
    runs = client.get("/runs").document["runs"]
    assert [run["id"] for run in runs] == [UNKNOWN, RUN_ID]
    assert len(client.get("/runs?limit=1").document["runs"]) == 1


def test_a_listed_run_says_what_became_of_all_rows_once_that_is_known(
    client: Client, store: RunStore
) -> None:
    resources = [ResourceReport(name, "content") for name in ("posts", "tags")]

    def outcomes() -> Any:
        store.update(RUN_ID, 1, resources=[asdict(resource) for resource in resources])
        return client.get("/runs").document["runs"][0]["totals"]["rows"]

    resources[0].rows = Outcomes(created=2, kept=1)
    assert outcomes() is None
    resources[1].rows = Outcomes(created=1, unchanged=2)
    assert outcomes() == asdict(Outcomes(created=3, unchanged=2, kept=1))


@pytest.mark.parametrize("limit", ["0", "501", "many"])
def test_a_wrong_limit_is_refused(client: Client, limit: str) -> None:
    assert client.get(f"/runs?limit={limit}").refusal == (422, "INVALID_INPUT", "limit")


def test_a_run_is_shown_with_the_log_after_a_cursor(client: Client, store: RunStore) -> None:
    for message in ("first", "second"):
        store.log.add_line(RUN_ID, "info", "plan", message)
    run = client.get(f"/runs/{RUN_ID}?after=1").document
    assert (run["id"], run["status"], run["resources"]) == (RUN_ID, "queued", [])
    assert run["log"]["cursor"] == 2
    assert [line["message"] for line in run["log"]["lines"]] == ["second"]


def test_problems_are_counted_in_the_run_and_listed_in_pages(
    client: Client, store: RunStore
) -> None:
    progress = Progress(ORDER.request, watcher=None)  # type: ignore[arg-type]
    for key in range(3):
        progress._add(Problem("posts", str(key), "CONFLICT", "It differs", ("slug",)))
    store.problems.put(RUN_ID, 1, 0, progress.problems_after(0))
    store.update(RUN_ID, 1, **progress.state())
    run = client.get(f"/runs/{RUN_ID}?problems=1").document
    assert [one["key"] for one in run["problems"]] == ["0"]
    assert len(client.get(f"/runs/{RUN_ID}").document["problems"]) == run["problem_count"] == 3
    kind = {"resource": "posts", "code": "CONFLICT", "columns": ["slug"], "message": "It differs"}
    assert run["problem_groups"] == [{**kind, "count": 3, "rows": 3}]
    page = client.get(f"/runs/{RUN_ID}/problems?offset=2&limit=5").document
    assert page == {"problems": [{**kind, "key": "2"}], "total": 3}


def test_checksums_are_shown_after_a_cursor(client: Client, store: RunStore) -> None:
    for name in ("a.png", "b.png"):
        store.log.add_checksum(RUN_ID, {"id": name, "name": name, "size": 1, "sha256": "0"})
    document = client.get(f"/runs/{RUN_ID}/checksums?after=1").document
    assert (document["cursor"], document["total"]) == (2, 2)
    assert [checksum["name"] for checksum in document["checksums"]] == ["b.png"]


def test_a_queued_run_is_cancelled(client: Client, store: RunStore) -> None:
    store.update(RUN_ID, 1, status="running")
    assert client.post(f"/runs/{RUN_ID}/cancel").status == 202
    assert store.cancel_requested(RUN_ID)


def test_an_interrupted_run_is_resumed_and_no_other(
    client: Client, store: RunStore, space: Keyspace
) -> None:
    path = f"/runs/{RUN_ID}/resume"
    assert client.post(path).refusal == (409, "NOT_INTERRUPTED", None)
    interrupt_run(space, RUN_ID, 1)
    answer = client.post(path)
    assert (answer.status, answer.document["status"], answer.document["attempt"]) == (
        202,
        "queued",
        2,
    )


def test_who_cancels_and_resumes_the_run_of_somebody_else_is_shown_and_logged(
    client: Client, store: RunStore, space: Keyspace
) -> None:
    order = replace(ORDER, user="somebody", user_name="Grace Hopper")
    store.create(order)
    TokenVault(space, SECRET).keep(order, "destination-token")
    client.post(f"/runs/{RUN_ID}/cancel")
    run = client.get(f"/runs/{RUN_ID}").document
    line = "Ada Lovelace cancelled the run that Grace Hopper started"
    assert (run["cancelled_by"], run["resumed_by"]) == ("Ada Lovelace", None)
    assert [line["message"] for line in run["log"]["lines"]] == [line]
    store.change(RUN_ID, lambda _: {"status": "interrupted"})
    assert client.post(f"/runs/{RUN_ID}/resume").status == 202
    run = client.get(f"/runs/{RUN_ID}").document
    assert (run["cancelled_by"], run["resumed_by"]) == (None, "Ada Lovelace")
    assert run["log"]["lines"][-1]["message"] == "Resumed by Ada Lovelace: attempt 2"


def test_who_cancels_is_known_by_id_while_the_source_does_not_answer(
    client: Client, store: RunStore, source: FakeSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise Unreachable("No answer")

    monkeypatch.setattr(source, "get", fail)
    store.create(replace(ORDER, user="somebody"))
    assert client.post(f"/runs/{RUN_ID}/cancel").status == 202
    assert client.get(f"/runs/{RUN_ID}").document["cancelled_by"] == USER


@pytest.mark.usefixtures("_compatible")
def test_one_person_has_a_limited_number_of_open_runs(client: Client, space: Keyspace) -> None:
    store = RunStore(space)
    for number in range(start.MAX_OPEN_RUNS):
        store.create(replace(ORDER, id=str(uuid.UUID(int=number)), user=USER))
    assert client.post("/runs", DESTINATION).refusal == (429, "TOO_MANY_OPEN_RUNS", None)
    headers = {**HEADERS, "X-Migration-User": str(uuid.UUID(int=99))}
    assert client.send("POST", "/runs", headers=headers, json=DESTINATION).status == 202


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", ""),
        ("GET", "/checksums"),
        ("GET", "/problems"),
        ("POST", "/cancel"),
        ("POST", "/resume"),
    ],
)
def test_an_unknown_run_is_not_found(client: Client, method: str, path: str) -> None:
    assert client.send(method, f"/runs/{UNKNOWN}{path}").refusal == (404, "RUN_NOT_FOUND", None)
    assert client.send(method, f"/runs/no-id{path}").refusal == (404, "NOT_FOUND", None)
