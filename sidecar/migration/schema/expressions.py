"""Tells an expression from a text, where Directus shows the default of a column.

Directus shows both without a mark. PostgreSQL writes an expression in a form of its own, and
Directus cuts it off at the first ``::``, as it does with a text that contains one.
"""

import re

from sidecar.resources.vendors import POSTGRES

# A counter of PostgreSQL; Directus shows it whole.
NEXT_VALUE = re.compile(r"nextval\('(?P<sequence>(?:[^']|'')*)'")
QUOTE = "'"
CALL = re.compile(r'("[^"]+"|[a-z_][a-z0-9_$]*)(\.("[^"]+"|[a-z_][a-z0-9_$]*))*\(')
# What PostgreSQL writes in capitals.
KEYWORD_CALL = re.compile(
    r"(COALESCE|NULLIF|GREATEST|LEAST|EXTRACT|ROW|SUBSTRING|TRIM|OVERLAY|POSITION|NORMALIZE)\("
    r"|ARRAY\[|CASE\s"
)
KEYWORD = re.compile(
    r"(CURRENT_(USER|ROLE|CATALOG|SCHEMA|DATE|TIME|TIMESTAMP)|SESSION_USER|USER|LOCALTIME"
    r"|LOCALTIMESTAMP)(\(\d\))?"
)
# In parentheses, only words are a text: PostgreSQL has no expression of words in small letters.
WORDS_IN_PARENTHESES = re.compile(r"\((?!NOT |CURRENT_|SESSION_)[^\W\d][^\W\d]*( [^\W\d]+)*\)")


def is_expression(default: str, vendor: str) -> bool:
    """Whether the default of a text column is an expression, or a text that is not shown whole.

    In doubt it is one: a default that is missing does less harm than one that writes the words of
    an expression into rows.
    """
    if CALL.match(default) or KEYWORD_CALL.match(default) or KEYWORD.fullmatch(default):
        return True
    if vendor != POSTGRES:
        return False
    is_in_parentheses = default.startswith("(") and not WORDS_IN_PARENTHESES.fullmatch(default)
    return is_in_parentheses or is_cut_off(default)


def is_cut_off(default: str) -> bool:
    """Whether PostgreSQL's text is not shown whole: one of its quotes is missing."""
    return default.count(QUOTE) % 2 == 1


def is_counter(default: object) -> bool:
    """Whether a sequence of PostgreSQL counts the column."""
    return isinstance(default, str) and bool(NEXT_VALUE.match(default))
