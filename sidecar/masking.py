"""Hides tokens in everything that leaves the process: logs, reports, notifications, Redis, answers.

An instance may repeat the token that it was sent, for example in an error or in the address of a
redirect. So tokens are looked for by value, also in the usual encodings. Of a document only texts
are masked, never names and numbers.
"""

import base64
import html
import json
import re
from collections import OrderedDict
from collections.abc import Iterator
from threading import Lock
from typing import Any
from urllib.parse import quote, quote_plus

MASK = "[token]"
# A shorter token could be an ordinary word, and is not a secret.
MIN_LENGTH = 12
# A web process sees many tokens; the latest are remembered.
MAX_SECRETS = 64
MIN_DIFFERENT = 6
# What somebody may paste into the field of a token by mistake: a name, a path or a code, a number
# or a time, a host. They are parts of ordinary texts.
NO_TOKEN = re.compile(
    r"[a-z_/]+|[A-Z_/]+|[0-9TZ.,:+/-]+"
    r"|([a-z0-9-]{1,63}\.)+[a-z]{2,24}(:\d{1,5})?(/.*)?|[a-z0-9.-]+:\d{1,5}(/.*)?",
    re.ASCII,
)
# The fields of documents that name a run. A token that is the id of one does not hide it.
IDS = frozenset({"id", "run"})
# Three bytes become four characters of base64.
GROUP = 3

_lock = Lock()
# The secrets of the process itself. They stay.
_own: set[str] = set()
_secrets: "OrderedDict[str, None]" = OrderedDict()
# Of all secrets, the longest first: one may be part of another.
_forms: tuple[str, ...] = ()


def hide_own(*secrets: str) -> None:
    """Mask these secrets of the process as long as it lives."""
    with _lock:
        _own.update(secret for secret in secrets if len(secret) >= MIN_LENGTH)
        _renew_forms()


def hide(token: str, address: str = "") -> None:
    """Mask a token for ``address`` from now on, if it can be one.

    Anybody may enter anything as a token. A word of ours, a number or an address is none.
    """
    if not _is_random(token) or token in address:
        return
    with _lock:
        _secrets[token] = None
        _secrets.move_to_end(token)
        while len(_secrets) > MAX_SECRETS:
            _secrets.popitem(last=False)
        _renew_forms()


def mask(text: str) -> str:
    """Return ``text`` with MASK in place of every known secret."""
    if len(text) < MIN_LENGTH:
        return text
    for form in _forms:
        if form in text:
            text = text.replace(form, MASK)
    return text


def mask_values(document: Any) -> Any:
    """Return a document with its texts masked. Names, numbers and IDS stay."""
    if isinstance(document, str):
        return mask(document)
    if isinstance(document, dict):
        return {
            name: value if name in IDS and isinstance(value, str) else mask_values(value)
            for name, value in document.items()
        }
    if isinstance(document, list | tuple):
        return [mask_values(value) for value in document]
    return document


def _is_random(token: str) -> bool:
    is_long = len(token) >= MIN_LENGTH and len(set(token)) >= MIN_DIFFERENT
    return is_long and "://" not in token and not NO_TOKEN.fullmatch(token)


def _renew_forms() -> None:
    global _forms
    forms = {form for secret in (*_own, *_secrets) for form in _forms_of(secret)}
    _forms = tuple(sorted(forms, key=len, reverse=True))


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
