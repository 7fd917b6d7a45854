"""/lead qualify, accept, reject and forgo; what managers ask about scores; /team rescore."""

import re

from bot import leads
from bot.errors import DibsError
from bot.qualification import calibration, checklists, forgoing, rescoring, verdicts
from bot.qualification.verdicts import AnswersMissingError
from bot.views import qualify as views
from bot.views.cards import title
from bot.views.kit import Message, say
from handlers.subcommands import Request, Subcommand


def qualify(request: Request) -> None:
    open_checklist(request, request.lead_and_rest()[0])


def open_checklist(request: Request, lead_id: int, *, verdict: str = "") -> None:
    value = checklists.form(request.services, request.slack_id, lead_id, verdict=verdict)
    request.client.views_open(trigger_id=request.trigger_id, view=views.checklist(value))


def accept(request: Request) -> Message | None:
    """What sales still has to find out is asked in a form, and just that."""
    lead_id, _ = request.lead_and_rest()
    try:
        return say(verdicts.accept(request.services, request.slack_id, lead_id))
    except AnswersMissingError:
        open_checklist(request, lead_id, verdict=views.ACCEPT)
        return None


def reject(request: Request) -> Message | None:
    lead_id, reason = request.lead_and_rest()
    if reason.strip():
        return say(verdicts.reject(request.services, request.slack_id, lead_id, reason))
    lead = leads.lead_for_action(request.services, request.slack_id, "qualify", lead_id)
    reasons = request.services.playbook.scoring.reject_reasons
    request.client.views_open(trigger_id=request.trigger_id, view=views.rejection(lead, reasons))
    return None


def forgo(request: Request) -> Message:
    lead_id, words = request.lead_and_rest()
    if words.strip().lower() == "back":
        return say(forgoing.take_up(request.services, request.slack_id, lead_id))
    if not words.strip():
        lead = leads.lead_for_action(request.services, request.slack_id, "forgo", lead_id)
        raise DibsError(f"Say until when {title(lead)} is put aside.")
    words = re.sub(r"^until\b\s*", "", words.strip(), flags=re.IGNORECASE)
    return say(forgoing.by_words(request.services, request.slack_id, lead_id, words))


def score_report(request: Request) -> Message:
    return calibration.report(request.services, request.slack_id)


def rescore(request: Request) -> Message:
    return say(rescoring.ask(request.services, request.slack_id))


QUALIFYING = (
    Subcommand("qualify", "qualify <lead>", "its score, and the questions to ask", "qualify #42", qualify),
    Subcommand("accept", "accept <lead>", "sales takes it on: it is an SQL", "accept #42", accept),
    Subcommand("reject", "reject <lead> [reason]", "sales does not, and marketing hears why",
               "reject #42 no budget", reject),
    Subcommand("forgo", "forgo <lead> <until when> [why]|back", "not now: nothing reminds of it until then",
               "forgo #42 until 1 march no budget before", forgo),
)  # fmt: skip
SCORE_REPORTS = (
    Subcommand("score", "score", "whether good scores are won more often", "score", score_report),
)  # fmt: skip
RESCORING = (
    Subcommand("rescore", "rescore", "managers: what new scoring rules would change, then do it", "rescore", rescore),
)
