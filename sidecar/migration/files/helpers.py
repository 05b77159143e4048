"""Files of one run that others may transfer too: what a run asks of helpers, and nobody who
helps."""

from collections.abc import Iterator
from typing import Protocol

from sidecar.migration.files.shards import Outcome, Shard


class Helpers(Protocol):
    """Others who take shards of a run. What is offered is done by exactly one of us, as far as that
    can be known: a helper that is lost may have done a part of its shard, and transferring a file
    twice does no harm."""

    def offer(self, shard: Shard) -> bool:
        """Put ``shard`` where helpers find it; False when there is nobody, and it is to be done
        here."""

    def take_back(self, shard: Shard) -> bool:
        """Take ``shard`` away from where it was put; False when a helper has taken it already."""

    def finished(self, seconds: float) -> Iterator[tuple[Shard, list[Outcome] | None]]:
        """Shards that helpers are through with, waiting up to ``seconds`` for the first; without
        outcomes those that have to be done again here."""

    @property
    def busy(self) -> bool:
        """Whether a helper is at a shard that was taken."""

    def close(self) -> None:
        """Nothing more is wanted: what was offered is taken back, and what was taken is told to
        stop."""


class Nobody:
    """No helpers: everything is done here."""

    def offer(self, shard: Shard) -> bool:
        return False

    def take_back(self, shard: Shard) -> bool:
        return True

    def finished(self, seconds: float) -> Iterator[tuple[Shard, list[Outcome] | None]]:
        return iter(())

    @property
    def busy(self) -> bool:
        return False

    def close(self) -> None:
        """Nothing to do."""
