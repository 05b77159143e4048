"""When runs began that have moved everything that had changed, by what they were to move."""

from collections.abc import Mapping
from dataclasses import dataclass, field

# Those that ended last are kept.
MAX_SCOPES = 50


@dataclass(frozen=True, slots=True)
class CompletedRuns:
    """The beginning of the last such run by its scope, in the order in which they ended. Times are
    those of the source, in ISO 8601."""

    began_at: Mapping[str, str] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.began_at)

    @classmethod
    def from_document(cls, document: Mapping[str, str]) -> "CompletedRuns":
        """What a journal has. Raises an error of Python for anything else."""
        if not all(isinstance(text, str) for pair in document.items() for text in pair):
            raise TypeError("no times by scope")
        return cls(dict(document))

    def plus(self, scope: str, began_at: str) -> "CompletedRuns":
        """The same with a run that has just ended."""
        others = {name: time for name, time in self.began_at.items() if name != scope}
        kept = list(others.items())[1 - MAX_SCOPES :]
        return CompletedRuns({**dict(kept), scope: began_at})
