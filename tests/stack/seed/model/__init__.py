"""The seed's data model, one module an area of the site, and the order in which its tables depend
on each other."""

from tests.stack.seed.fields import Json
from tests.stack.seed.model import editorial, inbox, shop, site

COLLECTIONS: list[Json] = [
    *editorial.COLLECTIONS,
    *site.COLLECTIONS,
    *inbox.COLLECTIONS,
    *shop.COLLECTIONS,
]
RELATIONS: list[Json] = [*editorial.RELATIONS, *site.RELATIONS, *inbox.RELATIONS, *shop.RELATIONS]
