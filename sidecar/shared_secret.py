"""What the secret shared with Directus has to be like: whoever knows it may move a whole
instance."""

from itertools import pairwise

from sidecar.address import is_token

MINIMUM_LENGTH = 32
# 32 random hexadecimal digits are made of 14 different ones on average, and of 8 practically
# always.
FEWEST_CHARACTERS = 8
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
    """What is wrong with ``secret`` and what to do, as the end of a sentence; "" for nothing."""
    if len(secret) < MINIMUM_LENGTH:
        return f"is shorter than {MINIMUM_LENGTH} characters; {MAKE_ONE}"
    if not is_token(secret):
        return f"holds characters that no header can; {MAKE_ONE}"
    if _is_example(secret) or _is_pattern(secret):
        return f"is an example or easy to guess; {MAKE_ONE}"
    return ""


def _is_example(secret: str) -> bool:
    letters = "".join(character for character in secret.lower() if character.isalnum())
    return any(example in letters for example in EXAMPLES)


def _is_pattern(secret: str) -> bool:
    """Few different characters, a piece over and over again, or the keys in a row."""
    repeated = secret in (secret + secret)[1:-1]
    in_a_row = sum(ord(after) - ord(before) == 1 for before, after in pairwise(secret))
    return len(set(secret)) < FEWEST_CHARACTERS or repeated or 2 * in_a_row > len(secret)
