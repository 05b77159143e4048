"""Helpers transfer files of a run: the interface of a run to them, and the case that there are
none."""

from collections.abc import Iterator
from typing import Protocol

from sidecar.migration.files.shards import Outcome, Shard
from sidecar.migration.report.outages import Waiting


class Helpers(Protocol):
    """Other workers that take shards of a run.

    Each offered shard is transferred once, by a helper or by the run itself. Only when a helper is
    lost may a part of its shard be transferred twice, which is harmless.
    """

    def offer(self, shard: Shard) -> bool:
        """Offer ``shard`` to helpers. False: there are none, so the run has to transfer it."""

    def take_back(self, shard: Shard) -> bool:
        """Withdraw the offer of ``shard``. False: a helper has taken it already."""

    def finished(self, seconds: float) -> Iterator[tuple[Shard, list[Outcome] | None]]:
        """The shards that helpers have finished, with their outcomes.

        Waits up to ``seconds`` for the first. Without outcomes, the run has to transfer the shard
        again.
        """

    @property
    def busy(self) -> bool:
        """Whether a helper is transferring a shard."""

    def waiting(self) -> list[Waiting]:
        """The sides that do not respond to a helper at present."""

    def close(self) -> None:
        """Withdraw all offers, and stop the helpers that have taken a shard."""


class Nobody:
    """No helpers: the run transfers all files itself."""

    def offer(self, shard: Shard) -> bool:
        return False

    def take_back(self, shard: Shard) -> bool:
        return True

    def finished(self, seconds: float) -> Iterator[tuple[Shard, list[Outcome] | None]]:
        return iter(())

    @property
    def busy(self) -> bool:
        return False

    def waiting(self) -> list[Waiting]:
        return []

    def close(self) -> None:
        """There is nothing to withdraw."""
