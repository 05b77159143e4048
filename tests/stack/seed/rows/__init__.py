"""The seed's rows, table by table, each table after those that it points at."""

from tests.stack.seed.fields import Json
from tests.stack.seed.rows import editorial, inbox, shop, site

ROWS: dict[str, list[Json]] = {**editorial.ROWS, **site.ROWS, **inbox.ROWS, **shop.ROWS}
# Set once both ends exist: the two tables point at each other.
FEATURED: list[Json] = editorial.FEATURED
SINGLETONS: dict[str, Json] = site.SINGLETONS
