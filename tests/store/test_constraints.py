"""What the database itself refuses, whoever writes: threads, replicas and tomorrow's code."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy.exc import IntegrityError, StatementError
from sqlmodel import SQLModel, select

from store.database import Database
from store.models import Decision, FollowUp, InboxRow, Lead, Membership, Offer, OutboxRow, Reminder, Rep, Team

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
Make = Callable[[], SQLModel]


def offer(**given: object) -> Offer:
    times = {"offered_at": NOON, "expires_at": NOON}
    return Offer(**{"lead_id": 1, "rep_id": 1, **times, **given})  # type: ignore[arg-type]


def reminder(**given: object) -> Reminder:
    return Reminder(**{"follow_up_id": 1, "rule": "due", "due_at": NOON, "fire_at": NOON, **given})  # type: ignore[arg-type]


def inbox_row(**given: object) -> InboxRow:
    return InboxRow(**{"key": "event:1", "kind": "x", "received_at": NOON, **given})  # type: ignore[arg-type]


def outbox_row(key: str, **given: object) -> OutboxRow:
    return OutboxRow(**{"key": key, "lane": "l", "kind": "card", "created_at": NOON, **given})  # type: ignore[arg-type]


def rep(slack_id: str = "U0BOB", **given: object) -> Rep:
    return Rep(**{"slack_id": slack_id, "name": "Bob", **given})  # type: ignore[arg-type]


def lead(**given: object) -> Lead:
    return Lead(**{"name": "Jane", "team_id": 1, "stage": "new", "created_at": NOON, **given})  # type: ignore[arg-type]


def decision(**given: object) -> Decision:
    words = {"kind": "turn", "rule": "r", "previous_hash": "", "hash": ""}
    return Decision(**{"team_id": 1, "number": 1, "lead_id": 1, "at": NOON, **words, **given})  # type: ignore[arg-type]


def follow_up(**given: object) -> FollowUp:
    return FollowUp(**{"lead_id": 1, "rep_id": 1, "due_at": NOON, "created_at": NOON, **given})  # type: ignore[arg-type]


@pytest.fixture
def filled(database: Database) -> Database:
    """A team, a rep, a lead and a follow-up, all with number 1."""
    keep(database, Team(name="smb"), rep("U0ALICE", name="Alice"))
    keep(database, lead())
    keep(database, follow_up())
    return database


def keep(database: Database, *rows: SQLModel) -> None:
    with database.session() as session:
        session.add_all(rows)
        session.commit()


REFUSED: dict[str, tuple[Make, ...]] = {
    "two open offers of one lead": (offer, offer),
    "an unknown offer status": (lambda: offer(status="maybe"),),
    "two reminders for one due time": (reminder, reminder),
    "an unknown reminder status": (lambda: reminder(status="sent"),),
    "an unknown follow-up status": (lambda: follow_up(status="late"),),
    "an inbox key that is known": (inbox_row, inbox_row),
    "an unknown inbox status": (lambda: inbox_row(status="lost"),),
    "an unknown outbox status": (lambda: outbox_row("1", status="maybe"),),
    "an outbox key that is known": (lambda: outbox_row("1"), lambda: outbox_row("1")),
    "two waiting rows of one projection": (
        lambda: outbox_row("1", coalesce_key="card:1"), lambda: outbox_row("2", coalesce_key="card:1"),
    ),
    "an unknown role": (lambda: rep(role="king"),),
    "two reps with one Slack id": (rep, rep),
    "two teams with one name": (lambda: Team(name="smb"),),
    "two seats of one rep": (
        lambda: Membership(team_id=1, rep_id=1, joined_at=NOON),
        lambda: Membership(team_id=1, rep_id=1, joined_at=NOON),
    ),
    "two decisions with one number": (decision, decision),
    "a lead of no team": (lambda: lead(team_id=99),),
    "a lead of no owner that exists": (lambda: lead(owner_id=99),),
    "a lead without a name": (lambda: lead(name=None),),
}  # fmt: skip
ALLOWED: dict[str, tuple[Make, ...]] = {
    "an open offer after a passed one": (lambda: offer(status="passed"), lambda: offer(status="lapsed"), offer),
    "reminders for two due times": (reminder, lambda: reminder(due_at=NOON + timedelta(days=1))),
    "a waiting row after a sent one": (
        lambda: outbox_row("1", coalesce_key="card:1", status="sent"), lambda: outbox_row("2", coalesce_key="card:1"),
    ),
    "many rows that do not coalesce": (lambda: outbox_row("1"), lambda: outbox_row("2")),
}  # fmt: skip


@pytest.mark.parametrize("what", REFUSED)
def test_the_database_refuses(filled: Database, what: str) -> None:
    *before, last = REFUSED[what]
    keep(filled, *(make() for make in before))
    with pytest.raises(IntegrityError):
        keep(filled, last())


@pytest.mark.parametrize("what", ALLOWED)
def test_the_database_takes(filled: Database, what: str) -> None:
    keep(filled, *(make() for make in ALLOWED[what]))


@pytest.mark.parametrize("hours", [-8, 0, 5.75, 14])
def test_a_moment_comes_back_as_the_same_moment_in_utc(filled: Database, hours: float) -> None:
    moment = datetime(2026, 11, 24, 12, 0, 0, 123456, tzinfo=timezone(timedelta(hours=hours)))
    keep(filled, rep(away_until=moment))
    with filled.session(writes=False) as session:
        away_until = session.exec(select(Rep).where(Rep.slack_id == "U0BOB")).one().away_until
    assert away_until == moment
    assert away_until is not None
    assert away_until.utcoffset() == timedelta(0)


def test_a_moment_without_a_zone_is_refused(filled: Database) -> None:
    with pytest.raises(StatementError):
        keep(filled, rep(away_until=NOON.replace(tzinfo=None)))


def test_moments_compare_as_moments_whatever_zone_they_came_in(filled: Database) -> None:
    tokyo_noon = datetime(2026, 11, 24, 12, tzinfo=timezone(timedelta(hours=9)))
    keep(filled, offer(expires_at=tokyo_noon))
    with filled.session(writes=False) as session:
        before_noon = session.exec(select(Offer).where(Offer.expires_at < NOON)).all()
    assert len(before_noon) == 1


@pytest.mark.parametrize("text", ["Zoë 🦊 <b>", "a" * 200, "\u200f", "", "日本語", "'; DROP TABLE lead; --"])
def test_text_comes_back_as_it_was(filled: Database, text: str) -> None:
    with filled.session() as session:
        found = session.exec(select(Lead)).one()
        found.name, found.fields = text, {"said": text, "nested": [1, None, True]}
        session.commit()
    with filled.session(writes=False) as session:
        found = session.exec(select(Lead)).one()
    assert (found.name, found.fields) == (text, {"said": text, "nested": [1, None, True]})
