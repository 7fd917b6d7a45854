"""The form behind a quick action of the App Home: a follow-up for a lead that is yet to be chosen."""

from collections.abc import Iterable
from datetime import datetime

from bot.views import kit
from bot.views.cards import title
from bot.views.followup_forms import PICKED, QUICK, WHAT_MAX, pickers, select
from bot.views.forms import field, form, text_input
from bot.views.kit import Block
from bot.views.reminders import KINDS
from store.models import Lead

FOLLOW_UP, PICK = "form.any_follow_up", "pick.lead"
MOST_CHOICES = 30


def any_follow_up(suggested: datetime) -> Block:
    """`suggested` is in the rep's own zone, which is how the pickers are read back."""
    menu: Block = {"type": "external_select", "min_query_length": 0, "placeholder": kit.label("Choose or type a name")}
    lead = field("lead", "Which lead?", menu)
    lead["element"]["action_id"] = PICK  # by which Slack asks for the leads to choose from
    return form(
        FOLLOW_UP, "Set a follow-up", "Save", lead,
        field("quick", "When?", select(QUICK, PICKED)),
        *pickers(suggested),
        field("kind", "How?", select(tuple((text, kind) for kind, text in KINDS.items()), "task")),
        field("what", "What is to do?", text_input(longest=WHAT_MAX), optional=True,
              hint="For example: call about the offer"),
    )  # fmt: skip


def choices(leads: Iterable[Lead]) -> list[Block]:
    return [kit.option(title(lead), str(lead.id), lead.stage) for lead in list(leads)[:MOST_CHOICES]]
