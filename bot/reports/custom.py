"""A report of one's own: a measure of the leads that arrived in a period, for each source, team, week …"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.errors import DibsError
from bot.reports.kinds import Asked, ReportKind, number_of
from bot.rules.asking.known import Known
from bot.rules.asking.periods import named, unit_of
from bot.rules.query.parsing import parse
from bot.rules.query.words import spelled
from bot.rules.reports.report import Cell, Chart, Figure, Report, Row, Said, Series, Table
from bot.rules.reports.survival import middle
from bot.search import asking, setting_of
from store.reporting import custom
from store.reporting.recording import ARRIVED, CONTACTED, MQL, SQL, WON
from store.search import Scope as Seen

BY = ("source", "team", "rep", "stage", "week", "month", "country", "campaign")
MEASURES = {
    "leads": "Leads", "contacted": "Leads contacted", "mqls": "MQLs", "sqls": "SQLs", "won": "Deals won",
    "value": "Won value", "conversion": "Share of leads won", "first-contact": "Median time to first contact",
}  # fmt: skip
STEPS = {"leads": ARRIVED, "contacted": CONTACTED, "mqls": MQL, "sqls": SQL, "won": WON}
MOST_IN_SEGMENT = 20_000
MOST_CHARTED = 12
NOTHING = "-"  # the key of those that have none

Key = str | int | None


@dataclass(frozen=True)
class Part:
    """One group: what is measured of it, and of how many leads."""

    key: str
    name: str
    figure: Figure
    leads: int


def build(asked: Asked) -> Report:
    measure, by = asked.question.option("measure", "leads"), asked.question.by or BY[0]
    only = in_segment(asked)
    parts = measured(asked, measure, by, only)
    title = f"{MEASURES[measure]} by {by}, {asked.question.period.name}"
    headings = (by.capitalize(), MEASURES[measure], *(() if measure == "leads" else ("Of leads",)))
    rows = tuple(Row(cells(part, measure), behind=part.key) for part in parts)
    table = Table(headings, rows, total(asked, parts, measure, only))
    return Report(
        "custom", title, sentence(parts, measure, by), table, charts(parts, measure, by), notes(asked, measure, by),
        as_of=asked.question.as_of,
    )  # fmt: skip


def cells(part: Part, measure: str) -> tuple[Cell, ...]:
    return (part.name, part.figure, *(() if measure == "leads" else (Figure(part.leads, "count"),)))


# --- measured


def measured(asked: Asked, measure: str, by: str, only: list[int] | None) -> list[Part]:
    """Over time in its order, else the best first."""
    group = "time" if by in ("week", "month") else by
    session, scope = asked.uow.session, asked.scope
    leads = summed(asked, by, custom.counts(session, scope, group, only=only))
    figures = figures_of(asked, measure, by, only, leads)
    names = names_of(asked, by)
    parts = [
        Part(keyed(key), names.get(key) or said(key, by), figures.get(key, nothing(measure, asked)), count)
        for key, count in leads.items()
    ]
    if group == "time":
        return sorted(parts, key=lambda part: part.key)
    if measure == "first-contact":
        return sorted(parts, key=lambda part: (part.figure.value is None, drawn(part.figure), part.name))
    return sorted(parts, key=lambda part: (-drawn(part.figure), part.name))


def figures_of(
    asked: Asked, measure: str, by: str, only: list[int] | None, leads: Mapping[Key, int]
) -> dict[Key, Figure]:
    group = "time" if by in ("week", "month") else by
    session, scope = asked.uow.session, asked.scope
    if measure == "value":
        return values(asked, by, custom.worth(session, scope, group, only=only))
    if measure == "first-contact":
        return medians(asked, by, custom.waits(session, scope, group, only=only), leads)
    step = STEPS.get(measure, WON)
    reached = summed(asked, by, custom.counts(session, scope, group, step, only=only))
    if measure == "conversion":
        return {key: Figure(reached.get(key, 0) / count, "percent") for key, count in leads.items() if count}
    return {key: Figure(reached.get(key, 0), "count") for key in leads}


def nothing(measure: str, asked: Asked) -> Figure:
    if measure == "value":
        return Figure(0, "money", asked.playbook.closing.currency)
    return Figure(None, "duration") if measure == "first-contact" else Figure(0, "count")


def summed(asked: Asked, by: str, rows: Iterable[custom.Counted]) -> dict[Key, int]:
    found: dict[Key, int] = defaultdict(int)
    for row in rows:
        found[group_of(asked, by, row.key)] += row.leads
    # Those that are gone may have been counted by another part of the day.
    return {key: leads for key, leads in found.items() if leads}


def values(asked: Asked, by: str, rows: Iterable[custom.Worth]) -> dict[Key, Figure]:
    """In the playbook's currency; sums of others are told in a note."""
    currency, found = asked.playbook.closing.currency, defaultdict[Key, int](int)
    for row in rows:
        if row.currency == currency:
            found[group_of(asked, by, row.key)] += row.cents
    return {key: Figure(cents, "money", currency) for key, cents in found.items()}


def medians(asked: Asked, by: str, rows: Iterable[custom.Waited], leads: Mapping[Key, int]) -> dict[Key, Figure]:
    """Of all leads: whoever still waits has waited longer than those that do not."""
    took: dict[Key, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for row in rows:
        took[group_of(asked, by, row.key)][row.seconds] += row.leads
    return {key: Figure(span(middle(took[key], count)), "duration") for key, count in leads.items()}


def span(seconds: int | None) -> timedelta | None:
    return None if seconds is None else timedelta(seconds=seconds)


def group_of(asked: Asked, by: str, key: Key) -> Key:
    """A quarter of an hour becomes the first day of its week or month on the calendar."""
    if by not in ("week", "month") or not isinstance(key, int):
        return key if key != "" else None
    day = datetime.fromtimestamp(key * custom.QUARTER_HOUR, UTC).astimezone(ZoneInfo(asked.scope.zone)).date()
    return unit_of(by, day).starts.isoformat()


def names_of(asked: Asked, by: str) -> dict[Key, str]:
    found: dict[Key, str] = {}
    if by == "team":
        found.update((team.id, team.name) for team in asked.uow.people.teams())
    if by == "rep":
        found.update(asked.uow.people.names().items())
    return found


def keyed(key: Key) -> str:
    return NOTHING if key is None else f"={key}"


def said(key: Key, by: str) -> str:
    if key is None:
        return "nobody" if by == "rep" else "not known"
    if by in ("week", "month"):
        span = unit_of(by, date.fromisoformat(str(key)))
        return named(span.starts, span.ends)
    return str(key)


def in_segment(asked: Asked) -> list[int] | None:
    """Raises:
    DibsError: it has too many leads, or does not work any more.
    """
    name = asked.question.segment
    if not name:
        return None
    services, uow, who = asked.services, asked.uow, asked.who
    asks = asking(services, uow, who) if who else None
    query = parse(f"segment:{name}", asks.setting if asks else setting_of(services, uow, None))
    seen = asks.scope(query) if asks else Seen(None, any_state=query.asks("state"))
    found = uow.search.ids(query.tests, seen, spelled=spelled, most=MOST_IN_SEGMENT + 1)
    if len(found) > MOST_IN_SEGMENT:
        raise DibsError(f"The segment {name} has more than {MOST_IN_SEGMENT:,} leads, which are too many for a report.")
    return found


# --- told


def total(asked: Asked, parts: list[Part], measure: str, only: list[int] | None) -> Row | None:
    if len(parts) < 2:
        return None
    leads, values_ = sum(part.leads for part in parts), [part.figure.value for part in parts]
    first = parts[0].figure
    match measure:
        case "conversion":
            won = sum(row.leads for row in custom.counts(asked.uow.session, asked.scope, "source", WON, only=only))
            figure = Figure(won / leads, "percent")
        case "first-contact":
            took: dict[int, int] = defaultdict(int)
            for row in custom.waits(asked.uow.session, asked.scope, "source", only=only):
                took[row.seconds] += row.leads
            figure = Figure(middle(took, leads), "duration")
        case _:
            figure = replace(first, value=sum(value for value in values_ if isinstance(value, int)))
    return Row(cells(Part("", "All", figure, leads), measure))


def sentence(parts: list[Part], measure: str, by: str) -> Said:
    if not parts:
        return ("No lead arrived in this time.",)
    known = [part for part in parts if part.figure.value not in (None, 0)]  # no time at all is the best of times
    if not known:
        return (f"{MEASURES[measure]}: there is nothing yet for any {by}.",)
    what = (
        MEASURES[measure][0].lower() + MEASURES[measure][1:] if measure not in ("mqls", "sqls") else MEASURES[measure]
    )
    if measure == "first-contact":
        best = min(known, key=lambda part: part.figure.value)  # type: ignore[arg-type,return-value]
        return (f"{best.name} is first: {what} ", best.figure, ".")
    best = max(known, key=lambda part: part.figure.value)  # type: ignore[arg-type,return-value]
    return (f"{best.name} is first: {what} ", best.figure, ", of ", Figure(best.leads, "count"), " leads.")


def charts(parts: list[Part], measure: str, by: str) -> tuple[Chart, ...]:
    shown = [part for part in parts if part.figure.value is not None]
    shown = shown[-MOST_CHARTED:] if by in ("week", "month") else shown[:MOST_CHARTED]
    if len(shown) < 2:
        return ()
    series = Series(MEASURES[measure], tuple(drawn(part.figure) for part in shown))
    kind, currency = shown[0].figure.kind, shown[0].figure.currency
    shape = "line" if by in ("week", "month") else "bar"
    title = f"{MEASURES[measure]} by {by}"
    return (Chart(shape, title, tuple(part.name for part in shown), (series,), kind, currency),)  # type: ignore[arg-type]


def drawn(figure: Figure) -> float:
    value = figure.value
    if isinstance(value, timedelta):
        return value.total_seconds()
    return float(value) if isinstance(value, int | float) else 0.0


def notes(asked: Asked, measure: str, by: str) -> tuple[Said, ...]:
    found: list[Said] = [("It counts the leads that arrived in this time, and how far they had got.",)]
    if measure == "first-contact":
        found.append(("Leads that nobody has contacted yet count as waiting longer than those somebody has.",))
    if measure == "value":
        found.append((f"Deals in other currencies than {asked.playbook.closing.currency} are not in it.",))
    if by in ("country", "campaign"):
        found.append((f"A lead's {by} is the one that was known then.",))
    if asked.question.segment:
        found.append((f"Of the leads that are in the segment {asked.question.segment} today.",))
    return tuple(found)


def behind(asked: Asked, key: str) -> list[int]:
    measure, by = asked.question.option("measure", "leads"), asked.question.by or BY[0]
    step, only, scope = STEPS.get(measure, WON if measure == "value" else ARRIVED), in_segment(asked), asked.scope
    if by not in ("week", "month"):
        value: Key = None if key == NOTHING else key[1:]
        if by in ("team", "rep") and isinstance(value, str):
            value = number_of(value)
        return custom.numbers(asked.uow.session, scope, by, value, step, only=only)
    try:
        span = unit_of(by, date.fromisoformat(key[1:]))
    except ValueError:
        return []
    known = Known((), asked.now, scope.zone)
    within = replace(
        scope, starts=max(scope.starts, known.midnight(span.starts)), ends=min(scope.ends, known.midnight(span.ends))
    )
    return custom.numbers(asked.uow.session, within, "time", None, step, only=only)


CUSTOM = ReportKind(
    "custom", "one of your own: what you like, for each of what you like", "custom last month measure:won by:source",
    build, behind, by=BY, options=(("measure", tuple(MEASURES)),), filters=("team", "source", "rep", "segment"),
    for_reps="own",
)  # fmt: skip
