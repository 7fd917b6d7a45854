"""Who has opened the App Home and what they chose there, and the questions that only it asks."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ScalarSelect, and_, bindparam, case, exists, func, or_, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, select
from sqlmodel.sql.sqltypes import UTCDateTime

from store.batches import settled
from store.followups import Promise
from store.leads import containing
from store.models import Decision, FollowUp, HomeTab, Lead, Membership, Offer, Rep, Team

TEAM = "team"  # the managers' tab; "team:7" is the one of a certain team
WATCHED = timedelta(hours=12)  # a team tab that nobody has opened for longer is brought up to date when they do
# Written out, because SQLite matches a partial index only to the very same words.
OPEN_LEAD = text("lead.closed_at IS NULL")
OPEN_FOLLOW_UP = text("follow_up.status = 'open'")
OPEN_OFFER = text("offer.status = 'open'")

# Of a follow-up with its lead and rep: they own the lead, or it was lent to them and they may still see the lead.
THEIRS_TO_KEEP = (
    OPEN_FOLLOW_UP, OPEN_LEAD,
    or_(
        col(Lead.owner_id) == col(FollowUp.rep_id),
        and_(col(FollowUp.is_lent), or_(
            col(Rep.role) == "manager",
            exists().where(col(Membership.team_id) == col(Lead.team_id), col(Membership.rep_id) == col(Rep.id)),
        )),
    ),
)  # fmt: skip

# Asked with every change of every lead, so put into words once. The cover's also while the person is here: they may
# have come back this very moment.
TO_REFRESH = text(
    "SELECT slack_id FROM home_tab WHERE slack_id = :who OR (tab LIKE 'team%' AND opened_at > :since) OR slack_id IN "
    "(SELECT cover.slack_id FROM rep JOIN rep AS cover ON cover.id = rep.cover_id WHERE rep.slack_id = :who) "
    "ORDER BY slack_id"
).bindparams(bindparam("since", type_=UTCDateTime()))
WATCHING = text(
    "SELECT slack_id FROM home_tab WHERE tab LIKE 'team%' AND opened_at > :since ORDER BY slack_id"
).bindparams(bindparam("since", type_=UTCDateTime()))


@dataclass(frozen=True)
class Shared:
    """How many of a team's newest leads were dealt, and how many of them to one rep."""

    dealt: int
    theirs: int


@dataclass
class Load:
    """What a rep has in hand in a team."""

    leads: int = 0
    stale: int = 0
    overdue: int = 0
    neglected: int = 0


class HomeTabs:
    def __init__(self, session: Session, *, locks_rows: bool) -> None:
        self._session = session
        self._insert = postgresql.insert if locks_rows else sqlite.insert

    def of(self, slack_id: str) -> HomeTab | None:
        return self._session.exec(select(HomeTab).where(HomeTab.slack_id == slack_id)).first()

    def open(self, slack_id: str, now: datetime) -> HomeTab:
        """Their Home as they left it; a new one, if it is the first time."""
        row = {"slack_id": slack_id, "opened_at": now, "tab": "day", "stage": "", "search": ""}
        self._session.connection().execute(self._insert(HomeTab).values(row).on_conflict_do_nothing())
        found = self._session.get_one(HomeTab, slack_id)
        found.opened_at = now
        return found

    def to_refresh(self, slack_id: str, now: datetime) -> list[str]:
        """Whose Home shows what this person does: their own, their cover's, and those that managers watch."""
        self._session.flush()  # who covers may have changed in this transaction
        found = self._session.connection().execute(TO_REFRESH, {"who": slack_id, "since": now - WATCHED})
        return [row[0] for row in found]

    def watching(self, now: datetime) -> list[str]:
        """The managers who look at a team."""
        return list(settled(self._session, HomeTab).execute(WATCHING, {"since": now - WATCHED}).scalars())

    def people(self) -> list[tuple[HomeTab, Rep]]:
        """Everyone who has opened their Home and is here."""
        question = select(HomeTab, Rep).join(Rep, col(Rep.slack_id) == col(HomeTab.slack_id)).where(Rep.is_active)
        return list(self._session.exec(question.order_by(HomeTab.slack_id)))

    def fell_due(self, since: datetime, until: datetime) -> dict[int, datetime]:
        """The reps with open follow-ups whose time has come in between, and when it did last."""
        due = func.max(FollowUp.due_at, type_=UTCDateTime())
        question = select(FollowUp.rep_id, due).join(Rep, col(Rep.id) == col(FollowUp.rep_id))
        has_home = col(Rep.slack_id).in_(select(HomeTab.slack_id))
        between = (FollowUp.due_at > since, FollowUp.due_at <= until)
        question = question.where(has_home, OPEN_FOLLOW_UP, *between).group_by(col(FollowUp.rep_id))
        return dict(self._session.exec(question).all())

    def members(self, team_ids: Collection[int]) -> set[int]:
        """The reps with a seat in any of the teams."""
        question = select(Membership.rep_id).where(col(Membership.team_id).in_(team_ids)).distinct()
        return set(self._session.exec(question))

    def decisions(self) -> dict[int, int]:
        """The number of each team's last decision: the order in which they were committed, unlike their times."""
        return {team_id or 0: made for team_id, made in self._session.exec(select(Team.id, Team.decisions_made))}

    # --- my day

    def follow_ups(self, rep_ids: Collection[int], *, after: datetime | None, until: datetime | None, limit: int
                   ) -> list[Promise]:  # fmt: skip
        """The open follow-ups that are theirs to keep and due in between, soonest first."""
        bounds = [FollowUp.due_at > after] if after else []
        bounds += [FollowUp.due_at <= until] if until else []
        question = (
            select(FollowUp, Lead, Rep)
            .join(Lead, col(Lead.id) == col(FollowUp.lead_id))
            .join(Rep, col(Rep.id) == col(FollowUp.rep_id))
            .where(col(FollowUp.rep_id).in_(rep_ids), *THEIRS_TO_KEEP, *bounds)
            .order_by(col(FollowUp.due_at), col(FollowUp.id))
            .limit(limit)
        )
        return [Promise(*row) for row in self._session.exec(question)]

    def count_due(self, rep_ids: Collection[int], now: datetime, tonight: datetime) -> tuple[int, int, int]:
        """How many of the open follow-ups that are theirs to keep are overdue, due until tonight, and due later."""
        due = col(FollowUp.due_at)
        counts = (
            func.count(case((due <= now, 1))),
            func.count(case((and_(due > now, due <= tonight), 1))),
            func.count(case((due > tonight, 1))),
        )
        question = (
            select(*counts)
            .select_from(FollowUp)
            .join(Lead, col(Lead.id) == col(FollowUp.lead_id))
            .join(Rep, col(Rep.id) == col(FollowUp.rep_id))
            .where(col(FollowUp.rep_id).in_(rep_ids), *THEIRS_TO_KEEP)
        )
        overdue, today, later = self._session.exec(question).one()
        return overdue, today, later

    def offers(self, rep_id: int, *, limit: int) -> list[tuple[Offer, Lead]]:
        """What waits for the rep's answer, what ends soonest first."""
        question = (
            select(Offer, Lead)
            .join(Lead, col(Lead.id) == col(Offer.lead_id))
            .where(Offer.rep_id == rep_id, OPEN_OFFER)
            .order_by(col(Offer.expires_at), col(Offer.id))
            .limit(limit)
        )
        return list(self._session.exec(question))

    def share(self, team_id: int, rep_id: int, *, after: int) -> Shared:
        """Of the leads dealt since the decision of that number, how many were the rep's."""
        theirs = func.count(case((col(Decision.winner_id) == rep_id, 1)))
        dealt = (Decision.rule != "", col(Decision.winner_id).is_not(None))
        question = select(func.count(), theirs).where(Decision.team_id == team_id, Decision.number > after, *dealt)
        return Shared(*self._session.exec(question).one())

    # --- my leads

    def leads(self, owner_ids: Collection[int], *, stage: str, search: str, limit: int) -> list[Lead]:
        """Their open leads, those without a next step first, then by when it is due or it comes back by itself."""
        due = func.coalesce(col(Lead.forgone_until), next_due())
        question = select(Lead).where(*theirs(owner_ids, search), *([Lead.stage == stage] if stage else []))
        return list(self._session.exec(question.order_by(due.is_not(None), due, col(Lead.id)).limit(limit)))

    def stages(self, owner_ids: Collection[int], *, search: str) -> dict[str, int]:
        """How many such leads stand in each stage."""
        question = select(Lead.stage, func.count()).where(*theirs(owner_ids, search)).group_by(Lead.stage)
        return dict(self._session.exec(question).all())

    # --- a team

    def loads(self, team_id: int, rep_ids: Collection[int], now: datetime) -> dict[int, Load]:
        """What each of them has in hand in the team; whoever has nothing is left out."""
        found: dict[int, Load] = {}
        stale = or_(col(Lead.stale_at) <= now, col(Lead.id).in_(gone_quiet(rep_ids)))
        leads = select(Lead.owner_id, func.count(), func.count(case((stale, 1)))).group_by(col(Lead.owner_id))
        in_team = (col(Lead.owner_id).in_(rep_ids), OPEN_LEAD, Lead.team_id == team_id)
        for rep_id, count, quiet in self._session.exec(leads.where(*in_team)):
            found[rep_id or 0] = Load(leads=count, stale=quiet)
        late, climbed = (func.count(case((which, 1))) for which in (
            col(FollowUp.due_at) <= now, col(FollowUp.managers_hear) != "no",
        ))  # fmt: skip
        promises = (
            select(FollowUp.rep_id, late, climbed)
            .join(Lead, col(Lead.id) == col(FollowUp.lead_id))
            .join(Rep, col(Rep.id) == col(FollowUp.rep_id))
        )
        promised = (col(FollowUp.rep_id).in_(rep_ids), *THEIRS_TO_KEEP, Lead.team_id == team_id)
        for rep_id, overdue, neglected in self._session.exec(promises.where(*promised).group_by(col(FollowUp.rep_id))):
            load = found.setdefault(rep_id, Load())
            load.overdue, load.neglected = overdue, neglected
        return found

    def unclaimed(self, team_id: int, *, limit: int) -> tuple[list[Lead], int]:
        """The open leads that nobody owns and that are for now, the longest waiting first; and how many there are."""
        is_for_now = col(Lead.forgone_until).is_(None)
        free = (col(Lead.owner_id).is_(None), OPEN_LEAD, Lead.team_id == team_id, is_for_now)
        found = self._session.exec(select(Lead).where(*free).order_by(col(Lead.id)).limit(limit))
        return list(found), self._session.exec(select(func.count()).select_from(Lead).where(*free)).one()


def theirs(owner_ids: Collection[int], search: str) -> list[Any]:
    words = [containing(search)] if search else []
    return [col(Lead.owner_id).in_(owner_ids), OPEN_LEAD, *words]


def next_due() -> ScalarSelect[Any]:
    """When the lead's soonest open follow-up is due: one look into an index for each lead."""
    due = select(func.min(FollowUp.due_at)).where(FollowUp.lead_id == Lead.id, OPEN_FOLLOW_UP)
    return due.correlate(Lead).scalar_subquery()


def gone_quiet(rep_ids: Collection[int]) -> Any:
    """The leads with an open follow-up that silence has set."""
    return select(FollowUp.lead_id).where(
        col(FollowUp.rep_id).in_(rep_ids), FollowUp.origin == "silence", OPEN_FOLLOW_UP
    )
