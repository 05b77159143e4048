"""The lock of a destination: one run owns it, and a dead process does not keep it."""

from sidecar.jobs.keyspace import Keyspace
from sidecar.jobs.lock import RESERVED_SECONDS, DestinationLock, LockOwner
from tests.unit.jobs.samples import DESTINATION, RUN_ID


def test_a_reserved_destination_belongs_to_one_run_and_expires(space: Keyspace) -> None:
    lock = DestinationLock(space, DESTINATION)
    assert lock.reserve(RUN_ID, lambda owner: False) is None
    assert lock.reserve("another", lambda owner: False) == LockOwner(space.source, RUN_ID)
    (key,) = space.redis.keys("migration:destination:*")
    assert 0 < space.redis.pttl(key) <= RESERVED_SECONDS * 1000


def test_a_persistent_lock_is_only_taken_from_a_run_that_is_not_active(space: Keyspace) -> None:
    lock = DestinationLock(space, DESTINATION)
    lock.persist()
    (key,) = space.redis.keys("migration:destination:*")
    assert space.redis.pttl(key) == -1
    assert lock.reserve("another", lambda owner: True) == LockOwner(space.source, RUN_ID)
    assert lock.reserve("another", lambda owner: False) is None


def test_only_the_owner_releases_the_lock(space: Keyspace) -> None:
    lock = DestinationLock(space, DESTINATION)
    lock.release("another")
    assert space.redis.keys("migration:destination:*")
    lock.release(RUN_ID)
    assert not space.redis.keys("migration:destination:*")


def test_two_addresses_of_one_project_share_the_lock(space: Keyspace) -> None:
    first = DestinationLock(space, "http://localhost:8055", "project")
    second = DestinationLock(space, "http://127.0.0.1:8055", "project")
    assert first.reserve("one", lambda owner: True) is None
    first.persist()
    assert second.reserve("two", lambda owner: True) == LockOwner(space.source, "one")
    # The address that was taken first is free again.
    assert DestinationLock(space, "http://127.0.0.1:8055").owner(lambda owner: True) is None
    first.release("one")
    assert second.reserve("two", lambda owner: True) is None


def test_another_project_at_another_address_is_free(space: Keyspace) -> None:
    for name in ("one", "two"):
        lock = DestinationLock(space, f"http://{name}", name)
        assert lock.reserve(name, lambda owner: True) is None
