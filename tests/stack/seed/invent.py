"""Where the seed's values come from: ids from names, and words, dates and numbers from a seeded
generator.

The same call gives the same value at every run and on every machine.
"""

import random
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TypeVar

NAMESPACE = uuid.UUID("5b0f6c53-2f0a-4a3b-9a35-1d0d2c6d7e10")
Value = TypeVar("Value")
FIRST_DAY = datetime(2015, 1, 5, 8, 0, tzinfo=UTC)
DAYS = 3200
VOCABULARY = (
    "harbour lantern quiet river market engine winter glass bridge copper garden morning letter "
    "station paper signal island kitchen violin orchard library shadow summer wheel mountain "
    "thread salt window compass feather meadow café façade naïve Übergang señal jardín 東京 søster "
    "🌿 “quoted” & it's <b>bold</b> 50% a/b"
)
WORDS = VOCABULARY.split()


def key(kind: str, name: str | int) -> str:
    """The uuid that belongs to a kind of thing and its name; of version 4 like all that Directus
    makes (in comments it takes no others for people)."""
    return str(uuid.UUID(bytes=uuid.uuid5(NAMESPACE, f"{kind}/{name}").bytes, version=4))


class Inventor:
    """A source of invented values; one for each table, so that changing one table leaves the others
    as they were."""

    def __init__(self, name: str) -> None:
        self._random = random.Random(f"directus-migration/{name}")

    def chance(self, probability: float) -> bool:
        """True with the given probability."""
        return self._random.random() < probability

    def number(self, low: int, high: int) -> int:
        """An integer, both ends included."""
        return self._random.randint(low, high)

    def pick(self, values: Sequence[Value]) -> Value:
        """One of the values."""
        return self._random.choice(values)

    def some(self, values: Sequence[Value], count: int) -> list[Value]:
        """That many different ones of the values, in no order."""
        return self._random.sample(values, count)

    def words(self, count: int) -> str:
        """That many words."""
        return " ".join(self._random.choices(WORDS, k=count))

    def paragraphs(self, count: int) -> str:
        """HTML of that many paragraphs."""
        return "\n".join(f"<p>{self.words(self.number(20, 60))}.</p>" for _ in range(count))

    def moment(self, after: datetime = FIRST_DAY, within_days: int = DAYS) -> datetime:
        """A point in time, to the millisecond, between 2015 and 2023 unless told otherwise."""
        milliseconds = self._random.randrange(within_days * 86_400_000)
        return after + timedelta(milliseconds=milliseconds)

    def decimal(self, low: int, high: int, scale: int) -> str:
        """A decimal number as text; ``low`` and ``high`` in units of its last digit."""
        digits = str(self.number(low, high)).rjust(scale + 1, "0")
        return f"{digits[:-scale]}.{digits[-scale:]}"


def stamp(moment: datetime) -> str:
    """A point in time as Directus writes it."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
