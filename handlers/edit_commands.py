"""/lead edit: correct what is wrong about a lead, in a form."""

from handlers.edit_actions import opened
from handlers.subcommands import Request, Subcommand


def edit(request: Request) -> None:
    lead_id, _ = request.lead_and_rest()
    view = opened(request.services, request.slack_id, lead_id)
    request.client.views_open(trigger_id=request.trigger_id, view=view)


EDITS = (Subcommand("edit", "edit <lead>", "correct it, in a form", "edit #42", edit),)
