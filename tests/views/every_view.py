"""Every view there is, found by walking the modules, and how to show each with given words in every field."""

import importlib
import inspect
import pkgutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from bot import views
from bot.importing.plan import Plan
from bot.playbook.fields import CustomField
from bot.playbook.playbook import PASS_REASONS, read_playbook
from bot.playbook.scoring import Question
from bot.rules.calibration import Calibration, Outcome, calibrate
from bot.rules.consent import Said, Standing
from bot.rules.dealing import Recorded
from bot.rules.letters import Writer
from bot.rules.levels import Next
from bot.rules.mail import Letter
from bot.rules.mapping.guessing import Column
from bot.rules.reports.report import Chart, Figure, Report, Row, Series, Table
from bot.rules.reports.spending import Cost
from bot.rules.rotation import UNIT, Place
from bot.rules.telephony import HeardCall
from bot.views import (
    announcements,
    answers,
    calibration,
    calls,
    cards,
    committee,
    consents,
    contact,
    deals,
    digests,
    duplicates,
    edits,
    enrolments,
    files,
    followup_forms,
    forgoing,
    forms,
    goals,
    handover,
    home,
    home_forms,
    imports,
    kit,
    leads,
    mailing,
    meetings,
    meetings_left,
    preferences,
    qualify,
    reminders,
    report,
    report_alerts,
    report_forms,
    report_schedules,
    responses,
    scores,
    scrub,
    search,
    spend,
    stages,
    suggestions,
    teams,
    texting,
    timeline,
    touches,
    versions,
    whatif,
    why,
    witness,
)
from bot.views.cards import Card, Contact
from bot.views.committee import Committee, Member
from bot.views.deals import Deal
from bot.views.decisions import Told
from bot.views.digests import Digest
from bot.views.figures import Reader
from bot.views.followup_forms import Draft
from bot.views.handover import Preview, Sums
from bot.views.home import Home
from bot.views.home_day import Day, Mine, Turn
from bot.views.home_day import Part as DayPart
from bot.views.home_leads import MyLead, MyLeads
from bot.views.home_team import RepRow, TeamTab
from bot.views.kit import Block, Message, Person
from bot.views.leads import Details
from bot.views.plainer import plainer
from bot.views.preferences import Hours, Settings
from bot.views.qualify import Asked, Checklist
from bot.views.reminders import Due
from bot.views.responses import Awaiting
from bot.views.scores import Crossing, Score
from bot.views.stages import Ask, Move
from bot.views.teams import Offered, RepLine, TeamPage, Waiting
from bot.views.timeline import Entry
from bot.views.timeline import Page as StoryPage
from bot.views.why import Asker, PressLine, Why
from store.digests import TeamState, Worked
from store.models import FollowUp, Lead, LeadMessage, Meeting, Opportunity, StageChange, Suggestion
from tests.factories import PLAYBOOK
from tests.views import every_sequence

Shown = Message | dict[str, Any]
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
LATER = NOON + timedelta(days=1)
STAGES = read_playbook(PLAYBOOK).stages
NEWCOMER = Lead(id=1, name="Jane", stage="new", team_id=1, created_at=NOON)
DOORS = {"kit", "fit"}  # what views are made of
# Public functions that return a piece of a view, shown by the views that use them.
PIECES = {
    "qualify.question", "qualify.entry", "qualify.why",
    "consents.select", "consents.missing", "imports.column", "imports.choices", "imports.whither", "imports.state",
    "imports.undo_until",
    "imports.buttons",
    "imports.sure", "imports.counted", "versions.choices", "whatif.rep_table",
    "timeline.item", "timeline.again", "stages.chooser", "stages.asked", "stages.element",
    "cards.buttons", "forms.form", "forms.field", "forms.text_input", "reminders.buttons", "reports.table",
    "followup_forms.select", "followup_forms.radio",
    "edits.usual_input", "edits.custom_input", "edits.custom_element", "edits.choice_input",
    "responses.buttons", "teams.tabled", "duplicates.buttons", "duplicates.side_by_side",
    "home.tabs", "home.actions", "home_day.offer", "home_leads.search_box", "home_leads.filters", "home_leads.row",
    "charts.pie", "charts.axes", "plainer.bars", "plainer.lined_up", "plainer.preformatted",
    "report.data_table", "report.one_cell", "report.buttons",
    "report_schedules.stops", "report_schedules.described", "report_schedules.buttons",
    "report_alerts.described", "report_alerts.buttons",
    "report_forms.when_field", "report_forms.as_of_field", "report_forms.source_field", "report_forms.select",
    "report_forms.lead_line",
    "home_team.waiting", "preferences.who_covers", "preferences.ticked", "preferences.clock", "preferences.on_off",
    "preferences.until_when", "preferences.languages", "meetings.buttons", "meetings.change_it",
    "meetings_left.can_be_done", *every_sequence.PIECES,
}  # fmt: skip


def public_views() -> set[str]:
    """Each public function of a view module that returns a message, a block or a view, as "module.name"."""
    found = set()
    for info in pkgutil.iter_modules(views.__path__):
        module = importlib.import_module(f"bot.views.{info.name}")
        if info.name in DOORS:
            continue
        for name, function in inspect.getmembers(module, inspect.isfunction):
            if function.__module__ != module.__name__ or name.startswith("_"):
                continue
            if inspect.signature(function, eval_str=True).return_annotation in (Message, Block):
                found.add(f"{info.name}.{name}")
    return found


def lead(words: str, **given: Any) -> Lead:
    """A lead with these words in every field a stranger can fill."""
    said: dict[str, Any] = dict.fromkeys(
        ("name", "email", "phone", "company", "title", "country", "source", "campaign", "message", "route_reason"),
        words,
    )
    fields = {f"{words[:80]}{number}": words for number in range(6)} | {"employees": 250, "empty": None}
    rest = {"id": 42, "fields": fields, "stage": "contacted", "team_id": 1, "created_at": NOON, "consent": True}
    return Lead(**{**said, **rest, **given})


def a_meeting(words: str) -> Meeting:
    return Meeting(
        id=7, key="k", lead_id=1, rep_id=1, starts_at=LATER, ends_at=LATER + timedelta(minutes=30), zone="UTC",
        place=words[:300], words=words[:1000], booked_at=NOON,
    )  # fmt: skip


def a_guest(words: str) -> meetings.Guest:
    return meetings.Guest(words[:300], words[:120], words[:200], is_known=True)


def left_meeting(words: str, why: str, **given: Any) -> meetings_left.Stranded:
    meeting = a_meeting(words)
    meeting.id = {"left": 7, "away": 8, "other": 9}.get(why, 10)
    return meetings_left.Stranded(meeting, a_guest(words), words[:120], why, **given)


def own_page(words: str, n: int, **given: Any) -> meetings.OwnPage:
    return meetings.OwnPage(
        "https://dibs.example/book/abc", "https://dibs.example/calendars/def.ics", n > 1, words[:300], words[:300],
        words[:200], LATER if n > 1 else None, "" if n > 1 else words[:300], 30, "UTC", words[:1000], **given,
    )  # fmt: skip


def follow_up(words: str, **given: Any) -> FollowUp:
    promise = {"id": 7, "lead_id": 42, "rep_id": 1, "due_at": NOON, "what": words, "created_at": NOON}
    return FollowUp(**{**promise, **given})


def due(words: str, **given: Any) -> Due:
    return Due(follow_up(words, **given), lead(words))


def team(words: str, n: int) -> TeamState:
    return TeamState(words[:40], ((words[:120], 3),) * n, ((words[:120], 1),) * n, n, n, n)


def morning(words: str, n: int, *, teams: bool = True) -> Digest:
    dues, leads_ = (due(words),) * n, (lead(words),) * n
    return Digest(
        dues, dues, (due("No word for 7 days", origin="silence"),) * n, tuple((each, LATER) for each in leads_), leads_,
        Worked(n, n, 0, 1), "yesterday", LATER, teams=(team(words, n),) * 2 if teams else (),
        held=((lead(words), every_sequence.a_message(words)),) * n if teams else (),
    )  # fmt: skip


def import_draft(words: str, n: int) -> imports.Draft:
    columns = tuple(Column(f"{words[:150]} {place}", "name", 0.5, words[:60]) for place in range(min(n, 25) + 1))
    plan = Plan(columns, source=words[:80], campaign=words[:120], wording=words[:1000])
    return imports.Draft(1, words[:200], n, plan, {"name": "Name"}, ((words[:60],),) * len(columns), (words[:200],))


def import_forecast(words: str, n: int) -> imports.Forecast:
    rows = tuple((line, words[:80], words[:480]) for line in range(min(n, 5)))
    counts = dict.fromkeys(imports.VERDICTS, n)
    return imports.Forecast(
        1, words[:200], counts, dict.fromkeys(imports.VERDICTS, rows), ((words[:120], n),), n, n, n, words[:200]
    )  # fmt: skip


def import_progress(words: str, n: int) -> imports.Progress:
    return imports.Progress(
        1, words[:200], "done", n, n, dict.fromkeys(imports.VERDICTS, n), by=person(words),
        shares=((person(words), n),) * min(n, 40), held=n, open=n, undo_until=LATER, problem=words[:500],
        kept=(words[:80],) * min(n, 20), undone=n,
    )  # fmt: skip


def pair(words: str, owner: str | None = "Alice") -> duplicates.Pair:
    return duplicates.Pair(7, lead(words), lead(words, id=31), 0.89, (words[:60], "same company"), owner)


def person(words: str) -> Person:
    return Person("U0ALICE", words)


def card(words: str, **given: Any) -> Card:
    return Card(lead(words), **{"team": words, "why": words, **given})


def awaiting(words: str, **given: Any) -> Awaiting:
    return Awaiting(lead(words), timedelta(minutes=135), **given)


def a_move(words: str) -> Move:
    asks = [Ask("a", words), Ask("b", words, "long", hint=words), Ask("c", words, "date"), Ask("d", words, "number")]
    typed = [Ask("typed", words, initial=words, longest=300), Ask("why", words, "choice", (words, "price"), "price")]
    return Move(lead(words), STAGES, STAGES[2], (*asks, *typed))


def a_change(words: str) -> StageChange:
    return StageChange(
        lead_id=42, rep_id=1, before=words[:40], after=words[:40], at=NOON, reason=words[:300], competitor=words[:120]
    )


def a_deal(words: str) -> Deal:
    opportunity = Opportunity(
        lead_id=42, cents=1_200_050, currency="EUR", expected_on=date(2026, 12, 12), product=words[:120],
        probability=40, created_at=NOON, changed_at=NOON,
    )  # fmt: skip
    return Deal(lead(words), opportunity, 30, products=("Team", words[:60]))


def a_story(words: str, n: int) -> StoryPage:
    return StoryPage(lead(words), (Entry(NOON, words, words, "📝"),) * n, n, 3 * n + 1)


def own_fields(words: str) -> tuple[CustomField, ...]:
    """One of each type that the playbook can ask for."""
    return (
        CustomField.model_construct(name="team", label=words[:60]), CustomField(name="seats", type="number"),
        CustomField(name="renews-on", type="date"), CustomField(name="partner", type="yes or no"),
        CustomField(name="plan", type="choice", choices=("Team", "Enterprise")),
    )  # fmt: skip


def to_correct(words: str) -> edits.EditForm:
    given = {"seats": 250, "renews-on": "2026-12-01", "partner": True, "plan": "Enterprise", "team": words[:500]}
    profile = {
        "interests": [words[:80]], "location": words[:200], "links": ["https://acme.example"],
        "preferred_channel": "phone", "time_zone": "Europe/Berlin", "time_zone_is": "guessed from the country",
    }  # fmt: skip
    shown = lead(words, website=words, fields=given, profile=profile, originals={"name": words}, flaws=[words])
    return edits.EditForm(shown, own_fields(words))


def a_committee(words: str, n: int) -> Committee:
    members = tuple(Member(31 + number, words, words, (words[:60], "decides")[: number % 3]) for number in range(n))
    return Committee(words, members, (words[:60],), ("holds the budget", words[:60]), (words[:120],) * n, elsewhere=n)


def at_home(words: str, tab: Any, **given: Any) -> Home:
    return Home(words[:120], "Europe/Berlin", tab, **{"is_manager": True, **given})


def day_part(words: str, n: int, first: int = 0) -> DayPart:
    """Slack wants each block to have a name of its own, so each promise has a number of its own."""
    return DayPart(tuple(Mine(due(words, id=first + number), words[:120]) for number in range(n)), n * 3)


def my_day(words: str, n: int) -> Day:
    turns = tuple(
        Turn(words[:80], number == 0, state_of(number), number, n, UNIT * n // 3, UNIT // 2, number)
        for number in range(min(n, 20))
    )
    offers = tuple((lead(words, id=number), LATER) for number in range(n))
    return Day(NOON, turns, offers, day_part(words, n), day_part(words, n, 1000), day_part(words, n, 2000))


def my_leads(words: str, n: int, **given: Any) -> MyLeads:
    """In as many stages as there are leads; every other one has a next step."""
    leads = tuple(
        MyLead(lead(words, id=number, stage=f"stage {number}"), follow_up(words) if number % 2 else None, words[:120])
        for number in range(n)
    )
    return MyLeads(NOON, leads, tuple((f"stage {number}", n) for number in range(n)), **given)


def a_team(words: str, n: int) -> TeamTab:
    reps = tuple(
        RepRow(words[:120], n, number, number, number % 3, state_of(number), words[:120]) for number in range(n)
    )
    teams = tuple((number, f"{words[:70]}{number}") for number in range(n))
    return TeamTab(
        words[:80], teams, reps, tuple((lead(words, id=number), words) for number in range(n)), n * 2, n, n, words[:120]
    )


NINE = time(9)
USUAL = Hours(("mon", "tue", "wed", "thu", "fri"), NINE, time(18))


def own_settings(words: str) -> Settings:
    hours = Hours(("mon", "tue", "wed", "fri"), time(8, 30), time(14), "DE-BE")
    return Settings(
        hours, USUAL, time(8, 45), NINE, muted_until=LATER, away_until=LATER, cover=words[:120], cover_id="U0BOB",
        language="de", time_zone="Europe/Berlin",
    )  # fmt: skip


def details(words: str, n: int) -> Message:
    profile = {"interests": [words] * 3, "location": words, "time_zone": "Europe/Berlin", "links": [words]}
    return leads.details(Details(
        lead(words, profile=profile, website=words), words, words, tuple((LATER, words) for _ in range(n)),
        a_story(words, min(n, 12)), deal=words, answers=((words, words),) * 4, consent="; ".join([words] * 2),
        colleagues=(words,) * 3, lines=((kit.Strong(words), words),) * 2, sequences=(words[:200],) * 2,
    ))  # fmt: skip


OBSTACLES: tuple[dict[str, Any] | None, ...] = (
    None, {"is": "had it", "how": "passed"}, {"is": "skills", "missing": ["german"]}, {"is": "paused"},
    {"is": "set aside"}, {"is": "away", "until": ""}, {"is": "holiday", "name": "Unity Day"},
    {"is": "hours", "zone": "UTC", "until": ""}, {"is": "offers", "limit": 5, "has": 5},
    {"is": "open leads", "limit": 25, "has": 25}, {"is": "cap", "span": "day", "limit": 5, "has": 5},
)  # fmt: skip


def asked(words: str, n: int, *, kind: str = "turn") -> Why:
    """A decision about reps of which each but the first has something in their way."""
    seen = [
        {**Place(rep_id, balance=UNIT - rep_id, owed=1, owed_from=1).as_record(), "not": OBSTACLES[rep_id % 11]}
        for rep_id in range(11, 11 + n)
    ]
    decision = Recorded(kind, 7, "offer", 11, seen, {"run": "", "repaid_last": False})
    names = dict.fromkeys(range(11, 11 + n), words[:120])
    presses = (PressLine(words[:120], NOON, won=True), PressLine(words[:120], LATER, won=False))
    asker = Asker(12, "Europe/Berlin", (13, 12))
    return Why(lead(words), words[:40], Told(decision, names, {11: NOON}), asker, presses, 7, "0123456789abcdef")


def answered(words: str, n: int, *shapes: Any, unit: Any = "count", **given: Any) -> Report:
    """A report of `n` sources, all of whose names are these words."""
    names, currency = (words,) * n, "EUR" if unit == "money" else ""
    charts = tuple(
        Chart(shape, words, names, (Series(words, tuple(number + 0.5 for number in range(n))),) * min(n, 14), unit,
              currency, words, words if n > 2 else "")
        for shape in shapes
    )  # fmt: skip
    rows = tuple(
        Row((words, Figure(1200 + number, "count"), Figure(None if number else 0.414, "percent"),
             Figure(120_000_00, "money", "EUR"), Figure(7500, "duration"), Figure(NOON.date(), "day")),
            behind=f"source:{number}")
        for number in range(n)
    )  # fmt: skip
    said = (f"{words} is the bottleneck: ", Figure(0.41, "percent"), " wait over ", Figure(432_000, "duration"), ".")
    headings = (words, "Leads", "Share", "Value", "Waited", "Since")
    total = Row(("All", Figure(2401, "count"), *[""] * 4), behind="all")
    return Report(
        "sources", f"Sources, {words}", said, Table(headings, rows, total), charts,
        notes=((words, Figure(3, "count"), " leads without a source are left out."),) * n, as_of=NOON, **given,
    )  # fmt: skip


def came_report(words: str, n: int, *, by: str = "Dana", due: datetime | None = None) -> Message:
    asked = "sources 2026-10-26..2026-11-24 as of 2026-11-24T09:00:00.000001Z"
    why = report_schedules.Came(7, "every Monday at 9:00", asked, by and words[:120], due, "Europe/Berlin")
    return report_schedules.came(shown_report(words, n, "bar", "line"), why)


def report_choices(words: str, n: int) -> report_forms.Choices:
    names = tuple(f"{words[:80]}{number}" for number in range(max(n, 1)))
    measures = tuple((f"measure{number}", words) for number in range(5))
    return report_forms.Choices(names, names, names, names, measures)


def report_chosen(words: str) -> report_forms.Chosen:
    name = f"{words[:80]}0"
    return report_forms.Chosen(name, words, name, words, ("U0ALICE",), name, words, name, "measure1", words)


def shown_report(words: str, n: int, *shapes: Any, locale: str = "en-US", unit: Any = "count") -> Message:
    value = answered(words, n, *shapes, unit=unit)
    return report.message(value, reader=Reader(locale, "Europe/Berlin"), words="sources last 30 days")


def in_letters(message: Message) -> Message:
    """As a workspace sees it that does not take Slack's own charts and tables."""
    return replace(message, blocks=tuple(plainer(message.blocks)))


def preview(words: str, n: int) -> Preview:
    leads = tuple((words[:40], words[:40], number) for number in range(n))
    others = tuple((number, words[:120]) for number in range(n))
    return Preview(1, words[:120], leads, n, n, (words[:40],) * 2, others)


def team_page(words: str, n: int) -> TeamPage:
    """A team of reps, each with another thing in their way."""
    caps = {"hour": 3, "day": 10, "week": 40, "open": 25, "offers": 5}
    reps = tuple(
        RepLine(words[:120], state_of(number), 2, caps, (words[:40],) * 3, "09:00-18:00 Europe/Berlin, DE-BE",
                number, number * UNIT + UNIT // 3, UNIT // 3, number % 2, number, number)
        for number in range(n)
    )  # fmt: skip
    chosen = ("mode", "channel")
    return TeamPage(words[:40], "least busy", "C0LEADSSMB", reps, "Europe/Berlin", chosen, n, n, words[:120])


def state_of(number: int) -> dict[str, Any] | None:
    found = OBSTACLES[number % len(OBSTACLES)]
    return {**found, "until": LATER.isoformat()} if found and "until" in found else found


def tried(words: str, n: int) -> whatif.Report:
    side = whatif.Side(
        leads=90, dealt=80, to_owner=5, left_open=3, for_nobody=4, waiting=3, held_long=7, dealt_median=0.0,
        dealt_slow=12.5, answer_median=4.2, answer_slow=None, teams={words[:40]: 50, "other": 40},
        routes={f"{words[:110]}{number}": number for number in range(n)},
    )  # fmt: skip
    reps = [whatif.RepLine(words[:120], 12, 14, 3.5, 4.0)] * n
    moments = {"since": NOON.isoformat(), "until": LATER.isoformat(), "base": "0" * 16, "draft": "1" * 16}
    return whatif.Report(
        before=side, after=side, reps=reps, elsewhere=3, examples=[1, 2, 3], dealt_really=80, agreed=60, **moments
    )


def version_line(words: str) -> versions.VersionLine:
    return versions.VersionLine(3, "0123456789abcdef", NOON, words[:120], "in force")


def a_score(words: str, n: int) -> Score:
    did = {"kind": "engagement", "before": 24.0, "touches": 3, "age": 2.5}
    factors = [{"name": words[:60] or "title", "points": 20 - number, "kind": "fit"} for number in range(n)]
    coming = Next("sql", questions=("budget", "time"))
    return Score(
        72, "mql", [*factors, {"name": "pricing visit", "points": 12.4, **did}], coming, 60, 12, NOON, "touch", "0" * 16
    )


def a_checklist(words: str, n: int, **given: Any) -> Checklist:
    ask = Question.model_construct(name="budget", asks=words[:150], choices=())
    chosen = Question(name="time", asks="By when?", choices=("this month", "later"))
    asked = (Asked(ask, words[:1000], words[:120], "Tue 24 Nov 2026"), Asked(chosen, "later", "Ana", "Mon 2 Nov 2026"))
    return Checklist(lead(words), a_score(words, n), asked, ("no need", "no budget"), **given)


def a_calibration() -> Calibration:
    return calibrate([Outcome(85, 40, 10), Outcome(50, 9, 12), Outcome(10, 5, 60)])


def a_consent(words: str, *, is_given: bool = True) -> Said:
    return Said("email", is_given, source=words, wording=words)


def a_message(words: str) -> LeadMessage:
    """An e-mail in which a stranger's words stand wherever they can."""
    return LeadMessage(
        id=7, key="k", lead_id=42, channel="email", recipient="r", subject=words[:300], text=words, error=words[:300],
        status="doubtful", due_at=NOON, created_at=NOON,
    )  # fmt: skip


def a_letter(words: str, count: int) -> Letter:
    """As somebody answered one of ours."""
    return Letter(
        Writer(words[:120], "jane@acme.example", message=words),
        words,
        attachments=((words or "plan.pdf")[:100],) * count,
    )


def a_suggestion(words: str, **given: Any) -> Suggestion:
    values = dict.fromkeys(("name", "email", "phone", "company", "title", "website", "message"), words)
    return Suggestion(**{"id": 3, "kind": "e-mail", "values": values, "origin": words, "at": NOON, **given})


def cost(words: str, n: int) -> Cost:
    return Cost(words[:80], words[:120], date(2026, 11, 1), date(2026, 12, 1), n * 100_000, "EUR")


def goal_line(words: str, n: int, currency: str = "") -> goals.GoalLine:
    return goals.GoalLine(n, f"mqls per week, team {words[:80]}", n * 1000, currency, "1 November 2026")


def found_leads(words: str, count: int) -> search.Found:
    row = search.FoundRow(lead(words), words[:120], LATER, (("message", words), ("title", words)))
    return search.Found(words, (row,) * count, instead=words[:120])


ENTRIES: dict[str, Callable[[str, int], Shown]] = {
    "announcements.claimed": lambda words, _: announcements.claimed(person(words), timedelta(seconds=42)),
    "announcements.next_offer": lambda words, _: announcements.next_offer(person(words), words, person(words), LATER),
    "announcements.receipt": lambda words, _: announcements.receipt(words, timedelta(seconds=12)),
    "announcements.no_longer_held": lambda words, _: announcements.no_longer_held(person(words), LATER),
    "announcements.assigned": lambda words, _: announcements.assigned(words[:120], person(words)),
    "announcements.given_back": lambda words, _: announcements.given_back(words, words, words),
    "announcements.held": lambda words, _: announcements.held(person(words), words),
    "announcements.for_managers": lambda words, _: announcements.for_managers(person(words), words),
    "announcements.set_aside": lambda words, n: announcements.set_aside(words[:80], n),
    "announcements.open_to_all": lambda words, _: announcements.open_to_all(person(words), words),
    "announcements.added": lambda words, _: announcements.added(lead(words), words[:120], until=NOON),
    "announcements.added_elsewhere": lambda words, _: announcements.added_elsewhere(lead(words)),
    "announcements.note": lambda words, _: announcements.note(person(words), words),
    "stages.move": lambda words, _: stages.move(a_move(words)),
    "stages.moved": lambda words, _: stages.moved(person(words), a_change(words), is_lost=True, learned=[words] * 6),
    "stages.reopened": lambda words, n: stages.reopened(person(words), a_change(words), [a_change(words)] * n),
    "deals.deal_form": lambda words, _: deals.deal_form(a_deal(words)),
    "mailing.answered": lambda words, n: mailing.answered(
        words[:120], a_letter(words, n), kit.Person("U0ALICE", words[:120])
    ),
    "mailing.perhaps": lambda words, n: mailing.perhaps(
        lead(words), a_letter(words, n), kit.Person("U0ALICE", words[:120]), is_last=True
    ),
    "mailing.perhaps_stopped": lambda words, n: mailing.perhaps_stopped(
        lead(words), a_letter(words, n), kit.Person("U0ALICE", words[:120]), ["welcome"]
    ),
    "mailing.came_back": lambda words, _: mailing.came_back(words, words),
    "timeline.page": lambda words, n: timeline.page(a_story(words, min(n, timeline.PAGE))),
    "timeline.in_message": lambda words, n: timeline.in_messages(lead(words), a_story(words, n).entries)[-1],
    "timeline.moved_on": lambda words, _: timeline.moved_on(lead(words), "C0LEADSSMB"),
    "timeline.complete": lambda words, n: timeline.complete(lead(words), n),
    "timeline.unseen": lambda words, _: timeline.unseen(lead(words)),
    "timeline.drift": lambda words, n: timeline.drift(lead(words), n, n, 1),
    "deals.changed": lambda words, _: deals.changed(person(words), words),
    "announcements.follow_up": lambda words, _: announcements.follow_up(person(words), words, LATER, asks=words[:120]),
    "announcements.taken_over": lambda words, _: announcements.taken_over(person(words), words[:120]),
    "announcements.follow_up_done": lambda words, _: announcements.follow_up_done(person(words), words),
    "announcements.unclaimed": lambda words, n: announcements.unclaimed([lead(words)] * n),
    "answers.away": lambda _, __: answers.away(LATER, "Europe/Berlin"),
    "answers.command_help": lambda words, _: answers.command_help(
        "/lead", {words: [(words, words)] * 8, f"{words}.": [("show <lead>", words)] * 4}
    ),
    "witness.head": lambda words, n: witness.head(words[:40], n, "9f3a" * 16),
    "cards.card": lambda words, _: cards.card(card(words, offered_to=person(words), offered_until=LATER)),
    "forms.page": lambda words, n: forms.page(words, details(words, n)),
    "forms.note": lambda words, _: forms.note(lead(words)),
    "followup_forms.follow_up": lambda words, _: followup_forms.follow_up(
        lead(words), Draft(LATER, what=words[:300], kind="call", echo=words)
    ),
    "followup_forms.done": lambda words, _: followup_forms.done(due(words), cadence="in 3 working days"),
    "followup_forms.snooze": lambda words, _: followup_forms.snooze(due(words), LATER),
    "followup_forms.reassign": lambda words, _: followup_forms.reassign(due(words)),
    "edits.new_lead": lambda words, _: edits.new_lead(own_fields(words)),
    "edits.edit": lambda words, _: edits.edit(to_correct(words)),
    "edits.corrected": lambda words, n: edits.corrected(person(words), (words, "e-mail", "title")[: n + 1]),
    "enrolments.nudge": lambda words, _: enrolments.nudge(lead(words), "welcome", words[:500]),
    "enrolments.moved": lambda words, _: enrolments.moved(words[:40], words[:40], words[:40]),
    "forms.pass_on": lambda words, _: forms.pass_on(lead(words), PASS_REASONS),
    "home.home": lambda words, n: home.home(at_home(words, my_day(words, n))),
    "home_forms.any_follow_up": lambda _, __: home_forms.any_follow_up(LATER),
    "preferences.edit": lambda words, _: preferences.edit(own_settings(words), "Europe/Berlin"),
    "preferences.away": lambda words, _: preferences.away(own_settings(words), "Europe/Berlin"),
    "teams.page": lambda words, n: teams.page(team_page(words, n)),
    "teams.overview": lambda words, n: teams.overview([team_page(words, n)] * n),
    "teams.hold": lambda words, n: teams.hold([Waiting(lead(words), words[:40], words)] * n),
    "teams.offers": lambda words, n: teams.offers([Offered(lead(words), words, words, LATER)] * n, "Asia/Tokyo"),
    "teams.fairness": lambda words, n: teams.fairness([team_page(words, n)] * 2),
    "teams.decided": lambda words, _: teams.decided(words[:120], words),
    "handover.hand_over": lambda words, n: handover.hand_over(preview(words, n)),
    "handover.summary": lambda words, n: handover.summary(Sums(words[:120], words, ((words[:120], n),) * n, n, n, n)),
    "handover.left_channel": lambda words, _: handover.left_channel(words[:80], words[:80]),
    "handover.newcomer": lambda words, _: handover.newcomer(words[:120], "U0ERIN", team=words[:40], team_id=1),
    "home.stranger": lambda _, __: home.stranger(),
    "leads.details": details,
    "search.results": lambda words, n: search.results(words, found_leads(words, min(n, 21)), nothing=words),
    "search.segments": lambda words, n: search.segments(
        (*[search.SegmentLine(words[:40], words[:500], n)] * min(n, 100), search.SegmentLine("old", words[:500], None))
    ),
    "scrub.proposal": lambda words, n: scrub.proposal(
        scrub.Proposal(3, words[:40], (("outdated", n), ("bouncing", 1), ("throw-away", 0)), is_more=True)
    ),
    "scrub.page": lambda words, n: scrub.page(
        scrub.PageOf(3, ((lead(words), "outdated"),) * min(n, scrub.PAGE), 1, scrub.PAGE * 3)
    ),
    "scrub.answered": lambda words, n: scrub.answered(words[:40], words[:120], clears=True, count=n),
    "scrub.cleared": lambda words, n: scrub.cleared(words[:40], n, 1),
    "scrub.owners_lost": lambda words, n: scrub.owners_lost(words[:120], n),
    "why.why": lambda words, n: why.why(asked(words, n)),
    "reminders.reminder": lambda words, _: reminders.reminder(due(words)),
    "reminders.elsewhere": lambda words, _: reminders.elsewhere(due(words)),
    "reminders.settled": lambda words, _: reminders.settled(due(words)),
    "reminders.nudge": lambda words, _: reminders.nudge(
        due(words), person(words), tells="team", is_before=False, now=LATER
    ),
    "reminders.not_needed": lambda words, _: reminders.not_needed(due(words, status="cancelled"), [words]),
    "reminders.take_over": lambda words, _: reminders.take_over(follow_up(words), words[:120]),
    "reminders.neglected": lambda words, n: reminders.neglected([(due(words), words[:120])] * n, now=LATER),
    "digests.digest": lambda words, n: digests.digest(morning(words, n)),
    "responses.reminder": lambda words, _: responses.reminder(awaiting(words, owner=words[:120])),
    "responses.for_managers": lambda words, n: responses.for_managers([awaiting(words, owner=words[:120])] * n),
    "responses.taken_back": lambda words, _: responses.taken_back(lead(words), timedelta(hours=8)),
    "report.message": lambda words, n: shown_report(words, n, "bar", "line"),
    "report_schedules.came": came_report,
    "report_schedules.stopped": lambda words, _: report_schedules.stopped(words, words),
    "report_schedules.listed": lambda words, n: report_schedules.listed(
        [
            report_schedules.Line(number, words, "every Monday at 9:00", by=words[:120], next_at=LATER)
            for number in range(n)
        ],
        NOON,
    ),
    "report_schedules.form": lambda words, _: report_schedules.form(words[:500], to_channels=True, about="C0LEADSSMB"),
    "report_alerts.fired": lambda words, n: report_alerts.fired(
        report_alerts.Fired(
            7,
            "unclaimed 45",
            words[:120],
            report_alerts.Unclaimed(
                45, n, timedelta(minutes=80), tuple((lead(words), timedelta(minutes=80)) for _ in range(n))
            ),
        )
    ),
    "report_alerts.listed": lambda words, n: report_alerts.listed(
        [report_alerts.Line(number, words, by=words[:120], is_over=True, fired_at=NOON) for number in range(n)]
    ),
    "report_forms.help_message": lambda words, n: report_forms.help_message(
        {words[:80]: [(f"{words[:20]}{number}", words[:200]) for number in range(n)]}
    ),
    "report_forms.working": lambda words, _: report_forms.working(words),
    "report_forms.comes_later": lambda words, _: report_forms.comes_later(words),
    "spend.listed": lambda words, n: spend.listed([spend.SpendLine(n, cost(words, n), words[:120])] * min(n, 20)),
    "spend.taken": lambda words, n: spend.taken(n, cost(words, n), hint=words),
    "spend.file_taken": lambda words, n: spend.file_taken(words[:200], n, {"EUR": n * 100, "USD": 50}, 1, before=n),
    "spend.file_refused": lambda words, n: spend.file_refused(words[:200], dict.fromkeys(range(2, n + 2), words)),
    "spend.offered": lambda words, n: spend.offered(words[:200], n, {"EUR": n * 100}, "F0ABC"),
    "spend.new_file": lambda _words, _: spend.new_file(),
    "goals.listed": lambda words, n: goals.listed([goal_line(words, n, "EUR")] * min(n, 20), may_end=True),
    "goals.was_set": lambda words, n: goals.was_set(goal_line(words, n), instead=words),
    "report_forms.saved_list": lambda words, n: report_forms.saved_list([(words[:60], words[:500], words[:120])] * n),
    "report_forms.refine": lambda words, n: report_forms.refine(
        report_choices(words, n), report_chosen(words), "about"
    ),
    "report_forms.custom": lambda words, n: report_forms.custom(
        report_choices(words, n), report_chosen(words), "about"
    ),
    "report_forms.share": lambda words, _: report_forms.share(words, "C0LEADSSMB", "about"),
    "report_forms.opened": lambda words, n: report_forms.opened(
        report_forms.Opened(
            words,
            words,
            (lead(words),) * min(n, 50),
            n + 7,
            n,
            {},
            "again",
        )
    ),
    "files.in_doubt": lambda words, _: files.in_doubt(words[:200]),
    "report_forms.nothing_opened": lambda words, _: report_forms.nothing_opened(words),
    "versions.listing": lambda words, n: versions.listing([version_line(words)] * min(n, 20)),
    "versions.diff": lambda words, n: versions.diff("version 1", "version 2", [f"+{words}"] * n),
    "versions.for_author": lambda words, n: versions.for_author(tried(words, n), 7),
    "versions.for_manager": lambda words, n: versions.for_manager(tried(words, n), 7, words[:120]),
    "versions.working": lambda _, __: versions.working(7),
    "versions.failed": lambda _, __: versions.failed(7),
    "versions.approved": lambda words, _: versions.approved(7, words[:120]),
    "versions.refused": lambda words, _: versions.refused(7, words[:120]),
    "imports.given": lambda words, n: imports.given(words[:200], n, 1, problem=words[:300] if n else ""),
    "imports.working": lambda words, n: imports.working(words[:200], n * 1000, 10_000),
    "imports.gone_wrong": lambda words, _: imports.gone_wrong(words[:500]),
    "imports.columns": lambda words, n: imports.columns(import_draft(words, n)),
    "imports.preview": lambda words, n: imports.preview(import_forecast(words, n)),
    "imports.started": lambda words, _: imports.started(words[:200], "C0LEADSSMB"),
    "imports.new_file": lambda _words, _: imports.new_file(),
    "imports.paste": lambda _words, _: imports.paste(),
    "imports.card": lambda words, n: imports.card(import_progress(words, n)),
    "imports.mine": lambda words, n: imports.mine(
        words[:200], [lead(words, id=number) for number in range(min(n, imports.MOST_SHOWN))], rep_id=1, more=n > 1
    ),
    "imports.gone": lambda words, _: imports.gone(words[:200]),
    "imports.got": lambda words, n: imports.got(words[:200], 1, n + 1, n),
    "duplicates.question": lambda words, _: duplicates.question(pair(words), asks=person(words)),
    "duplicates.answered": lambda words, _: duplicates.answered(pair(words), words[:120], is_same=True),
    "duplicates.open_questions": lambda words, n: duplicates.open_questions(
        [replace(pair(words), duplicate_id=number) for number in range(min(n, 15))]
    ),
    "duplicates.seen_again": lambda words, _: duplicates.seen_again(
        lead(words), [words[:60]], owner=person(words), then=("is to call by ", kit.At(LATER), ".")
    ),
    "duplicates.stays_lost": lambda words, _: duplicates.stays_lost(lead(words), lead(words)),
    "duplicates.known_already": lambda words, _: duplicates.known_already(lead(words), words[:120]),
    "duplicates.elsewhere": lambda words, _: duplicates.elsewhere(pair(words)),
    "duplicates.for_manager": lambda words, _: duplicates.for_manager(pair(words)),
    "duplicates.known_elsewhere": lambda _, n: duplicates.known_elsewhere(is_owned=n > 1),
    "duplicates.merged_here": lambda words, _: duplicates.merged_here(
        lead(words), lead(words), [words[:60]], person(words)
    ),
    "duplicates.went_to": lambda words, _: duplicates.went_to(words, words, words[:120], words[:120]),
    "duplicates.parted": lambda words, _: duplicates.parted(lead(words), lead(words), person(words)),
    "duplicates.not_the_same": lambda words, _: duplicates.not_the_same(lead(words), lead(words), person(words)),
    "duplicates.merged_card": lambda words, _: duplicates.merged_card(lead(words), lead(words)),
    "scores.became_mql": lambda words, _: scores.became_mql(72, words),
    "qualify.accepted": lambda words, _: qualify.accepted(person(words), [("budget", words)]),
    "qualify.rejected": lambda words, _: qualify.rejected(person(words), words[:300], [("budget", words)]),
    "scores.rescore_preview": lambda words, n: scores.rescore_preview(Crossing(900, 300, n, n, (words[:40],) * 5), 7),
    "scores.rescored": lambda words, n: scores.rescored(Crossing(900, 300, n, n, (words[:40],) * 5)),
    "qualify.checklist": lambda words, n: qualify.checklist(a_checklist(words, n)),
    "qualify.rejection": lambda words, _: qualify.rejection(lead(words), ("no need", "no budget")),
    "qualify.learned": lambda words, _: qualify.learned(person(words), [("budget", words), ("time", "")]),
    "calibration.calibration": lambda _, __: calibration.calibration(a_calibration()),
    "forgoing.not_now": lambda words, _: forgoing.not_now(lead(words), "2026-12-24"),
    "forgoing.put_aside": lambda words, _: forgoing.put_aside(person(words), LATER, words[:300]),
    "forgoing.came_back": lambda words, _: forgoing.came_back(words[:300], person(words)),
    "contact.refused": lambda words, _: contact.refused(lead(words), a_message(words), words),
    "contact.doubtful": lambda words, _: contact.doubtful(lead(words), a_message(words)),
    "contact.decided": lambda words, n: contact.decided(lead(words), a_message(words), words, is_sent_again=n > 1),
    "consents.recorded": lambda words, _: consents.recorded(words[:120], a_consent(words)),
    "consents.confirmed": lambda _, __: consents.confirmed(),
    "consents.stopped": lambda words, _: consents.stopped("email", "unsubscribed", words, ("welcome",)),
    "calls.call": lambda words, _: calls.call(lead(words, phone="+4930901820")),
    "calls.logged": lambda words, _: calls.logged(person(words), "Reached, went well", 12),
    "calls.told": lambda words, _: calls.told(
        HeardCall(
            "1",
            is_inbound=True,
            outside="+4930901820",
            our_number=words,
            seconds=75,
            source=words,
            outcome=words,
            recording="https://dialpad.example/1",
            colleague=words,
        )
    ),
    "texting.texted": lambda words, _: texting.texted(words),
    "texting.came_back": lambda *_: texting.came_back(),
    "texting.confirmed": lambda *_: texting.confirmed(),
    "consents.form": lambda words, _: consents.form(
        lead(words), {"email": Standing("email", True, "consent", words, words, NOON)}
    ),
    "meetings.line": lambda words, _: meetings.line(
        a_meeting(words), lead(words), words[:120], meetings.Change("moved", before=NOON)
    ),
    "meetings.told": lambda words, _: meetings.told(
        a_meeting(words), a_guest(words), meetings.Change("booked"), "Europe/Berlin", warning=words[:300]
    ),
    "meetings.how_was_it": lambda words, _: meetings.how_was_it(a_meeting(words), a_guest(words), "Europe/Berlin"),
    "meetings.went": lambda words, n: meetings.went(a_guest(words), came=n > 1),
    "meetings.went_line": lambda words, n: meetings.went_line(a_meeting(words), lead(words), words[:120], came=n > 1),
    "meetings.cancel": lambda words, n: meetings.cancel(a_meeting(words), a_guest(words), is_written=n > 1),
    "meetings.where": lambda words, n: meetings.where(a_meeting(words), a_guest(words), is_written=n > 1),
    "meetings.placed": lambda words, n: meetings.placed(
        a_meeting(words), a_guest(words), warning=words[:300], is_written=n > 1
    ),
    "meetings_left.stranded": lambda words, n: meetings_left.stranded(
        [left_meeting(words, why) for why in ("left", "away", "other")][:n], "Europe/Berlin"
    ),
    "meetings_left.handed": lambda words, _: meetings_left.handed(
        a_meeting(words), a_guest(words), words[:120], "Europe/Berlin"
    ),
    "meetings_left.handed_line": lambda words, _: meetings_left.handed_line(a_meeting(words), words[:120], words[:120]),
    "meetings_left.asked_line": lambda words, _: meetings_left.asked_line(
        a_meeting(words), words[:120], words[:120], words[:120]
    ),
    "meetings.own": lambda words, n: meetings.own(own_page(words, n)),
    "meetings.form": lambda words, n: meetings.form(own_page(words, n)),
    "meetings.renew": lambda _, __: meetings.renew(),
    "meetings.trouble": lambda words, _: meetings.trouble(words[:200], words[:300]),
    "meetings.well_again": lambda words, _: meetings.well_again(words[:200]),
    "suggestions.flood": lambda _, n: suggestions.flood(n),
    "suggestions.question": lambda words, _: suggestions.question(a_suggestion(words)),
    "suggestions.make": lambda words, _: suggestions.make(a_suggestion(words)),
    "suggestions.answered": lambda words, _: suggestions.answered(
        a_suggestion(words, status="taken"), words[:120], lead(words)
    ),
    "touches.hot": lambda words, _: touches.hot(words, words[:120], LATER),
    "whatif.whatif": lambda _, __: whatif.whatif(),
    "whatif.report": lambda words, n: whatif.report(tried(words, n), 7),
    **every_sequence.ENTRIES,
}
# The same views in their other states.
VARIANTS: dict[str, Callable[[str, int], Shown]] = {
    **every_sequence.VARIANTS,
    "meetings.line, cancelled": lambda words, _: meetings.line(
        a_meeting(words), lead(words), words[:120], meetings.Change("cancelled", by=words[:120], why=words[:200])
    ),
    "meetings.told, cancelled": lambda words, _: meetings.told(
        a_meeting(words), a_guest(words), meetings.Change("cancelled"), "Europe/Berlin", warning=words[:300]
    ),
    "meetings.told, taken over": lambda words, _: meetings.told(
        a_meeting(words), a_guest(words), meetings.Change("handed", why=words[:120]), "Europe/Berlin"
    ),
    "meetings_left.stranded, and decided": lambda words, _: meetings_left.stranded(
        [left_meeting(words, "left", became=each) for each in ("asked", "cancelled", "over", "left")]
        + [left_meeting(words, ""), left_meeting(words, "left", is_ours=False)],
        "Europe/Berlin",
    ),
    "meetings.own, one lead's": lambda words, n: meetings.own(own_page(words, n, lead=words[:120] or "Jane")),
    "cards.card, open to all": lambda words, _: cards.card(card(words)),
    "cards.card, claimed": lambda words, _: cards.card(card(words, owner=person(words), follow_up_at=LATER)),
    "cards.card, first contact due": lambda words, _: cards.card(
        card(words, owner=person(words), contact=Contact(due_at=LATER))
    ),
    "cards.card, first contact overdue": lambda words, _: cards.card(
        card(words, offered_to=person(words), offered_until=LATER, contact=Contact(overdue_since=NOON))
    ),
    "cards.card, first contact made": lambda words, _: cards.card(
        card(words, owner=person(words), contact=Contact(after=timedelta(minutes=14)), follow_up_at=LATER)
    ),
    "cards.card, covered": lambda words, _: cards.card(card(words, owner=person(words), cover=person(words))),
    "answers.away, covered": lambda words, _: answers.away(LATER, "Europe/Berlin", cover=words[:120]),
    "reminders.reminder, to a cover": lambda words, _: reminders.reminder(due(words), covers=words[:120]),
    "digests.digest, to a cover": lambda words, n: digests.digest(replace(morning(words, n), covers=words[:120])),
    "digests.digest, of one": lambda words, _: digests.digest(morning(words, 1, teams=False)),
    "digests.digest, of teams alone": lambda words, n: digests.digest(
        replace(morning(words, 0), teams=(team(words, n),))
    ),
    "reminders.reminder, given by a colleague": lambda words, _: reminders.reminder(due(words), asked_by=words[:120]),
    "reminders.reminder, of a meeting": lambda words, _: reminders.reminder(due(words, kind="meeting")),
    "reminders.nudge, before it": lambda words, _: reminders.nudge(
        due(words), person(words), tells="rep", is_before=True, now=NOON - timedelta(minutes=15)
    ),
    "reminders.nudge, for managers too": lambda words, _: reminders.nudge(
        due(words), person(words), tells="manager", is_before=False, now=LATER
    ),
    "reminders.settled, somebody else's": lambda words, _: reminders.settled(due(words), by=words[:120]),
    "announcements.follow_up_done, and how it went": lambda words, _: announcements.follow_up_done(
        person(words), words, went="Left a message"
    ),
    "followup_forms.follow_up, in doubt": lambda words, _: followup_forms.follow_up(
        lead(words), Draft(LATER, asks=words, choices=(("Fri 3 Apr, 09:00", NOON.isoformat()),) * 4)
    ),
    "followup_forms.done, with nothing usual": lambda words, _: followup_forms.done(due(words)),
    "handover.hand_over, of nothing": lambda words, _: handover.hand_over(Preview(1, words[:120], (), 0, 0, (), ())),
    "handover.summary, of nothing": lambda words, _: handover.summary(Sums(words[:120], words, ())),
    "cards.card, given": lambda words, _: cards.card(card(words, owner=person(words), was_given=True)),
    "cards.card, won": lambda words, _: cards.card(card(words, owner=person(words), stage_is_final=True)),
    "cards.card, lost by nobody": lambda words, _: cards.card(card(words, stage_is_final=True)),
    "cards.card, with colleagues": lambda words, n: cards.card(
        card(
            words,
            lines=(edits.odd(to_correct(words).lead), committee.line(a_committee(words, n))),
            custom=own_fields(words),
        )
    ),
    "cards.card, bare": lambda words, _: cards.card(
        Card(Lead(id=1, name=words, stage="new", team_id=1, created_at=NOON, source=words), words)
    ),
    "stages.move, of a stage that is gone": lambda words, _: stages.move(
        Move(lead(words, stage=words), STAGES, STAGES[0])
    ),
    "stages.moved, back": lambda words, _: stages.moved(person(words), a_change(words)),
    "deals.deal_form, nothing known": lambda words, _: deals.deal_form(Deal(lead(words), None)),
    "home.home, with nothing to do": lambda words, _: home.home(Home(words, "UTC", Day(NOON))),
    "home.home, with nothing more today": lambda words, n: home.home(
        Home(words, "UTC", Day(NOON, later=day_part(words, n)))
    ),
    "home.home, of somebody away": lambda words, n: home.home(
        at_home(words, my_day(words, n), away_until=LATER, cover=words[:120], muted_until=LATER, is_manager=False)
    ),
    "home.home, my leads": lambda words, n: home.home(at_home(words, my_leads(words, n))),
    "home.home, my leads, narrowed": lambda words, n: home.home(
        at_home(words, my_leads(words, n, stage="stage 1", search=words[:80]))
    ),
    "home.home, no leads": lambda words, _: home.home(at_home(words, MyLeads(NOON))),
    "home.home, no leads found": lambda words, _: home.home(at_home(words, MyLeads(NOON, (), (), "new", words[:80]))),
    "home.home, no leads in a stage": lambda words, _: home.home(at_home(words, MyLeads(NOON, (), (), "new"))),
    "home.home, a team": lambda words, n: home.home(at_home(words, a_team(words, n))),
    "home.home, a team of nobody": lambda words, _: home.home(at_home(words, TeamTab(words[:80]))),
    "home.home, settings": lambda words, _: home.home(at_home(words, own_settings(words))),
    "home.home, settings as usual": lambda words, _: home.home(at_home(words, Settings(USUAL, USUAL, NINE, NINE))),
    "preferences.edit, as usual": lambda _, __: preferences.edit(Settings(USUAL, USUAL, NINE, NINE), "UTC"),
    "announcements.added, their own": lambda words, _: announcements.added(
        lead(words), words[:120], until=None, is_theirs=True
    ),
    "announcements.added, waiting": lambda words, _: announcements.added(lead(words), "", until=None),
    "duplicates.known_already, their own": lambda words, _: duplicates.known_already(
        lead(words), words[:120], is_theirs=True
    ),
    "leads.details, bare": lambda words, _: leads.details(
        Details(NEWCOMER, words, None, (), StoryPage(NEWCOMER, (), 0, 0))
    ),
    "why.why, of no decision": lambda words, _: why.why(Why(lead(words), words, None, Asker(1, "UTC", ()))),
    "why.why, of an owed lead": lambda words, n: why.why(asked(words, n, kind="owed")),
    "why.why, of an account's owner": lambda words, _: why.why(asked(words, 0, kind="owner")),
    "reminders.settled, done": lambda words, _: reminders.settled(due(words, status="done")),
    "reminders.settled, cancelled": lambda words, _: reminders.settled(due(words, status="cancelled")),
    "responses.reminder, for the cover": lambda words, _: responses.reminder(
        awaiting(words, owner=words[:120]), covers=True
    ),
    "responses.reminder, on offer": lambda words, _: responses.reminder(
        awaiting(words, offered_to=words[:120], offered_until=LATER)
    ),
    "responses.for_managers, of one": lambda words, _: responses.for_managers([awaiting(words)]),
    "spend.listed, of nothing": lambda _, __: spend.listed([]),
    "spend.listed, and older ones": lambda words, n: spend.listed(
        [spend.SpendLine(n, cost(words, n), "Dana")], has_more=True
    ),
    "spend.taken, of a known source": lambda words, n: spend.taken(n, cost(words, n)),
    "goals.listed, of nothing": lambda _, __: goals.listed([], may_end=False),
    "goals.listed, for a rep": lambda words, n: goals.listed([goal_line(words, n)], may_end=False),
    "goals.was_set, anew": lambda words, n: goals.was_set(goal_line(words, n, "EUR")),
    "report_forms.saved_list, of nothing": lambda _, __: report_forms.saved_list([]),
    "report_forms.custom, at first": lambda _, __: report_forms.custom(
        report_forms.Choices((), ("smb",), ("source", "team"), measures=(("leads", "Leads"),)),
        report_forms.Chosen(when="last month", by="source"),
        "about",
    ),
    "report_forms.share, of a direct message": lambda words, _: report_forms.share(words, "", "about"),
    "report_forms.opened, of nothing": lambda words, _: report_forms.opened(report_forms.Opened(words, "", (), 0)),
    "announcements.unclaimed, one": lambda words, _: announcements.unclaimed([lead(words)]),
    "announcements.unclaimed, called wrong": lambda words, _: announcements.unclaimed(
        [lead(words, rejected_by=[1, 2])]
    ),
    "teams.page, of nobody": lambda words, _: teams.page(TeamPage(words[:40], "offer", None, (), "UTC")),
    "teams.overview, of none": lambda _, __: teams.overview([]),
    "teams.hold, nothing": lambda _, __: teams.hold([]),
    "teams.offers, none": lambda _, __: teams.offers([], "UTC"),
    "teams.fairness, of nobody": lambda words, _: teams.fairness([TeamPage(words, "offer", None, (), "UTC")]),
    "duplicates.question, of a lead that nobody owns": lambda words, _: duplicates.question(pair(words, owner=None)),
    "duplicates.merged_here, of another team": lambda words, _: duplicates.merged_here(
        lead(words, id=31, team_id=2), lead(words), [f"{words[:40]} can be one name"], person(words)
    ),
    "duplicates.merged_card, of another team": lambda words, _: duplicates.merged_card(
        lead(words), lead(words, id=31, team_id=2)
    ),
    "duplicates.answered, different": lambda words, _: duplicates.answered(pair(words), words[:120], is_same=False),
    "duplicates.open_questions, none": lambda _, __: duplicates.open_questions([]),
    "duplicates.seen_again, with news": lambda words, n: duplicates.seen_again(
        lead(words), [], owner=None, then=(), new=["email", "title", *[f"fields.{words}"] * n]
    ),
    "duplicates.seen_again, of nobody's": lambda words, _: duplicates.seen_again(
        lead(words), [], owner=None, then=("Nobody owns this lead yet.",)
    ),
    "mailing.answered, with an attachment alone, of a lead that nobody owns": lambda words, n: mailing.answered(
        words[:120], replace(a_letter("", n), subject=words), None
    ),
    "touches.hot, of a lead that nobody owns": lambda words, _: touches.hot(words, "", None),
    "report_schedules.came, as for every team, late": lambda words, n: came_report(words, n, by="", due=NOON),
    "report_schedules.listed, in a channel, muted": lambda words, _: report_schedules.listed(
        [report_schedules.Line(1, words, "every day at 9:00", "C0LEADSSMB", words[:120], is_muted=True)], NOON
    ),
    "report_schedules.listed, of every team": lambda words, _: report_schedules.listed(
        [report_schedules.Line(1, words, "every Monday at 9:00", team=words[:120], next_at=LATER)], NOON
    ),
    "report_schedules.listed, of nothing": lambda _, __: report_schedules.listed([], NOON),
    "report_schedules.form, of a rep": lambda words, _: report_schedules.form(words[:500], to_channels=False),
    "report_alerts.fired, in a channel": lambda words, n: report_alerts.fired(
        report_alerts.Fired(
            7,
            "unclaimed 45",
            words[:120],
            report_alerts.Unclaimed(45, n, timedelta(minutes=80), by_team=((words[:120], n),), is_more=True),
        )
    ),
    "report_alerts.fired, of a share": lambda words, n: report_alerts.fired(
        report_alerts.Fired(
            7,
            "conversion won",
            words[:120],
            report_alerts.Fell(
                "won",
                "from 9 November to 15 November",
                0.04,
                30 + n,
                0.1,
                (0.08, 0.12),
                8,
                timedelta(days=30),
                "funnel 2026-11-09..2026-11-15 vs previous",
            ),
        )
    ),
    "report_alerts.fired, of a source": lambda words, n: report_alerts.fired(
        report_alerts.Fired(
            7, "silence 3", words[:120], report_alerts.Silent(tuple((words[:80], 6.0, 2.5, NOON) for _ in range(n)))
        )
    ),
    "report_alerts.listed, in a channel, muted": lambda words, _: report_alerts.listed(
        [report_alerts.Line(1, words, "C0LEADSSMB", words[:120], is_muted=True)]
    ),
    "report_alerts.listed, of nothing": lambda _, __: report_alerts.listed([]),
    "report.message, of areas for a German": lambda words, n: shown_report(
        words, n, "area", unit="money", locale="de-DE"
    ),
    "report.message, of parts": lambda words, n: shown_report(words, n, "pie", "bar", unit="duration"),
    "report.message, in letters": lambda words, n: in_letters(shown_report(words, n, "bar", "line")),
    "report.message, in letters, of parts": lambda words, n: in_letters(shown_report(words, n, "pie", unit="money")),
    "report.message, of nothing": lambda words, _: shown_report(words, 0),
    "report.message, shared": lambda words, n: report.message(
        answered(words, n, "line", unit="percent"), reader=Reader(), words=words * 10, shared_by=person(words)
    ),
    "kit.say": lambda words, _: kit.say(words, kit.Strong(words), person(words), kit.At(NOON)),
}
ALL = {**ENTRIES, **VARIANTS}
