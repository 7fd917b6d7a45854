"""/lead import and /lead paste: many leads at once, from a file or from pasted lines."""

from bot.importing import drafts as imports
from bot.views import imports as views
from handlers.subcommands import Request, Subcommand


def import_file(request: Request) -> None:
    imports.require_import(request.services, request.slack_id)
    request.client.views_open(trigger_id=request.trigger_id, view=views.new_file())


def paste(request: Request) -> None:
    imports.require_import(request.services, request.slack_id)
    request.client.views_open(trigger_id=request.trigger_id, view=views.paste())


IMPORT_ENTRIES = (
    Subcommand("import", "import", "many leads at once, from a file; or drop it into a channel", "import", import_file),
    Subcommand("paste", "paste", "several leads from pasted lines, one person a line", "paste", paste),
)
