"""Tables that were there before Directus, made by SQL: two are tracked without a word about their
columns, one is not tracked at all."""

from tests.stack.awkward.statements import execute, insert
from tests.stack.databases import Database
from tests.stack.seed.api import Api

TRACKED = ("adopted_customers", "adopted_orders")
UNTRACKED = "legacy_log"
DIALECTS = {
    "sqlite": {"counted": "integer PRIMARY KEY AUTOINCREMENT", "moment": "timestamp"},
    "postgres": {"counted": "serial PRIMARY KEY", "moment": "timestamp with time zone"},
    "mysql": {"counted": "integer AUTO_INCREMENT PRIMARY KEY", "moment": "timestamp"},
}
TABLES = [
    """CREATE TABLE adopted_customers (
        code varchar(12) NOT NULL PRIMARY KEY,
        name varchar(80) NOT NULL,
        status varchar(16) NOT NULL DEFAULT 'new',
        credit numeric(12,3),
        joined {moment}
    )""",
    """CREATE TABLE adopted_orders (
        id {counted},
        customer varchar(12) NOT NULL REFERENCES adopted_customers (code) ON DELETE CASCADE,
        quantity integer NOT NULL DEFAULT 1,
        total numeric(12,3) NOT NULL,
        note text,
        placed {moment} NOT NULL
    )""",
    "CREATE TABLE legacy_log (id integer PRIMARY KEY, line text NOT NULL)",
]
CUSTOMERS, ORDERS = 20, 60
# Directus writes metadata of its own for a timestamp that it makes on SQLite and for a foreign key
# that it makes anywhere, and offers no way to remove them again.
RELATED_BY_DIRECTUS = {("adopted_orders", "customer")}
NOTED_BY_DIRECTUS = {"sqlite": {("adopted_customers", "joined"), ("adopted_orders", "placed")}}
# Milliseconds since 1970, as Directus keeps them on SQLite; and the same moments as PostgreSQL
# reads them.
PLACED = {"sqlite": 1_262_304_000_123, "postgres": "2010-01-01T00:00:00.123Z"}
NEW_ORDER = {"customer": "C 001/ü", "total": 1, "placed": "2024-01-01T00:00:00Z"}


def load_adopted(database: Database, api: Api) -> None:
    """Make and fill the tables, then have Directus track two of them."""
    make_adopted(database)
    placed = PLACED[database.vendor]
    insert(
        database,
        "adopted_customers",
        [
            {
                "code": f"C {number:03d}/ü",
                "name": f"Customer {number}",
                "status": "old" if number % 2 else "new",
                "credit": f"{number}.125" if number % 3 else None,
                "joined": placed if number % 4 else None,
            }
            for number in range(CUSTOMERS)
        ],
    )
    insert(
        database,
        "adopted_orders",
        [
            {
                "id": number,
                "customer": f"C {number % CUSTOMERS:03d}/ü",
                "quantity": number,
                "total": f"{number}.055",
                "note": "" if number % 2 else None,
                "placed": placed,
            }
            for number in range(100, 100 + ORDERS)
        ],
    )
    insert(database, UNTRACKED, [{"id": 1, "line": "nobody tracks this"}])
    track(api)


def make_adopted(database: Database) -> None:
    """The tables without rows."""
    execute(database, [table.format_map(DIALECTS[database.vendor]) for table in TABLES])


def track(api: Api) -> None:
    """Have Directus know them."""
    api.post("/utils/cache/clear?system", {})
    for table in TRACKED:
        api.patch(f"/collections/{table}", {"meta": {}})
