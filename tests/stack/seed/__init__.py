"""The seed: an editorial site with a small shop, some years old, the same at every run.

``seed_source`` makes all of it through the REST API in an instance that nobody has used yet;
``seed_people`` makes only the team, at a destination, where most of them have other ids. The
constants say what was made.
"""

from tests.stack.seed import exchange, files, people, preferences, studio
from tests.stack.seed.api import Api, SeedError
from tests.stack.seed.load import load_source
from tests.stack.seed.rows import ROWS, SINGLETONS

__all__ = ["COUNTS", "SYSTEM_COUNTS", "SeedError", "seed_people", "seed_source"]

# Rows of every collection of the project.
COUNTS: dict[str, int] = {
    **dict.fromkeys(SINGLETONS, 1),
    **{name: len(rows) for name, rows in ROWS.items()},
}
# Rows that the seed adds to Directus' own collections, where that is the same for all versions.
SYSTEM_COUNTS: dict[str, int] = {
    "directus_folders": len(files.FOLDERS),
    "directus_files": len(files.files()),
    "directus_presets": len(preferences.PRESETS),
    "directus_dashboards": 1,
    "directus_panels": len(studio.PANELS),
    "directus_flows": len(studio.FLOWS),
    "directus_operations": len(studio.OPERATIONS),
    "directus_comments": len(exchange.COMMENTS),
    "directus_shares": len(exchange.SHARES),
    "directus_versions": len(exchange.VERSIONS),
    "directus_translations": len(preferences.STRINGS),
}


def seed_source(url: str, token: str) -> None:
    """Fill a fresh instance with everything; ``token`` an administrator's. Raises SeedError."""
    with Api(url, token) as api:
        load_source(url, api)


def seed_people(url: str, token: str) -> None:
    """Give a destination the same team: same e-mails, same names of roles, mostly other ids. Raises
    SeedError."""
    with Api(url, token) as api:
        people.make_people(api, place="destination/")
