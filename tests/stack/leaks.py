"""Looks for planted secrets in everything that somebody could read: files, Redis, databases,
process lists."""

import base64
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, cast

from redis import Redis

from tests.stack.databases import Database
from tests.stack.dump import dump

# Where Directus itself keeps the static tokens of its users.
OF_DIRECTUS = ("directus_users", "token")


def leaks(places: Mapping[str, str], secrets: Mapping[str, str]) -> list[str]:
    """Which of ``secrets``, plain or in base64, is found in which of ``places``, as ``name in
    place: around it``."""
    return [
        f"{name} in {place}: …{text[max(0, at - 80) : at + 20]!r}"
        for place, text in places.items()
        for name, secret in secrets.items()
        for form in _forms(secret)
        if (at := text.find(form)) >= 0
    ]


def files_below(*folders: Path) -> dict[str, str]:
    """The content of all files by their path."""
    found = (path for folder in folders for path in folder.rglob("*") if path.is_file())
    return {str(path): path.read_bytes().decode("latin-1") for path in found}


def everything_in(redis: "Redis") -> dict[str, str]:
    """Every value of a Redis by its key, whatever its type."""
    return {
        f"Redis {key!r}": f"{key!r} {_value(redis, key)!r}"
        for key in cast(list[bytes], redis.keys("*"))
    }


def rows_of(database: Database) -> dict[str, str]:
    """Every table of a database, also what Directus keeps for itself, without its users' tokens."""
    tables = dump(database, leave_out=())
    table, column = OF_DIRECTUS
    tables[table] = [
        {name: value for name, value in row.items() if name != column} for row in tables[table]
    ]
    return {f"table {name}": repr(rows) for name, rows in tables.items()}


def command_lines() -> Iterator[str]:
    """Those of all processes, as ``ps`` shows them."""
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            yield path.read_bytes().replace(b"\0", b" ").decode(errors="replace")


def numbered(kind: str, texts: Iterable[str]) -> dict[str, str]:
    return {f"{kind} {number}": text for number, text in enumerate(texts)}


def _forms(secret: str) -> tuple[str, str]:
    return secret, base64.b64encode(secret.encode()).decode().rstrip("=")


def _value(redis: "Redis", key: bytes) -> Any:
    readers: dict[bytes, Callable[[bytes], Any]] = {
        b"string": redis.get,
        b"hash": redis.hgetall,
        b"set": redis.smembers,
        b"stream": redis.xrange,
        b"list": lambda name: redis.lrange(name, 0, -1),
        b"zset": lambda name: redis.zrange(name, 0, -1, withscores=True),
    }
    kind = cast(bytes, redis.type(key))
    return None if kind == b"none" else readers[kind](key)
