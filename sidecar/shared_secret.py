"""The rules for the secret that is shared with Directus.

Whoever knows the secret may move a whole instance, so it must not be easy to guess.
"""

import re
from itertools import pairwise

from sidecar.address import is_token

MIN_LENGTH = 32
# 32 random hexadecimal digits have 14 different digits on average, and practically never under 8.
MIN_DISTINCT_CHARACTERS = 8
# Pieces of the examples that documentation shows.
EXAMPLES = (
    "changeme",
    "replaceme",
    "setme",
    "fillin",
    "yoursecret",
    "mysecret",
    "supersecret",
    "sharedsecret",
    "sidecarsecret",
    "secrethere",
    "example",
    "placeholder",
    "password",
    "characters",
    "randomstring",
    "openssl",
)
# Nobody would write down so long a text that is not random.
LONG_ENOUGH = 64
HEXADECIMAL = re.compile(r"[0-9a-fA-F]{32,}")
SEPARATORS = re.compile(r"[-_:. ]")
WORDS = re.compile(r"[A-Z]?[a-z]{4,}|[A-Z]{5,}")
# Of random letters and digits, one secret in a few thousand looks so much like words.
MAX_IN_WORDS = 0.65
MAKE_ONE = "make one with: openssl rand -hex 32"


def fault_of(secret: str) -> str:
    """Return what is wrong with ``secret`` and what to do, or "" for a good secret.

    The text continues a sentence that begins with the name of the setting.
    """
    if len(secret) < MIN_LENGTH:
        return f"is shorter than {MIN_LENGTH} characters; {MAKE_ONE}"
    if not is_token(secret):
        return f"has characters that an HTTP header cannot hold; {MAKE_ONE}"
    if _is_example(secret) or _is_pattern(secret):
        return f"is an example or easy to guess; {MAKE_ONE}"
    if not _is_random(secret):
        return f"is not random: it needs 128 bits that nobody can guess; {MAKE_ONE}"
    return ""


def _is_random(secret: str) -> bool:
    """Whether the secret has 128 random bits, as far as one can see.

    32 hexadecimal digits have them, and so have 32 letters of both cases that are not words. A
    text of words has fewer bits per character, so it must be longer.
    """
    if len(secret) >= LONG_ENOUGH or HEXADECIMAL.fullmatch(SEPARATORS.sub("", secret)):
        return True
    in_words = sum(map(len, WORDS.findall(secret)))
    has_both_cases = secret.lower() != secret != secret.upper()
    return has_both_cases and in_words <= MAX_IN_WORDS * len(secret)


def _is_example(secret: str) -> bool:
    letters = "".join(character for character in secret.lower() if character.isalnum())
    return any(example in letters for example in EXAMPLES)


def _is_pattern(secret: str) -> bool:
    """Whether the secret has few distinct characters, repeats a piece, or is mostly a sequence."""
    repeats_a_piece = secret in (secret + secret)[1:-1]
    steps = sum(ord(after) - ord(before) == 1 for before, after in pairwise(secret))
    is_sequence = 2 * steps > len(secret)
    return len(set(secret)) < MIN_DISTINCT_CHARACTERS or repeats_a_piece or is_sequence
