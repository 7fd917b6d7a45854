"""A lead's story from everything that was written down about it: who did what when, for whoever asks."""

from collections.abc import Collection, Iterator
from itertools import groupby

from bot.actors import actor, lead_for
from bot.playbook.fields import hidden_names
from bot.rules.policy import Actor
from bot.services import Services
from bot.views import contact as contact_views
from bot.views import enrolments as enrolment_views
from bot.views import meetings as meeting_views
from bot.views import timeline as views
from bot.views.timeline import PAGE, Entry, Page
from store.models import Lead
from store.unit_of_work import UnitOfWork

DIBS, THE_LEAD = "Dibs", "The lead"


def page(services: Services, slack_id: str, lead_id: int, start: int = 0) -> Page:
    """Part of the story, newest first.

    Raises:
        NotAllowedError: the lead is not of their teams.
    """
    with services.reading() as uow:
        who = actor(uow, slack_id)
        lead = lead_for(uow, who, "see", lead_id)
        return page_of(services, uow, who, lead, start=start)


def page_of(
    services: Services, uow: UnitOfWork, who: Actor, lead: Lead, *, start: int = 0, length: int = PAGE
) -> Page:  # fmt: skip
    entries = story(uow, lead, hidden_names(services.playbook.fields, is_manager=who.is_manager))[::-1]
    start = min(max(start, 0), max(len(entries) - 1, 0))
    return Page(lead, tuple(entries[start : start + length]), start, len(entries))


def story(uow: UnitOfWork, lead: Lead, hidden: Collection[str]) -> list[Entry]:
    """All entries, oldest first; what happened at the same moment stands in the order of its kinds."""
    teller = Teller(uow, lead, hidden)
    entries = [
        *teller.what_it_did(), *teller.what_was_found_out(), *teller.who_had_it(), *teller.what_we_did(),
        *teller.what_it_was_in(), *teller.what_was_written(), *teller.what_came_of_meetings(),
    ]  # fmt: skip
    return sorted(entries, key=lambda entry: entry.at)


class Teller:
    """Tells one lead's rows as entries."""

    def __init__(self, uow: UnitOfWork, lead: Lead, hidden: Collection[str]) -> None:
        self._rows, self._lead_id, self._hidden = uow.timeline, lead.id or 0, hidden
        self._enrolments = uow.enrolments
        self._names = uow.people.names()
        self._moves = self._rows.moves(self._lead_id)
        self._moved_at = {move.at for move in self._moves}
        self._rejected_at = {one.at for one in self._rows.levels(self._lead_id) if one.after == views.REJECTED}

    def _by(self, rep_id: int | None) -> str:
        return self._names.get(rep_id or 0, DIBS)

    def what_it_did(self) -> Iterator[Entry]:
        touches = sorted(self._rows.touches(self._lead_id), key=lambda touch: (touch.at, touch.id or 0))
        consents = self._rows.consents(self._lead_id)
        for number, touch in enumerate(touches):
            said = [one for one in consents if views.is_part_of(one, touch)]
            consents = [one for one in consents if one not in said]
            yield Entry(touch.at, THE_LEAD, views.touch(touch, is_first=number == 0) + views.agreed(said), "👤")
        for _, together in groupby(sorted(consents, key=lambda one: (one.at, one.id or 0)), key=views.breath):
            first, *others = together
            by = self._by(first.rep_id) if first.rep_id else THE_LEAD
            words = views.consent(first, *others, is_written_down=first.rep_id is not None)
            yield Entry(first.at, by, words, "🔏")

    def what_was_found_out(self) -> Iterator[Entry]:
        for change in self._rows.corrections(self._lead_id):
            if change.field not in self._hidden:
                yield Entry(change.at, self._by(change.rep_id), views.correction(change), "✏️")
        for answer in self._rows.answers(self._lead_id):
            yield Entry(answer.at, self._by(answer.rep_id), views.answer(answer), "❓")
        for level in self._rows.levels(self._lead_id):
            if level.after == views.REJECTED and level.at in self._moved_at:
                continue  # the move tells of it
            yield Entry(level.at, self._by(level.rep_id), views.level(level), "📈")
        for merge in self._rows.merges(self._lead_id):
            yield Entry(merge.at, self._by(merge.rep_id), views.merge(merge, self._lead_id), "🔗")
            if merge.split_at is not None:
                yield Entry(merge.split_at, self._by(merge.split_by), views.split(merge, self._lead_id), "✂️")

    def who_had_it(self) -> Iterator[Entry]:
        for decision in self._rows.decisions(self._lead_id):
            if decision.winner_id is not None:
                yield Entry(decision.at, DIBS, views.decision(decision, self._by(decision.winner_id)), "🎯")
        for press in self._rows.claims(self._lead_id):
            yield Entry(press.at, self._by(press.rep_id), "claimed it", "✋")
        for offer in self._rows.offers(self._lead_id):
            yield Entry(offer.closed_at or offer.expires_at, self._by(offer.rep_id), views.offer(offer), "↪️")

    def what_we_did(self) -> Iterator[Entry]:
        for note in self._rows.notes(self._lead_id):
            yield Entry(note.at, self._by(note.rep_id), note.text, "📝")
        for move in self._moves:
            words = views.move(move, is_rejection=move.at in self._rejected_at)
            yield Entry(move.at, self._by(move.rep_id), words, "➡️")
        for kept in self._rows.kept(self._lead_id):
            yield Entry(kept.closed_at or kept.due_at, self._by(kept.rep_id), views.kept(kept), "✅")

    def what_was_written(self) -> Iterator[Entry]:
        """What became of each message; what they did with it is told of as what they did."""
        for message in reversed(self._rows.messages(self._lead_id)):
            words = contact_views.told(message)
            if words:
                yield Entry(message.sent_at or message.due_at, self._by(message.rep_id), words, "✉️")

    def what_came_of_meetings(self) -> Iterator[Entry]:
        """That they were booked is told of as what the lead did."""
        for meeting in self._rows.meetings(self._lead_id):
            words = meeting_views.ended(meeting, self._by(meeting.rep_id))
            if words and meeting.ended_at is not None:
                yield Entry(meeting.ended_at, DIBS, words, "📅")

    def what_it_was_in(self) -> Iterator[Entry]:
        """Sequences, and why they left steps out; what those wrote and changed is told of by itself."""
        for one in self._enrolments.of_lead(self._lead_id):
            yield Entry(one.entered_at, self._by(one.rep_id), enrolment_views.came(one), "▶️")
            if one.left_at is not None:
                yield Entry(one.left_at, DIBS, enrolment_views.ended(one), "⏹️")
        for one, taken in self._enrolments.steps_of_lead(self._lead_id):
            if enrolment_views.is_skipped(taken):
                yield Entry(taken.at, DIBS, enrolment_views.skipped(one, taken), "⏭️")
