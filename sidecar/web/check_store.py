"""The states of checks that take long, in Redis, so that any web process can answer for them.

A state has no token, is small, and expires. Only the person who asked may see it.
"""

import uuid
from typing import Any, TypedDict, cast

import orjson

from sidecar.errors import AnswerTooLarge, InvalidRequest
from sidecar.jobs.keyspace import Keyspace

RUNNING, DONE, FAILED, CANCELLED = "running", "done", "failed", "cancelled"
INTERRUPTED = "interrupted"
STATES = (RUNNING, DONE, FAILED, CANCELLED, INTERRUPTED)
KEPT_SECONDS = 15 * 60
# A check names few of what it finds, unless somebody means to fill Redis.
MAX_BYTES = 2_000_000
# The process that runs a check says so every few seconds.
BEAT_SECONDS = 2.0
ALIVE_SECONDS = 15
# A check that nobody has asked for so long is stopped. A browser may ask only once a minute for a
# page in the background.
WAITED_SECONDS = 180
NOT_FOUND = "There is no such check any more. Press Check again"
TOO_MUCH = "The check found more than can be kept for the page. Use the command line"
WAS_INTERRUPTED = "The sidecar was stopped or restarted during the check. Press Check again"


class Failure(TypedDict):
    """The status and the errors that the check would have answered."""

    status: int
    errors: list[dict[str, Any]]


class CheckState(TypedDict):
    """What a person sees of a check. One of ``result`` and ``failure`` is set at its end."""

    id: str
    state: str
    # What it does, in words.
    doing: str
    # How long it takes, or took.
    seconds: int
    result: dict[str, Any] | None
    failure: Failure | None


class CheckStore:
    """The checks of all web processes of a source. Every method raises RedisError."""

    def __init__(self, space: Keyspace) -> None:
        self._space = space

    def begin(self, user: str, state: CheckState) -> None:
        """Keep the state of a new check of ``user``, who waits for it."""
        self._space.redis.set(f"{self._key(state['id'])}:awaited", 1, ex=WAITED_SECONDS)
        self.write(user, state)

    def write(self, user: str, state: CheckState) -> None:
        """Keep the state of a check of ``user``, and note that its process is alive."""
        key = self._key(state["id"])
        record = orjson.dumps({"user": user, "check": state})
        if len(record) > MAX_BYTES:
            record = orjson.dumps({"user": user, "check": _too_large(state)})
        pipe = self._space.redis.pipeline()
        pipe.set(key, record, ex=KEPT_SECONDS)
        pipe.set(f"{key}:alive", 1, ex=ALIVE_SECONDS)
        pipe.execute()

    def read(self, user: str, check_id: str) -> CheckState:
        """The state of a check of ``user``. Raises InvalidRequest (404) if there is none."""
        key = self._key(check_id)
        stored, alive = cast(list[bytes | None], self._space.redis.mget(key, f"{key}:alive"))
        record = orjson.loads(stored or b"{}")
        if record.get("user") != user:
            raise InvalidRequest(NOT_FOUND, code="CHECK_NOT_FOUND", status=404)
        state: CheckState = record["check"]
        if state["state"] == RUNNING and not alive:
            return interrupted(state)
        self._space.redis.expire(f"{key}:awaited", WAITED_SECONDS)
        return state

    def cancel(self, user: str, check_id: str) -> CheckState:
        """Ask the process that runs a check of ``user`` to stop it. Raises InvalidRequest."""
        state = self.read(user, check_id)
        self._space.redis.delete(f"{self._key(check_id)}:awaited")
        return state

    def is_awaited(self, check_id: str) -> bool:
        """Whether somebody waits for the check, and has not cancelled it."""
        return bool(self._space.redis.exists(f"{self._key(check_id)}:awaited"))

    def _key(self, check_id: str) -> str:
        return self._space.key(f"check:{check_id}")


def begun(doing: str) -> CheckState:
    """The state of a new check."""
    return {
        "id": str(uuid.uuid4()),
        "state": RUNNING,
        "doing": doing,
        "seconds": 0,
        "result": None,
        "failure": None,
    }


def interrupted(state: CheckState) -> CheckState:
    """The state of a check whose process has ended."""
    error = {"message": WAS_INTERRUPTED, "code": "CHECK_INTERRUPTED"}
    return {**state, "state": INTERRUPTED, "failure": {"status": 503, "errors": [error]}}


def _too_large(state: CheckState) -> CheckState:
    failure: Failure = {
        "status": 502,
        "errors": [{"message": TOO_MUCH, "code": AnswerTooLarge.code}],
    }
    return {**state, "state": FAILED, "result": None, "failure": failure}
