"""When runs began that have moved all of a collection, or all of it that had changed."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

# Those that were recorded last are kept.
MAX_SCOPES = 50
# All names together. A request has to hold them.
MAX_CHARACTERS = 100_000
Times = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class CompletedRuns:
    """The beginning of the last such run, by scope (what was moved of a collection) and collection,
    in the order in which scopes were recorded. Times are those of the source, in ISO 8601."""

    began_at: Mapping[str, Times] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.began_at)

    @classmethod
    def from_document(cls, document: Mapping[str, Mapping[str, list[str]]]) -> "CompletedRuns":
        """What ``document`` has written. Raises an error of Python for anything else."""
        return cls(
            {
                scope: {name: time for time, names in times.items() for name in _listed(names)}
                for scope, times in document.items()
                # A journal without collections says nothing about any of them.
                if not isinstance(times, str)
            }
        )

    def document(self) -> dict[str, dict[str, list[str]]]:
        """Plain data: collections by scope and time."""
        return {scope: _by_time(times) for scope, times in self.began_at.items()}

    def at(self, scope: str, collection: str) -> str | None:
        """When the last run of ``scope`` began that moved ``collection``. None: none is known."""
        return self.began_at.get(scope, {}).get(collection)

    def plus(self, scope: str, collections: Collection[str], began_at: str) -> "CompletedRuns":
        """The same with a run that has just moved ``collections``."""
        times = {**self.began_at.get(scope, {}), **dict.fromkeys(collections, began_at)}
        others = {name: time for name, time in self.began_at.items() if name != scope}
        kept = [*others.items(), (scope, times)][-MAX_SCOPES:]
        while len(kept) > 1 and _characters(kept) > MAX_CHARACTERS:
            del kept[0]
        return CompletedRuns(dict(kept))


def _by_time(times: Times) -> dict[str, list[str]]:
    names: dict[str, list[str]] = defaultdict(list)
    for name, time in sorted(times.items()):
        names[time].append(name)
    return dict(names)


def _listed(names: object) -> list[str]:
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise TypeError("no list of names")
    return names


def _characters(scopes: list[tuple[str, Times]]) -> int:
    return sum(len(name) for _, times in scopes for name in times)
