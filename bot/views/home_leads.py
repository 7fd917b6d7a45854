"""My leads, in the App Home: by stage, with a filter and a search, and what is next for each."""

from dataclasses import dataclass
from datetime import datetime
from zlib import crc32

from bot.views import kit
from bot.views.answers import local_time
from bot.views.cards import FOLLOW_UP, title
from bot.views.kit import Block
from bot.views.reminders import what
from bot.views.responses import OPEN
from store.models import FollowUp, Lead

STAGE, SEARCH, CLEAR = "home.stage", "home.search", "home.clear"
ALL_STAGES = "*"  # no stage of a playbook is called so
MOST_SHOWN = 40
MOST_STAGES = 20  # a playbook has fewer; leads may stand in one that it had before
SEARCH_MAX = 80


@dataclass(frozen=True)
class MyLead:
    lead: Lead
    next_step: FollowUp | None = None
    owner: str = ""  # whom one covers for; empty for one's own


@dataclass(frozen=True)
class MyLeads:
    now: datetime
    leads: tuple[MyLead, ...] = ()  # those that need one most
    counts: tuple[tuple[str, int], ...] = ()  # by stage, in the playbook's order; those that match the search
    stage: str = ""
    search: str = ""


def my_leads(value: MyLeads, zone: str) -> list[Block]:
    blocks: list[Block] = [search_box(value.search), filters(value)]
    shown = value.leads[:MOST_SHOWN]
    stages = [(stage, count) for stage, count in value.counts if value.stage in ("", stage)]
    for stage, count in stages[:MOST_STAGES]:
        within = [one for one in shown if one.lead.stage == stage]
        if within:
            blocks.append(kit.header(f"{stage.capitalize()}: {count}"))
            blocks += [row(one, value.now, zone) for one in within]
    rest = sum(count for _, count in stages) - len(shown)
    if rest > 0:
        blocks.append(kit.context(
            f"… and {rest} more, whose next steps come later. Choose a stage or search to see them, or: /lead list mine"
        ))  # fmt: skip
    return blocks if shown else [*blocks, kit.paragraph(nothing(value))]


def nothing(value: MyLeads) -> str:
    if value.search:
        where = f" in {value.stage}" if value.stage else ""
        return f"None of your open leads{where} matches “{value.search[:SEARCH_MAX]}”."
    if value.stage:
        return f"You have no lead in {value.stage}."
    return "You own no open leads. Claim one in your team's channel."


def search_box(search: str) -> Block:
    """Slack keeps what was typed in a field of the same name: another search is another name, so it can be cleared."""
    block_id = f"search:{crc32(search.encode('utf-8', 'replace'))}"
    element: Block = {
        "type": "plain_text_input", "action_id": SEARCH, "max_length": SEARCH_MAX,
        "placeholder": kit.label("Name, company or e-mail, then Enter"),
        "dispatch_action_config": {"trigger_actions_on": ["on_enter_pressed"]},
    }  # fmt: skip
    if search:
        element["initial_value"] = kit.clip(search, SEARCH_MAX)
    return {
        "type": "input", "block_id": block_id, "dispatch_action": True, "optional": True,
        "label": kit.label("Search my leads"), "element": element,
    }  # fmt: skip


def filters(value: MyLeads) -> Block:
    count = sum(number for _, number in value.counts)
    options = [kit.option(f"All stages ({count})", ALL_STAGES)]
    options += [kit.option(f"{stage.capitalize()} ({number})", stage) for stage, number in value.counts[:MOST_STAGES]]
    chosen = next((option for option in options if option["value"] == value.stage), options[0])
    menu: Block = {
        "type": "static_select", "action_id": STAGE, "placeholder": kit.label("Stage"), "options": options,
        "initial_option": chosen,
    }  # fmt: skip
    is_narrowed = value.search or value.stage
    clear = [kit.button("Show all", CLEAR, "all", says="Show all my leads: no stage, no search")] if is_narrowed else []
    return kit.actions("filters", menu, *clear)


def row(value: MyLead, now: datetime, zone: str) -> Block:
    lead, name = value.lead, title(value.lead)
    whose = f"  (for {value.owner[:60]})" if value.owner else ""
    text = f"{kit.clip(name, 100)}{whose}\n{rest(lead, zone) or next_step(value.next_step, now, zone)}"
    button = (
        kit.button("Open", OPEN, str(lead.id), says=f"Open {name}")
        if value.next_step or lead.forgone_until
        else kit.button("Set a next step", FOLLOW_UP, str(lead.id), says=f"Set a follow-up for {name}")
    )
    return {**kit.paragraph(text), "block_id": f"lead:{lead.id}", "accessory": button}


def rest(lead: Lead, zone: str) -> str:
    """It is not for now, so no step is missing."""
    if lead.forgone_until is None:
        return ""
    why = f", {kit.clip(lead.forgone_why, 120)}" if lead.forgone_why else ""
    return f"Not now: back {local_time(lead.forgone_until, zone)}{why}"


def next_step(follow_up: FollowUp | None, now: datetime, zone: str) -> str:
    if follow_up is None:
        return "No next step"
    when = local_time(follow_up.due_at, zone)
    return f"{'Overdue since' if follow_up.due_at <= now else 'Next:'} {when}, {kit.clip(what(follow_up), 120)}"
