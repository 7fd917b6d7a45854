"""How a report is asked for: the help, “working on it”, and the forms to refine, make up, share and open one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bot.views import forms, kit
from bot.views.cards import title
from bot.views.fit import as_many_as_fit
from bot.views.kit import Block, Message, Piece, Strong
from store.models import Lead

REFINE, CUSTOM, SHARE = "form.report_refine", "form.report_custom", "form.report_share"
LEAD, LEADS_CSV = "report.lead", "report.leads_csv"
# Fields of the forms.
REPORT, WHEN, AS_OF, TEAM, SOURCE, REP, BY, AGAINST, SEGMENT, MEASURE, NAME, CHANNEL = (
    "report", "when", "as_of", "team", "source", "rep", "by", "against", "segment", "measure", "name", "channel",
)  # fmt: skip
ANY = "any"  # no choice is a choice of its own
MOST_OPTIONS, VALUE_MAX, OPTIONS_ROOM = 100, 150, 15_000
NAME_MAX = 60
WHEN_HINT = "In plain words: last month, last 30 days, november, q3 2026, since 1 march, 2026-11-01..2026-11-15"
AS_OF_HINT = "A day, to see what was known at its end. Empty: what is known now, or at the end of what is over."
AGAINST_HINT = "In plain words: previous, last year, q2 2026, team:enterprise"
HINT = (
    "Ask in plain words: a report, a period, team:smb, source:webinar, @somebody, by:source, vs previous, "
    "as of 2026-12-01. The answer is yours alone until you share it."
)


@dataclass(frozen=True)
class Choices:
    """What there is to choose from."""

    reports: tuple[str, ...]
    teams: tuple[str, ...]
    by: tuple[str, ...]
    segments: tuple[str, ...] = ()
    measures: tuple[tuple[str, str], ...] = ()  # of a report that is made up: names, and what they are called


@dataclass(frozen=True)
class Chosen:
    """What the form says at first."""

    report: str = ""
    when: str = ""
    team: str = ""
    source: str = ""
    reps: tuple[str, ...] = ()  # their Slack ids
    by: str = ""
    against: str = ""
    segment: str = ""
    measure: str = ""
    name: str = ""
    as_of: str = ""


@dataclass(frozen=True)
class Opened:
    """The leads behind a number."""

    title: str
    row: str
    leads: tuple[Lead, ...]
    count: int
    in_file: int = 0  # so many of them are in the file: the newest
    owners: Mapping[int, str] = field(default_factory=dict)
    again: str = ""  # what asks for all of them as a file


# --- before there is an answer


def help_message(groups: Mapping[str, Sequence[tuple[str, str]]]) -> Message:
    blocks: list[Block] = []
    for heading, entries in groups.items():
        rows: list[tuple[Piece, ...]] = [(Strong(f"/report {usage}"), f"  {does}") for usage, does in entries]
        blocks += [kit.line(Strong(heading)), kit.lines(rows, room=4500)]
    text = "/report knows: " + ", ".join(usage for entries in groups.values() for usage, _ in entries)
    return Message(kit.fallback(text), (*blocks, kit.context(HINT)))


def working(what: str) -> Message:
    return kit.say(f"Working on {what}…")


def comes_later(what: str) -> Message:
    return kit.say(f"Working on {what}… It takes a moment and comes in your messages with Dibs.")


def saved_list(lines: Sequence[tuple[str, str, str]]) -> Message:
    """Names, the words they stand for, and who saved them."""
    if not lines:
        return kit.say("No report is saved yet. Make one with /report custom and give it a name.")
    rows: list[tuple[Piece, ...]] = [(Strong(f"/report {name}"), f"  {words}, by {by}") for name, words, by in lines]
    names = ", ".join(name for name, _, _ in lines)
    end = kit.context("/report forget <name> removes one.")
    return Message(kit.fallback(f"Saved reports: {names}."), (kit.line(Strong("Saved reports")), kit.lines(rows), end))


# --- forms


def refine(choices: Choices, chosen: Chosen, about: str) -> Block:
    return forms.form(
        REFINE, "Refine a report", "Ask",
        forms.field(REPORT, "Report", select(choices.reports, chosen.report)),
        when_field(chosen), *who_fields(choices, chosen), source_field(chosen),
        forms.field(BY, "Grouped by", select(choices.by, chosen.by, any_="as usual"), optional=True),
        as_of_field(chosen),
        forms.field(AGAINST, "Compared with", forms.text_input(initial=chosen.against, longest=100), optional=True,
                    hint=AGAINST_HINT),
        about=about,
    )  # fmt: skip


def custom(choices: Choices, chosen: Chosen, about: str) -> Block:
    options = [kit.option(says, name) for name, says in choices.measures]
    first = next((one for one in options if one["value"] == chosen.measure), options[0])
    return forms.form(
        CUSTOM, "Your own report", "Ask",
        forms.field(MEASURE, "What", {"type": "static_select", "options": options, "initial_option": first}),
        forms.field(BY, "For each", select(choices.by, chosen.by)),
        when_field(chosen), *who_fields(choices, chosen), source_field(chosen),
        *([forms.field(SEGMENT, "Segment", select(choices.segments, chosen.segment, any_="all leads"), optional=True)]
          if choices.segments else []),
        as_of_field(chosen),
        forms.field(AGAINST, "Compared with", forms.text_input(initial=chosen.against, longest=100), optional=True,
                    hint=AGAINST_HINT),
        forms.field(NAME, "Save it as", forms.text_input(initial=chosen.name, longest=NAME_MAX), optional=True,
                    hint="With a name, /report and the name asks it again for the days that are then."),
        about=about,
    )  # fmt: skip


def when_field(chosen: Chosen) -> Block:
    return forms.field(WHEN, "Period", forms.text_input(initial=chosen.when, longest=100), hint=WHEN_HINT)


def as_of_field(chosen: Chosen) -> Block:
    return forms.field(
        AS_OF, "As of", forms.text_input(initial=chosen.as_of, longest=50), optional=True, hint=AS_OF_HINT
    )  # fmt: skip


def who_fields(choices: Choices, chosen: Chosen) -> list[Block]:
    teams = choices.teams if chosen.team in ("", *choices.teams) else (*choices.teams, chosen.team)  # several at once
    people: Block = {"type": "multi_users_select"} | ({"initial_users": list(chosen.reps)} if chosen.reps else {})
    return [
        forms.field(TEAM, "Team", select(teams, chosen.team, any_="all that I may see"), optional=True),
        forms.field(REP, "Reps", people, optional=True),
    ]


def source_field(chosen: Chosen) -> Block:
    return forms.field(
        SOURCE, "Source", forms.text_input(initial=chosen.source, longest=200), optional=True,
        hint="Several are parted by commas.",
    )  # fmt: skip


def select(names: Sequence[str], chosen: str, *, any_: str = "") -> Block:
    """A list to choose from, with what is chosen; `any_` says what it means to choose nothing."""
    options = [kit.option(any_, ANY)] if any_ else []
    # What Slack would not give back as it is can still be typed.
    options += [kit.option(name, name) for name in names if kit.clip(name, VALUE_MAX) == name][: MOST_OPTIONS - 1]
    options = as_many_as_fit(options, OPTIONS_ROOM)
    element: Block = {"type": "static_select", "options": options or [kit.option("—", ANY)]}
    first = next((one for one in options if one["value"] == chosen), options[0] if any_ else None)
    return element | ({"initial_option": first} if first else {})


def share(what: str, channel: str, about: str) -> Block:
    """Slack names the channel in it, so that nobody shows figures where they did not mean to."""
    chooser: Block = {
        "type": "conversations_select",
        "filter": {"include": ["public", "private"], "exclude_bot_users": True},
    } | ({"initial_conversation": channel} if channel else {})  # fmt: skip
    return forms.form(
        SHARE, "Share a report", "Share",
        kit.paragraph(f"Everybody in the channel will see {what} with its figures, and that you shared it."),
        forms.field(CHANNEL, "Channel", chooser, hint="Dibs has to be in it."),
        about=about,
    )  # fmt: skip


# --- the leads behind a number


def opened(value: Opened) -> Block:
    """A line a lead, each with a button that opens it."""
    if not value.leads:
        return forms.page("Leads", kit.say(f"{value.title}: there are no leads of yours behind this number."))
    heading = f"{value.title}{f', {value.row}' if value.row else ''}: {kit.plural(value.count, 'lead')}"
    blocks: list[Block] = [kit.line(Strong(heading)), *(lead_line(lead, value.owners) for lead in value.leads)]
    if value.count > len(value.leads):
        rest = "all" if value.in_file == value.count else f"the newest {value.in_file:,}"
        blocks.append(kit.context(f"Here are the first {len(value.leads)}; the file has {rest}."))
    if value.again:
        blocks.append(kit.actions("report_leads", kit.button("All as CSV", LEADS_CSV, value.again)))
    return forms.page("Leads", Message(kit.fallback(heading), tuple(blocks)))


def lead_line(lead: Lead, owners: Mapping[int, str]) -> Block:
    owner = owners.get(lead.owner_id or 0)
    said = f"{title(lead)[:150]}  {lead.stage}, {f'owner {owner}' if owner else 'no owner'}, from {lead.source}"
    button = kit.button("Open", LEAD, str(lead.id), says=f"Open {title(lead)[:60]}")
    return {"type": "section", "text": kit.plain(said, 300), "accessory": button}


def nothing_opened(sentence: str) -> Block:
    return forms.page("Leads", kit.say(sentence))
