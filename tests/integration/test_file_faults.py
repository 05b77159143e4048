"""Files on a bad way: what is refused or damaged costs that file, is named, and comes with the next
run."""

import json
from collections.abc import Iterator

import pytest

from tests.integration.command import CONTENT_ALONE, Finished, migrate, sidecar
from tests.stack.directus import DirectusInstance
from tests.stack.many_files import remove_files, seed_files, stored_bytes
from tests.stack.proxy import Proxy, Rewrite
from tests.stack.seed.api import Api
from tests.stack.seed.fields import field, link

MANY = [30_000] * 300
SIZES = [*range(1, 30_000, 1_000), 2_000_000]
REFUSED = json.dumps(
    {"errors": [{"message": "No.", "extensions": {"code": "INVALID_PAYLOAD"}}]}
).encode()


@pytest.fixture(scope="module")
def source(
    tmp_path_factory: pytest.TempPathFactory, version: str, database: str
) -> Iterator[DirectusInstance]:
    with DirectusInstance(
        "library", version, database, workdir=tmp_path_factory.mktemp("library")
    ) as instance:
        seed_files(instance, SIZES)
        yield instance


@pytest.fixture
def empty(destination: DirectusInstance) -> DirectusInstance:
    remove_files(destination)
    return destination


def test_small_files_share_requests(source: DirectusInstance, empty: DirectusInstance) -> None:
    with Proxy(empty.url) as proxy:
        done = through(proxy, source, empty)
    assert (done.status, counts(done)) == (0, (len(SIZES), 0, len(SIZES)))
    asked = [request for request in proxy.requests if request[1].startswith("/files")]
    assert asked.count(("POST", "/files")) < 5
    assert asked.count(("PATCH", "/files")) < 5


def test_a_request_with_several_files_that_is_lost_after_it_was_done_loses_nothing(
    source: DirectusInstance, empty: DirectusInstance
) -> None:
    with Proxy(empty.url, Once("POST", "/files", (502, b"")).rewrite) as proxy:
        done = through(proxy, source, empty)
    assert (done.status, counts(done)) == (0, (len(SIZES), 0, len(SIZES)))
    assert stored_bytes(source) == stored_bytes(empty)


def test_a_refused_batch_of_columns_costs_no_file(
    source: DirectusInstance, empty: DirectusInstance
) -> None:
    refuse = Once("PATCH", "/files", (400, REFUSED), min_rows=2)
    with Proxy(empty.url, refuse.rewrite) as proxy:
        done = through(proxy, source, empty)
    assert (done.status, counts(done)) == (0, (len(SIZES), 0, len(SIZES)))


def test_a_file_that_is_stored_with_other_bytes_is_named_and_comes_with_the_next_run(
    source: DirectusInstance, empty: DirectusInstance
) -> None:
    with Api(source.url, source.admin_token) as api:
        damaged = str(api.get("/files", fields="id", limit="1")[0]["id"])

    def damage(method: str, path: str, status: int, body: bytes) -> tuple[int, bytes]:
        return status, b"\0" + body[:-1] if path.startswith(f"/assets/{damaged}") else body

    with Proxy(empty.url, damage) as proxy:
        done = through(proxy, source, empty)
    assert [(p["key"], p["code"]) for p in done.document["problems"]] == [
        (damaged, "CHECKSUM_DIFFERS")
    ]
    assert counts(done) == (len(SIZES) - 1, 1, len(SIZES) - 1)
    # One request at a time, which an upload must not keep for itself while the destination is
    # prepared for it.
    again = sidecar(
        source,
        "migrate",
        "--to",
        empty.url,
        "--json",
        *CONTENT_ALONE,
        token=empty.admin_token,
        MIGRATION_MAX_CONCURRENCY="1",
    )
    assert (again.status, counts(again)) == (0, (1, 0, len(SIZES)))
    assert stored_bytes(source) == stored_bytes(empty)


def test_a_file_that_always_breaks_off_costs_that_file_only(
    source: DirectusInstance, empty: DirectusInstance
) -> None:
    """Whether on its way, or when it is read back."""
    with Api(source.url, source.admin_token) as api:
        here, there = (str(row["id"]) for row in api.get("/files", fields="id", limit="2"))

    def breaking(file: str) -> Rewrite:
        return lambda method, path, status, body: (
            (502, b"") if path.startswith(f"/assets/{file}") else (status, body)
        )

    with Proxy(source.url, breaking(here)) as near, Proxy(empty.url, breaking(there)) as far:
        done = sidecar(
            source,
            "migrate",
            "--to",
            far.url,
            "--json",
            *CONTENT_ALONE,
            token=empty.admin_token,
            DIRECTUS_URL=near.url,
        )
    problems = {(problem["key"], problem["code"]) for problem in done.document["problems"]}
    assert problems == {(here, "FILE_BREAKS_OFF"), (there, "CHECKSUM_DIFFERS")}
    assert (done.status, counts(done)) == (1, (len(SIZES) - 2, 2, len(SIZES) - 2))


def test_files_that_point_at_files_arrive_in_one_run(
    source: DirectusInstance, empty: DirectusInstance
) -> None:
    """Also at files that are read long after them."""
    seed_files(source, MANY)
    with Api(source.url, source.admin_token) as api:
        api.post("/fields/directus_files", field("poster", "uuid"))
        api.post("/relations", link("directus_files", "poster", "directus_files"))
        ids = [row["id"] for row in api.get("/files", fields="id", sort="id", limit="-1")]
        api.patch("/files", {"keys": ids[:-1], "data": {"poster": ids[-1]}})
    done = migrate(source, empty)
    assert done.document["problems"] == []
    assert (done.status, counts(done)) == (0, (len(ids), 0, len(ids)))
    with Api(empty.url, empty.admin_token) as api:
        assert (
            len(api.get("/files", **{"filter[poster][_eq]": ids[-1]}, fields="id", limit="-1"))
            == len(ids) - 1
        )


class Once:
    """A rewrite that replaces the first answer to ``method`` on ``path`` with at least
    ``min_rows`` rows."""

    def __init__(
        self, method: str, path: str, answer: tuple[int, bytes], *, min_rows: int = 0
    ) -> None:
        self._request = method, path
        self._answers = [answer]
        self._min_rows = min_rows

    def rewrite(self, method: str, path: str, status: int, body: bytes) -> tuple[int, bytes]:
        if (method, path.partition("?")[0]) != self._request or not self._answers:
            return status, body
        if self._min_rows and len(json.loads(body)["data"]) < self._min_rows:
            return status, body
        return self._answers.pop()


def through(proxy: Proxy, source: DirectusInstance, destination: DirectusInstance) -> Finished:
    return sidecar(
        source,
        "migrate",
        "--to",
        proxy.url,
        "--json",
        *CONTENT_ALONE,
        token=destination.admin_token,
    )


def counts(done: Finished) -> tuple[int, int, int]:
    """Created, failed and verified files."""
    files = done.resource("directus_files")
    return files["created"], files["failed"], files["verified"]
