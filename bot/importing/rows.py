"""Writes sorted rows of an import: leads, receipts and questions at one go; the few that need more, singly."""

from collections.abc import Callable, Sequence
from datetime import datetime

from bot import merging, owners, scoring, touches
from bot.importing.plan import Plan
from bot.importing.sorting import ASK, INVALID, KIND, SAME, Sorted, Taken
from bot.rules.scoring import POINT_OF_SCORE, level_of
from bot.services import Services
from store.bulk import COMPACT, Cell, Shape
from store.models import Consent, Duplicate, Evaluation, ImportRow, Lead, LevelChange, Touch
from store.unit_of_work import UnitOfWork

LEAD = (
    "id", "name", "email", "phone", "company", "title", "country", "source", "campaign", "message", "website",
    "consent", "fields", "originals", "flaws", "profile", "account", "person_block", "company_block", "score",
    "level", "team_id", "route_reason", "route_mode", "route_needs", "held_rank",
    "rescore_at",
)  # fmt: skip
TOUCH = ("lead_id", "source")
EVALUATION = ("lead_id", "score", "fit", "engagement", "factors")
LEVEL = ("lead_id", "after", "score")
CONSENT = ("lead_id", "channel", "basis", "wording", "source")
DUPLICATE = ("lead_id", "other_id", "probability", "reasons")
ROW = ("line", "reason", "cells")
EMPTY_LIST, EMPTY = "[]", "{}"


class Writer:
    """For one import; what stays the same is looked up once."""

    def __init__(self, services: Services, plan: Plan, import_id: int) -> None:
        self._services, self._plan, self._import_id = services, plan, import_id
        with services.reading() as uow:
            self._teams = {team.name: team.id or 0 for team in uow.people.teams()}
        self._needs: dict[frozenset[str], str] = {}
        self._shapes = self._shaped(services.now())

    def _shaped(self, now: datetime) -> dict[str, Shape]:
        """How the rows of each table are alike; made once, because that takes as long as writing several rows."""
        playbook = self._services.playbook
        lead = Lead(
            name="", team_id=0, stage=playbook.first_stage.name, created_at=now, held_since=now,
            # Managers read the import's own card; nobody runs out of time with people who did not ask for anything.
            managers_told_at=now, is_quiet=True, import_id=self._import_id,
        )  # fmt: skip
        evaluation = Evaluation(
            lead_id=0, score=0, fit=0, engagement=0, playbook=playbook.version, cause=scoring.ARRIVED, at=now
        )
        return {
            "row": Shape(ImportRow(import_id=self._import_id, line=0, reason=""), ROW),
            "lead": Shape(lead, LEAD),
            "touch": Shape(Touch(kind=KIND, at=now), TOUCH),
            "evaluation": Shape(evaluation, EVALUATION),
            "level": Shape(LevelChange(lead_id=0, before="lead", after="", at=now), LEVEL),
            "consent": Shape(Consent(lead_id=0, channel="", is_given=True, at=now), CONSENT),
            "duplicate": Shape(Duplicate(lead_id=0, other_id=0, probability=0, found_at=now), DUPLICATE),
        }

    def write(self, uow: UnitOfWork, rows: Sequence[Sorted], now: datetime) -> None:
        failed: list[tuple[Cell, ...]] = [
            (row.row.line, row.reason, COMPACT(row.row.cells)) for row in rows if row.verdict == INVALID
        ]
        self._write(uow, "row", failed, now)
        taken = [row.lead for row in rows if row.lead]
        for lead, number in zip(taken, uow.imports.new_ids(len(taken)) if taken else (), strict=True):
            lead.who.lead_id = number
        self._leads(uow, taken, now)
        self._hang_on(uow, taken, now)
        self._judge(uow, [row.lead for row in rows if row.lead and row.verdict != SAME], now)
        asked: list[tuple[Cell, ...]] = [
            (one.who.lead_id, one.match.lead_id, one.match.probability, COMPACT(list(one.match.reasons)))
            for one in (row.lead for row in rows if row.verdict == ASK) if one and one.match
        ]  # fmt: skip
        self._write(uow, "duplicate", asked, now)
        for kept_id in sorted(
            {row.lead.match.lead_id for row in rows if row.verdict == SAME and row.lead and row.lead.match}
        ):
            uow.leads.lock(kept_id)  # in one order, whoever else joins leads
        for row in rows:
            if row.lead and (row.verdict == SAME or row.lead.has_owner or row.lead.has_past):
                self._singly(uow, row, row.lead, now)

    def _write(self, uow: UnitOfWork, shape: str, rows: list[tuple[Cell, ...]], now: datetime) -> None:
        if rows:
            uow.imports.write(self._shapes[shape], rows, now)

    def _leads(self, uow: UnitOfWork, taken: Sequence[Taken], now: datetime) -> None:
        """Each waits for its turn like any other that is held, and has no card until somebody works on it."""
        moment = uow.imports.bulk.moment
        ranks = [moment(now - score * POINT_OF_SCORE) for score in range(101)] if taken else []
        self._write(uow, "lead", [self._lead(one, ranks, moment) for one in taken], now)

    def _lead(self, one: Taken, ranks: list[str], moment: Callable[[datetime], str]) -> tuple[Cell, ...]:
        clean, who, where, score = one.clean, one.who, one.where, one.receipt.score
        return (
            who.lead_id, clean.name, clean.email, clean.phone, clean.company, clean.title, clean.country, clean.source,
            clean.campaign, clean.message, clean.website, one.may_mail,
            COMPACT(clean.fields) if clean.fields else EMPTY,
            COMPACT(clean.originals) if clean.originals else EMPTY,
            COMPACT(list(clean.flaws)) if clean.flaws else EMPTY_LIST,
            COMPACT(clean.profile) if clean.profile else EMPTY,
            who.account, who.person_block, who.company_block, score,
            level_of(score, self._services.playbook.scoring), self._teams[where.team], where.reason, one.mode,
            self._needed(where.needs), ranks[score], moment(one.rescore_at) if one.rescore_at else None,
        )  # fmt: skip

    def _needed(self, needs: frozenset[str]) -> str:
        if needs not in self._needs:
            self._needs[needs] = COMPACT(sorted(needs))
        return self._needs[needs]

    def _hang_on(self, uow: UnitOfWork, taken: Sequence[Taken], now: datetime) -> None:
        """Where they came from, and what they allowed."""
        self._write(uow, "touch", [(one.who.lead_id, one.clean.source) for one in taken], now)
        allowed: list[tuple[Cell, ...]] = [
            (one.who.lead_id, channel, one.clean.consent_basis, one.clean.consent_wording, one.clean.source)
            for one in taken for channel in one.clean.consented if channel != "email" or one.may_mail
        ]  # fmt: skip
        self._write(uow, "consent", allowed, now)

    def _judge(self, uow: UnitOfWork, taken: Sequence[Taken], now: datetime) -> None:
        playbook = self._services.playbook
        receipts: list[tuple[Cell, ...]] = [
            (one.who.lead_id, one.receipt.score, one.receipt.fit, one.receipt.engagement, self._factors(one))
            for one in taken
        ]
        self._write(uow, "evaluation", receipts, now)
        good: list[tuple[Cell, ...]] = [
            (one.who.lead_id, level, one.receipt.score)
            for one in taken if (level := level_of(one.receipt.score, playbook.scoring)) != "lead"
        ]  # fmt: skip
        self._write(uow, "level", good, now)

    def _factors(self, one: Taken) -> str:
        if not one.receipt.factors:
            return EMPTY_LIST
        return COMPACT([factor._asdict() for factor in one.receipt.factors])

    def _singly(self, uow: UnitOfWork, row: Sorted, one: Taken, now: datetime) -> None:
        """Who was here before, and whose account somebody has: the same as for a lead that comes alone."""
        lead = uow.leads.lock(one.who.lead_id)
        if lead is None:
            raise AssertionError("a lead of this transaction is not there")
        if one.has_past:
            touches.identify(uow, lead, one.clean, now)
        kept = uow.leads.lock(one.match.lead_id) if row.verdict == SAME and one.match else None
        if kept is not None and kept.state == "live" and one.match:
            lead.team_id = kept.team_id
            merging.join(self._services, uow, kept, lead, how=merging.CERTAIN, match=one.match, rep_id=None, now=now)
        elif known := owners.existing(self._services, uow, lead, where=one.where, now=now):
            team = owners.team_of(uow, known)
            lead.team_id = team.id or 0
            owners.give(self._services, uow, lead, known, team=team, now=now)
