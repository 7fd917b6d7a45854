"""Which leads became whose in a period, when their owner was first in touch, and what came of them, as of a moment."""

from datetime import UTC
from typing import NamedTuple

from sqlmodel import Session

from store.reporting import moved, sql
from store.reporting.recording import CONTACTED
from store.reporting.scope import Scope
from store.reporting.stays import OWNED as THEIRS


class Owned(NamedTuple):
    """A lead that became somebody's; moments in whole seconds since 1970."""

    rep_id: int
    team_id: int
    lead_id: int
    got: int
    until: int  # when it was theirs no more, was closed or cleared out; else the moment asked for
    contact_at: int | None  # the first of all
    contact_by: int | None  # who owned it then
    notes: int
    done: int  # follow-ups
    is_won: bool  # and still theirs


# Of what has not gone by now, and of what went only after the moment asked for: each finds its row by an index.
CONTACTS = f"""
    LEFT JOIN reached AS contact ON contact.lead_id = stay.lead_id AND contact.step = '{CONTACTED}'
          AND contact.gone_at IS NULL AND contact.noted_at < :as_of
    LEFT JOIN reached AS past ON past.lead_id = stay.lead_id AND past.step = '{CONTACTED}'
          AND past.gone_at IS NOT NULL AND past.gone_at >= :as_of AND past.noted_at < :as_of"""
# It was not theirs just before. SQLite knows no statistics here: coalesce() keeps it from looking through all that
# ended in the same moment, or through all that a rep ever wrote, instead of what belongs to the lead.
BECAME = """stay.rep_id IS NOT NULL AND NOT stay.is_cleared AND NOT EXISTS (
    SELECT 1 FROM stay AS before WHERE before.lead_id = stay.lead_id AND before.id < stay.id
    AND coalesce(before.ended_at, before.began_at) = stay.began_at AND before.rep_id = stay.rep_id)"""
IN_PERIOD = "stay.began_at >= :starts AND stay.began_at < :ends AND stay.began_at < :as_of"
NO_MORE = "(later.rep_id IS NULL OR later.rep_id <> stay.rep_id OR later.kind <> 'open' OR later.is_cleared)"


def owned(session: Session, scope: Scope) -> list[Owned]:
    """The first time of each lead with each rep in the period; claimed, assigned and taken over alike."""
    came = sql.epoch(session, "stay.began_at")
    question = f"""
        SELECT stay.id, stay.rep_id, stay.team_id, stay.lead_id, {came},
               coalesce(CASE WHEN stay.kind <> 'open' THEN {came} END, (
                   SELECT min({sql.epoch(session, "later.began_at")}) FROM stay AS later
                   WHERE later.lead_id = stay.lead_id AND later.id > stay.id AND later.began_at < :as_of AND {NO_MORE}
               ), :until),
               coalesce({sql.epoch(session, "contact.at")}, {sql.epoch(session, "past.at")}),
               coalesce(contact.rep_id, past.rep_id),
               (SELECT count(*) FROM note
                WHERE note.lead_id = stay.lead_id AND coalesce(note.rep_id, 0) = stay.rep_id AND note.at < :as_of),
               (SELECT count(*) FROM follow_up
                WHERE follow_up.lead_id = stay.lead_id AND coalesce(follow_up.rep_id, 0) = stay.rep_id
                AND follow_up.status = 'done' AND follow_up.closed_at < :as_of),
               EXISTS (SELECT 1 FROM stay AS held WHERE held.lead_id = stay.lead_id AND held.kind = 'won'
                       AND held.rep_id = stay.rep_id AND {sql.HELD.format("held")})
        FROM stay {CONTACTS}
        WHERE {IN_PERIOD} AND {BECAME} {sql.of_scope(scope, "stay", theirs=THEIRS)}"""  # noqa: S608 - no outside words
    until = int(scope.as_of.astimezone(UTC).timestamp())
    found: dict[tuple[int, int], Owned] = {}
    for _, *row in sorted(sql.ask(session, question, scope, until=until), key=lambda row: int(row[0])):
        one = Owned(*row)
        found.setdefault((one.rep_id, one.lead_id), one._replace(is_won=bool(one.is_won)))
    notes, done = moved.notes(session, scope.as_of), moved.done(session, scope.as_of)
    return [
        one._replace(notes=one.notes + notes[key], done=one.done + done[key]) for key, one in found.items()
    ]  # fmt: skip
