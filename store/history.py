"""What is recorded of the past, as a replay asks for it: each question once, and leads a page at a time."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Row, and_, case, exists, func, or_, select
from sqlmodel import Session, col

from store.models import Decision, Evaluation, Lead, Membership, Offer, Rep

PAGE = 1000  # leads read at once
LONGEST_WAIT = timedelta(days=60)  # a lead that waited longer when the replay begins is left out
MADE = col(Decision.rule) != ""
# What became part of another lead as it arrived was never dealt, and is nothing to deal in a replay.
DEALT = exists().where(col(Decision.lead_id) == col(Lead.id), MADE)
# An offer that a rep could answer; a lead that was assigned has one that was over as it began.
REAL = col(Offer.expires_at) > col(Offer.offered_at)
# What a lead's deeds were worth as it came.
ENGAGEMENT = (
    select(col(Evaluation.engagement))
    .where(col(Evaluation.lead_id) == col(Lead.id), col(Evaluation.cause) == "arrived")
    .order_by(col(Evaluation.id))
    .limit(1)
    .scalar_subquery()
)
LEAD_COLUMNS = (
    *(col(getattr(Lead, name)) for name in (
        "id", "created_at", "name", "email", "phone", "company", "title", "country", "source", "campaign", "message",
        "consent", "fields", "account", "website", "profile",
    )), ENGAGEMENT.label("engagement"),
)  # fmt: skip
LeadRow = Row[Any]  # of LEAD_COLUMNS


class Event(NamedTuple):
    """A line of the ledger that is no decision about a lead."""

    team_id: int
    number: int
    kind: str
    facts: dict[str, Any]
    at: datetime


class Span(NamedTuple):
    """Something of a rep's that began, and when it ended; None if it has not."""

    rep_id: int
    began: datetime
    ended: datetime | None


@dataclass(frozen=True)
class OwnedLead:
    lead_id: int
    rep_id: int
    team_id: int
    account: str | None
    email: str | None
    phone: str | None


class History:
    def __init__(self, session: Session) -> None:
        self._session = session

    def events(self, team_id: int) -> Iterator[Event]:
        """Everything that moved a team's turns or seats besides its decisions, in order."""
        columns = (Decision.team_id, Decision.number, Decision.kind, Decision.facts, Decision.at)
        question = select(*columns).where(col(Decision.team_id) == team_id, ~MADE).order_by(col(Decision.number))  # type: ignore[call-overload]
        return (Event._make(row) for row in self._session.execute(question))

    def last_decision(self, team_id: int, before: datetime, *, but: Collection[str]) -> Decision | None:
        """The team's last decision before that moment that has its candidates; kinds in `but` have none."""
        wanted = (col(Decision.team_id) == team_id, MADE, col(Decision.kind).not_in(but), col(Decision.at) < before)
        question = select(Decision).where(*wanted).order_by(col(Decision.number).desc()).limit(1)
        return self._session.scalars(question).first()

    def answered(self, since: datetime) -> list[Span]:
        """Offers that were claimed, from offer to claim."""
        question = select(col(Offer.rep_id), col(Offer.offered_at), col(Offer.closed_at))
        claimed = (col(Offer.status) == "claimed", col(Offer.offered_at) >= since, REAL)
        return [Span._make(row) for row in self._session.execute(question.where(*claimed))]

    def taken(self, since: datetime, before: datetime) -> list[tuple[int, datetime]]:
        """Who was given a lead when, in order; offers that were not taken up do not count."""
        question = select(col(Offer.rep_id), col(Offer.offered_at)).where(
            col(Offer.offered_at) > since, col(Offer.offered_at) < before, col(Offer.status).in_(("open", "claimed"))
        )
        return [(row[0], row[1]) for row in self._session.execute(question.order_by(col(Offer.offered_at)))]

    def offers_open_at(self, moment: datetime) -> list[tuple[Span, bool]]:
        """Each with whether it was claimed in the end."""
        question = select(col(Offer.rep_id), col(Offer.offered_at), col(Offer.closed_at), col(Offer.status)).where(
            col(Offer.offered_at) < moment, or_(col(Offer.closed_at).is_(None), col(Offer.closed_at) > moment), REAL
        )
        return [(Span._make(row[:3]), row[3] == "claimed") for row in self._session.execute(question)]

    def leads_owned_at(self, moment: datetime) -> list[Span]:
        """Leads that were somebody's then and not closed: from claim to close."""
        question = select(col(Lead.owner_id), col(Lead.claimed_at), col(Lead.closed_at)).where(
            col(Lead.claimed_at) < moment, col(Lead.owner_id).is_not(None),
            or_(col(Lead.closed_at).is_(None), col(Lead.closed_at) > moment),
        )  # fmt: skip
        return [Span._make(row) for row in self._session.execute(question)]

    def closed(self, since: datetime) -> list[Span]:
        """Leads that were closed since then, from claim to close."""
        question = select(col(Lead.owner_id), col(Lead.claimed_at), col(Lead.closed_at)).where(
            col(Lead.closed_at) >= since, col(Lead.owner_id).is_not(None), col(Lead.claimed_at).is_not(None)
        )
        return [Span._make(row) for row in self._session.execute(question)]

    def reps(self) -> list[Rep]:
        return list(self._session.scalars(select(Rep).order_by(col(Rep.id))))

    def memberships(self) -> list[Membership]:
        return list(self._session.scalars(select(Membership).order_by(col(Membership.id))))

    def count_leads(self, since: datetime, until: datetime) -> int:
        question = select(func.count()).select_from(Lead)
        return self._session.scalar(question.where(col(Lead.created_at).between(since, until), DEALT)) or 0

    def leads(self, since: datetime, until: datetime, *, after: int) -> list[LeadRow]:
        """The next page of leads that came in that time, from behind number `after`."""
        came = (col(Lead.id) > after, col(Lead.created_at).between(since, until), DEALT)
        return list(self._session.execute(select(*LEAD_COLUMNS).where(*came).order_by(col(Lead.id)).limit(PAGE)))

    def leads_held_at(self, moment: datetime) -> list[LeadRow]:
        """Leads that came before that moment and waited for somebody to be free."""
        lately = (MADE, col(Decision.at) < moment, col(Decision.at) >= moment - LONGEST_WAIT)
        newest_hold = func.max(case((col(Decision.kind) == "held", col(Decision.id))))
        waiting = (
            select(col(Decision.lead_id))
            .where(*lately)
            .group_by(col(Decision.lead_id))
            .having(func.max(col(Decision.id)) == newest_hold)
        )
        not_yet = and_(
            or_(col(Lead.claimed_at).is_(None), col(Lead.claimed_at) > moment),
            or_(col(Lead.closed_at).is_(None), col(Lead.closed_at) > moment),
        )
        question = select(*LEAD_COLUMNS).where(col(Lead.id).in_(waiting), col(Lead.created_at) < moment, not_yet)
        return list(self._session.execute(question.order_by(col(Lead.id))))

    def winners(self, lead_ids: Collection[int]) -> dict[int, int]:
        """Whom each lead was dealt to first."""
        question = select(col(Decision.lead_id), col(Decision.winner_id)).where(
            col(Decision.lead_id).in_(lead_ids), MADE, col(Decision.winner_id).is_not(None)
        )
        found: dict[int, int] = {}
        for lead_id, winner_id in self._session.execute(question.order_by(col(Decision.id))):
            found.setdefault(lead_id, winner_id)
        return found

    def owned_before(
        self, moment: datetime, accounts: Collection[str], emails: Collection[str], phones: Collection[str]
    ) -> list[OwnedLead]:
        """Leads of these people and accounts that somebody owned before that moment, and owns."""
        same = [
            column.in_(values)
            for column, values in (
                (col(Lead.account), accounts), (col(Lead.email), emails), (col(Lead.phone), phones)
            ) if values
        ]  # fmt: skip
        if not same:
            return []
        columns = (Lead.id, Lead.owner_id, Lead.team_id, Lead.account, Lead.email, Lead.phone)
        question = select(*columns).where(or_(*same), col(Lead.owner_id).is_not(None), col(Lead.claimed_at) < moment)  # type: ignore[call-overload]
        return [OwnedLead(*row) for row in self._session.execute(question)]
