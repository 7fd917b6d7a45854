"""Where rows were at a moment that a merge moved since, or a split put back: merges keep which rows they moved."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlmodel import Session, col, or_, select

from store.models import FollowUp, Merge, Note

AT_ONCE = 500


def homes(session: Session, as_of: datetime, table: str) -> dict[int, int]:
    """By the row, whose it was then; rows that nobody moved since are left out."""
    columns = (Merge.at, Merge.split_at, Merge.gone_id, Merge.kept_id, Merge.moved)
    since = or_(col(Merge.at) >= as_of, col(Merge.split_at) >= as_of)
    moves: list[tuple[datetime, int, list[int]]] = []
    for at, split_at, gone_id, kept_id, moved in session.execute(select(*columns).where(since)):  # type: ignore[call-overload]
        rows = moved.get(table, [])
        moves += [(at, gone_id, rows)] if at >= as_of else []
        moves += [(split_at, kept_id, rows)] if split_at is not None and split_at >= as_of else []
    found: dict[int, int] = {}
    for _, lead_id, rows in sorted(moves, key=lambda move: move[0]):
        for row in rows:
            found.setdefault(row, lead_id)
    return found


def notes(session: Session, as_of: datetime) -> Counter[tuple[int, int]]:
    """By how many notes each rep had more, or less, on each lead then than by whose they are now."""
    then, changes = homes(session, as_of, "note"), Counter[tuple[int, int]]()
    for some in parts(list(then)):
        those = col(Note.id).in_(some), Note.at < as_of
        for row, lead_id, rep_id in session.exec(select(Note.id, Note.lead_id, Note.rep_id).where(*those)):
            changes.update({(rep_id, then[row or 0]): 1})
            changes.subtract({(rep_id, lead_id): 1})
    return changes


def done(session: Session, as_of: datetime) -> Counter[tuple[int, int]]:
    """The same of the follow-ups that were done."""
    then, changes = homes(session, as_of, "follow_up"), Counter[tuple[int, int]]()

    for some in parts(list(then)):
        those = col(FollowUp.id).in_(some), FollowUp.status == "done", col(FollowUp.closed_at) < as_of
        for row, lead_id, rep_id in session.exec(select(FollowUp.id, FollowUp.lead_id, FollowUp.rep_id).where(*those)):
            changes.update({(rep_id, then[row or 0]): 1})
            changes.subtract({(rep_id, lead_id): 1})
    return changes


def parts(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(ids), AT_ONCE):
        yield ids[start : start + AT_ONCE]
