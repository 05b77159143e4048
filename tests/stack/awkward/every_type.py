"""One collection with a field of every type, and rows whose values are easy to damage on the
way."""

from typing import Any

from tests.stack.awkward.tables import table
from tests.stack.seed.fields import Json, counted_key, document, field, listing
from tests.stack.seed.invent import key

NAME = "every_type"
ROWS_MADE = 48
EXACT_IN_JAVASCRIPT = 2**53 - 1
LARGEST = 2**63 - 1
HUNDREDS_OF_KILOBYTES = "große Wörter 🌊 " * 20_000

COLLECTIONS: list[Json] = [
    table(
        NAME,
        [
            counted_key(),
            field("a_string", "string", interface="input"),
            field("a_text", "text", interface="input-multiline"),
            field("a_boolean", "boolean", special=["cast-boolean"], interface="boolean"),
            field("an_integer", "integer", interface="input"),
            field("a_big_integer", "bigInteger", interface="input"),
            field("a_float", "float", interface="input"),
            field(
                "a_decimal",
                "decimal",
                schema={"numeric_precision": 20, "numeric_scale": 8},
                interface="input",
            ),
            field("a_date", "date", interface="datetime"),
            field("a_time", "time", interface="datetime"),
            field("a_date_time", "dateTime", interface="datetime"),
            field("a_timestamp", "timestamp", interface="datetime"),
            document("a_json"),
            listing("a_csv"),
            field("a_uuid", "uuid", special=["uuid"], interface="input"),
            field("a_hash", "hash", special=["hash"], interface="input-hash"),
            field("a_secret", "string", special=["conceal"], interface="input-hash"),
        ],
    )
]
CANNOT_TRAVEL = {NAME: {"a_secret": "cannot be read through the API"}}

TEXTS: list[str] = [
    "",
    "  spaces  ",
    "null",
    "true",
    "false",
    "undefined",
    "NaN",
    "007",
    "1e3",
    "-0",
    "1.10",
    "12345678901234567890",
    "2024-01-31",
    "[]",
    '{"a": 1}',
    "$NOW",
    "$CURRENT_USER",
    "{{ $now }}",
    "**********",
    "a,b;c",
    'He said "no"',
    "it's; DROP TABLE every_type; --",
    "back\\slash \\n \\u0041",
    "line\nbreaks\r\nand\ttabs\n",
    "\n",
    "50 % <b>é</b>",
    "".join(map(chr, range(1, 32))),
    "\x7f\x80\x9f\u2028\u2029\ufeff\ufffe",
    "e\u0301 is not é",
    "\U0001f468\u200d\U0001f469\u200d\U0001f467 🌊 \U0001d518",
    "日本語 עברית \u202eright to left",
]
DOCUMENTS: list[Any] = [
    {},
    [],
    {"a": {}, "b": []},
    [[]],
    [None],
    {"nothing": None},
    [0, -1, 1.5, 1e-7, 1e21, EXACT_IN_JAVASCRIPT],
    {"deep": {"deeper": [{"deepest": [True, False, None, "null", ""]}]}},
    {"": "", " ": " ", "a.b": 1, "$NOW": "$NOW"},
    ["true", "1", 1, True],
    {"zahl": "\u0661", "emoji 🌊": '\n\t"\\'},
    [{"id": 1}, {"id": 2}],
    0,
    42,
    1.5,
    '"only a text"',
]
MOMENTS = [
    "1970-01-01T00:00:00.000Z",
    "1969-12-31T23:59:59.999Z",
    "1901-12-13T20:45:51.007Z",
    "1815-06-18T11:35:00.123Z",
    "2024-02-29T12:34:56.789Z",
    "2038-01-19T03:14:08.001Z",
    "2024-03-31T01:30:00.500Z",
    "9999-12-31T23:59:59.999Z",
]
WALL_CLOCKS = [moment[:19] for moment in MOMENTS]
DATES = [
    "1969-12-31",
    "1970-01-01",
    "2024-02-29",
    "1582-10-10",
    "1000-01-01",
    "9999-12-31",
    "1900-02-28",
]
TIMES = ["00:00:00", "23:59:59", "12:34:56", "03:30:00"]
DECIMALS = ["0.00000001", "-0.12345678", "1.10000000", "99999.99999999", "0", "-12345.5", "1000000"]
BIG_DECIMALS = ["123456789012.12345678", "-999999999999.99999999"]
FLOATS = [0.1, -0.1, 1e-7, 123456.7, 1.5e10, 0, -3.25, 16777216]
LISTS = [["a"], ["a", "b b", "ü🌊"], [""], ["", ""], [" a ", "null", "1"], ["with, comma", "x"], []]
# What other programs left in csv columns, which Directus itself would have written in another way.
STORED_LISTS = ["a,,b", ",", " a , b ", '"quoted, comma",c', "one", "trailing,"]


def rows(vendor: str) -> list[Json]:
    """The rows as Directus takes them; SQLite holds larger numbers than Directus can read from it
    exactly."""
    sqlite = vendor == "sqlite"
    big = [0, -1, EXACT_IN_JAVASCRIPT, -EXACT_IN_JAVASCRIPT]
    beyond: list[int | str] = (
        [] if sqlite else [str(number) for number in (LARGEST, -LARGEST - 1, 2**53 + 1)]
    )
    uuids = [key("awkward", number) for number in range(20)]
    columns: dict[str, list[Any]] = {
        "a_string": TEXTS,
        "a_text": [*TEXTS, HUNDREDS_OF_KILOBYTES],
        "a_boolean": [True, False, None],
        "an_integer": [0, -1, 2**31 - 1, -(2**31), None],
        "a_big_integer": [*big, *beyond, None],
        "a_float": [*FLOATS, None],
        "a_decimal": [*DECIMALS, *([] if sqlite else BIG_DECIMALS), None],
        "a_date": [*DATES, None],
        "a_time": [*TIMES, None],
        "a_date_time": [*WALL_CLOCKS, None],
        "a_timestamp": [*MOMENTS, None],
        "a_json": [*DOCUMENTS, None],
        "a_csv": [*LISTS, None],
        "a_uuid": [*uuids, None],
        "a_hash": ["a password", None, ""],
        "a_secret": ["nobody reads this", None],
    }
    made = [_row(number, columns) for number in range(ROWS_MADE)]
    empty = dict.fromkeys(columns)
    return [*made, empty]


def _row(number: int, columns: dict[str, list[Any]]) -> Json:
    return {column: values[number % len(values)] for column, values in columns.items()}
