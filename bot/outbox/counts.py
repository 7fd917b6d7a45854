"""What the sender of this process has done, for metrics."""

import threading
from collections import Counter


class Counts:
    """Names: sent, rate_limited, not_sent, refused, doubtful, adopted, said_again, possible_duplicates,
    duplicates_removed, lost_turns.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: Counter[str] = Counter()

    def add(self, name: str) -> None:
        with self._lock:
            self._counts[name] += 1

    def all(self) -> dict[str, int]:
        with self._lock:
            return dict(self._counts)
