"""Files of leads on their way in, what they brought, and what it takes to take them back."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlalchemy import delete, distinct, func, or_, text, update
from sqlmodel import Session, SQLModel, col, select

from store.bulk import Bulk, Cell, Shape
from store.models import (
    Answer,
    Duplicate,
    FieldChange,
    FollowUp,
    Import,
    ImportFile,
    ImportRow,
    Lead,
    LevelChange,
    Merge,
    Note,
    Offer,
    Opportunity,
    Press,
    StageChange,
    Touch,
)
from store.offers import changed_rows
from store.search_index import SQLITE_TAKE_IN

# One without its file is being read from the command line.
AT_WORK = """
    SELECT id FROM lead_import WHERE status IN ('running', 'undoing') AND made_at <= ? AND (
        status = 'undoing' OR EXISTS (SELECT 1 FROM lead_import_file WHERE import_id = lead_import.id)
    ) ORDER BY id
"""
# The same, begun a while ago: perhaps nobody reads it any more.
WITHOUT_FILE = """
    SELECT id FROM lead_import WHERE status = 'running' AND made_at <= ?
    AND NOT EXISTS (SELECT 1 FROM lead_import_file WHERE import_id = lead_import.id) ORDER BY id
"""
IS_OWNED = "EXISTS (SELECT 1 FROM lead WHERE {key} = wanted.value AND owner_id IS NOT NULL AND state = 'live')"
OWNED_SQLITE = f"SELECT wanted.value FROM json_each(:keys) AS wanted WHERE {IS_OWNED}"  # noqa: S608 - our own words
OWNED_POSTGRES = f"SELECT value FROM unnest(CAST(:keys AS text[])) AS wanted(value) WHERE {IS_OWNED}"  # noqa: S608

WAS_SEEN = "EXISTS (SELECT 1 FROM touch WHERE visitor = wanted.value AND lead_id IS NULL)"
SEEN_SQLITE = f"SELECT wanted.value FROM json_each(:keys) AS wanted WHERE {WAS_SEEN}"  # noqa: S608 - our own words
SEEN_POSTGRES = f"SELECT value FROM unnest(CAST(:keys AS text[])) AS wanted(value) WHERE {WAS_SEEN}"  # noqa: S608


RETIRE = """
    UPDATE lead SET state = 'merged', merged_into_id = :kept, team_id = :team, closed_at = {at}, held_since = NULL,
    held_rank = NULL, rescore_at = NULL WHERE id = :gone
"""


@dataclass(frozen=True)
class Share:
    """What of an import one rep has: given or offered; or nobody yet."""

    rep_id: int | None
    leads: int
    held: int = 0
    offered: int = 0
    ever: int = 0  # the leads that they were ever given or offered


class Imports:
    def __init__(self, session: Session, *, locks_rows: bool) -> None:
        self._session = session
        self._locks_rows = locks_rows

    @cached_property
    def bulk(self) -> Bulk:
        return Bulk(self._session, locks_rows=self._locks_rows)

    # --- the job

    def add(self, job: Import, content: bytes | None) -> Import:
        self._session.add(job)
        self._session.flush()
        if content is not None:
            self._session.add(ImportFile(import_id=job.id or 0, content=content))
        return job

    def get(self, import_id: int) -> Import | None:
        return self._session.exec(select(Import).where(Import.id == import_id)).first()

    def lock(self, import_id: int) -> Import | None:
        question = select(Import).where(Import.id == import_id)
        if self._locks_rows:
            question = question.with_for_update()
        return self._session.exec(question.execution_options(populate_existing=True)).first()

    def content(self, import_id: int) -> bytes | None:
        return self._session.exec(select(ImportFile.content).where(ImportFile.import_id == import_id)).first()

    def keep_content(self, import_id: int, content: bytes) -> None:
        """The file, fetched again perhaps."""
        self.forget_content(import_id)
        self._session.add(ImportFile(import_id=import_id, content=content))

    def forget_content(self, import_id: int) -> None:
        self._session.execute(delete(ImportFile).where(col(ImportFile.import_id) == import_id))

    def turn(self, import_id: int, status: str, *, now: datetime | None = None, before: Sequence[str]) -> bool:
        """Let it be `status` from now on; of several at once exactly one hears True."""
        values: dict[str, Any] = {"status": status} | ({"done_at": now} if now else {})
        change = update(Import).where(col(Import.id) == import_id, col(Import.status).in_(before)).values(values)
        return changed_rows(self._session.execute(change.execution_options(synchronize_session=False))) == 1

    def move_on(self, import_id: int, *, status: str, before: int, after: int, counts: dict[str, Any]) -> bool:
        """Rows up to `after` are in, with this transaction; False when somebody else was here, or it was stopped."""
        change = (
            update(Import)
            .where(col(Import.id) == import_id, col(Import.next_row) == before, col(Import.status) == status)
            .values(next_row=after, counts=counts)
            .execution_options(synchronize_session=False)
        )
        return changed_rows(self._session.execute(change)) == 1

    def brought_in(self, digest: str, *, among: int = 200) -> datetime | None:
        """When a file with this content was imported, if it was one of the last."""
        question = select(Import).where(Import.status == "done").order_by(col(Import.id).desc()).limit(among)
        return next((job.done_at for job in self._session.exec(question) if job.plan.get("digest") == digest), None)

    def being_dealt(self, since: datetime) -> list[Import]:
        """Those that are in, and of which somebody may still hear something."""
        question = select(Import).where(Import.status == "done", col(Import.done_at) > since)
        return [job for job in self._session.exec(question.order_by(col(Import.id))) if not job.counts.get("settled")]

    def drafts(self, before: datetime, *, limit: int = 100) -> list[int]:
        """Files that somebody gave long ago and never looked at again."""
        question = select(Import.id).where(Import.status == "draft", col(Import.made_at) < before).limit(limit)
        return [import_id for import_id in self._session.exec(question) if import_id is not None]

    # --- rows

    def new_ids(self, count: int) -> list[int]:
        """Numbers for so many leads, in this transaction."""
        if self._locks_rows:
            series = "SELECT nextval(pg_get_serial_sequence('lead', 'id')) FROM generate_series(1, :count)"
            return [row[0] for row in self._session.connection().execute(text(series), {"count": count})]
        # Nobody else writes meanwhile, and leads are never deleted.
        newest = self._session.connection().execute(text("SELECT coalesce(max(id), 0) FROM lead")).scalar_one()
        return list(range(newest + 1, newest + 1 + count))

    def owned(self, accounts: Collection[str], emails: Collection[str], phones: Collection[str]) -> set[str]:
        """Which of these belong to a lead that somebody owns."""
        found: set[str] = set()
        asked = OWNED_POSTGRES if self._locks_rows else OWNED_SQLITE
        for key, values in (("account", accounts), ("email", emails), ("phone", phones)):
            if values:
                given: Any = list(values) if self._locks_rows else json.dumps(list(values))
                sql = text(asked.format(key=key))
                found.update(row[0] for row in self._session.connection().execute(sql, {"keys": given}))
        return found

    def seen(self, emails: Collection[str]) -> set[str]:
        """Whose touches were kept before anybody knew them by name."""
        if not emails:
            return set()
        asked = SEEN_POSTGRES if self._locks_rows else SEEN_SQLITE
        given: Any = list(emails) if self._locks_rows else json.dumps(list(emails))
        return {row[0] for row in self._session.connection().execute(text(asked), {"keys": given})}

    def live(self, lead_ids: Collection[int]) -> set[int]:
        """Which of these leads are still leads of their own."""
        if not lead_ids:
            return set()
        question = select(Lead.id).where(col(Lead.id).in_(lead_ids), Lead.state == "live")
        return {number for number in self._session.exec(question) if number is not None}

    def write(self, shape: Shape, rows: Collection[tuple[Cell, ...]], now: datetime | None = None) -> None:
        """Leads can be found by their words from then on."""
        self.bulk.write(shape, rows, now)
        if rows and shape.table == "lead" and "id" in shape.columns and not self._locks_rows:
            place = shape.columns.index("id")
            numbers = [int(row[place] or 0) for row in rows]
            self._session.connection().exec_driver_sql(SQLITE_TAKE_IN, (min(numbers), max(numbers)))

    def failed(self, import_id: int, *, after: int = 0, limit: int = 1000) -> list[ImportRow]:
        """The rows that were not taken, in the file's order."""
        question = select(ImportRow).where(ImportRow.import_id == import_id)
        return list(self._session.exec(question.order_by(col(ImportRow.line)).offset(after).limit(limit)))

    def count_failed(self, import_id: int) -> int:
        question = select(func.count()).select_from(ImportRow).where(ImportRow.import_id == import_id)
        return self._session.exec(question).one()

    # --- what became of its leads

    def shares(self, import_id: int) -> list[Share]:
        """Who has, or had, how many of its leads; under nobody, those that wait or are open to all."""
        owned = (
            select(Lead.owner_id, func.count(), func.count(col(Lead.held_since)))
            .where(Lead.import_id == import_id, Lead.state == "live")
            .group_by(col(Lead.owner_id))
        )
        offered = (
            select(
                Offer.rep_id, func.count().filter(col(Offer.status) == "open"), func.count(distinct(col(Offer.lead_id)))
            )
            .join(Lead, col(Lead.id) == col(Offer.lead_id))
            .where(Lead.import_id == import_id, Lead.state == "live")
            .group_by(col(Offer.rep_id))
        )
        offers = {rep_id: (count, ever) for rep_id, count, ever in self._session.exec(offered)}
        found = [Share(rep_id, leads, held, *offers.pop(rep_id or 0, (0, leads)))
                 for rep_id, leads, held in self._session.exec(owned)]  # fmt: skip
        return found + [Share(rep_id, 0, 0, count, ever) for rep_id, (count, ever) in offers.items()]

    def leads_of(self, import_id: int, rep_id: int, *, limit: int) -> list[Lead]:
        """The import's leads that the rep owns or is offered, the oldest first."""
        offered = select(Offer.lead_id).where(Offer.rep_id == rep_id, Offer.status == "open")
        question = select(Lead).where(
            Lead.import_id == import_id, Lead.state == "live",
            (col(Lead.owner_id) == rep_id) | col(Lead.id).in_(offered),
        )  # fmt: skip
        return list(self._session.exec(question.order_by(col(Lead.id)).limit(limit)))

    def leads_after(self, import_id: int, lead_id: int, *, limit: int) -> list[int]:
        """The numbers of its leads from behind that one on, merged ones too."""
        question = select(Lead.id).where(Lead.import_id == import_id, col(Lead.id) > lead_id)
        return [found for found in self._session.exec(question.order_by(col(Lead.id)).limit(limit)) if found]

    def lock_leads(self, lead_ids: Collection[int]) -> list[Lead]:
        """The leads as they are now, in one order, held until the transaction ends."""
        question = select(Lead).where(col(Lead.id).in_(lead_ids)).order_by(col(Lead.id))
        if self._locks_rows:
            question = question.with_for_update(key_share=True)
        return list(self._session.exec(question.execution_options(populate_existing=True)))

    def merges_of(self, lead_ids: Collection[int]) -> list[Merge]:
        """The merges by which some of the leads are part of others now."""
        question = select(Merge).where(col(Merge.gone_id).in_(lead_ids), col(Merge.split_at).is_(None))
        return list(self._session.exec(question.order_by(col(Merge.gone_id))))

    def join(self, rows: Collection[tuple[int, int, int]], moment: str) -> dict[int, list[int]]:
        """Rows just written, each part of another lead in that lead's team; returns the touches that went along."""
        connection, touches = self._session.connection(), dict[int, list[int]]()
        gone = [row[0] for row in rows]
        asked = select(Touch.id, Touch.lead_id).where(col(Touch.lead_id).in_(gone)).order_by(col(Touch.id))
        for touch_id, lead_id in self._session.exec(asked):
            touches.setdefault(lead_id or 0, []).append(touch_id or 0)
        values = [
            {"gone": gone_id, "kept": kept_id, "team": team_id, "at": moment} for gone_id, kept_id, team_id in rows
        ]
        at = "CAST(:at AS timestamptz)" if self._locks_rows else ":at"
        connection.execute(text(RETIRE.format(at=at)), values)
        connection.execute(text("UPDATE touch SET lead_id = :kept WHERE lead_id = :gone"), values)
        return touches

    def withdraw_offers(self, lead_ids: Collection[int], now: datetime) -> set[int]:
        """Nobody may claim these any more; returns the reps who could."""
        those = (col(Offer.lead_id).in_(lead_ids), col(Offer.status) == "open")
        reps = {rep_id for rep_id in self._session.exec(select(Offer.rep_id).where(*those)) if rep_id}
        ending = update(Offer).where(*those).values(status="withdrawn", closed_at=now)
        self._session.execute(ending.execution_options(synchronize_session=False))
        return reps

    def with_follow_ups(self, lead_ids: Collection[int]) -> set[int]:
        """Those of the leads of which something is planned."""
        question = select(FollowUp.lead_id).where(col(FollowUp.lead_id).in_(lead_ids), FollowUp.status == "open")
        return {number for number in self._session.exec(question) if number}

    def worked_on(self, lead_ids: Collection[int], import_id: int) -> set[int]:
        """Those of its leads with which somebody has done something since, or that did something themselves."""
        found: set[int] = set()
        for model, has_happened in HAPPENED:
            lead_id = col(model.lead_id)  # type: ignore[attr-defined]
            asked = select(lead_id).where(lead_id.in_(lead_ids), text(has_happened)).distinct()
            found.update(self._session.scalars(asked))
        joined = (
            select(Merge.kept_id).join(Lead, col(Lead.id) == col(Merge.gone_id))
            .where(col(Merge.kept_id).in_(lead_ids), col(Merge.split_at).is_(None))
            .where(or_(col(Lead.import_id).is_(None), col(Lead.import_id) != import_id))
        )  # fmt: skip
        contacted = select(Lead.id).where(col(Lead.id).in_(lead_ids), col(Lead.first_contact_at).is_not(None))
        return found | {number for asked in (joined, contacted) for number in self._session.exec(asked) if number}

    def forget_questions(self, lead_ids: Collection[int]) -> None:
        """Nobody is asked any more whether these are somebody we know."""
        about = or_(col(Duplicate.lead_id).in_(lead_ids), col(Duplicate.other_id).in_(lead_ids))
        asked = delete(Duplicate).where(about, col(Duplicate.status) == "open")
        self._session.execute(asked.execution_options(synchronize_session=False))


THEIR_OWN = """
    touch.kind NOT IN ('import', 'identified')
    AND touch.at >= (SELECT created_at FROM lead WHERE lead.id = touch.lead_id)
"""
# What a person did with a lead, or the lead itself; not what an import, the turns or the playbook did.
HAPPENED: tuple[tuple[type[SQLModel], str], ...] = (
    (Note, "1 = 1"), (StageChange, "1 = 1"), (Answer, "1 = 1"), (Opportunity, "1 = 1"),
    (FieldChange, "field_change.rep_id IS NOT NULL"), (LevelChange, "level_change.rep_id IS NOT NULL"),
    (FollowUp, "(follow_up.origin = 'rep' OR follow_up.status = 'done')"),
    (Touch, THEIR_OWN),
    (Press, "1 = 1"),
)  # fmt: skip
