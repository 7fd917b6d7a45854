"""How many leads stand in each stage and what they are worth, weighted by how likely each stage makes a win."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from bot.playbook.parts import Stage
from bot.reports.kinds import Asked, ReportKind
from bot.rules.reports.report import Chart, Figure, Report, Row, Said, Series, Table
from store.reporting import behind as leads_behind
from store.reporting.standing import StandingSum, standing

BY = ("stage", "team", "source")


@dataclass
class Sum:
    leads: int = 0
    since: int = 0  # of all of them, seconds since 1970
    cents: Counter[str] = field(default_factory=Counter)  # by currency
    weighted: Counter[str] = field(default_factory=Counter)  # cents times percent

    def add(self, row: StandingSum) -> None:
        self.leads += row.leads
        self.since += row.since
        if row.currency:
            self.cents[row.currency] += row.cents
            self.weighted[row.currency] += row.weighted

    def age(self, at: float) -> timedelta | None:
        return timedelta(seconds=round(at - self.since / self.leads)) if self.leads else None


def pipeline(asked: Asked) -> Report:
    rows = standing(asked.uow.session, asked.scope)
    stages = [stage for stage in asked.playbook.stages if stage.kind == "open"]
    open_rows = [row for row in rows if row.kind == "open"]
    by = asked.question.by or BY[0]
    currency = main_currency({row.currency for row in open_rows}, asked.playbook.closing.currency)
    table = (
        by_stage(asked, stages, open_rows, currency) if by == "stage" else by_group(asked, stages, open_rows, currency)
    )
    return Report(
        "pipeline", "Pipeline", sentence(asked, stages, open_rows, currency), table,
        charts(stages, open_rows, currency), notes(open_rows, currency), as_of=asked.question.as_of,
    )  # fmt: skip


def main_currency(currencies: Collection[str], usual: str) -> str:
    """The playbook's, unless all deals are in others."""
    known = set(currencies) - {""}
    return usual if usual in known or not known else min(known)


def sums(rows: Sequence[StandingSum], key: str) -> dict[str | int, Sum]:
    found: dict[str | int, Sum] = {}
    for row in rows:
        found.setdefault(getattr(row, key), Sum()).add(row)
    return found


def whole(rows: Sequence[StandingSum]) -> Sum:
    found = Sum()
    for row in rows:
        found.add(row)
    return found


def sentence(asked: Asked, stages: Sequence[Stage], rows: Sequence[StandingSum], currency: str) -> Said:
    everything = whole(rows)
    if not everything.leads:
        return ("No lead is open.",)
    said: list[str | Figure] = [Figure(everything.leads, "count"), " open lead" + "s" * (everything.leads != 1)]
    if everything.cents[currency]:
        said += [
            " worth ", Figure(everything.cents[currency], "money", currency), ", by their chances ",
            Figure(round(everything.weighted[currency] / 100), "money", currency),
        ]  # fmt: skip
    ages = {name: one.age(asked.question.as_of.timestamp()) for name, one in sums(rows, "stage").items()}
    oldest = max((name for name, age in ages.items() if age), key=lambda name: ages[name] or timedelta(), default=None)
    if oldest is not None and len(stages) > 1:
        said += [f". They have stood longest in {oldest}: ", Figure(ages[oldest], "duration"), " on average"]
    return (*said, ".")


def by_stage(asked: Asked, stages: Sequence[Stage], rows: Sequence[StandingSum], currency: str) -> Table:
    """Each stage that has leads or is in the playbook, in the playbook's order."""
    found = sums(rows, "stage")
    names = [stage.name for stage in stages] + sorted(str(name) for name in found.keys() - {one.name for one in stages})
    at = asked.question.as_of.timestamp()
    made = tuple(line(name, found.get(name, Sum()), at, currency, behind=name) for name in names)
    headings = ("Stage", "Leads", "Value", "Forecast", "Average time in stage")
    return Table(headings, made, line("All", whole(rows), at, currency))


def line(name: str, one: Sum, at: float, currency: str, behind: str = "") -> Row:
    return Row((
        name, Figure(one.leads, "count"), Figure(one.cents[currency], "money", currency),
        Figure(round(one.weighted[currency] / 100), "money", currency), Figure(one.age(at), "duration"),
    ), behind if one.leads else "")  # fmt: skip


def by_group(asked: Asked, stages: Sequence[Stage], rows: Sequence[StandingSum], currency: str) -> Table:
    """A row for each team or source, a column for each stage."""
    by = asked.question.by
    teams = {team.id: team.name for team in asked.uow.people.teams()}
    groups = sums(rows, "team_id" if by == "team" else "source")
    made = []
    for key, one in sorted(groups.items(), key=lambda item: (-item[1].leads, str(item[0]))):
        of_it = [row for row in rows if key == (row.team_id if by == "team" else row.source)]
        name = teams.get(key, "") if isinstance(key, int) else key
        made.append(Row((name, *counts(stages, of_it), *worth(one, currency))))
    total = Row(("All", *counts(stages, rows), *worth(whole(rows), currency)))
    return Table((by.capitalize(), *(stage.name for stage in stages), "All", "Value", "Forecast"), tuple(made), total)


def counts(stages: Sequence[Stage], rows: Sequence[StandingSum]) -> list[Figure]:
    found = sums(rows, "stage")
    return [Figure(found[stage.name].leads if stage.name in found else 0, "count") for stage in stages]


def worth(one: Sum, currency: str) -> tuple[Figure, ...]:
    return (
        Figure(one.leads, "count"), Figure(one.cents[currency], "money", currency),
        Figure(round(one.weighted[currency] / 100), "money", currency),
    )  # fmt: skip


def charts(stages: Sequence[Stage], rows: Sequence[StandingSum], currency: str) -> tuple[Chart, ...]:
    found, names = sums(rows, "stage"), tuple(stage.name for stage in stages)
    if not found:
        return ()
    by_name = [found.get(name, Sum()) for name in names]
    leads = Chart("bar", "Leads by stage", names, (Series("Leads", tuple(float(one.leads) for one in by_name)),))
    if not any(one.cents[currency] for one in by_name):
        return (leads,)
    value = Series("Value", tuple(float(one.cents[currency]) for one in by_name))
    forecast = Series("Forecast", tuple(one.weighted[currency] / 100 for one in by_name))
    return leads, Chart("bar", "Value by stage", names, (value, forecast), "money", currency)


def notes(rows: Sequence[StandingSum], currency: str) -> tuple[Said, ...]:
    said: list[Said] = [("The forecast is each deal's value times its chance, or its stage's where it has none.",)]
    for other, cents in sorted(whole(rows).cents.items()):
        if other != currency:
            said.append(("Besides, deals of ", Figure(cents, "money", other), " are open, which are in no sum here."))
    return tuple(said)


def behind(asked: Asked, key: str) -> list[int]:
    return leads_behind.standing(asked.uow.session, asked.scope, stage=key)


PIPELINE = ReportKind(
    "pipeline", "leads and value in each stage, their age, and the forecast", "pipeline team:smb by:source",
    pipeline, behind, usual_period="today", by=BY, for_reps="own",
)  # fmt: skip
