"""The rules for the secret that is shared with Directus.

Whoever knows the secret may move a whole instance, so it must not be easy to guess.
"""

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
    return ""


def _is_example(secret: str) -> bool:
    letters = "".join(character for character in secret.lower() if character.isalnum())
    return any(example in letters for example in EXAMPLES)


def _is_pattern(secret: str) -> bool:
    """Whether the secret has few distinct characters, repeats a piece, or is mostly a sequence."""
    repeats_a_piece = secret in (secret + secret)[1:-1]
    steps = sum(ord(after) - ord(before) == 1 for before, after in pairwise(secret))
    is_sequence = 2 * steps > len(secret)
    return len(set(secret)) < MIN_DISTINCT_CHARACTERS or repeats_a_piece or is_sequence
