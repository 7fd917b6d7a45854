"""A branch waits for what the lead does, and decides where it goes on."""

from bot.playbook.sequences import Branch
from bot.rules.sequences.steps import Deed, Facts, Letter, deadline, decision
from bot.sequences.turn import Done, Outcome, Turn, Waits
from bot.sequences.writing import LOOKS_AGAIN
from bot.views.enrolments import WATCHES
from store.models import LeadMessage

WORDS = {
    "opened": "they opened it", "clicked": "they clicked", "replied": "they answered", "visited": "they came to look",
    "score": "the score is there", "nothing": "they did nothing",
}  # fmt: skip
NOT = {
    "opened": "they did not open it", "clicked": "they did not click", "replied": "they did not answer",
    "visited": "they did not come to look", "score": "the score is not there", "nothing": "they did something",
}  # fmt: skip


def branch(turn: Turn, step: Branch) -> Outcome:
    last = turn.uow.enrolments.last_message(turn.enrolment.id or 0, "email")
    if last is not None and last.sent_at is None and last.status in ("held", "waiting", "sending"):
        turn.enrolment.step_since = turn.now  # nobody can answer what has not left: the days begin when it has
        return Waits(turn.now + LOOKS_AGAIN, "waits until the message before has left")
    decided = decision(step, turn.enrolment.step_since, facts_of(turn, last), turn.now)
    if decided is None:
        return Waits(deadline(step, turn.enrolment.step_since), WATCHES)
    return Done(WORDS[step.when] if decided else NOT[step.when], step.then if decided else step.otherwise)


def facts_of(turn: Turn, last: LeadMessage | None) -> Facts:
    since = turn.enrolment.step_since
    if last is not None and last.sent_at is not None:
        since = min(since, last.sent_at)
    deeds = [Deed(one.kind, one.detail, one.at) for one in turn.uow.touches.since(turn.lead.id or 0, since)]
    return Facts(turn.lead.score, deeds, letter_of(last) if last is not None and last.status != "failed" else None)


def letter_of(last: LeadMessage) -> Letter:
    return Letter(last.sent_at, last.opened_at is not None, last.clicked_at is not None, last.replied_at is not None)
