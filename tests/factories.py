"""Small makers of people, leads and a whole office for use-case tests; time moves only when a test moves it."""

from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, TypeVar
from uuid import uuid4

from sqlalchemy import func
from sqlalchemy import select as pick
from sqlmodel import SQLModel, select

from bot import claims, decisions, digests, distribution, followups, people, reminders
from bot.followups import Outcome
from bot.intake import capture, inbox
from bot.outbox import Skip, SlackCall, Wait
from bot.people import Profile
from bot.playbook.matching import Matching, Scrub
from bot.playbook.playbook import FollowUps, Playbook, Routing, read_playbook
from bot.playbook.scoring import Scoring
from bot.projections import Projections
from bot.rules.cleaning.lead import CleanLead, clean_lead
from bot.services import Services
from bot.views.decisions import because
from store.database import Database
from store.models import FollowUp, Lead, Offer, OutboxRow, Reminder, Rep
from tests.arranged import arrange

PLAYBOOK = Path(__file__).parent.parent / "playbook.toml"
TUESDAY = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)  # 10:30 in Berlin, 9:30 in London, 4:30 in New York

ALICE = Profile("U0ALICE", "Alice", "Europe/Berlin")
BOB = Profile("U0BOB", "Bob", "Europe/London")
CAROL = Profile("U0CAROL", "Carol", "America/New_York")
DANA = Profile("U0DANA", "Dana", "Europe/Berlin")
ERIN = Profile("U0ERIN", "Erin", "Asia/Tokyo")
CHANNELS = {"#leads-smb": "C0LEADSSMB", "#leads-enterprise": "C0LEADSENT"}
JANE: dict[str, Any] = {
    "name": "Jane Doe", "email": "jane@acme.example", "phone": "+49 30 901820", "company": "Acme", "country": "DE",
    "source": "website", "message": "Please call me.", "consent": True,
}  # fmt: skip

# What the form asks for when a lead is lost or goes back; other moves do not look at it.
WHY = {"lost.reason": "price", "back.why": "they called back"}

Row = TypeVar("Row", bound=SQLModel)


@cache
def everyone_new() -> Playbook:
    """The shipped playbook, but a lead of a known account or person goes round like any other: tests use one Jane Doe.

    And no follow-up sets itself, and no stage asks for anything: what a test does not do did not happen.
    """
    playbook = read_playbook(PLAYBOOK)
    quiet = tuple(
        stage.model_copy(update={"follow_up_days": None, "stale_days": None, "needs": ()}) for stage in playbook.stages
    )  # fmt: skip
    return playbook.model_copy(
        update={
            "routing": Routing(existing_owner=False),
            "follow_ups": FollowUps(),
            "stages": quiet,
            "scoring": Scoring(),
            "scrub": Scrub(),
            "matching": Matching(merges=False, asks=False),
            "sequences": (),
        }
    )


def forgetful(playbook: Playbook) -> Playbook:
    """The same, but unless it says who is who, nobody is taken for somebody else: tests use one Jane Doe."""
    if "matching" in playbook.model_fields_set:
        return playbook
    assert playbook.version  # which the copy keeps
    return playbook.model_copy(update={"matching": Matching(merges=False, asks=False)})


class Clock:
    def __init__(self, at: datetime = TUESDAY) -> None:
        self.moment = at

    def now(self) -> datetime:
        return self.moment

    def advance(self, **span: float) -> datetime:
        self.moment += timedelta(**span)
        return self.moment

    def set(self, moment: str) -> datetime:
        """To a moment written in ISO 8601, with its zone."""
        self.moment = datetime.fromisoformat(moment).astimezone(UTC)
        return self.moment


class Office:
    """The use cases over a real database, with Dana as manager and the named reps in team smb."""

    def __init__(
        self, database: Database, *reps: Profile, at: datetime = TUESDAY, playbook: Playbook | None = None
    ) -> None:
        self.clock = Clock(at)
        self.services = Services(database, forgetful(playbook or everyone_new()), self.clock.now)
        self.projections = Projections(self.services)
        arrange(database, (self.services.playbook, reps, at), lambda: self._open(reps))

    # --- arrange

    def _open(self, reps: tuple[Profile, ...]) -> None:
        people.sync_teams(self.services, CHANNELS)
        people.sync_managers(self.services, [DANA])
        for rep in reps:
            self.seat(rep)

    def seat(self, rep: Profile, team: str = "smb") -> None:
        people.add_founding_rep(self.services, [team], rep)

    def lead(self, key: str | None = None, **fields: Any) -> int:
        return capture.take_lead(self.services, {**JANE, **fields}, key=key or uuid4().hex).lead_id

    def claimed_lead(self, by: Profile = ALICE, **fields: Any) -> int:
        lead_id = self.lead(**fields)
        claims.claim(self.services, by.slack_id, lead_id)
        return lead_id

    def follow_up(self, lead_id: int, due: datetime, *, by: Profile = ALICE, what: str = "call her") -> int:
        followups.set_follow_up(self.services, by.slack_id, lead_id, due, what, key=uuid4().hex)
        return max(row.id or 0 for row in self.rows(FollowUp))

    def done(self, follow_up_id: int, *, by: Profile = ALICE, **how: Any) -> str:
        return followups.done(self.services, by.slack_id, follow_up_id, Outcome(**how), key=uuid4().hex)

    def everything_left(self) -> None:
        """The outbox as if its rows had reached Slack, so that what comes next stands alone."""
        with self.services.unit_of_work() as uow:
            for row in uow.session.exec(select(OutboxRow).where(OutboxRow.status == "pending")):
                response = {"channel": "D0DM" if row.lane.startswith("user:") else "C0LEADSSMB", "ts": f"{row.id}.0"}
                said = self.projections.prepare(uow, row, self.clock.now())
                if isinstance(said, SlackCall) and said.method == "chat.postMessage":
                    row.channel, row.thread_ts = said.channel, said.thread_ts
                    self.projections.arrived(uow, row, response, self.clock.now())
                row.status = "sent"
            uow.commit()

    # --- time passes: what the ticks do; each returns how much was due

    def lapse_offers(self) -> int:
        due = distribution.lapsed_offers(self.services)
        for offer_id in due:
            distribution.lapse_offer(self.services, offer_id)
        return len(due)

    def drain(self) -> int:
        """How many teams had held leads for whom there was somebody."""
        due = distribution.teams_with_held_leads(self.services)
        for team_id in due:
            distribution.drain(self.services, team_id)
        return len(due)

    def fire_reminders(self) -> int:
        due = reminders.due_reminders(self.services)
        for reminder_id in due:
            reminders.fire_reminder(self.services, reminder_id)
        return len(due)

    def fire_digests(self) -> int:
        """How many digests had something to say."""
        before = len(self.rows(OutboxRow, kind="digest"))
        for rep_id in digests.due_digests(self.services):
            digests.fire_digest(self.services, rep_id)
        return len(self.rows(OutboxRow, kind="digest")) - before

    def work_off(self) -> int:
        waiting = inbox.waiting_events(self.services)
        for row_id in waiting:
            inbox.work_off(self.services, row_id)
        return len(waiting)

    # --- look

    def rows(self, model: type[Row], **equal: Any) -> list[Row]:
        with self.services.reading() as uow:
            question = select(model).filter_by(**equal)
            return sorted(uow.session.exec(question), key=lambda row: getattr(row, "id", None) or 0)

    def count(self, model: type[Row]) -> int:
        with self.services.reading() as uow:
            return uow.session.exec(select(func.count()).select_from(model)).one()

    def get(self, model: type[Row], row_id: int) -> Row:
        return self.rows(model, id=row_id)[0]

    def owner(self, lead_id: int) -> str | None:
        owner_id = self.get(Lead, lead_id).owner_id
        return self.get(Rep, owner_id).name if owner_id else None

    def offered_to(self, lead_id: int) -> str | None:
        """Whose claim the lead is now."""
        offers = self.rows(Offer, lead_id=lead_id, status="open")
        return self.get(Rep, offers[0].rep_id).name if offers else None

    def why(self, lead_id: int) -> str:
        """The reason that the card gives."""
        with self.services.reading() as uow:
            decision = uow.ledger.latest_for(lead_id)
            return because(decisions.told(uow, decision)) if decision else ""

    def waiting(self, kind: str) -> list[OutboxRow]:
        """What the bot is going to say."""
        return self.rows(OutboxRow, kind=kind, status="pending")

    def lines(self, kind: str = "thread") -> list[str]:
        return [row.payload["text"] for row in self.waiting(kind)]

    def render(self, row: OutboxRow) -> SlackCall | Skip | Wait:
        """What the sender would do with this row now."""
        with self.services.reading() as uow:
            return self.projections.prepare(uow, row, self.clock.now())

    def reminders(self, follow_up_id: int) -> list[Reminder]:
        return self.rows(Reminder, follow_up_id=follow_up_id)

    def snapshot(self) -> dict[str, int]:
        """How many rows each table has."""
        counts = [
            pick(func.count()).select_from(table).scalar_subquery().label(name)
            for name, table in SQLModel.metadata.tables.items()
        ]
        with self.services.reading() as uow:
            return dict(uow.session.connection().execute(pick(*counts)).one()._mapping)


def clean(**fields: Any) -> CleanLead:
    return clean_lead({**JANE, **fields})
