"""Between Slack and the judge: what each message says of which follow-up, and which replies nobody got."""

import json
import re
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlmodel import col, select

from bot.outbox import SlackCall
from store.models import OutboxRow, Reminder
from tests.scenarios.year.judge import Word
from tests.scenarios.year.slack import Post

if TYPE_CHECKING:
    from tests.scenarios.year.world import World

NAME = re.compile(r"F\d{6}")
PARKED = timedelta(hours=1, minutes=5)  # how long a conversation that was refused is left alone
REST = timedelta(minutes=2)
LONGEST_REST = timedelta(days=5)  # of what waits for its hearer's working hours


class Desk:
    def __init__(self, world: "World") -> None:
        self._world = world
        self.words: dict[str, Word] = {}  # by the key of the message that says it
        self.keys_of: dict[tuple[int, str, datetime], set[str]] = {}  # of a follow-up, rule and due time
        self.late_keys: set[str] = set()  # taken up by Slack when nobody waited any more
        self.unknown_keys: Counter[str] = Counter()
        self.told: Callable[[Word], None] = lambda _: None  # whoever reads their messages

    # --- of the voice

    def about_to_say(self, call: SlackCall, key: str) -> None:
        channel = (call.channel or "").removeprefix("D")
        if not channel.startswith("U"):
            return
        word = self._word(channel, call, key)
        if word is not None:
            self._world.judge.about_to_say(word)
            self.words[key] = word

    def _word(self, to: str, call: SlackCall, key: str) -> Word | None:
        """Which row is said tells which rule speaks; what is said of is read as people read it."""
        world = self._world
        with world.quietly() as session:
            row = session.exec(select(OutboxRow).where(OutboxRow.key == key)).one()
            if row.kind not in ("reminder", "digest"):
                return None
            named = set(NAME.findall(json.dumps(call.arguments)))
            rule, due_at = "", None
            if row.kind == "reminder":
                reminder = session.get_one(Reminder, row.payload["reminder_id"])
                rule, due_at = reminder.rule, reminder.due_at
                same = (reminder.follow_up_id, rule, due_at)
                self.keys_of.setdefault(same, set()).add(key)
        promises = tuple(world.judge.by_name[name] for name in sorted(named) if name in world.judge.by_name)
        return Word(to, world.stack[-1].now(), promises, rule, due_at)

    def unknown(self, key: str, call: SlackCall) -> None:  # noqa: ARG002
        self.unknown_keys[key] += 1

    def arrives_late(self, key: str) -> None:
        self.late_keys.add(key)

    def refused(self, call: SlackCall) -> None:
        """For a while the conversation, or everything, is left alone."""
        now, to = self._world.clock.at, (call.channel or "").removeprefix("D")
        self._world.judge.nothing_could_be_said(now, now + (PARKED if to.startswith("U") else REST), to)

    # --- of Slack

    def delivered(self, post: Post) -> None:
        word = self.words.get(post.key)
        if word is not None:
            self._world.log("said", word.to, word.rule or "digest", [promise.name for promise in word.promises])
            self._world.judge.said(word, self._world.clock.at)
            self.told(word)

    # --- at the end

    def count_copies(self) -> None:
        """Every outcome that nobody knew is settled by now, and whatever stands twice stands there wrongly."""
        world = self._world
        verdict, by_key = world.judge.verdict, world.slack.by_key
        standing = {key: sum(not post.is_deleted for post in by_key.get(key, ())) for key in self.words}
        for key, word in self.words.items():
            names = [promise.name for promise in word.promises]
            verdict.expect("none twice", standing[key] > 1, f"{names} {word.rule} stands {standing[key]} times")
        for same, keys in self.keys_of.items():
            said = sum(standing[key] > 0 for key in keys)
            verdict.expect("each rule speaks once of a due time", said > 1, f"{same}: {said} messages")
        twice = {key: posts for key, posts in by_key.items() if len(posts) > 1}
        verdict.counts["said twice, before the sweep"] = sum(len(copies) - 1 for copies in twice.values())
        for key, copies in twice.items():
            # Slack may take a request up after the look into history said that it never came; nothing else excuses.
            verdict.expect("nothing is repeated blindly", key not in self.late_keys, f"{copies[0].text}")
        verdict.counts["unknown outcomes"] = sum(self.unknown_keys.values())
        with world.quietly() as session:
            unsettled = col(OutboxRow.status).in_(("sending", "dead")) | (
                (col(OutboxRow.status) == "pending") & (col(OutboxRow.created_at) < world.clock.at - LONGEST_REST)
            )
            for row in session.exec(select(OutboxRow).where(unsettled)):
                verdict.expect("every row settles", True, f"{row.kind} {row.status} {row.error} {row.lane}")
