"""What administrators should know before they migrate from one database to another, as data."""

from collections.abc import Iterator, Mapping

from sidecar.resources.vendors import MYSQL, POSTGRES, SQLITE

# The databases that Force migrates between. Directus also runs on others.
VENDOR_NAMES: Mapping[str, str] = {
    SQLITE: "SQLite",
    POSTGRES: "PostgreSQL",
    MYSQL: "MySQL or MariaDB",
}

TRANSLATED = (
    "From {source} to {destination} the schema is created in the destination's types, and values "
    "(booleans, times, decimals, JSON, large numbers) are converted to them. Verification then "
    "compares what values mean (1.50 equals 1.5, and one instant in two notations is the same), "
    "and the report says so for each collection"
)
NAMED = "The dry run names each such row with its key and column. All other rows are migrated"
# Values that a database cannot hold, but another one may.
LIMITS: Mapping[str, str] = {
    POSTGRES: (
        "PostgreSQL holds no NUL character in text, no text that is longer than its column, no "
        "number beyond the range of its column, and nothing but uuids in a uuid field"
    ),
    MYSQL: (
        "MySQL and MariaDB hold no text that is longer than its column (at most 64 kB in a text "
        "field), no number beyond the range of its column, no timestamp before 1970 or after "
        "2038, and no date in the years 1 to 99. They keep times in whole seconds, and "
        "floating-point numbers in single precision. Where the character set has three bytes, "
        "which Directus does not show, they refuse emoji and similar characters"
    ),
    SQLITE: (
        "SQLite keeps decimals as floating-point numbers, and Directus reads whole numbers from "
        "it exactly only up to 2^53"
    ),
}
# What to review after leaving a database.
LEAVING: Mapping[str, str] = {
    SQLITE: (
        "SQLite accepts any value in any column, so review fields whose type was changed after "
        "rows were created. SQLite does not distinguish decimals from floating-point numbers: "
        "fields whose values need more than 7 digits become decimals, which Directus returns as "
        "text. Review amounts, and whatever reads them"
    ),
    MYSQL: (
        "MySQL and MariaDB ignore case when they compare text. Filters, permissions and unique "
        "fields that relied on this now distinguish upper and lower case. References are adapted "
        "to the case of the key"
    ),
}
# What to review after moving to a database.
ENTERING: Mapping[str, str] = {
    MYSQL: (
        "MySQL and MariaDB ignore case when they compare text. Texts in a unique field that "
        "differ only in case are duplicates there, and filters match more rows"
    ),
    POSTGRES: (
        "PostgreSQL distinguishes upper and lower case, and sorts text by the language of its "
        "database. Try filters and the order of lists"
    ),
}


def is_known(*vendors: str) -> bool:
    """Whether Force can migrate between these databases."""
    return set(vendors) <= VENDOR_NAMES.keys()


def vendor_notes(source: str, destination: str) -> Iterator[tuple[str, str]]:
    """Code and sentence of each note about a migration between two different known databases."""
    names = {"source": VENDOR_NAMES[source], "destination": VENDOR_NAMES[destination]}
    yield "VALUES_TRANSLATED", TRANSLATED.format(**names)
    yield "CANNOT_TRAVEL", f"{LIMITS[destination]}. {NAMED}"
    if (leaving := LEAVING.get(source)) and destination != SQLITE:
        yield "LOOK_AT", leaving
    if entering := ENTERING.get(destination):
        yield "LOOK_AT", entering
