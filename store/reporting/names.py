"""The names that somebody may say who asks for a report, and the leads behind its numbers."""

from collections.abc import Collection, Sequence

from sqlalchemy import bindparam, text
from sqlmodel import Session, col, select

from store.models import Lead, Rep

AT_ONCE = 500
# What is summed already is read from the sums; what is not yet has an index of its own.
SOURCES = """
    SELECT source FROM stage_total WHERE span = 0
    UNION SELECT source FROM stay WHERE folded < 1
"""
SEEN = """
    SELECT source FROM stage_total WHERE span = 0 AND team_id IN :team_ids
    UNION SELECT source FROM stay WHERE folded < 1 AND team_id IN :team_ids
    UNION SELECT source FROM stay WHERE ended_at IS NULL AND rep_id = :rep_id
"""


def sources(session: Session) -> tuple[str, ...]:
    """Where leads ever came from."""
    return tuple(sorted(session.connection().execute(text(SOURCES)).scalars()))


def sources_seen(session: Session, team_ids: Collection[int], rep_id: int) -> tuple[str, ...]:
    """Where those of these teams came from, and the rep's own."""
    asked = text(SEEN).bindparams(bindparam("team_ids", expanding=True))
    found = session.connection().execute(asked, {"team_ids": list(team_ids), "rep_id": rep_id})
    return tuple(sorted(found.scalars()))


def people(session: Session) -> dict[str, tuple[int, str]]:
    """Everyone who was ever here, by Slack id: their number and their name."""
    found = session.exec(select(Rep.slack_id, Rep.id, Rep.name).order_by(col(Rep.id)))
    return {slack_id: (rep_id, name) for slack_id, rep_id, name in found if rep_id is not None}


def leads(session: Session, numbers: Sequence[int]) -> list[Lead]:
    """In the order of their numbers' list."""
    found: dict[int | None, Lead] = {}
    for start in range(0, len(numbers), AT_ONCE):
        question = select(Lead).where(col(Lead.id).in_(numbers[start : start + AT_ONCE]))
        found |= {lead.id: lead for lead in session.exec(question)}
    return [found[number] for number in numbers if number in found]
