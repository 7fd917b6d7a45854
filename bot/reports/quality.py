"""Back to marketing: which of its leads sales accepted and rejected, and why, by source."""

from collections.abc import Iterable

from bot.reports.before import scope_before
from bot.reports.kinds import Asked, ReportKind, number_of
from bot.rules.reports.quality import Quality
from bot.rules.reports.report import Cell, Chart, Figure, Report, Row, Said, Series, Table
from store.reporting import quality as verdicts
from store.reporting.quality import Judged

BY = ("source", "team", "reason")
MOST_REASONS, MOST_CHARTED = 5, 10
HEADINGS = (
    "New MQLs", "Accepted", "Rejected", "Accepted of judged", "From (95 %)", "To (95 %)", "No word yet", "Why rejected",
)  # fmt: skip
COUNTED = (
    "New MQLs became one in this time for the first time; accepted and rejected is what sales said in this time "
    "and has not taken back since. No word yet: new MQLs that are open and that nobody has judged."
)


def quality(asked: Asked) -> Report:
    rows = verdicts.judged(asked.uow.session, asked.scope)
    whole, by = summed(rows), asked.question.by or BY[0]
    return Report(
        "quality", f"Quality of leads, {asked.question.period.name}", sentence(asked, whole),
        by_reason(whole) if by == "reason" else by_group(asked, rows, by), charts(rows), ((COUNTED,),),
        as_of=asked.question.as_of, details=() if by == "reason" or not whole.reasons else (by_reason(whole),),
    )  # fmt: skip


def summed(rows: Iterable[Judged]) -> Quality:
    found = Quality()
    for row in rows:
        found.add(row.step, row.reason, row.leads, row.waits)
    return found


def grouped(rows: Iterable[Judged], by: str) -> list[tuple[str | int, Quality]]:
    """Those with the most new MQLs first, then those with the most verdicts."""
    found: dict[str | int, Quality] = {}
    for row in rows:
        key = row.team_id if by == "team" else row.source
        found.setdefault(key, Quality()).add(row.step, row.reason, row.leads, row.waits)
    return sorted(found.items(), key=lambda item: (-item[1].mqls, -item[1].judged, str(item[0])))


def sentence(asked: Asked, whole: Quality) -> Said:
    if not whole.mqls and not whole.judged:
        return ("No lead became an MQL, and sales accepted and rejected none, in this time.",)
    said: list[str | Figure] = [Figure(whole.mqls, "count"), " new MQL" + "s" * (whole.mqls != 1)]
    if not whole.judged:
        return (*said, ", and sales has judged none yet.")
    said += [
        "; sales accepted ", Figure(whole.accepted, "count"), " and rejected ", Figure(whole.rejected, "count"),
        ", so it took on ", Figure(whole.share, "percent"), *compared(asked), ".",
    ]  # fmt: skip
    if whole.reasons:
        [(reason, leads), *_] = whole.most_frequent()
        said += [f" Rejected most often for “{named(reason)}”: ", Figure(leads, "count"), "."]
    return tuple(said)


def compared(asked: Asked) -> Said:
    was = summed(verdicts.judged(asked.uow.session, scope_before(asked)))
    return (", after ", Figure(was.share, "percent"), " in the time before") if was.judged else ()


def by_group(asked: Asked, rows: list[Judged], by: str) -> Table:
    teams = {team.id or 0: team.name for team in asked.uow.people.teams()}
    found = grouped(rows, by)
    made = tuple(
        Row((teams.get(key, "") if isinstance(key, int) else key, *figures(one)), behind=f"={key}")
        for key, one in found
    )  # fmt: skip
    total = Row(("All", *figures(summed(rows)))) if len(made) > 1 else None
    return Table((by.capitalize(), *HEADINGS), made, total)


def figures(one: Quality) -> tuple[Cell, ...]:
    low, high = one.interval
    why = ", ".join(f"{named(reason)} {leads}" for reason, leads in one.most_frequent()[:MOST_REASONS])
    return (
        Figure(one.mqls, "count"), Figure(one.accepted, "count"), Figure(one.rejected, "count"),
        Figure(one.share, "percent"), Figure(low, "percent"), Figure(high, "percent"), Figure(one.waits, "count"), why,
    )  # fmt: skip


def by_reason(whole: Quality) -> Table:
    rows = tuple(
        Row((
            named(reason), Figure(leads, "count"), Figure(leads / whole.rejected, "percent"),
        ), behind=f"={reason}") for reason, leads in whole.most_frequent()
    )  # fmt: skip
    total = Row(("All", Figure(whole.rejected, "count"), Figure(1.0, "percent"))) if len(rows) > 1 else None
    return Table(("Rejected because of", "Leads", "Share"), rows, total)


def charts(rows: list[Judged]) -> tuple[Chart, ...]:
    found = [(str(key), one) for key, one in grouped(rows, "source") if one.judged][:MOST_CHARTED]
    if not found:
        return ()
    accepted = Series("Accepted", tuple(float(one.accepted) for _, one in found))
    rejected = Series("Rejected", tuple(float(one.rejected) for _, one in found))
    return (Chart("bar", "What sales said, by source", tuple(name for name, _ in found), (accepted, rejected)),)


def named(reason: str) -> str:
    return reason or "no reason given"


def behind(asked: Asked, key: str) -> list[int]:
    by, value = asked.question.by or BY[0], key.removeprefix("=")
    wanted = number_of(value) if by == "team" else value
    return verdicts.behind(asked.uow.session, asked.scope, by=by, value=wanted)


QUALITY = ReportKind(
    "quality", "what sales accepted and rejected of marketing's leads, and why", "quality last month by:source",
    quality, behind, by=BY, for_reps="own",
)  # fmt: skip
