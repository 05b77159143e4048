"""SIGKILL at any moment: the same run started again completes, and everything is there once and
whole."""

import random
import sys
import time
from functools import partial

import requests

from tests.resilience.arrival import faults
from tests.resilience.lab import Lab, Run
from tests.resilience.tripwire import after, writing_rows
from tests.stack.chance import SEED
from tests.stack.conditions import wait_until

KILLS = 40
PARTS = ("worker", "web", "redis", "source", "destination")
# Requests and answers between a kill and the next one, at most. A migration takes about a thousand
# of them.
MOST_PASSAGES = 350
# How often the web process is asked: each answer holds the whole run, and costs time.
LOOK_SECONDS = 0.5
# The page asks every second or so, and this is how long a person waits for an explanation.
SHOWN_SECONDS = 3.0
STOPPED = frozenset({"failed", "refused"})
Point = tuple[str, int]


def test_whatever_is_killed_at_forty_random_points_the_same_run_completes_in_the_end(
    lab: Lab,
) -> None:
    choice = random.Random(SEED)
    parts = [part for part in PARTS for _ in range(KILLS // len(PARTS))]
    choice.shuffle(parts)
    points = [(part, choice.randint(1, MOST_PASSAGES)) for part in parts]
    began, migrations = time.monotonic(), 0
    while points:
        migrations += 1
        lab.renew_destination()
        run = migrate(lab, points)
        assert run["status"] == "completed", run["problems"]
        assert faults(lab) == []
    say(f"{migrations} migrations with {KILLS} kills took {time.monotonic() - began:.0f} s")


def test_a_destination_that_is_killed_shows_at_once_and_so_does_its_return(lab: Lab) -> None:
    lab.renew_destination()
    lab.tripwire.arm(writing_rows, partial(lab.kill, "destination"))
    run_id = lab.start()
    assert lab.tripwire.sprung.wait(60)
    out = lab.client.wait_until(run_id, lambda run: run["waiting"], SHOWN_SECONDS)
    begun = "Destination not responding – retrying (2nd try, up to 5 min)"
    assert [one["side"] for one in out["waiting"]] == ["destination"]
    assert out["rates"] == {"rows_per_second": 0.0, "bytes_per_second": 0.0}
    lab.restart("destination")
    run = lab.client.wait_for_end(run_id)
    assert (run["status"], run["waiting"]) == ("completed", []), run["problems"]
    said = [line["message"] for line in run["log"]["lines"] if line["stage"] == "apply"]
    assert begun in said
    assert any(one.startswith("Destination responds again after") for one in said)
    assert faults(lab) == []


def migrate(lab: Lab, points: list[Point]) -> Run:
    """One migration to its end, with kills at ``points`` for as long as there are any: those
    that came are removed."""
    run_id = lab.start()
    while True:
        if points:
            part, passages = points[0]
            lab.tripwire.arm(after(passages), partial(lab.kill, part))
        wait_until(partial(sprung_or_ended, lab, run_id), 180)
        lab.tripwire.disarm()
        if lab.tripwire.sprung.is_set():
            del points[0]
            lab.tripwire.sprung.clear()
            lab.restart(part)
            say(
                f"{time.strftime('%X')} killed {part} after {passages} passages; {len(points)} "
                "to go"
            )
            continue
        run = lab.run(run_id)
        if run["status"] == "interrupted":
            lab.resume(run_id)
        elif run["status"] in STOPPED:
            say(f"{run['status']}: {run['message']}")
            run_id = lab.start()
        else:
            return run


def sprung_or_ended(lab: Lab, run_id: str) -> bool:
    if lab.tripwire.sprung.wait(LOOK_SECONDS):
        return True
    try:
        answer = lab.client.get(f"/runs/{run_id}")
    except requests.RequestException:
        # The web process was killed just now, before its answer or in the middle of it.
        return False
    return answer.ok and answer.json()["status"] not in ("queued", "running")


def say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
