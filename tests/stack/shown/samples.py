"""One value a column, by database: how SQL writes it, and what Directus shows of it."""

from dataclasses import dataclass
from typing import Any, Literal

# kept: what Directus shows, written by REST into a column of the same type, is the same value.
# lost: it is another one. refused: Directus does not write it.
Fate = Literal["kept", "lost", "refused"]


@dataclass(frozen=True)
class Sample:
    """``declared`` is the column's type in SQL, ``stored`` a literal of it. ``special`` is set in
    the field's metadata."""

    name: str
    declared: str
    stored: str
    shown: Any
    fate: Fate = "kept"
    special: str | None = None

    @property
    def is_noted(self) -> bool:
        """Whether a run names the column. Spaces that ``char`` ignores count in a ``varchar``."""
        return (self.fate == "lost" or self.name == "padded") and not self.is_left_out

    @property
    def is_left_out(self) -> bool:
        """Whether a run leaves out the row. Directus would write bytes as a text in JSON."""
        return self.fate == "refused" or self.name in ("bytes", "a_blob")

    @property
    def is_document(self) -> bool:
        return self.declared.startswith("json")


MICRO, ISO = "2024-05-06 07:08:09.123456", "2024-05-06T07:08:09"
JSON_OF = {
    "big": ('{"n": 12345678901234567890}', {"n": 12345678901234567000}, "lost"),
    "long": ('{"n": 0.1234567890123456789}', {"n": 0.12345678901234568}, "lost"),
    "null": ("null", None, "lost"),
    "plain": ('{"a": [1, 2.5, "x"]}', {"a": [1, 2.5, "x"]}, "kept"),
}


def _json(declared: str, special: str | None = None) -> list[Sample]:
    return [
        Sample(f"{declared}_{name}", declared, f"'{stored}'", shown, fate, special)  # type: ignore[arg-type]
        for name, (stored, shown, fate) in JSON_OF.items()
    ]


POSTGRES = [
    Sample("at_micro", "timestamp", f"'{MICRO}'", ISO, "lost"),
    Sample("at_milli", "timestamp(3)", "'2024-05-06 07:08:09.123'", ISO, "lost"),
    Sample("at_whole", "timestamp", "'2024-05-06 07:08:09'", ISO),
    Sample("at_zero", "timestamp(0)", f"'{MICRO}'", ISO),
    Sample("stamp_micro", "timestamptz", f"'{MICRO}+00'", f"{ISO}.123Z", "lost"),
    Sample("stamp_milli", "timestamptz", "'2024-05-06 07:08:09.123+00'", f"{ISO}.123Z"),
    Sample("a_time", "time", "'07:08:09.123456'", "07:08:09.123456"),
    Sample("nan", "float8", "'NaN'", None, "lost"),
    Sample("infinity", "float4", "'Infinity'", None, "lost"),
    Sample("negative", "float8", "'-Infinity'", None, "lost"),
    Sample("a_double", "float8", "3.141592653589793", 3.141592653589793),
    Sample("a_real", "float4", "0.1", 0.1),
    Sample(
        "a_decimal",
        "numeric(30,20)",
        "1234567890.12345678901234567891",
        "1234567890.12345678901234567891",
    ),
    Sample("no_number", "numeric(10,2)", "'NaN'", "NaN"),
    Sample("big", "bigint", "9223372036854775807", "9223372036854775807"),
    *_json("json"),
    *_json("jsonb"),
    Sample("padded", "char(5)", "'ab'", "ab   "),
    Sample("spaces", "varchar(5)", "'ab  '", "ab  "),
    Sample("far", "date", "'12024-01-01'", "12024-01-01", "refused"),
    Sample("endless", "date", "'infinity'", "0NaN-NaN-NaN", "refused"),
    Sample("before", "date", "'0044-03-15 BC'", "0-43-03-15", "refused"),
    Sample("early", "date", "'0044-03-15'", "0044-03-15"),
    Sample("at_far", "timestamp", "'12024-01-01 00:00:00'", "12024-01-01T00:00:00", "refused"),
    Sample("at_endless", "timestamp", "'-infinity'", "0NaN-NaN-NaNTNaN:NaN:NaN", "refused"),
    Sample("stamp_far", "timestamptz", "'12024-01-01 00:00:00+00'", "+012024-01-01T00:00:00.000Z"),
    Sample(
        "stamp_before", "timestamptz", "'0044-03-15 00:00:00+00 BC'", "-000043-03-15T00:00:00.000Z"
    ),
]
SQLITE = [
    Sample("at_milli", "datetime", "1714979289123", ISO, "lost"),
    Sample("at_whole", "datetime", "1714979289000", ISO),
    Sample("at_text", "datetime", f"'{MICRO}'", ISO, "lost"),
    Sample("stamp_milli", "timestamp", "1714979289123", f"{ISO}.123Z"),
    Sample("stamp_text", "timestamp", f"'{MICRO}'", f"{ISO}.123Z", "lost"),
    Sample("a_time", "time", "'07:08:09.123456'", "07:08:09.123456"),
    Sample("infinity", "float", "9e999", None, "lost"),
    Sample("a_double", "float", "3.141592653589793", 3.141592653589793),
    Sample("a_decimal", "decimal(10,2)", "1.1", 1.1),
    Sample("big", "bigint", "9007199254740993", 9007199254740992, "lost"),
    *_json("json", "cast-json"),
    Sample("a_date", "date", "1714953600000", "2024-05-06"),
    Sample("date_text", "date", "'2024-05-06'", "2024-05-06", "lost"),
    Sample("no_date", "date", "'soon'", "0NaN-NaN-NaN", "refused"),
    Sample("bytes", "text", "x'00ff'", {"type": "Buffer", "data": [0, 255]}, "lost"),
    Sample("a_blob", "blob", "x'00ff'", {"type": "Buffer", "data": [0, 255]}, "lost"),
]
MYSQL = [
    Sample("at_micro", "datetime(6)", f"'{MICRO}'", ISO, "lost"),
    Sample("at_whole", "datetime", "'2024-05-06 07:08:09'", ISO),
    Sample("stamp_micro", "timestamp(6) null", f"'{MICRO}'", f"{ISO}.123Z", "lost"),
    Sample("stamp_whole", "timestamp null", "'2024-05-06 07:08:09'", f"{ISO}.000Z"),
    Sample("a_time", "time(6)", "'07:08:09.123456'", "07:08:09.123456"),
    Sample("long_time", "time", "'-100:00:00'", "-100:00:00"),
    Sample("a_float", "float", "1.2345678", 1.23457, "lost"),
    Sample("a_short", "float", "0.5", 0.5),
    Sample("a_scaled", "float(10,5)", "1.23457", 1.23457),
    Sample("a_double", "double", "3.141592653589793", 3.141592653589793),
    Sample(
        "a_decimal",
        "decimal(30,20)",
        "1234567890.12345678901234567891",
        "1234567890.12345678901234567891",
    ),
    Sample("big", "bigint", "9007199254740993", 9007199254740992, "lost"),
    *_json("json", "cast-json"),
    Sample("zero", "date", "'0000-00-00'", "1899-11-30", "lost"),
    Sample("early", "date", "'0044-03-15'", "1944-03-15", "lost"),
    Sample("at_zero", "datetime", "'0000-00-00 00:00:00'", "0NaN-NaN-NaNTNaN:NaN:NaN", "refused"),
    Sample("at_early", "datetime", "'0044-03-15 00:00:00'", "2044-03-15T00:00:00", "lost"),
    Sample("fixed", "char(5)", "'ab'", "ab"),
    Sample("a_bit", "bit(1)", "b'1'", {"type": "Buffer", "data": [1]}, "refused"),
    Sample("a_year", "year", "2024", 2024),
    Sample("a_blob", "blob", "x'00ff'", {"type": "Buffer", "data": [0, 255]}, "lost"),
]
SAMPLES = {"postgres": POSTGRES, "sqlite": SQLITE, "mysql": MYSQL}
