"""What a team's page shows: who had how much, what is on offer, what waits; and what a leaver leaves behind."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, or_, text
from sqlmodel import Session, col, select

from store.models import Decision, FollowUp, Lead, Membership, Offer, Rep, Team

OPEN_OFFER = text("offer.status = 'open'")
OPEN_LEAD = text("lead.closed_at IS NULL")
OPEN_FOLLOW_UP = text("follow_up.status = 'open'")


@dataclass
class Record:
    """What a rep had in a team: leads by the kind of decision since they joined, and how their offers ended."""

    dealt: dict[str, int] = field(default_factory=dict)
    ended: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class InFlight:
    """An offer that waits for an answer."""

    offer: Offer
    lead: Lead
    rep: Rep


class Teams:
    def __init__(self, session: Session) -> None:
        self._session = session

    def records(self, team_id: int) -> dict[int, Record]:
        """By rep; reps without any are left out."""
        found: dict[int, Record] = {}
        since_joined = (col(Membership.rep_id) == col(Decision.winner_id)) & (
            col(Membership.joined_at) <= col(Decision.at)
        )
        dealt = (
            select(Decision.winner_id, Decision.kind, func.count())
            .join(Membership, since_joined)
            .where(Decision.team_id == team_id, Membership.team_id == team_id, Decision.rule != "")
            .group_by(col(Decision.winner_id), col(Decision.kind))
        )
        for rep_id, kind, count in self._session.exec(dealt):
            found.setdefault(rep_id or 0, Record()).dealt[kind] = count
        ended = (
            select(Offer.rep_id, Offer.status, func.count())
            .join(Lead, col(Lead.id) == col(Offer.lead_id))
            .where(Lead.team_id == team_id)
            .group_by(col(Offer.rep_id), col(Offer.status))
        )
        for rep_id, status, count in self._session.exec(ended):
            found.setdefault(rep_id, Record()).ended[status] = count
        return found

    def offers(self, team_id: int, *, limit: int) -> list[InFlight]:
        """The open offers of the team's leads, those that end soonest first."""
        question = (
            select(Offer, Lead, Rep)
            .join(Lead, col(Lead.id) == col(Offer.lead_id))
            .join(Rep, col(Rep.id) == col(Offer.rep_id))
            .where(Lead.team_id == team_id, OPEN_OFFER)
            .order_by(col(Offer.expires_at), col(Offer.id))
            .limit(limit)
        )
        return [InFlight(*row) for row in self._session.exec(question)]

    def count_offers(self, team_id: int) -> int:
        question = select(func.count()).select_from(Offer).join(Lead, col(Lead.id) == col(Offer.lead_id))
        return self._session.exec(question.where(Lead.team_id == team_id, OPEN_OFFER)).one()

    def count_held(self, team_id: int) -> int:
        question = select(func.count()).select_from(Lead).where(Lead.team_id == team_id)
        return self._session.exec(question.where(text("lead.held_since IS NOT NULL"))).one()

    def of_channel(self, channel_id: str) -> list[Team]:
        """The teams whose leads are posted there."""
        chosen = col(Team.chosen_channel_id)
        question = select(Team).where(or_(chosen == channel_id, chosen.is_(None) & (Team.channel_id == channel_id)))
        return list(self._session.exec(question.order_by(col(Team.id))))

    # --- somebody leaves

    def owned(self, rep_id: int) -> list[tuple[str, str, int]]:
        """How many open leads they own: team, stage and count."""
        question = (
            select(Team.name, Lead.stage, func.count())
            .join(Team, col(Team.id) == col(Lead.team_id))
            .where(Lead.owner_id == rep_id, OPEN_LEAD)
            .group_by(Team.name, Lead.stage)
            .order_by(Team.name, Lead.stage)
        )
        return list(self._session.exec(question))

    def next_owned(self, rep_id: int, team_ids: Collection[int] | None, *, after: int = 0) -> int | None:
        """Their first open lead after the one of that id, of these teams or of any."""
        question = select(Lead.id).where(Lead.owner_id == rep_id, col(Lead.id) > after, OPEN_LEAD)
        if team_ids is not None:
            question = question.where(col(Lead.team_id).in_(team_ids))
        return self._session.exec(question.order_by(col(Lead.id)).limit(1)).first()

    def next_offered(self, rep_id: int, team_ids: Collection[int] | None, *, after: int = 0) -> int | None:
        """The first lead after the one of that id that is on offer to them."""
        question = (
            select(Lead.id)
            .join(Offer, col(Offer.lead_id) == col(Lead.id))
            .where(Offer.rep_id == rep_id, col(Lead.id) > after, OPEN_OFFER)
        )
        if team_ids is not None:
            question = question.where(col(Lead.team_id).in_(team_ids))
        return self._session.exec(question.order_by(col(Lead.id)).limit(1)).first()

    def count_open(self, rep_id: int) -> tuple[int, int]:
        """Their open follow-ups and their open offers."""
        follow_ups = select(func.count()).select_from(FollowUp).where(FollowUp.rep_id == rep_id, OPEN_FOLLOW_UP)
        offers = select(func.count()).select_from(Offer).where(Offer.rep_id == rep_id, OPEN_OFFER)
        return self._session.exec(follow_ups).one(), self._session.exec(offers).one()

    def seats_of(self, rep_id: int) -> list[int]:
        """The teams they have a seat in, in the order in which they are to be locked."""
        question = select(Membership.team_id).where(Membership.rep_id == rep_id)
        return list(self._session.exec(question.order_by(col(Membership.team_id))))

    def covered_by(self, rep_id: int) -> list[Rep]:
        """Whose cover they were named."""
        return list(self._session.exec(select(Rep).where(Rep.cover_id == rep_id).order_by(col(Rep.id))))

    def absences_over(self, now: datetime) -> list[int]:
        """The reps whose time away has ended and who are still marked as away."""
        question = select(Rep.id).where(col(Rep.away_until) <= now).order_by(col(Rep.id))
        return [rep_id for rep_id in self._session.exec(question) if rep_id is not None]
