"""What a check tells the administrator."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to know before a migration starts. ``code`` is stable."""

    code: str
    message: str
