"""/report: a question in plain words, answered privately; and the few words after it that ask for something else."""

import re
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from bot.reports import asking, saved
from bot.reports import forms as reports_forms
from bot.reports.asking import Answer, Kinds
from bot.reports.custom import CUSTOM
from bot.reports.table import REPORTS
from bot.rules.asking.known import QuestionError
from bot.rules.asking.reading import no_report
from bot.rules.query.typos import meant
from bot.services import Services
from bot.views import report as report_view
from bot.views import report_forms as views
from bot.views.kit import Message, say
from handlers.qualify_commands import SCORE_REPORTS
from handlers.report_answers import Asker, Place, asker_of, bring
from handlers.report_money_commands import MONEY
from handlers.report_time_commands import TIMED
from handlers.requests import as_typed
from handlers.subcommands import PERSON, Request, Subcommand, carry_out, first_word, request_of

ASKED, OWN, ALONE, ELSE = "Ask", "Your own", "By themselves", "Besides"  # headings of the help


def help_(_request: Request) -> Message:
    groups = {ASKED: [(kind.name, kind.does) for kind in REPORTS if kind.name in KIND_NAMES]}
    for heading, table in ((OWN, MADE_UP), (ALONE, TIMED), (ELSE, OTHERS)):
        groups[heading] = [(entry.usage, entry.does) for entry in table if entry.name not in KIND_NAMES]
    return views.help_message(groups)


def make_up(request: Request) -> None:
    about = Place(url=request.url).as_text()
    view = reports_forms.custom_form(request.services, request.slack_id, about)
    request.client.views_open(trigger_id=request.trigger_id, view=view)


def list_saved(request: Request) -> Message:
    return views.saved_list(saved.lines(request.services, request.slack_id))


def forget(request: Request) -> Message:
    return say(saved.forget(request.services, request.slack_id, request.words))


def asked_elsewhere(_request: Request) -> Message:
    """A kind of report is asked by `dispatch`, which can wait for it."""
    raise QuestionError("Ask for a report with /report and its name.")


KIND_NAMES = frozenset(kind.name for kind in REPORTS) - {CUSTOM.name}  # which alone opens a form
MADE_UP = (
    Subcommand("custom", "custom", "make one up in a form, and save it under a name", "custom", make_up),
    Subcommand("saved", "saved", "the reports that have a name; /report <name> asks one again", "saved", list_saved),
    Subcommand("forget", "forget <name>", "remove a saved one", "forget my week", forget),
)
OTHERS = (
    Subcommand("help", "help", "this list", "help", help_),
    *SCORE_REPORTS,
    *MONEY,
)  # fmt: skip
REPORT = (
    *(
        Subcommand(kind.name, kind.name, kind.does, kind.example, asked_elsewhere)
        for kind in REPORTS
        if kind.name in KIND_NAMES
    ),
    *(entry for entry in (*MADE_UP, *TIMED, *OTHERS) if entry.name not in KIND_NAMES),
)


def register(app: App) -> None:
    def dispatch(ack: Ack, body: dict[str, Any], client: WebClient, services: Services, reports: Kinds) -> None:
        """Its own words first, then the kinds of report, then the names under which somebody saved one."""
        verb, request = request_of(body, client, services)
        kinds = dict.fromkeys(kind.name for kind in reports)
        own = {entry.name: entry for entry in REPORT if entry.name not in KIND_NAMES}
        entry = own.get(verb.lower() or "help")
        if entry and not (entry.name in kinds and request.words):
            carry_out(entry, request, ack, "/report")
            return
        words = as_asked(body.get("text", ""))
        if verb.lower() not in kinds:
            words = saved.words_of(services, request.slack_id, words, reports)
            if not words:
                raise unknown(services, request, as_asked(body.get("text", "")), [*kinds, *own])
        later, asker = app.listener_runner.listener_executor, asker_of(body, client)
        bring(later, ack, asker, called(words), lambda: answered(services, asker, words, reports))

    app.command("/report")(dispatch)


def unknown(services: Services, request: Request, text: str, names: list[str]) -> QuestionError:
    """Of several words the first is meant for a report, or all of them for a name that somebody gave to one."""
    given = {line.name.casefold(): line.name for line in saved.lines(services, request.slack_id)}
    guess = next(iter(meant(text.casefold(), dict.fromkeys(given, 1), most=1)), "")
    if guess:
        return QuestionError(f"I do not know “/report {text[:60]}”. Did you mean “{given[guess]}”?")
    return QuestionError(no_report(first_word(text)[0], list(dict.fromkeys([*names, *given.values()]))))


def answered(services: Services, asker: Asker, words: str, reports: Kinds) -> Message:
    return shown(asking.answer(services, asker.slack_id, words, reports))


def shown(answer: Answer) -> Message:
    return report_view.message(answer.report, reader=answer.reader, words=answer.words, may_share=answer.may_share)


def called(words: str) -> str:
    """How a report is spoken of while it is worked on."""
    return f"the {first_word(words)[0][:30].lower()} report"


def as_asked(text: str) -> str:
    """As it was typed, but people by their ids: two may have one name."""
    return as_typed(re.sub(PERSON, r"@\1", text))
