"""Which leads a question to the store is about, and as of when."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Scope:
    """Moments are aware UTC; None is no limit. What was written down at or after `as_of` is not there yet."""

    starts: datetime
    ends: datetime
    as_of: datetime
    zone: str  # by whose calendar days and months are told apart
    team_ids: frozenset[int] | None = None
    rep_ids: frozenset[int] | None = None  # owners
    sources: frozenset[str] | None = None
