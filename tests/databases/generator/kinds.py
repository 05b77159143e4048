"""What a type of column is to the generator, and what may stand in columns of any database."""

from dataclasses import dataclass
from decimal import Decimal

from hypothesis import strategies as st

Literals = st.SearchStrategy[str]
ENUM = "gen_mood"


def literal(text: str) -> str:
    """A text as SQL writes it."""
    return "'" + text.replace("'", "''") + "'"


@dataclass(frozen=True)
class Kind:
    """One type. ``values`` and ``defaults`` are SQL."""

    values: Literals
    defaults: tuple[str, ...] = ()
    wider: tuple[str, ...] = ()
    # Directus' own word, where Directus itself can make such a column.
    native: str | None = None


_letters = st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\\\0")


def texts(length: int) -> Literals:
    """Texts of at most ``length`` characters."""
    edges = ("", " ", "x", "it's", 'say "x"', "a::b", "null", "Ünï 🌊", "0", "true", "{}")
    fitting = [text for text in edges if len(text) <= length]
    return (st.sampled_from(fitting) | st.text(_letters, max_size=min(length, 30))).map(literal)


def numbers(least: int, most: int) -> Literals:
    """Whole numbers, the edges more often."""
    edges = st.sampled_from([0, 1, -1, least, most])
    return (edges | st.integers(least, most)).map(str)


def decimals(digits: int, places: int) -> Literals:
    """Numbers of so many digits, some of them decimal places."""
    most = Decimal(10) ** (digits - places) - 1
    return st.decimals(-most, most, places=places, allow_nan=False).map(lambda one: f"{one:f}")


def one_of(*values: str) -> Literals:
    """One of ``values``."""
    return st.sampled_from(values)


SMALL = numbers(-(2**15), 2**15 - 1)
WHOLE = numbers(-(2**31), 2**31 - 1)
LARGE = numbers(-(2**63) + 1, 2**63 - 1)
EXACT = numbers(-(2**53) + 1, 2**53 - 1)
FLAGS = one_of("true", "false")
DAYS = st.dates().map(lambda day: literal(day.isoformat())) | one_of("'2024-02-29'", "'1000-01-01'")
CLOCK = one_of("'00:00:00'", "'23:59:59'", "'12:30:15'")
DOCUMENTS = one_of(
    "'{}'", "'[]'", "'null'", "'5'", "'\"t\"'", "'{\"a\": [1, 2.5, null, \"x\"]}'",
    "'{\"large\": 12345678901234567890}'", "'{\"z\": 1.0}'",
)  # fmt: skip
MOMENTS = one_of("'2024-05-06 07:08:09'", "'2024-03-31 02:30:00'", "'1970-01-01 00:00:00'")
FINE = one_of("'2024-05-06 07:08:09.123'", "'2024-05-06 07:08:09.123456'", "'1999-12-31 23:59:59'")
UUIDS = st.uuids().map(lambda one: literal(str(one)))
