"""One lead at one crash point, and what must be true of it when everything is over."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from sqlmodel import func, select

from bot.views.report_schedules import REMOVE
from store.database import Database
from store.models import (
    Enrolment,
    FollowUp,
    Lead,
    LeadMessage,
    LevelChange,
    Merge,
    OutboxRow,
    Reminder,
    Rep,
    ReportSchedule,
    StepTaken,
)
from tests.scenarios.kill import town
from tests.scenarios.kill.judge import Slack
from tests.scenarios.kill.points import Point

OWNER, RIVAL = "U0DANA", "U0ERIN"  # managers, who may claim what is on offer to somebody else
TEAM = town.TEAMS[0]
SAID = {"reminder": 1, "digest": 1, "promise": 1, "done": 2}  # how often a thread speaks of the follow-up
WORDS = {"again": "Seen again", "same": "joined", "accept": "accepted it"}  # what a thread says of what else is done


@dataclass(frozen=True)
class Scene:
    point: Point
    key: str
    lead_id: int
    began: datetime
    lost: Path  # where the request is kept that was on the wire
    follow_up_id: int = 0
    other_id: int = 0  # another lead of the same person
    schedule_id: int = 0  # of a report that is to come

    def with_follow_up(self, database: Database) -> "Scene":
        with database.session(writes=False) as session:
            found = session.exec(select(FollowUp.id).where(FollowUp.lead_id == self.lead_id)).one()
        return replace(self, follow_up_id=found or 0)

    def with_schedule(self, database: Database) -> "Scene":
        with database.session(writes=False) as session:
            found = session.exec(select(func.max(ReportSchedule.id))).one()
        return replace(self, schedule_id=found or 0)


def look(url: str) -> Slack:
    """Where a scene can be seen: in one channel, and in what its owner is told."""
    return Slack(url, [town.CHANNELS[TEAM]], [OWNER])


def judge(scene: Scene, database: Database, url: str, copies: int) -> list[str]:
    """The promises that were not kept; `copies` is how many were too many before the sweep."""
    slack = look(url)
    with database.session(writes=False) as session:
        lead = session.get_one(Lead, scene.lead_id)
        owner = session.get(Rep, lead.owner_id) if lead.owner_id else None
        promises = list(session.exec(select(FollowUp).where(FollowUp.lead_id == scene.lead_id)))
        reminders = [
            reminder for promise in promises
            for reminder in session.exec(select(Reminder).where(Reminder.follow_up_id == promise.id))
        ]  # fmt: skip
        waiting = list(session.exec(select(OutboxRow.id).where(OutboxRow.status.not_in(("sent", "skipped")))))  # type: ignore[attr-defined]
    found = {
        "copies too many before the sweep": (copies, scene.point.copies),
        "copies too many after the sweep": (slack.copies_too_many(), 0),
        "rows that never settled": (waiting, []),
        "the lead's owner": (owner and owner.slack_id, OWNER),
        **dict(of_thread(scene, slack, lead)),
        **dict(of_promise(scene, slack, promises, reminders)),
        **dict(of_who_and_how_good(scene, slack, database)),
        **dict(of_report(scene, slack)),
        **dict(of_steps(scene, slack, database)),
    }
    return [f"{what}: {seen} instead of {wanted}" for what, (seen, wanted) in found.items() if seen != wanted]


def of_thread(scene: Scene, slack: Slack, lead: Lead) -> Iterator[tuple[str, tuple[object, object]]]:
    cards = [card for card in slack.cards if card["ts"] == lead.card_ts]
    yield "cards", (len([card for card in slack.cards if card["text"].startswith(f"#{lead.id} ")]), 1)
    lines = [line for card in cards for line in slack.lines_under(card)]
    yield "lines about the claim", (sum("claimed this lead" in line for line in lines), 1)
    yield "cards that name the owner", (sum(OWNER in json.dumps(card["blocks"]) for card in cards), 1)
    promised = sum(f"call {scene.key}" in line for line in lines)
    yield "lines about the follow-up", (promised, SAID.get(scene.point.work, 0))


def of_promise(
    scene: Scene, slack: Slack, promises: list[FollowUp], reminders: list[Reminder]
) -> Iterator[tuple[str, tuple[object, object]]]:
    work = scene.point.work
    if work not in SAID:
        return
    status = "done" if work == "done" else "open"
    yield "follow-ups", ([promise.status for promise in promises], [status])
    said = [m for m in slack.cards if f"call {scene.key}" in json.dumps(m)]
    yield "direct messages", (len(said), {"promise": 0, "digest": 2}.get(work, 1))
    spoken = [reminder for reminder in reminders if reminder.ts]
    yield "reminders", ([one.status for one in reminders if one.status == "fired"], ["fired"] * len(spoken))
    yield "where the reminder stands", ([one.ts for one in spoken], [m["ts"] for m in said][: len(spoken)])


def of_who_and_how_good(scene: Scene, slack: Slack, database: Database) -> Iterator[tuple[str, tuple[object, object]]]:
    """Of a lead that was seen again, joined with another or accepted."""
    work = scene.point.work
    if work not in WORDS:
        return
    with database.session(writes=False) as session:
        lead = session.get_one(Lead, scene.lead_id)
        states = sorted(session.exec(select(Lead.state).where(Lead.name == lead.name)))
        into = list(session.exec(select(Merge.gone_id).where(Merge.kept_id == lead.id)))
        levels = list(session.exec(select(LevelChange.after).where(LevelChange.lead_id == lead.id)))
    is_accepted = work == "accept"
    yield "rows of this person", (states, ["live"] if is_accepted else ["live", "merged"])
    yield "merges", (len(into), 0 if is_accepted else 1)
    yield "levels", ((lead.level, levels), ("sql", ["sql"]) if is_accepted else ("lead", []))
    lines = [line for card in slack.cards if card["ts"] == lead.card_ts for line in slack.lines_under(card)]
    yield "lines about what was done", (sum(WORDS[work] in line for line in lines), 1)


def of_report(scene: Scene, slack: Slack) -> Iterator[tuple[str, tuple[object, object]]]:
    if scene.schedule_id:
        button = {"action_id": REMOVE, "value": str(scene.schedule_id)}
        pressable = [
            element for card in slack.cards for block in card.get("blocks", []) for element in block.get("elements", [])
        ]  # fmt: skip
        yield "reports", (sum(button.items() <= element.items() for element in pressable), 1)


def of_steps(scene: Scene, slack: Slack, database: Database) -> Iterator[tuple[str, tuple[object, object]]]:
    """Of a lead whose steps were due: each taken once, with what it says."""
    if scene.point.work != "step":
        return
    with database.session(writes=False) as session:
        enrolment = session.exec(select(Enrolment).where(Enrolment.lead_id == scene.lead_id)).one()
        steps = list(session.exec(select(StepTaken.step).where(StepTaken.enrolment_id == enrolment.id)))
        messages = list(session.exec(select(LeadMessage.step).where(LeadMessage.lead_id == scene.lead_id)))
    yield "where it stands", ((enrolment.status, enrolment.step), ("active", "wait 1"))
    yield "steps taken", (steps, ["email 1", "nudge 1", "segment 1"])
    yield "messages to the lead", (messages, ["email 1"])
    nudges = [card for card in slack.cards if f"Lead {scene.key}" in card["text"] and "say hello" in card["text"]]
    yield "words to the owner", (len(nudges), 1)
