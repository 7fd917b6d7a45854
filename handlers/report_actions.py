"""What is done with an answer: shared, refined, given as a file, opened. Every press asks anew, in its own right."""

import json
from collections.abc import Callable
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from functools import partial
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot import directory
from bot.errors import DibsError, InvalidInputError, Problem
from bot.reports import asking, forms, saved, sharing
from bot.reports.asking import Kinds
from bot.reports.custom import CUSTOM
from bot.services import Services
from bot.views import kit, report
from bot.views import report_forms as views
from bot.views.kit import Block
from handlers.import_actions import CLOSED
from handlers.lead_actions import show
from handlers.report_answers import Asker, Place, asker_of, in_background, place_in, replace, why
from handlers.report_commands import REPORT, answered, called
from handlers.requests import Press, press, submitted
from handlers.telling import leave_for

TAKEN = tuple(entry.name for entry in REPORT)
UNKNOWN = "This button is not one I know any more. Ask the report again."


@dataclass(frozen=True)
class Heard:
    """What Bolt gives to a listener, and who goes on once that is acknowledged."""

    later: Executor
    ack: Ack
    body: dict[str, Any]
    client: WebClient
    services: Services
    reports: Kinds

    @property
    def slack_id(self) -> str:
        return str(self.body["user"]["id"])

    @property
    def pressed(self) -> Press:
        return press(self.body)


def register(app: App) -> None:
    for action_id, press_listener in (
        (report.SHARE, open_share), (report.REFINE, open_refine), (report.CSV, send_csv),
        (views.LEADS_CSV, send_leads_csv), (report.BEHIND, open_behind),
    ):  # fmt: skip
        app.action(action_id)(heard_by(app, press_listener))
    for callback_id, form_listener in ((views.SHARE, share), (views.REFINE, refine), (views.CUSTOM, make_up)):
        app.view(callback_id)(heard_by(app, form_listener))
    app.action(views.LEAD)(open_lead)


def heard_by(app: App, listener: Callable[[Heard], None]) -> Callable[..., None]:
    def handed(ack: Ack, body: dict[str, Any], client: WebClient, services: Services, reports: Kinds) -> None:
        listener(Heard(app.listener_runner.listener_executor, ack, body, client, services, reports))

    # Not functools.wraps: Bolt would look through it for the arguments that it is to give.
    handed.__name__ = listener.__name__
    return handed


# --- shared


def open_share(heard: Heard) -> None:
    pressed = heard.pressed
    asked = sharing.may_share(heard.services, pressed.slack_id, pressed.value, heard.reports)
    channel = "" if pressed.channel.startswith("D") else pressed.channel
    about = Place(words=asked.words, channel=pressed.channel).as_text()
    view = views.share(f"{called(asked.words)} of {asked.period.name}", channel, about)
    heard.client.views_open(trigger_id=pressed.trigger_id, view=view)
    heard.ack()


def share(heard: Heard) -> None:
    """What is refused is said in the form; the report itself may take longer than that may stand open."""
    place, channel = place_in(heard.body), submitted(heard.body).get(views.CHANNEL, "")
    sharing.may_share(heard.services, heard.slack_id, place.words, heard.reports)
    if not directory.is_in_channel(heard.client, channel, among_us=True):
        raise InvalidInputError([Problem(views.CHANNEL, directory.NOT_THERE)])
    heard.ack()
    key = f"{heard.slack_id}:{heard.body['view']['id']}"
    work = partial(
        sharing.share, heard.services, heard.slack_id, place.words, channel=channel, key=key, kinds=heard.reports
    )
    unless_refused(heard, place.channel, work)


def unless_refused(heard: Heard, channel: str, work: Callable[[], None]) -> None:
    """Do it afterwards; why it could not be done is said privately, whatever the reason."""
    job = heard.later.submit(work)

    def tell() -> None:
        error = job.exception()
        if error is not None:
            leave_for(heard.services, heard.slack_id, channel or None, kit.say(why(error)))

    in_background(heard.later, tell)


# --- refined, and made up


def open_refine(heard: Heard) -> None:
    pressed, asker = heard.pressed, asker_of(heard.body, heard.client)
    about = Place(asker.url, asker.replaces, pressed.value, pressed.channel).as_text()
    view = forms.refine_form(heard.services, pressed.slack_id, pressed.value, about, heard.reports)
    heard.client.views_open(trigger_id=pressed.trigger_id, view=view)
    heard.ack()


def refine(heard: Heard) -> None:
    values, place = submitted(heard.body), place_in(heard.body)
    kind = values.get(views.REPORT, "")
    words = forms.words_from(heard.services, heard.slack_id, kind, values, before=place.words, kinds=heard.reports)
    heard.ack()
    answer_at(heard, place, words)


def make_up(heard: Heard) -> None:
    """Asked, and kept under a name where one was given."""
    values, place = submitted(heard.body), place_in(heard.body)
    words = forms.words_from(heard.services, heard.slack_id, CUSTOM.name, values, kinds=heard.reports)
    name = values.get(views.NAME, "").strip()
    if name:
        saved.save(heard.services, heard.slack_id, name, words, kinds=heard.reports, taken=TAKEN)
    heard.ack()
    answer_at(heard, place, words)


def answer_at(heard: Heard, place: Place, words: str) -> None:
    asker = Asker(heard.client, heard.slack_id, place.url, place.replaces)
    replace(heard.later, asker, called(words), partial(answered, heard.services, asker, words, heard.reports))


# --- as a file


def send_csv(heard: Heard) -> None:
    send_file(heard, "", heard.pressed.value)


def send_leads_csv(heard: Heard) -> None:
    send_file(heard, *row_and_words(heard.pressed.value))


def send_file(heard: Heard, key: str, words: str) -> None:
    asking.question(heard.services, heard.slack_id, words, heard.reports)
    heard.ack()
    work = partial(sharing.send_file, heard.services, heard.slack_id, words, key=key, kinds=heard.reports)
    unless_refused(heard, heard.pressed.channel, work)


def row_and_words(value: str) -> tuple[str, str]:
    """Which row of which report."""
    try:
        key, words = json.loads(value)
    except (ValueError, TypeError) as error:
        raise DibsError(UNKNOWN) from error
    return str(key), str(words)


# --- opened


def open_behind(heard: Heard) -> None:
    pressed, action = heard.pressed, heard.body["actions"][0]
    words = report.words_of(str(action.get("block_id", "")))
    asked, _ = asking.question(heard.services, pressed.slack_id, words, heard.reports)
    place = f"report:{pressed.trigger_id}"
    waiting = {**views.nothing_opened(f"Looking for the leads behind {called(words)}…"), "external_id": place}
    heard.client.views_open(trigger_id=pressed.trigger_id, view=waiting)
    heard.ack()
    row = str((action.get("selected_option") or {}).get("text", {}).get("text", ""))
    job = heard.later.submit(leads_of, heard, asked.words, row)
    in_background(heard.later, lambda: update_unless_closed(heard.client, place, opened(job)))


def leads_of(heard: Heard, words: str, row: str) -> Block:
    key = heard.pressed.value
    found = asking.behind(heard.services, heard.slack_id, words, key, heard.reports)
    again = json.dumps([key, words])
    value = views.Opened(found.title, row, found.leads, found.count, found.in_file, found.owners, again)
    return views.opened(value)


def opened(job: Future[Block]) -> Block:
    """The leads, or why there are none: nobody is left with “Looking for …”."""
    error = job.exception()
    return job.result() if error is None else views.nothing_opened(why(error))


def update_unless_closed(client: WebClient, place: str, view: Block) -> None:
    try:
        client.views_update(external_id=place, view=view)
    except SlackApiError as error:
        if error.response["error"] not in CLOSED:
            raise


def open_lead(ack: Ack, body: dict[str, Any], client: WebClient, services: Services) -> None:
    """Above the list, which is there again when the lead is closed."""
    pressed = press(body)
    client.views_push(trigger_id=pressed.trigger_id, view=show(services, pressed.slack_id, pressed.number))
    ack()
