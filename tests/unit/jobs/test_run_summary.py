"""A run with huge details is stored within limits, and costs the history nothing."""

import json
from typing import Any

import pytest

from sidecar.jobs.keyspace import Keyspace
from sidecar.jobs.run_store import RunStore
from sidecar.jobs.run_summary import MAX_STATE_BYTES, TOO_LARGE, summary_of, to_json
from sidecar.masking import MASK, hide
from tests.unit.jobs.samples import RUN_ID

STATE: dict[str, Any] = {
    "status": "failed",
    "problem_count": 1,
    "message": "It failed",
    "resources": [{"name": "a", "source": 2, "bytes": 5}, {"name": "b", "source": 3}],
    "problems": [],
    "notes": [],
}
LONG = "x" * 18_000_000


def problem(message: str, **more: Any) -> dict[str, Any]:
    return {"resource": "a", "key": "1", "code": "C", "message": message, **more}


def test_a_summary_has_totals_and_no_details() -> None:
    summary = summary_of({**STATE, "problems": [problem("p")]})
    assert summary["totals"] == {
        "source": 5, "create": 0, "unchanged": 0, "conflicting": 0, "created": 0, "skipped": 0,
        "verified": 0, "updated": 0, "conflicts": 0, "only_at_destination": 0,
        "bytes": 5, "bytes_total": 0, "rows": None,
    }  # fmt: skip
    assert not {"problems", "notes", "resources"} & set(summary)


def test_long_texts_are_cut_in_the_record_and_in_the_summary() -> None:
    state = {**STATE, "message": LONG, "notes": [problem(LONG, key=LONG, code=LONG)]}
    stored = json.loads(to_json(state))
    assert len(to_json(state)) < 10_000
    assert len(stored["notes"][0]["message"]) == 2_000
    assert len(summary_of(state)["message"]) == 2_000


def test_a_record_has_an_end_however_many_details_there_are() -> None:
    state = {
        **STATE,
        "problems": [problem("p" * 1_900)] * 1_000,
        "notes": [problem("n" * 1_900)] * 100_000,
        "resources": [{"name": "r" * 200, "source": 1}] * 50_000,
    }
    text = to_json(state)
    assert len(text) <= MAX_STATE_BYTES
    assert json.loads(text)["status"] == "failed"


def test_a_record_has_no_control_characters_and_no_secrets() -> None:
    hide("a-secret-of-the-record")
    text = to_json({**STATE, "notes": [problem("a\x1b[2J a-secret-of-the-record")]})
    assert json.loads(text)["notes"][0]["message"] == f"a [2J {MASK}"


def test_the_history_reads_no_details(space: Keyspace, monkeypatch: pytest.MonkeyPatch) -> None:
    store = RunStore(space)
    store.change(RUN_ID, lambda _: {"resources": STATE["resources"], "problem_count": 1})
    space.redis.hset(space.run_key(RUN_ID), "state", "not JSON")
    (run,) = store.newest(10)
    assert (run["totals"]["source"], run["problem_count"], run["id"]) == (5, 1, RUN_ID)


@pytest.mark.parametrize(
    ("message", "shown"), [("It failed", "It failed"), (LONG, TOO_LARGE), (LONG[:10_000], None)]
)
def test_records_of_an_earlier_version_are_listed(
    space: Keyspace, message: str, shown: str | None
) -> None:
    key = space.run_key(RUN_ID)
    space.redis.hset(key, "state", json.dumps({**STATE, "message": message}))
    space.redis.hdel(key, "summary")
    (run,) = RunStore(space).newest(10)
    assert run["status"] == "failed"
    assert run["message"] == shown if shown else len(run["message"]) == 2_000
