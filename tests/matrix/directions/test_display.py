"""The table of what Directus does not show says exactly what each database loses: written by SQL
and read by REST, and the other way round."""

from collections.abc import Iterator

import pytest

from sidecar.directus.client import Directus
from sidecar.migration.instance.display import look_for_losses
from sidecar.migration.instance.instance import inspect
from tests.matrix.directions.instances import Bare
from tests.matrix.directions.pair import Pair
from tests.stack.directus import DirectusInstance
from tests.stack.seed.api import Api
from tests.stack.shown.probe import COPY, ROWS, TABLE, fates, samples_in, shown_by
from tests.stack.shown.samples import Sample

Probed = tuple[DirectusInstance, Api, list[Sample]]


@pytest.fixture(scope="module")
def probed(pair: Pair, bare: Bare) -> Iterator[Probed]:
    instance = bare(pair.direction.source, pair.direction.version)
    with (
        Api(instance.url, instance.admin_token) as api,
        samples_in(instance, api, TABLE, COPY) as samples,
    ):
        yield instance, api, samples


def test_directus_shows_what_the_samples_say(probed: Probed) -> None:
    _, api, samples = probed
    assert shown_by(api, samples) == {one.name: one.shown for one in samples}


def test_written_again_they_become_what_the_samples_say(probed: Probed) -> None:
    instance, api, samples = probed
    assert fates(instance, api, samples) == {one.name: one.fate for one in samples}


def test_the_table_names_exactly_the_columns_that_lose_something(probed: Probed) -> None:
    """Those of integers beyond 2^53 are found by another request."""
    instance, _, samples = probed
    source = inspect(Directus(instance.url, instance.admin_token))
    sample = look_for_losses(source, source.model.resources[TABLE], ROWS)
    lost = {one.name for one in samples if one.is_noted and one.name != "big"}
    assert {name for name, _ in sample.losses} == lost
    assert sample.rows == ROWS
