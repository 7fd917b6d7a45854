"""Writes sorted rows of an import: leads, receipts and questions at one go; the few that need more, singly."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from bot import merging, owners
from bot.contact.addresses import PLACES, SALT, hashed
from bot.importing.plan import Plan
from bot.importing.sorting import ASK, INVALID, KIND, SAME, Sorted, Taken
from bot.intake import touches
from bot.qualification import scoring
from bot.rules.cleaning.lead import CleanLead
from bot.rules.merging import FILLED, JOINED
from bot.rules.scoring import POINT_OF_SCORE, level_of
from bot.services import Services
from store.bulk import COMPACT, Cell, Shape
from store.models import Consent, Duplicate, Evaluation, ImportRow, Lead, LevelChange, Merge, Touch
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
CONSENT = ("lead_id", "channel", "basis", "wording", "source", "recipient")
DUPLICATE = ("lead_id", "other_id", "probability", "reasons")
MERGE = ("kept_id", "gone_id", "probability", "reasons", "moved", "before")
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
        self._touches_count = any(rule.counts(KIND, "") for rule in services.playbook.scoring.engagement)

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
            "merge": Shape(Merge(kept_id=0, gone_id=0, how=merging.CERTAIN, probability=0, at=now), MERGE),
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
        self._grade(uow, taken, now)
        asked: list[tuple[Cell, ...]] = [
            (one.who.lead_id, one.match.lead_id, one.match.probability, COMPACT(list(one.match.reasons)))
            for one in (row.lead for row in rows if row.verdict == ASK) if one and one.match
        ]  # fmt: skip
        self._write(uow, "duplicate", asked, now)
        self._those_who_need_more(uow, rows, now)

    def _those_who_need_more(self, uow: UnitOfWork, rows: Sequence[Sorted], now: datetime) -> None:
        """In the file's order, as what a lead is joined with may depend on it."""
        numbers = sorted({one.match.lead_id for one in map(same_as, rows) if one and one.match})
        kept = {lead.id: lead for lead in uow.imports.lock_leads(numbers)} if numbers else {}
        plain: list[tuple[Taken, Lead]] = []  # who only came once more
        for row in rows:
            one = row.lead
            if one is None or not (row.verdict == SAME or one.has_owner or one.has_past):
                continue
            twin = kept.get(one.match.lead_id) if row.verdict == SAME and one.match else None
            if twin is not None and not self._touches_count and says_nothing_new(one, twin):
                plain.append((one, twin))
                continue
            plain = self._came_again(uow, plain, now)
            self._singly(uow, row, one, now)
        self._came_again(uow, plain, now)

    def _came_again(self, uow: UnitOfWork, plain: Sequence[tuple[Taken, Lead]], now: datetime) -> list[Any]:
        """Their touch is the lead's; nothing else of it changes. Returns what is left to do."""
        if not plain:
            return []
        touched = uow.imports.join(
            [(one.who.lead_id, kept.id or 0, kept.team_id) for one, kept in plain], uow.imports.bulk.moment(now)
        )  # fmt: skip
        at = now.astimezone(UTC)
        joined: list[tuple[Cell, ...]] = [
            (
                kept.id, one.who.lead_id, one.match.probability, COMPACT(list(one.match.reasons)),
                COMPACT({"touch": touched[one.who.lead_id], "made": []}), COMPACT(retired(one, kept.id or 0, at)),
            )
            for one, kept in plain if one.match
        ]  # fmt: skip
        self._write(uow, "merge", joined, now)
        uow.recorder.changed(one.who.lead_id for one, _ in plain)
        return []

    def _write(self, uow: UnitOfWork, shape: str, rows: list[tuple[Cell, ...]], now: datetime) -> None:
        if rows:
            uow.imports.write(self._shapes[shape], rows, now)

    def _leads(self, uow: UnitOfWork, taken: Sequence[Taken], now: datetime) -> None:
        """Each waits for its turn like any other that is held, and has no card until somebody works on it."""
        moment = uow.imports.bulk.moment
        ranks = [moment(now - score * POINT_OF_SCORE) for score in range(101)] if taken else []
        self._write(uow, "lead", [self._lead(one, ranks, moment) for one in taken], now)
        if taken:
            uow.recorder.arrived(self._import_id, after=min(one.who.lead_id for one in taken) - 1)

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
        salt = uow.secrets.get(SALT) if any(one.clean.consented for one in taken) else ""
        allowed: list[tuple[Cell, ...]] = [
            (one.who.lead_id, channel, one.clean.consent_basis, one.clean.consent_wording, one.clean.source,
             named_by(salt, one.clean, channel))
            for one in taken for channel in one.clean.consented if channel != "email" or one.may_mail
        ]  # fmt: skip
        self._write(uow, "consent", allowed, now)

    def _judge(self, uow: UnitOfWork, taken: Sequence[Taken], now: datetime) -> None:
        receipts: list[tuple[Cell, ...]] = [
            (one.who.lead_id, one.receipt.score, one.receipt.fit, one.receipt.engagement, self._factors(one))
            for one in taken
        ]
        self._write(uow, "evaluation", receipts, now)

    def _grade(self, uow: UnitOfWork, taken: Sequence[Taken], now: datetime) -> None:
        """Also whoever only came once more: parted again, it is a lead of its own, of the level that it came with."""
        rules = self._services.playbook.scoring
        good: list[tuple[Cell, ...]] = [
            (one.who.lead_id, level, one.receipt.score)
            for one in taken if (level := level_of(one.receipt.score, rules)) != "lead"
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


def named_by(salt: str, clean: CleanLead, channel: str) -> str:
    """The name of the address for which they said yes to that channel."""
    place = PLACES[channel]
    address = clean.email if place == "email" else clean.phone
    return hashed(salt, place, address) if address else ""


def same_as(row: Sorted) -> Taken | None:
    return row.lead if row.verdict == SAME else None


def says_nothing_new(one: Taken, kept: Lead) -> bool:
    """Whether joining it would change nothing of the lead that there is."""
    if kept.state != "live" or one.has_past or one.clean.consented or one.may_mail:
        return False
    known = {name: getattr(one.who if name == "account" else one.clean, name, None) for name in FILLED}
    if any(value and not getattr(kept, name) for name, value in known.items()):
        return False
    return all(getattr(one.clean, name).keys() <= getattr(kept, name).keys() for name in JOINED)


def retired(one: Taken, kept_id: int, at: datetime) -> dict[str, Any]:
    """What the merge changed, for a split to take it back: only where the row itself stood."""
    waited = {"held_since": at, "held_rank": at - one.receipt.score * POINT_OF_SCORE, "rescore_at": one.rescore_at}
    return {
        f"lead:{one.who.lead_id}": {
            "state": ["live", "merged"], "merged_into_id": [None, kept_id], "closed_at": [None, at.isoformat()],
            **{name: [moment.astimezone(UTC).isoformat(), None] for name, moment in waited.items() if moment},
        }
    }  # fmt: skip
