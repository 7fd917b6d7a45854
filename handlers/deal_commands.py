"""/lead stage, deal and rebuild: typed in one line where that says it all, in a form where it does not."""

from bot import deals, gates, pipeline, rebuild
from bot.views import deals as deal_views
from bot.views import stages as stage_views
from bot.views.kit import Message, say
from handlers.subcommands import Request, Subcommand


def stage(request: Request) -> Message | None:
    """What the stage still needs is asked in a form, with the stage chosen already."""
    lead_id, name = request.lead_and_rest()
    value = gates.form(request.services, request.slack_id, lead_id, name)
    if name and (value.is_complete or value.to.name == value.lead.stage):
        return say(pipeline.move_stage(request.services, request.slack_id, lead_id, name))
    request.client.views_open(trigger_id=request.trigger_id, view=stage_views.move(value))
    return None


def deal(request: Request) -> None:
    lead_id, _ = request.lead_and_rest()
    value = deals.form(request.services, request.slack_id, lead_id)
    request.client.views_open(trigger_id=request.trigger_id, view=deal_views.deal_form(value))


def rebuild_thread(request: Request) -> Message:
    lead_id, _ = request.lead_and_rest()
    thread = rebuild.look(request.services, request.client, request.slack_id, lead_id)
    return rebuild.rebuild(request.services, request.slack_id, lead_id, thread)


DEALS = (
    Subcommand("stage", "stage <lead> [stage]", "move it along", "stage #42 qualified", stage),
    Subcommand("deal", "deal <lead>", "its amount, chance and expected close, in a form", "deal #42", deal),
    Subcommand("rebuild", "rebuild <lead>", "its card and thread again, from all that is written down", "rebuild #42",
               rebuild_thread),
)  # fmt: skip
