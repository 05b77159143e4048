"""Two collections with NOT NULL references to each other: a run that is cancelled in the middle of
them leaves rows whose reference is still to come."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from sidecar.migration.schema.loading_mode import NOTE
from tests.integration.oracle import differences
from tests.resilience.runs import Pair, cancelled_run, direct, run
from tests.stack.dump import dump
from tests.stack.gate import Gate
from tests.stack.pair import bare_pair
from tests.stack.proxy import Proxy
from tests.stack.seed.api import Api
from tests.stack.seed.fields import counted_key, field, link

KNOT = ("knot_a", "knot_b")
NUMBERS = range(1, 6)


@pytest.fixture
def pair(tmp_path_factory: pytest.TempPathFactory, version: str, database: str) -> Iterator[Pair]:
    with bare_pair(tmp_path_factory.mktemp("knot"), version, database) as two:
        with Api(two.source.url, two.source.admin_token) as api:
            for name in (*KNOT, "other"):
                fields = [counted_key(), field("next", "integer")]
                api.post(
                    "/collections", {"collection": name, "schema": {}, "meta": {}, "fields": fields}
                )
                api.post(f"/items/{name}", [{"id": number} for number in NUMBERS])
            for name, target in zip(KNOT, reversed(KNOT), strict=True):
                api.post("/relations", link(name, "next", target, "NO ACTION"))
                api.patch(f"/items/{name}", [{"id": number, "next": number} for number in NUMBERS])
                api.patch(f"/fields/{name}/next", {"schema": {"is_nullable": False}})
        yield direct(*two)


def test_what_cannot_be_not_null_yet_keeps_nothing_else_from_its_final_form(pair: Pair) -> None:
    gate = Gate("POST", "/items/knot_b")
    with Proxy(pair.destination.url, gate.rewrite) as proxy:
        report, _ = cancelled_run(replace(pair, destination_url=proxy.url), gate.wait)
        gate.open()
    assert report.status == "cancelled"
    assert [(problem.resource, problem.code) for problem in report.problems] == [
        ("knot_a", "STAYS_NULLABLE")
    ]
    described = dump(pair.destination.database)["directus_collections"]
    assert [row["collection"] for row in described if row["note"] == NOTE] == []
    assert nullable(pair) == {"knot_a": True, "knot_b": False}

    again = run(pair)
    assert (again.status, again.problems) == ("completed", [])
    assert nullable(pair) == {"knot_a": False, "knot_b": False}
    assert differences(pair.source.database, pair.destination.database, [*KNOT, "other"]) == []


def nullable(pair: Pair) -> dict[str, bool]:
    with Api(pair.destination.url, pair.destination.admin_token) as api:
        return {name: api.get(f"/fields/{name}/next")["schema"]["is_nullable"] for name in KNOT}
