"""What instances of many tests have in them when they are first there."""

from pathlib import Path

from tests.stack import awkward, seed
from tests.stack.awkward.load import make_schema
from tests.stack.directus import Content, DirectusInstance
from tests.stack.seed import seed_people, seed_source

SEED = Path(seed.__file__).parent
AWKWARD_TABLES = Path(awkward.__file__).parent


def _put_site(instance: DirectusInstance) -> None:
    seed_source(instance.url, instance.admin_token)


def _put_people(instance: DirectusInstance) -> None:
    seed_people(instance.url, instance.admin_token)


# The tables of the awkward source, without rows.
AWKWARD_SCHEMA = Content("awkward-schema", make_schema, code=(SEED, AWKWARD_TABLES))
SITE = Content("site", _put_site, code=(SEED,))
PEOPLE = Content("people", _put_people, code=(SEED,))
AWKWARD = Content("awkward", awkward.load, code=(SEED, AWKWARD_TABLES))
