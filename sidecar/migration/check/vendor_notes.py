"""What administrators are told before they migrate from one database to another, as data."""

from collections.abc import Iterator, Mapping

from sidecar.resources.vendors import MYSQL, POSTGRES, SQLITE

# What Force translates between; Directus runs on others too.
NAMES: Mapping[str, str] = {SQLITE: "SQLite", POSTGRES: "PostgreSQL", MYSQL: "MySQL or MariaDB"}

TRANSLATED = (
    "From {source} to {destination} the schema is made in the destination's own types, and "
    "values are written as it holds them: booleans, times, decimals, JSON, large numbers. Both "
    "sides are then compared by what values mean (1.50 is 1.5, one instant in two notations is "
    "the same), and the report says for each collection how"
)
NAMED = "The dry run names each such row with its key and column, and the others arrive"
# What a database does not hold of what another one may.
LIMITS: Mapping[str, str] = {
    POSTGRES: (
        "PostgreSQL holds no NUL character in text, no text that is longer than its column, no "
        "number beyond the range of its column, and nothing but uuids in a uuid field"
    ),
    MYSQL: (
        "MySQL and MariaDB hold no text that is longer than its column (64 kB at most in a text "
        "field), no number beyond the range of its column, no timestamp before 1970 or after "
        "2038, and no date of the years 1 to 99; times are kept in whole seconds, and numbers "
        "with a floating point in single precision. Where the character set has three bytes, "
        "which Directus does not show, emoji and the like are refused on writing"
    ),
    SQLITE: (
        "SQLite keeps decimals as floating-point numbers, and Directus reads its whole numbers "
        "exactly up to 2^53 only"
    ),
}
# What to look at when a migration has ended: by the database that was left, and by the one that is
# used from now on.
LEFT: Mapping[str, str] = {
    SQLITE: (
        "SQLite took any value in any column, so look at fields whose type was changed once rows "
        "were in. It does not tell decimals from floating-point numbers: fields whose values "
        "need more than 7 digits become decimals, which Directus gives out as text; look at "
        "amounts, and at what reads them"
    ),
    MYSQL: (
        "MySQL and MariaDB compared text without regard to upper and lower case; filters, "
        "permissions and unique fields that relied on that now tell it apart, and references "
        "follow to the spelling of the key"
    ),
}
ENTERED: Mapping[str, str] = {
    MYSQL: (
        "MySQL and MariaDB compare text without regard to upper and lower case: texts in a "
        "unique field that differ in that alone are one there, and filters find more"
    ),
    POSTGRES: (
        "PostgreSQL tells upper and lower case apart and sorts text by the language of its "
        "database; try filters and the order of lists"
    ),
}


def is_known(*vendors: str) -> bool:
    """Whether Force can migrate between these."""
    return set(vendors) <= NAMES.keys()


def sentences(source: str, destination: str) -> Iterator[tuple[str, str]]:
    """(code, sentence) for what becomes of values from ``source`` to ``destination``, two different
    known vendors."""
    yield (
        "VALUES_TRANSLATED",
        TRANSLATED.format(source=NAMES[source], destination=NAMES[destination]),
    )
    yield "CANNOT_TRAVEL", f"{LIMITS[destination]}. {NAMED}"
    if (hint := LEFT.get(source)) and destination != SQLITE:
        yield "LOOK_AT", hint
    if hint := ENTERED.get(destination):
        yield "LOOK_AT", hint
