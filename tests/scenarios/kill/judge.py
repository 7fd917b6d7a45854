"""Compares what clients were told, what the database holds and what stands in Slack."""

import json
import random
import re
import time
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx
from slack_sdk import WebClient
from sqlmodel import col, select

from bot.messenger import Messenger
from bot.outbox import Pace, Sender
from bot.projections import Projections
from store.database import Database
from store.models import FollowUp, Lead, Note, OutboxRow, Rep
from store.unit_of_work import unit_of_work
from tests.scenarios.kill import town

WORD = re.compile(r"[\w-]+")
Message = dict[str, Any]


@dataclass
class Verdict:
    """What a run of kills has done. `broken` lists the promises that were not kept."""

    kills: int = 0
    acked: Counter[str] = field(default_factory=Counter)
    messages: int = 0
    doubtful: int = 0
    duplicates: int = 0
    duplicates_after_sweep: int = 0
    errors: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)

    def expect(self, promise: str, wrong: Iterable[object]) -> None:
        found = list(wrong)
        if found:
            self.broken.append(f"{promise}: {len(found)}, such as {found[:3]}")

    def __str__(self) -> str:
        counts = ", ".join(f"{count} {name}s" for name, count in sorted(self.acked.items()))
        lines = [
            f"{self.kills} kills; acked {counts}; {self.messages} messages, {self.doubtful} rows in doubt;",
            f"{self.duplicates} duplicates, {self.duplicates_after_sweep} after the sweep;",
            f"errors {Counter(self.errors).most_common(3)}",
            *(f"BROKEN: {promise}" for promise in self.broken),
        ]
        return "\n  ".join(lines)


class Slack:
    """What people see in the sandbox."""

    def __init__(
        self, url: str, channels: Iterable[str] = town.CHANNELS.values(), people: Iterable[str] = town.EVERYBODY
    ) -> None:
        with httpx.Client(base_url=url, trust_env=False, timeout=30) as http:
            places = [(channel, "U0DANA") for channel in channels]
            for person in people:
                opened = http.post("/sandbox/open-dm", json={"user": person}).json()
                places.append((opened["channel"], person))
            self.by_channel: dict[str, list[Message]] = {
                channel: http.get(f"/sandbox/messages/{channel}", params={"as": reader}).json()["messages"]
                for channel, reader in places
            }
        self.messages = [message for messages in self.by_channel.values() for message in messages]
        self.cards = [m for m in self.messages if m.get("thread_ts", m["ts"]) == m["ts"]]
        self._lines = defaultdict[str, list[str]](list)
        for message in self.messages:
            if message.get("thread_ts", message["ts"]) != message["ts"]:
                self._lines[message["thread_ts"]].append(message["text"])

    def copies_too_many(self) -> int:
        keys = Counter(m["metadata"]["event_payload"]["key"] for m in self.messages if m.get("metadata"))
        return sum(count - 1 for count in keys.values())

    def lines_under(self, card: Message) -> list[str]:
        return self._lines[card["ts"]]


def judge(database: Database, url: str, client: WebClient, acks: Path) -> Verdict:
    verdict = Verdict()
    told = [line.split(" ") for line in acks.read_text(encoding="utf-8").splitlines()]
    verdict.acked = Counter(words[0] for words in told if words[0] not in ("error", "counts"))
    verdict.errors = [" ".join(words[1:]) for words in told if words[0] == "error"]
    verdict.duplicates = Slack(url).copies_too_many()
    sweep(database, client)
    slack = Slack(url)
    verdict.messages = len(slack.messages)
    verdict.duplicates_after_sweep = slack.copies_too_many()
    verdict.expect("a copy too many after the sweep", ["copy"] * verdict.duplicates_after_sweep)
    with database.session(writes=False) as session:
        leads = list(session.exec(select(Lead)))
        reps = {rep.id: rep for rep in session.exec(select(Rep))}
        notes = list(session.exec(select(Note)))
        promises = list(session.exec(select(FollowUp)))
        rows = list(session.exec(select(OutboxRow).order_by(col(OutboxRow.id))))
    verdict.doubtful = sum(row.attempts > 1 or row.error == "found in history" for row in rows)
    judge_acks(verdict, told, leads, notes, promises)
    judge_cards(verdict, slack, leads, reps)
    judge_lines(verdict, slack, notes, promises)
    judge_rows(verdict, rows)
    return verdict


def judge_acks(
    verdict: Verdict, told: list[list[str]], leads: list[Lead], notes: list[Note], promises: list[FollowUp]
) -> None:
    names = {f"Lead {words[2]}" for words in told if words[0] == "lead"}
    verdict.expect("acked leads lost", names - {lead.name for lead in leads})
    said = {f"note {words[2]}" for words in told if words[0] == "note"}
    verdict.expect("acked notes lost", said - {note.text for note in notes})
    promised = {f"call {words[2]}" for words in told if words[0] == "follow_up"}
    verdict.expect("acked follow-ups lost", promised - {promise.what for promise in promises})
    winners = Counter(words[1] for words in told if words[0] == "claim")
    verdict.expect("leads that two were told is theirs", [lead for lead, n in winners.items() if n > 1])
    owned = {str(lead.id) for lead in leads if lead.owner_id}
    verdict.expect("acked claims lost", set(winners) - owned)


def judge_cards(verdict: Verdict, slack: Slack, leads: list[Lead], reps: dict[int | None, Rep]) -> None:
    by_lead: dict[int, list[Message]] = {lead.id or 0: [] for lead in leads}
    for card in slack.cards:
        number = card["text"].split(" ")[0].removeprefix("#")
        if number.isdigit():
            by_lead[int(number)].append(card)
    verdict.expect("leads without a card", [lead for lead, cards in by_lead.items() if not cards])
    verdict.expect("leads with two cards", [lead for lead, cards in by_lead.items() if len(cards) > 1])
    shown = [(lead, by_lead[lead.id or 0][0]) for lead in leads if by_lead[lead.id or 0]]
    claimed = {lead.id: sum("claimed this lead" in line for line in slack.lines_under(card)) for lead, card in shown}
    verdict.expect(
        "claims not told exactly once",
        [f"#{lead.id}: {claimed[lead.id]}" for lead, _ in shown if claimed[lead.id] != bool(lead.owner_id)],
    )
    verdict.expect(
        "cards that show an old state",
        [lead.id for lead, card in shown if lead.owner_id
         and reps[lead.owner_id].slack_id not in json.dumps(card["blocks"])],
    )  # fmt: skip


def judge_lines(verdict: Verdict, slack: Slack, notes: list[Note], promises: list[FollowUp]) -> None:
    texts = Counter(word for message in slack.messages for word in words_of(message["text"]))
    verdict.expect("notes not shown exactly once", [note.text for note in notes if texts[note.text.split(" ")[1]] != 1])
    shown = Counter(word for message in slack.messages for word in words_of(json.dumps(message)))
    # Once in the lead's thread, once as the reminder.
    verdict.expect(
        "reminders not sent exactly once",
        [f"{promise.what}: {shown[promise.what.split(' ')[1]]}" for promise in promises
         if shown[promise.what.split(" ")[1]] != 2],
    )  # fmt: skip


def words_of(text: str) -> set[str]:
    return set(WORD.findall(text))


def judge_rows(verdict: Verdict, rows: list[OutboxRow]) -> None:
    verdict.expect("rows that never settled", [row.id for row in rows if row.status not in ("sent", "skipped")])
    posts = [row for row in rows if row.method == "chat.postMessage" and row.ts]
    by_lane = sorted(posts, key=lambda row: row.lane)
    verdict.expect(
        "messages out of order",
        [row.id for before, row in pairwise(by_lane) if before.lane == row.lane and (before.ts or "") > (row.ts or "")],
    )


def sweep(database: Database, client: WebClient) -> None:
    """What the bot does by itself two and ten minutes later."""
    for later in (timedelta(minutes=3), timedelta(minutes=12)):
        sender = Sender(
            lambda: unit_of_work(database), Messenger(client), Projections(town.services(database)),
            now=lambda later=later: datetime.now(UTC) + later,  # type: ignore[misc]
            monotonic=time.monotonic, rng=random.Random(0), pace=Pace.unlimited(),  # noqa: S311
        )  # fmt: skip
        while sender.sweep_one():
            pass
