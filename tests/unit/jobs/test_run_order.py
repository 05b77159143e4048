"""An order is stored in Redis, and read back by this and by later versions of the sidecar."""

import json
from dataclasses import fields, replace

from sidecar.jobs.keyspace import Keyspace
from sidecar.jobs.run_order import ORDER_VERSION, RunOrder, utc_now
from sidecar.jobs.run_store import RunStore
from sidecar.migration.request import MigrationRequest
from sidecar.migration.selection import Selection

RUN_ID = "run"


def test_an_order_is_read_back_unchanged(space: Keyspace) -> None:
    order = RunOrder(
        RUN_ID,
        "me",
        "http://there",
        "http://here",
        MigrationRequest(
            ("users", "content"),
            dry_run=False,
            invite=True,
            selection=Selection(("posts",), filters={"posts": {"id": {"_gt": 3}}}, since="last"),
            parts=("roles", "content"),
        ),
        utc_now(),
        "Me",
        "preset:7",
    )
    store = RunStore(space)
    store.create(order)
    assert store.order(order.id) == order
    assert store.summary(order.id)["invite"] is True


def test_an_order_without_later_fields_is_read_with_the_behaviour_of_its_time(
    space: Keyspace,
) -> None:
    order = RunOrder(RUN_ID, "me", "http://there", "http://here", MigrationRequest(), utc_now())
    store = RunStore(space)
    store.create(order)
    stored = json.loads(space.redis.hget(space.run_key(order.id), "order") or "")
    del (
        stored["request"]["invite"],
        stored["request"]["references"],
        stored["request"]["selection"],
        stored["request"]["parts"],
        stored["user_name"],
        stored["version"],
        stored["token_from"],
    )
    space.redis.hset(space.run_key(order.id), "order", json.dumps(stored))
    # That version always left missing references empty.
    assert store.order(order.id) == replace(
        order, request=MigrationRequest(references="empty"), version=0
    )
    assert store.summary(order.id)["invite"] is False


def test_whoever_adds_a_field_to_orders_raises_their_version() -> None:
    """A worker of the version before would take an order with such a field for a changed one."""
    names = {kind: {field.name for field in fields(kind)} for kind in (RunOrder, MigrationRequest)}
    assert ORDER_VERSION == 3
    assert names[MigrationRequest] == {
        "options",
        "dry_run",
        "force",
        "batch_size",
        "invite",
        "references",
        "selection",
        "parts",
        "existing",
        "conflicts",
        "overwrite_settings",
    }
    assert names[RunOrder] == {
        "id",
        "user",
        "user_name",
        "destination_url",
        "destination_identity",
        "public_url",
        "request",
        "created_at",
        "token_from",
        "source_url",
        "source_identity",
        "plan",
        "version",
    }
