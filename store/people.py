"""Who sells, in which team, and who is there."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, bindparam
from sqlmodel import Session, col, select

from store.models import Absence, Membership, Rep, Team


@dataclass(frozen=True)
class Seat:
    """A rep's place in a team's rotation."""

    membership: Membership
    rep: Rep
    team_name: str


# Asked for every lead that is dealt, so put into words once.
SEATS = (
    select(Membership, Rep, Team.name)
    .join(Rep, col(Rep.id) == col(Membership.rep_id))
    .join(Team, col(Team.id) == col(Membership.team_id))
    .where(Membership.team_id == bindparam("team"), Rep.is_active)
    .order_by(col(Membership.id))
)


class People:
    def __init__(self, session: Session, *, locks_rows: bool) -> None:
        self._session = session
        self._locks_rows = locks_rows
        # Or the session would forget them as soon as nobody else has them in hand, and ask anew.
        self._held: dict[tuple[str, int], Team | Rep] = {}

    def team(self, team_id: int) -> Team:
        found = self._held["team", team_id] = self._session.get_one(Team, team_id)
        return found

    def team_named(self, name: str) -> Team | None:
        return self._session.exec(select(Team).where(Team.name == name.lower())).first()

    def teams(self) -> list[Team]:
        return list(self._session.exec(select(Team).order_by(Team.name)))

    def team_for_decision(self, team_id: int) -> Team:
        """The team, locked until the transaction ends, so that its rotation moves one lead at a time."""
        return self._locked(col(Team.id) == team_id)

    def team_named_for_decision(self, name: str) -> Team:
        return self._locked(col(Team.name) == name)

    def _locked(self, which: ColumnElement[bool]) -> Team:
        question = select(Team).where(which)
        if self._locks_rows:
            # What this session read before it had the lock may be a decision old.
            question = question.with_for_update(key_share=True).execution_options(populate_existing=True)
        return self._session.exec(question).one()

    def rep(self, rep_id: int) -> Rep:
        found = self._held["rep", rep_id] = self._session.get_one(Rep, rep_id)
        return found

    def rep_by_slack_id(self, slack_id: str) -> Rep | None:
        return self._session.exec(select(Rep).where(Rep.slack_id == slack_id)).first()

    def rep_with_teams(self, slack_id: str) -> tuple[Rep, frozenset[int]] | None:
        """The rep, and the ids of the teams they have a seat in."""
        seats = select(Rep, col(Membership.team_id)).outerjoin(Membership, col(Membership.rep_id) == col(Rep.id))
        found = self._session.exec(seats.where(Rep.slack_id == slack_id)).all()
        return (found[0][0], frozenset(team_id for _, team_id in found if team_id is not None)) if found else None

    def reps(self, rep_ids: set[int]) -> dict[int, Rep]:
        if not rep_ids:
            return {}
        found = self._session.exec(select(Rep).where(col(Rep.id).in_(rep_ids)))
        return {rep.id: rep for rep in found if rep.id is not None}

    def names(self) -> dict[int, str]:
        """Everyone who was ever here, by id."""
        return {rep_id: name for rep_id, name in self._session.exec(select(Rep.id, Rep.name)) if rep_id}

    def active_slack_ids(self) -> list[str]:
        return list(self._session.exec(select(Rep.slack_id).where(Rep.is_active)))

    def managers(self) -> list[Rep]:
        question = select(Rep).where(Rep.role == "manager", Rep.is_active).order_by(col(Rep.id))
        return list(self._session.exec(question))

    def seats(self, team_id: int) -> list[Seat]:
        """The team's active reps in the order they joined."""
        return [Seat(*row) for row in self._session.exec(SEATS, params={"team": team_id})]

    def membership(self, team_id: int, rep_id: int) -> Membership | None:
        question = select(Membership).where(Membership.team_id == team_id, Membership.rep_id == rep_id)
        return self._session.exec(question).first()

    def set_aside_in(self, rep_id: int) -> list[int]:
        """The teams that gave up on the rep for now, in the order in which they are to be locked."""
        question = select(Membership.team_id).where(
            Membership.rep_id == rep_id, col(Membership.set_aside_at).is_not(None)
        )
        return list(self._session.exec(question.order_by(col(Membership.team_id))))

    def lapses(self, team_id: int, rep_id: int) -> int:
        """How many offers of the team the rep let lapse in a row."""
        question = select(Membership.lapses).where(Membership.team_id == team_id, Membership.rep_id == rep_id)
        return self._session.exec(question).first() or 0

    def teams_of(self, rep_id: int) -> list[Team]:
        question = (
            select(Team)
            .join(Membership, col(Membership.team_id) == col(Team.id))
            .where(Membership.rep_id == rep_id)
            .order_by(Team.name)
        )
        return list(self._session.exec(question))

    def begin_absence(self, rep: Rep, now: datetime, until: datetime) -> None:
        """Away from now on; an absence that already runs is changed."""
        self.end_absence(rep, now)
        rep.away_until = until
        self._session.add(Absence(rep_id=rep.id or 0, starts_at=now, ends_at=until))

    def end_absence(self, rep: Rep, now: datetime) -> None:
        """Back from now on, whatever was said before."""
        rep.away_until = None
        running = select(Absence).where(Absence.rep_id == rep.id, Absence.ends_at > now)
        for absence in self._session.exec(running):
            absence.ends_at = now

    def absences(self, since: datetime) -> list[Absence]:
        """Times away that lasted beyond `since`, in the order in which they began."""
        question = select(Absence).where(Absence.ends_at > since)
        return list(self._session.exec(question.order_by(col(Absence.starts_at), col(Absence.id))))

    def remember_rep(self, slack_id: str, *, name: str, time_zone: str, role: str | None = None) -> Rep:
        """Add the person, or bring the name, zone and role up to date."""
        rep = self.rep_by_slack_id(slack_id) or Rep(slack_id=slack_id, name=name)
        rep.name, rep.time_zone, rep.is_active = name, time_zone, True
        rep.role = role or rep.role
        self._session.add(rep)
        self._session.flush()
        return rep

    def remember_team(self, name: str, *, channel_id: str | None = None, witness_id: str | None = None) -> Team:
        team = self.team_named(name) or Team(name=name)
        team.channel_id = channel_id or team.channel_id
        team.witness_id = witness_id or team.witness_id
        self._session.add(team)
        self._session.flush()
        return team

    def join(self, team: Team, rep: Rep, *, now: datetime, weight: int = 1) -> bool:
        """Give the rep a seat; False when there was one already."""
        if team.id is None or rep.id is None or self.membership(team.id, rep.id):
            return False
        self._session.add(Membership(team_id=team.id, rep_id=rep.id, joined_at=now, weight=weight))
        self._session.flush()
        return True

    def leave(self, team: Team, rep: Rep) -> bool:
        """Take the seat away; False when there was none."""
        seat = self.membership(team.id or 0, rep.id or 0)
        if seat is None:
            return False
        self._session.delete(seat)
        self._session.flush()
        return True
