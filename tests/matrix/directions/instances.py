"""Instances with nothing in them, for tests that make collections of their own at a source."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from tests.integration.round import Round
from tests.matrix.directions.pair import Pair
from tests.stack.directus import DirectusInstance
from tests.stack.seed.api import Api
from tests.stack.seed.fields import Json

# By database and version, each started when it is first asked for.
Bare = Callable[[str, str], DirectusInstance]


@contextmanager
def trip_with(
    pair: Pair, bare: Bare, collections: Sequence[Json], relations: Sequence[Json] = ()
) -> Iterator[Round]:
    """From an instance with these ``collections`` to the destination of ``pair``; both are without
    them afterwards."""
    sides = bare(pair.direction.source, pair.direction.version), pair.destination
    here, there = (Api(side.url, side.admin_token) for side in sides)
    with here, there:
        here.post("/collections", list(collections))
        for relation in relations:
            here.post("/relations", relation)
        try:
            yield Round(*sides, here, force=True)
        finally:
            for api in (here, there):
                there_are = {row["collection"] for row in api.get("/collections")}
                for name in reversed([collection["collection"] for collection in collections]):
                    if name in there_are:
                        api.delete(f"/collections/{name}")
