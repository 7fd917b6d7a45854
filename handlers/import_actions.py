"""Files of leads: given, looked at, imported and taken back. What takes long comes after the acknowledgement."""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from functools import wraps
from typing import Any

import structlog
from slack_bolt import Ack, App
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.errors import DibsError, InvalidInputError, Problem
from bot.importing import drafts as imports
from bot.intake import downloads
from bot.reports import spending
from bot.services import Services
from bot.views import forms
from bot.views import imports as views
from bot.views.kit import Block
from handlers.requests import as_number, file_in, press, submitted
from handlers.telling import tell_outcome

OVERTAKEN_SECONDS = 1.0  # by then Slack has taken an acknowledgement that left before
FETCH_SECONDS = 60  # once nobody waits for an answer any more
PROGRESS_ROWS = 2000
CLOSED = frozenset({"not_found", "view_not_found", "expired_trigger_id", "hash_conflict"})
Show = Callable[[Block], None]
First = Callable[[Ack, dict[str, Any], WebClient, Services], None]
Later = Callable[[dict[str, Any], WebClient, Services], None]
log = structlog.get_logger(__name__)


def register(app: App) -> None:
    app.action(views.LOOK)(then(app, open_look, show_columns))
    app.action(views.CHANGE)(change_columns)
    app.view(views.COLUMNS)(then(app, columns, show_preview))
    app.view(views.PREVIEW)(start)
    app.view(views.NEW_FILE)(then(app, new_file, show_given))
    app.view(views.PASTE)(paste)
    app.action(views.MINE)(mine)
    app.action(views.FAILED)(failed)
    app.action(views.UNDO)(undo)
    app.event("file_shared")(file_shared)


def then(app: App, first: First, later: Later) -> Callable[..., None]:
    """What acknowledges, and what is done afterwards by another thread; Bolt's own way would lose the services."""

    @wraps(first)
    def listener(ack: Ack, body: dict[str, Any], client: WebClient, services: Services) -> None:
        first(ack, body, client, services)
        app.listener_runner.listener_executor.submit(later, body, client, services).add_done_callback(complain)

    return listener


def complain(done: Future[None]) -> None:
    error = done.exception()
    if error is not None:
        log.error("a form was not brought up to date", exc_info=error)


# --- looked at


def open_look(ack: Ack, body: dict[str, Any], client: WebClient, services: Services) -> None:
    pressed = press(body)
    job = imports.waiting(services, pressed.slack_id, pressed.number)
    view = {**views.working(job.file_name), "external_id": f"import:{pressed.trigger_id}"}
    client.views_open(trigger_id=pressed.trigger_id, view=view)
    ack()


def show_columns(body: dict[str, Any], client: WebClient, services: Services) -> None:
    """The file is fetched if that was too slow before; then what its columns are."""
    pressed = press(body)

    def show(view: Block) -> None:
        client.views_update(external_id=f"import:{pressed.trigger_id}", view=view)

    def made() -> Block:
        fetch_if_missing(client, services, pressed.slack_id, pressed.number)
        return views.columns(imports.look(services, pressed.slack_id, pressed.number))

    tell(show, made)


def fetch_if_missing(client: WebClient, services: Services, slack_id: str, import_id: int) -> None:
    job = imports.waiting(services, slack_id, import_id)
    if imports.content_of(services, import_id) is None:
        file = job.plan.get("file") or {}
        content = downloads.bytes_of(client, file, most_bytes=imports.MOST_BYTES, seconds=FETCH_SECONDS)
        imports.keep_content(services, import_id, content)


def tell(show: Show, make: Callable[[], Block]) -> None:
    """Show it, or the sentence that says why not; whoever closed the form meanwhile does not want to know."""
    try:
        try:
            view = make()
        except DibsError as error:
            view = views.gone_wrong(str(error))
        show(view)
    except SlackApiError as error:
        if error.response["error"] not in CLOSED:
            raise


def change_columns(ack: Ack, body: dict[str, Any], client: WebClient, services: Services) -> None:
    pressed = press(body)
    view = views.columns(imports.look(services, pressed.slack_id, pressed.number))
    client.views_update(view_id=body["view"]["id"], view=view)
    ack()


def a_moment() -> None:
    threading.Event().wait(OVERTAKEN_SECONDS)


def in_place(client: WebClient, view_id: str, pause: Callable[[], None] = a_moment) -> Show:
    """Shows what the acknowledgement promised.

    Slack may take the acknowledgement, which shows that we are at work, only after this: whatever it undid by the end
    of the pause is shown once more.
    """

    def show(view: Block) -> None:
        shown = client.views_update(view_id=view_id, view=view)
        pause()
        try:
            client.views_update(view_id=view_id, view=view, hash=shown["view"]["hash"])
        except SlackApiError as error:
            if error.response["error"] != "hash_conflict":
                raise
            client.views_update(view_id=view_id, view=view)

    return show


def columns(ack: Ack, body: dict[str, Any], client: WebClient, services: Services) -> None:  # noqa: ARG001
    """The next page of columns, or the preview, which comes as soon as it is there."""
    import_id, number = place(body)
    slack_id = body["user"]["id"]
    plan = imports.choose(services, slack_id, import_id, submitted(body))
    if has_more(len(plan.columns), number):
        shown = views.columns(imports.look(services, slack_id, import_id), number + 1)
    else:
        shown = views.working(imports.waiting(services, slack_id, import_id).file_name)
    ack(response_action="update", view=shown)


def show_preview(body: dict[str, Any], client: WebClient, services: Services) -> None:
    import_id, number = place(body)
    slack_id, view_id = body["user"]["id"], body["view"]["id"]

    def made() -> Block:
        job = imports.waiting(services, slack_id, import_id)
        if has_more(len(job.plan["columns"]), number):
            raise StillAskingError
        said = 0

        def progress(done: int, rows: int) -> None:
            nonlocal said
            if done - said >= PROGRESS_ROWS:
                said = done
                client.views_update(view_id=view_id, view=views.working(job.file_name, done, rows))

        return views.preview(imports.preview(services, slack_id, import_id, progress))

    try:
        tell(in_place(client, view_id), made)
    except StillAskingError:
        return


class StillAskingError(Exception):
    """There are more columns to ask about before anything is previewed."""


def place(body: dict[str, Any]) -> tuple[int, int]:
    """Which import, and which page of its columns."""
    import_id, _, number = str(body["view"]["private_metadata"]).partition(":")
    return as_number(import_id), as_number(number or "0")


def has_more(columns: int, number: int) -> bool:
    return (number + 1) * views.PER_PAGE < columns


# --- given in a form


def new_file(ack: Ack, body: dict[str, Any], client: WebClient, services: Services) -> None:  # noqa: ARG001
    file = file_given(body)
    imports.require_import(services, body["user"]["id"])
    if not imports.is_import(str(file.get("name"))):
        raise InvalidInputError([Problem(views.FILE, "Dibs reads .csv, .tsv, .txt and .xlsx files.")])
    ack(response_action="update", view=views.working(str(file.get("name"))))


def file_given(body: dict[str, Any]) -> dict[str, Any]:
    file = file_in(body, views.FILE)
    if file is None:
        raise InvalidInputError([Problem(views.FILE, "Choose a file.")])
    return file


def show_given(body: dict[str, Any], client: WebClient, services: Services) -> None:
    slack_id = body["user"]["id"]

    def made() -> Block:
        file = file_given(body)
        content = downloads.bytes_of(client, file, most_bytes=imports.MOST_BYTES, seconds=FETCH_SECONDS)
        import_id = imports.draft(services, slack_id, str(file["name"]), content)
        return views.columns(imports.look(services, slack_id, import_id))

    tell(in_place(client, body["view"]["id"]), made)


def paste(ack: Ack, body: dict[str, Any], services: Services) -> None:
    """Few enough to be read at once."""
    slack_id = body["user"]["id"]
    import_id = imports.pasted(services, slack_id, submitted(body).get(views.TEXT, ""), field=views.TEXT)
    ack(response_action="update", view=views.columns(imports.look(services, slack_id, import_id)))


# --- brought in, and afterwards


def start(ack: Ack, body: dict[str, Any], services: Services) -> None:
    slack_id = body["user"]["id"]
    said = imports.start(services, slack_id, as_number(body["view"]["private_metadata"]))
    ack(response_action="update", view=forms.page("Import", said))


def mine(ack: Ack, body: dict[str, Any], client: WebClient, services: Services) -> None:
    pressed = press(body)
    shown = imports.mine(services, pressed.slack_id, pressed.number)
    client.views_open(trigger_id=pressed.trigger_id, view=forms.page("My leads", shown))
    ack()


def failed(ack: Ack, body: dict[str, Any], services: Services) -> None:
    tell_outcome(body, services, imports.send_failed)
    ack()


def undo(ack: Ack, body: dict[str, Any], services: Services) -> None:
    tell_outcome(body, services, imports.undo)
    ack()


def file_shared(event: dict[str, Any], client: WebClient, services: Services) -> None:
    """Somebody dropped a file where Dibs is: if it could be leads or spend, and they may, they are asked privately."""
    slack_id, channel = str(event.get("user_id", "")), str(event.get("channel_id", ""))
    if not imports.may_import(services, slack_id):
        return
    file = client.files_info(file=str(event["file_id"]))["file"]
    if not imports.is_import(str(file.get("name"))):
        return
    try:
        content: bytes | None = downloads.bytes_of(client, file, most_bytes=imports.MOST_BYTES)
    except downloads.TooSlowError:
        content = None  # fetched when they look at it
    key = f"{event['file_id']}:{channel}"
    dropped = spending.File(str(event["file_id"]), str(file["name"]), f"spend:{key}")
    if content is not None and spending.offer(services, slack_id, dropped, content, channel=channel):
        return
    kept = {name: file[name] for name in ("id", "name", "url_private", "url_private_download") if name in file}
    imports.offer(services, slack_id, kept, content, channel=channel, key=key)
