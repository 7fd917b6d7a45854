"""Mistakes that others have made, made here on purpose: a harness that does not catch them proves nothing."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlmodel import col, update

from bot import claims, reminders, speech
from bot.actors import actor, lead_for
from bot.claims import Claimed
from bot.outbox import Arrived, Sender
from bot.outbox.delivery import Doubt, Hand
from bot.services import Services
from bot.views.cards import title
from store.models import OutboxLane, OutboxRow, Reminder


class MarksBeforeSending(Sender):
    """At most once: the row is sent on paper before it is sent."""

    def _speak(self, hand: Hand) -> None:
        assert hand.call is not None
        self._delivery._keep_arrival(hand, {}, "", tell=False, sweep=False)
        outcome = self._voice.call(hand.call, key=hand.key)
        if isinstance(outcome, Arrived):
            with self._unit_of_work() as uow:
                row = uow.outbox.row(hand.row_id)
                self._delivery._projector.arrived(uow, row, outcome.response, self._now())
                uow.commit()


class RetriesBlindly(Sender):
    """At least once: whatever is in doubt is said again without a look."""

    def _settle(self, hand: Hand, doubt: Doubt) -> None:  # noqa: ARG002
        self._say_again(hand)


class ResetsOnStart(Sender):
    """Starts with a clean slate: what was being sent must be unsent."""

    def start(self) -> None:
        with self._unit_of_work() as uow:
            doubtful = col(OutboxRow.status) == "sending", col(OutboxRow.coalesce_key).is_(None)
            uow.session.exec(update(OutboxRow).where(*doubtful).values(status="pending"))
            free = update(OutboxLane).where(col(OutboxLane.holder).is_not(None))
            uow.session.exec(free.values(holder=None, next_at=self._now()))
            uow.commit()
        super().start()


def claim_naively(services: Services, slack_id: str, lead_id: int) -> Claimed:
    """Look whether the lead is free, and then take it."""
    with services.reading() as uow:
        lead = lead_for(uow, actor(uow, slack_id), "claim", lead_id)
        if lead.owner_id is not None:
            return Claimed(lead_id, title(lead), is_repeat=True)
    with services.unit_of_work() as uow:
        who = actor(uow, slack_id)
        lead = lead_for(uow, who, "claim", lead_id)
        lead.owner_id, lead.claimed_at = who.rep_id, services.now()
        claims.settle(services, uow, who, lead, services.now())
        uow.commit()
        return Claimed(lead_id, title(lead))


def fire_in_two_steps(services: Services, reminder_id: int) -> None:
    """Settle the reminder, so that nobody else says it, and queue it then."""
    now = services.now()
    with services.unit_of_work() as uow:
        if not uow.reminders.settle(reminder_id, "fired", now=now):
            return
        uow.commit()
    with services.unit_of_work() as uow:
        reminder = uow.session.get_one(Reminder, reminder_id)
        speech.remind(uow, reminder, "U0DANA", now)
        uow.commit()


@dataclass(frozen=True)
class Variant:
    sender: Callable[..., Any] = Sender
    claim: Callable[[Services, str, int], Claimed] = claims.claim
    fire: Callable[[Services, int], None] = reminders.fire_reminder


BUGS = {
    "": Variant(),
    "marks before sending": Variant(sender=MarksBeforeSending),
    "retries blindly": Variant(sender=RetriesBlindly),
    "resets sending rows on start": Variant(sender=ResetsOnStart),
    "claims naively": Variant(claim=claim_naively),
    "settles a reminder before it is queued": Variant(fire=fire_in_two_steps),
}
