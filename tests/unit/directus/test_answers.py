"""Whatever something that is no Directus answers becomes an error of ours with a name, and never a
traceback."""

from collections.abc import Iterator

import hypothesis
import pytest
import stamina
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sidecar.directus.client import Directus
from sidecar.directus.pages import count_rows, read_pages
from sidecar.directus.retry import ONCE
from sidecar.directus.transfer import Download
from sidecar.errors import DirectusError, MigrationError
from sidecar.migration.check.compatibility import check
from sidecar.migration.request import MigrationRequest
from sidecar.options import OPTIONS
from tests.stack.answering import Answer
from tests.stack.chance import SEED
from tests.stack.pretender import DATA, Pretender, data_answer

DEEP = b'{"data": ' + b"[" * 5_000 + b"]" * 5_000 + b"}"
often = settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
words = st.sampled_from(
    [
        "id",
        "data",
        "errors",
        "collection",
        "field",
        "meta",
        "schema",
        "type",
        "directus",
        "vendor",
        "collections",
        "fields",
        "relations",
        "count",
        "queryLimit",
        "rateLimit",
        "points",
        "duration",
        "max",
        "extensions",
        "code",
        "related_collection",
        "name",
        "special",
        "is_primary_key",
        "service",
        "message",
        "directus_users",
        "11.17.4",
        "²",
    ]
)
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats()
    | words
    | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(words, inner, max_size=6),
    max_leaves=20,
)
bodies = (
    st.binary(max_size=60)
    | values.map(lambda value: data_answer(value)[2])
    | st.sampled_from(
        [
            b"",
            b"<html>",
            b"\xff\xfe{}",
            b'{"data": 1e999}',
            b'{"data": ' + b"9" * 5_000 + b"}",
            b"[]",
            b'{"errors": {}}',
            DEEP,
        ]
    )
)
headers = st.fixed_dictionaries(
    {},
    optional={
        "Retry-After": st.sampled_from(
            ["²", "9" * 400, "-1", "soon", "Mon, 01 Jan 0001 00:00:00 -0000", "1e3"]
        ),
        "Content-Type": st.sampled_from(
            ["text/html", "application/json; charset=utf-16", "image/png"]
        ),
        "Content-Encoding": st.sampled_from(["gzip", "br", "what"]),
        "Content-Disposition": st.just("inline"),
        "Location": st.just("http://["),
    },
)
answers = st.tuples(
    st.sampled_from([200, 201, 204, 302, 400, 401, 403, 404, 413, 429, 500, 502, 503]),
    headers,
    bodies,
)


@pytest.fixture(autouse=True)
def no_waiting() -> Iterator[None]:
    with stamina.set_testing(True, attempts=1):
        yield


@pytest.fixture(scope="module")
def sides() -> Iterator[tuple[Pretender, Pretender]]:
    with Pretender("one") as source, Pretender("another") as destination:
        yield source, destination


@hypothesis.seed(SEED)
@given(answer=answers)
@often
def test_any_answer_is_taken_or_refused_by_name(
    sides: tuple[Pretender, Pretender], answer: Answer
) -> None:
    sides[1].answers = {"/items/a": answer, "/assets/a": answer}
    for ask in (
        lambda client: client.get("/items/a"),
        lambda client: client.search("/items/a", {}),
        lambda client: client.search_one("/items/a", ["id"]),
        lambda client: client.update("/items/a", [], fields=[]),
        lambda client: client.read_text("/items/a"),
        lambda client: count_rows(client, "/items/a"),
        lambda client: list(Download(client, "a")),
    ):
        try:
            ask(Directus(sides[1].url, "t", patience=ONCE))
        except DirectusError as error:
            is_named(error)


@hypothesis.seed(SEED)
@given(rows=values)
@often
@pytest.mark.parametrize("key_type", ["integer", "uuid"])
def test_rows_that_are_none_are_refused_by_name(
    sides: tuple[Pretender, Pretender], key_type: str, rows: object
) -> None:
    sides[1].answers = {"/items/a": data_answer(rows)}
    client = Directus(sides[1].url, "t", patience=ONCE)
    pages = read_pages(client, "/items/a", key="id", key_type=key_type, fields=["id"], limit=None)
    try:
        for page, _ in zip(pages, range(3), strict=False):
            assert all(isinstance(row, dict) for row in page)
    except DirectusError as error:
        is_named(error)


@hypothesis.seed(SEED)
@given(path=st.sampled_from([*DATA, "/schema/diff", "/license", "/server/ping"]), data=values)
@often
def test_a_check_of_something_strange_ends_with_a_name(
    sides: tuple[Pretender, Pretender], path: str, data: object
) -> None:
    source, destination = sides
    destination.answers = {path: data_answer(data)}
    request = MigrationRequest(OPTIONS)
    try:
        found = check(
            Directus(source.url, "t", patience=ONCE),
            Directus(destination.url, "t", patience=ONCE),
            request,
        )
    except MigrationError as error:
        is_named(error)
    else:
        assert found.document()["destination"]["url"] == destination.url


def test_half_a_character_is_named_with_its_row(sides: tuple[Pretender, Pretender]) -> None:
    """orjson takes none, and nothing could be written with it."""
    rows = (
        b'{"data": [{"id": 1, "meta": {"t": "\\ud83d\\ude00"}},'
        b' {"id": "\\udc00", "meta": {"t": ["\\ud83d"]}}]}'
    )
    sides[1].answers = {"/items/a": (200, {}, rows)}
    with pytest.raises(
        DirectusError, match=r"half a character .* in id of the row whose id is '\\udc00'"
    ) as caught:
        Directus(sides[1].url, "t", patience=ONCE).search("/items/a", {})
    assert caught.value.code == "HALF_CHARACTER"
    is_named(caught.value)


def test_a_pretender_that_answers_well_passes_the_check(sides: tuple[Pretender, Pretender]) -> None:
    """Otherwise the test above would prove nothing."""
    sides[1].answers = {}
    source, destination = (Directus(side.url, "t", patience=ONCE) for side in sides)
    assert check(source, destination, MigrationRequest(OPTIONS)).findings == ()


def is_named(error: MigrationError) -> None:
    assert error.message
    assert error.code != MigrationError.code
