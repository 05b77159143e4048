"""Hides tokens in everything that leaves the process: logs, reports, notifications, Redis, answers.

An instance may repeat the token that it was sent, for example in an error or in the address of a
redirect. So tokens are looked for by value, also in the usual encodings.
"""

import base64
import html
import json
from collections import OrderedDict
from collections.abc import Iterator
from threading import Lock
from urllib.parse import quote, quote_plus

MASK = "[token]"
# A shorter token could be an ordinary word, and is not a secret.
MIN_LENGTH = 12
# A web process sees many tokens; the latest are remembered.
MAX_SECRETS = 64
# Three bytes become four characters of base64.
GROUP = 3

_lock = Lock()
_secrets: "OrderedDict[str, None]" = OrderedDict()
# Of all secrets, the longest first: one may be part of another.
_forms: tuple[str, ...] = ()


def hide(*secrets: str) -> None:
    """Mask these secrets from now on."""
    global _forms
    with _lock:
        for secret in secrets:
            if len(secret) >= MIN_LENGTH:
                _secrets[secret] = None
                _secrets.move_to_end(secret)
        while len(_secrets) > MAX_SECRETS:
            _secrets.popitem(last=False)
        forms = {form for secret in _secrets for form in _forms_of(secret)}
        _forms = tuple(sorted(forms, key=len, reverse=True))


def mask(text: str) -> str:
    """Return ``text`` with MASK in place of every known secret."""
    for form in _forms:
        if form in text:
            text = text.replace(form, MASK)
    return text


def _forms_of(secret: str) -> Iterator[str]:
    yield secret
    for encode in (quote, quote_plus, lambda text: quote(text, safe="")):
        yield encode(secret)
    yield quote(secret, safe="").replace("%2B", "%2b").replace("%2F", "%2f").replace("%3D", "%3d")
    yield json.dumps(secret)[1:-1]
    yield html.escape(secret)
    yield secret.encode().hex()
    for offset in range(GROUP):
        yield from _in_base64(secret.encode(), offset)


def _in_base64(secret: bytes, offset: int) -> Iterator[str]:
    """What is always the same in the base64 of a text that has ``secret`` at ``offset``."""
    padded = b"\0" * offset + secret
    whole = padded[: len(padded) // GROUP * GROUP]
    start = 4 if offset else 0
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        encoded = encode(whole).decode()[start:]
        if len(encoded) >= MIN_LENGTH:
            yield encoded
