"""Which touches brought the deals that were won, by six models side by side: where they differ is what matters."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from bot.reports.kinds import Asked, ReportKind
from bot.rules.reports.attribution import MODELS, WHOLE
from bot.rules.reports.report import Cell, Chart, Figure, Report, Row, Said, Series, Table
from store.reporting import wins
from store.reporting.wins import Credited

BY = ("source", "campaign", "touch")
NO_NAME = {"source": "unknown", "campaign": "no campaign", "touch": "no touch"}
MOST_CHARTED = 8
APART = 0.15  # of all deals, between the model that gives most and the one that gives least: worth a sentence
NAMES = {
    "first": "First", "last": "Last", "linear": "Linear", "time-decay": "Time decay",
    "position-based": "Position", "w-shaped": "W-shaped",
}  # fmt: skip


@dataclass
class Part:
    """What one source, campaign or kind of touch has of the deals, by model."""

    name: str
    touched: int = 0  # deals in which it had a part
    deals: dict[str, float] = field(default_factory=dict)
    cents: dict[str, int] = field(default_factory=dict)  # in the playbook's currency

    def of(self, model: str) -> float:
        return self.deals.get(model, 0.0)

    @property
    def apart(self) -> float:
        return max(self.deals.values()) - min(self.of(model) for model in MODELS)


def attribution(asked: Asked) -> Report:
    by = asked.question.by or BY[0]
    currency = asked.playbook.closing.currency
    rows = wins.credited(asked.uow.session, asked.scope, by=by)
    parts, deals = parts_of(rows, by, currency), won_deals(asked, rows)
    model = asked.question.option("model")
    table = of_one(parts, by, (model, deals), currency) if model else side_by_side(parts, by)
    title = f"Attribution, {asked.question.period.name}"
    return Report(
        "attribution", title, sentence(parts, deals), table, charts(parts) if parts else (), notes(rows, by, currency),
        as_of=asked.question.as_of,
    )  # fmt: skip


def won_deals(asked: Asked, rows: Sequence[Credited]) -> int:
    """All of them, also those in which the sources that are asked for had only a part, or none."""
    if asked.scope.sources is not None:
        rows = wins.credited(asked.uow.session, replace(asked.scope, sources=None))
    return round(sum(row.millionths for row in rows if row.model == "linear") / WHOLE)


def parts_of(rows: Sequence[Credited], by: str, currency: str) -> list[Part]:
    """Those with most of the deals first, by the linear model."""
    found: dict[str, Part] = {}
    for row in rows:
        name = getattr(row, by)
        part = found.setdefault(name, Part(name or NO_NAME[by]))
        part.deals[row.model] = part.of(row.model) + row.millionths / WHOLE
        if row.model == "linear":
            part.touched += row.deals
        if row.currency == currency:
            part.cents[row.model] = part.cents.get(row.model, 0) + row.cents
    return sorted(found.values(), key=lambda part: (-part.of("linear"), part.name))


def sentence(parts: Sequence[Part], deals: int) -> Said:
    if not parts:
        return ("No deal was won in this time, so there is nothing to credit.",)
    widest = max(parts, key=lambda part: part.apart)
    shares = {model: widest.of(model) / deals for model in MODELS}
    most, least = max(MODELS, key=lambda one: shares[one]), min(MODELS, key=lambda one: shares[one])
    if len(parts) > 1 and shares[most] - shares[least] >= APART:
        return (
            f"The models disagree most about {widest.name}: ", Figure(shares[most], "percent"),
            f" of the deals by “{NAMES[most].lower()}”, ", Figure(shares[least], "percent"),
            f" by “{NAMES[least].lower()}”.",
        )  # fmt: skip
    if sum(part.of("linear") for part in parts) < deals - 0.01:  # other sources had a part as well
        return ("By the linear model, ", Figure(parts[0].of("linear"), "number"), " of ", Figure(deals, "count"),
                f" won deal{'s' * (deals > 1)} goes to {parts[0].name}.")  # fmt: skip
    return ("Most of the deals go to ", parts[0].name, ": ", Figure(parts[0].of("linear"), "number"), " of ",
            Figure(deals, "count"), ", and the models agree about it.")  # fmt: skip


def side_by_side(parts: Sequence[Part], by: str) -> Table:
    headings = (by.capitalize(), "Had a part in", *(NAMES[model] for model in MODELS), "Apart")
    rows = tuple(
        Row(
            (part.name, Figure(part.touched, "count"), *(Figure(part.of(model), "number") for model in MODELS),
             Figure(part.apart, "number")),
            behind=part.name if by == "source" else "",
        )
        for part in parts
    )  # fmt: skip
    sums: list[Cell] = [Figure(sum(part.of(model) for part in parts), "number") for model in MODELS]
    return Table(headings, rows, Row(("All", "", *sums, "")) if len(parts) > 1 else None)


def of_one(parts: Sequence[Part], by: str, of: tuple[str, int], currency: str) -> Table:
    """By one model, with shares of so many deals."""
    model, deals = of
    rows = tuple(
        Row(
            (part.name, Figure(part.of(model), "number"), Figure(part.of(model) / deals, "percent"),
             Figure(part.cents.get(model, 0), "money", currency)),
            behind=part.name if by == "source" else "",
        )
        for part in sorted(parts, key=lambda part: -part.of(model)) if part.of(model)
    )  # fmt: skip
    return Table((by.capitalize(), f"Deals, {NAMES[model].lower()}", "Share", "Won value"), rows)


def charts(parts: Sequence[Part]) -> tuple[Chart, ...]:
    shown = parts[:MOST_CHARTED]
    series = tuple(Series(NAMES[model], tuple(round(part.of(model), 3) for part in shown)) for model in MODELS)
    return (Chart("bar", "Won deals by model", tuple(part.name for part in shown), series, "number", y="Deals"),)


def notes(rows: Sequence[Credited], by: str, currency: str) -> tuple[Said, ...]:
    others = sorted({row.currency for row in rows} - {currency, ""})
    said: list[Said] = [("Every touch of everyone at the same company in the team counts, until the deal was won.",)]
    if by == "campaign":
        said.append(("A touch belongs to the campaign that its lead came with.",))
    if others:
        said.append((f"Values in {', '.join(others)} are not in the sums of {currency}.",))
    return tuple(said)


def behind(asked: Asked, key: str) -> list[int]:
    source = "" if key == NO_NAME["source"] else key
    return wins.behind(asked.uow.session, asked.scope, source)


ATTRIBUTION = ReportKind(
    "attribution", "which touches brought the won deals, by six models", "attribution last quarter by:campaign",
    attribution, behind, usual_period="last 90 days", by=BY, options=(("model", tuple(MODELS)),), for_reps="none",
)  # fmt: skip
