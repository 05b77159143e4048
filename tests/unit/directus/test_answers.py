"""Any answer, also of something else than Directus, is read or becomes an error with a code."""

from collections.abc import Iterator

import hypothesis
import pytest
import stamina
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sidecar.directus.counts import count_rows
from sidecar.directus.pages import PageReader
from sidecar.directus.transfer import Download
from sidecar.errors import DirectusError, MigrationError
from sidecar.migration.check.compatibility import COMPARING, LOOKING, READING, check
from sidecar.migration.instance.key_sets import KeySets
from sidecar.migration.request import MigrationRequest
from sidecar.options import OPTIONS
from tests.stack.answering import Answer
from tests.stack.chance import SEED
from tests.stack.pretender import DATA, data_answer
from tests.unit.directus.fake_instances import FakeInstance, connected

DEEP = b'{"data": ' + b"[" * 5_000 + b"]" * 5_000 + b"}"
often = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
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
def no_waits() -> Iterator[None]:
    with stamina.set_testing(True, attempts=1):
        yield


@pytest.fixture(scope="module")
def sides() -> Iterator[tuple[FakeInstance, FakeInstance]]:
    source, destination = FakeInstance("source"), FakeInstance("destination")
    with connected(source, destination):
        yield source, destination


@hypothesis.seed(SEED)
@given(answer=answers)
@often
def test_any_answer_is_read_or_becomes_an_error_with_a_code(
    sides: tuple[FakeInstance, FakeInstance], answer: Answer
) -> None:
    sides[1].answers = {"/items/a": answer, "/assets/a": answer}
    for ask in (
        lambda client: client.get("/items/a"),
        lambda client: client.search("/items/a", {}),
        lambda client: client.search_and_count("/items/a", {}),
        lambda client: client.update("/items/a", [], fields=[]),
        lambda client: client.read_text("/items/a"),
        lambda client: count_rows(client, "/items/a"),
        lambda client: list(Download(client, "a")),
    ):
        try:
            ask(sides[1].client())
        except DirectusError as error:
            assert_has_code(error)


@hypothesis.seed(SEED)
@given(rows=values)
@often
@pytest.mark.parametrize("key_type", ["integer", "uuid"])
def test_anything_but_rows_becomes_an_error_with_a_code(
    sides: tuple[FakeInstance, FakeInstance], key_type: str, rows: object
) -> None:
    sides[1].answers = {"/items/a": data_answer(rows)}
    pages = PageReader(
        sides[1].client(), "/items/a", key="id", key_type=key_type, fields=["id"], limit=None
    ).pages()
    try:
        for page, _ in zip(pages, range(3), strict=False):
            assert all(isinstance(row, dict) for row in page)
    except DirectusError as error:
        assert_has_code(error)


@hypothesis.seed(SEED)
@given(path=st.sampled_from([*DATA, "/schema/diff", "/license", "/server/ping"]), data=values)
@often
def test_a_check_of_strange_data_ends_or_raises_an_error_with_a_code(
    sides: tuple[FakeInstance, FakeInstance], path: str, data: object
) -> None:
    source, destination = sides
    destination.answers = {path: data_answer(data)}
    request = MigrationRequest(OPTIONS)
    try:
        with KeySets() as keys:
            result = check(source.client(), destination.client(), request, keys)
    except MigrationError as error:
        assert_has_code(error)
    else:
        assert result.document()["destination"]["url"] == destination.url


def test_half_a_character_is_reported_with_its_row(
    sides: tuple[FakeInstance, FakeInstance],
) -> None:
    """orjson rejects it, and no destination would store it."""
    rows = (
        b'{"data": [{"id": 1, "meta": {"t": "\\ud83d\\ude00"}},'
        b' {"id": "\\udc00", "meta": {"t": ["\\ud83d"]}}]}'
    )
    sides[1].answers = {"/items/a": (200, {}, rows)}
    with pytest.raises(
        DirectusError, match=r"half a character .* in id of the row whose id is '\\udc00'"
    ) as caught:
        sides[1].client().search("/items/a", {})
    assert caught.value.code == "HALF_CHARACTER"
    assert_has_code(caught.value)


def test_a_fake_instance_with_good_answers_passes_the_check(
    sides: tuple[FakeInstance, FakeInstance],
) -> None:
    """Otherwise the tests above would prove nothing."""
    sides[1].answers = {}
    source, destination = sides
    told: list[str] = []
    request = MigrationRequest(OPTIONS)
    with KeySets() as keys:
        clients = source.client(), destination.client()
        result = check(*clients, request, keys, announce=told.append)
    assert result.findings == ()
    assert told[:3] == [READING, LOOKING, COMPARING]


def assert_has_code(error: MigrationError) -> None:
    assert error.message
    assert error.code != MigrationError.code
