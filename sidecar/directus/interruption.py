"""Gives up requests when a run is cancelled: at once if they wait, soon if they are under way."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import Event, Thread

from sidecar.cancellation import CancelToken
from sidecar.directus.client import Directus

CHECK_SECONDS = 0.25
# Most requests end in this time, so that their outcome is known.
GRACE_SECONDS = 1.5


@contextmanager
def interruptible(instances: Sequence[Directus], cancel: CancelToken) -> Iterator[None]:
    """Run a block whose requests to ``instances`` end when ``cancel`` stops the run.

    A request that waits raises what ``cancel`` raises. A request under way has GRACE_SECONDS to
    end; then its connection is closed and it raises too. When the block itself fails, the requests
    of other threads are aborted at once. Afterwards each client has a fresh token.
    """
    done = Event()
    watcher = Thread(target=_abort_when_cancelled, args=(instances, cancel, done), daemon=True)
    for instance in instances:
        instance.cancel = cancel
    watcher.start()
    try:
        yield
    except BaseException:
        _abort(instances)
        raise
    finally:
        done.set()
        watcher.join()
        for instance in instances:
            instance.cancel = CancelToken()


def _abort_when_cancelled(instances: Sequence[Directus], cancel: CancelToken, done: Event) -> None:
    while not done.wait(CHECK_SECONDS):
        if _is_cancelled(cancel):
            break
    done.wait(GRACE_SECONDS)
    # Repeat, because a connection may still be opening the first time.
    while not done.wait(CHECK_SECONDS):
        _abort(instances)


def _is_cancelled(cancel: CancelToken) -> bool:
    try:
        cancel.check()
    except Exception:
        return True
    return False


def _abort(instances: Sequence[Directus]) -> None:
    for instance in instances:
        instance.abort()
