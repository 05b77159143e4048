"""Collections whose keys are easy to damage on the way, two of them with more rows than a page
holds."""

from tests.stack.awkward.tables import table
from tests.stack.seed.fields import Json, counted_key, field, needed, text_key, uuid_key
from tests.stack.seed.invent import key

MANY = 300
BIGGEST_KEY = {"sqlite": 2**53 - 1, "postgres": 2**63 - 1}

COLLECTIONS: list[Json] = [
    table("by_text", [text_key("name"), field("number", "integer")]),
    table("by_uuid", [uuid_key(), field("number", "integer")]),
    table(
        "by_big_integer",
        [counted_key("bigInteger"), needed("code", "string", schema={"is_unique": True})],
    ),
]

TEXT_KEYS = [
    "null",
    "true",
    "false",
    "undefined",
    "$NOW",
    "$CURRENT_USER",
    "0",
    "007",
    "7",
    "7.0",
    "1e3",
    "-1",
    "two words",
    " leading",
    "trailing ",
    "a/b",
    "/",
    "../up",
    "?limit=1",
    "a&b=c",
    "#",
    "100%",
    "%20",
    "%2F",
    "a+b",
    "+",
    "a,b",
    "it's",
    'the "best"',
    "back\\slash",
    "`tick`",
    "[1]",
    '{"_eq": 1}',
    "Übergang",
    "u\u0308ber",
    "東京",
    "🌊",
    "עברית",
    "Case",
    "case",
    "CASE",
    "a.b",
    "*",
    "_",
    "a:b",
    "semi;colon",
    "new\nline",
    "tab\there",
    "x" * 255,
]


def rows(vendor: str) -> dict[str, list[Json]]:
    """The rows by collection."""
    names = [*TEXT_KEYS, *(f"{number:05d}" for number in range(MANY - len(TEXT_KEYS)))]
    biggest = BIGGEST_KEY[vendor]
    numbers = [*range(1, 41), 2**31, 2**40, biggest - 1 - 2 * (vendor == "postgres")]
    return {
        "by_text": [{"name": name, "number": number} for number, name in enumerate(names)],
        "by_uuid": [{"id": key("by_uuid", number), "number": number} for number in range(MANY)],
        "by_big_integer": [{"id": str(number), "code": f"code-{number}"} for number in numbers],
    }
