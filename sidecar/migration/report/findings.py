"""What a check has to tell the administrator."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that the administrator should know before starting; ``code`` is stable."""

    code: str
    message: str
