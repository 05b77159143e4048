"""What an address and a token have to look like, wherever they are entered."""

from urllib.parse import urlsplit, urlunsplit

DEFAULT_PORTS = {"http": 80, "https": 443}


def is_address(url: str) -> bool:
    """Whether ``url`` is a plain http(s) address: a host, no credentials, no query, no fragment."""
    try:
        parts = urlsplit(url)
        labels = (parts.hostname or "").encode("idna").split(b".")
        port_is_good = parts.port is None or parts.port > 0
    except (ValueError, UnicodeError):
        return False
    plain = not (parts.username or parts.password or parts.query or parts.fragment or " " in url)
    return parts.scheme in DEFAULT_PORTS and bool(parts.hostname) and all(labels) and port_is_good and plain


def normal_address(url: str) -> str:
    """One spelling for one address: host in lower case, no default port, no slash at the end."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    host = f"[{host}]" if ":" in host else host
    port = "" if parts.port in (None, DEFAULT_PORTS[parts.scheme]) else f":{parts.port}"
    return urlunsplit((parts.scheme, host + port, parts.path.rstrip("/"), "", ""))


def destination_address(url: str) -> str:
    """The normal address of the Directus that a person means by ``url``, which may be that of its app."""
    parts = urlsplit(normal_address(url))
    return urlunsplit(parts._replace(path=parts.path.removesuffix("/admin")))


def is_token(token: str) -> bool:
    """Whether ``token`` could stand in an HTTP header."""
    return bool(token) and token.isascii() and token.isprintable() and " " not in token
