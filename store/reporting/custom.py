"""Whatever somebody makes up: the leads that arrived in a period, grouped, and how far they got as of a moment."""

from collections import Counter
from collections.abc import Collection
from typing import NamedTuple

from sqlmodel import Session

from store.reporting import reached, spans, sql, sums
from store.reporting.behind import Numbers, found
from store.reporting.recording import ARRIVED, CONTACTED
from store.reporting.scope import Scope

QUARTER_HOUR = 900  # every zone's days begin on one
STOOD = f"LEFT JOIN stay AS stood ON stood.lead_id = came.lead_id AND {sql.HELD.format('stood')}"
# Of what has not gone by now, and of what went only after the moment asked for: each finds its row by an index.
GOT = """LEFT JOIN reached AS got ON got.lead_id = came.lead_id AND got.step = :step AND got.gone_at IS NULL
              AND got.noted_at < :as_of
         LEFT JOIN reached AS past ON past.lead_id = came.lead_id AND past.step = :step AND past.gone_at IS NOT NULL
              AND past.gone_at >= :as_of AND past.noted_at < :as_of"""
# What is grouped by, and the table that says it; "time" is in quarters of an hour since 1970.
GROUPS = {
    "source": ("came.source", ""), "team": ("came.team_id", ""), "rep": ("stood.rep_id", STOOD),
    "stage": ("stood.stage", STOOD), "country": ("came.country", ""), "campaign": ("came.campaign", ""),
    "time": ("", ""),
}  # fmt: skip
NAMED = ("source", "country", "campaign")  # by words: an empty one is none


SUMMED = {"source": "source", "team": "team_id"}  # what sums of arrivals know, and as what
ORIGINS = {"country": "country", "campaign": "campaign", "time": "day"}
STANDING = {"stage": "stage", "rep": "rep_id"}  # and those of where they stand
KEYS, VALUES = "stage, kind, rep_id, currency", ("leads", "cents")


class Stood(NamedTuple):
    stage: str
    kind: str
    rep: int  # 0: nobody
    currency: str
    leads: int
    cents: int


class Counted(NamedTuple):
    key: str | int | None
    leads: int


class Worth(NamedTuple):
    key: str | int | None
    currency: str
    cents: int


class Waited(NamedTuple):
    key: str | int | None
    seconds: int
    leads: int


def counts(
    session: Session, scope: Scope, group: str, step: str = ARRIVED, *, only: Collection[int] | None = None
) -> list[Counted]:
    """Leads that had reached the step; `only` these leads."""
    fits = (group in SUMMED or group in ORIGINS or (group in STANDING and step == ARRIVED)) and only is None
    fits = fits and scope.rep_ids is None
    found = from_sums(session, scope, group, step) if fits else None
    return plain(session, scope, group, step, only=only) if found is None else found


def from_sums(session: Session, scope: Scope, group: str, step: str) -> list[Counted] | None:
    """As the funnel has them, whose keys these are; or by where they stand."""
    if group in STANDING:
        there = stood(session, scope)
        return None if there is None else standing(there, group)
    if group in ORIGINS:
        return origins(session, scope, group, step)
    found = reached.summed(session, scope, SUMMED[group], step)
    return None if found is None else [Counted(key, leads) for key, leads, _ in found]


def origins(session: Session, scope: Scope, group: str, step: str) -> list[Counted] | None:
    """Those of a country, a campaign or a day, whatever their source."""
    is_time = group == "time"
    value = f"CAST({grouped(session, group)[0]} AS TEXT)" if is_time else f"coalesce(came.{group}, '')"
    found = by_origin(session, scope, ORIGINS[group], value, (step,))
    return None if found is None else [Counted(int(key) if is_time else key or None, leads) for key, _, leads in found]


def by_origin(
    session: Session, scope: Scope, way: str, value: str, steps: tuple[str, ...]
) -> list[tuple[str, str, int]] | None:
    """Leads by a value and the step that they reached; `value` as a step has it, which is told as "came"."""
    whole = spans.cover(scope)
    if whole is None or (scope.sources, scope.rep_ids) != (None, None):
        return None
    total, limits = (sql.of_scope(scope, table) for table in ("origin_total", "came"))
    which, rows, later = "step IN :steps", "reached AS came", sums.later(scope, "noted")
    left = sql.unfolded(session, "reached").replace("reached", rows, 1)
    of_way, covered = f"way = '{way}' AND {which} AND arrived IN :spans", sums.COVERED.format("came.arrived_at")
    parts = [
        sql.select("value, step, leads", "origin_total", f"{of_way} AND noted = 0", total),
        sql.select(f"{value}, step, {sums.REACHED_SIGN}", left, f"{sums.LEFT} AND {which} AND {covered}", limits),
    ]
    parts += [
        sql.select(f"{value}, step, 1", rows, f"{which} AND {edge} AND {sql.COUNTED.format('came')}", limits)
        for edge in sums.edges(whole, "came.arrived_at")
    ]
    if later:
        parts.append(sql.select("value, step, -leads", "origin_total", f"{of_way} AND {later}", total))
    named = {"steps": list(steps), **sums.within(whole)}
    return sums.ask(session, scope, "value, step", ("leads",), parts, is_now=later is None, **named)


def standing(rows: list[Stood], group: str) -> list[Counted]:
    leads = Counter[str | int | None]()
    for one in rows:
        leads[getattr(one, group) or None] += one.leads
    return [Counted(key, count) for key, count in leads.items() if count]


def stood(session: Session, scope: Scope) -> list[Stood] | None:
    """Where those stand that arrived, whatever their team and source: whole months from the sums, less what was noted
    later; the days before and after them lead by lead."""
    whole = spans.cover(scope)
    if whole is None or (scope.team_ids, scope.sources, scope.rep_ids) != (None, None, None):
        return None
    columns, of_months = "stage, kind, coalesce({0}.rep_id, 0) AS rep_id, currency", "arrived IN :spans AND"
    sign, later = sums.STAYS_SIGN, sums.later(scope, "noted")
    came, of_came = f"came.step = '{ARRIVED}' AND {sql.COUNTED.format('came')}", f"reached AS came {STOOD}"
    parts = [
        sql.select(f"{KEYS}, leads, cents", "stood_total", f"{of_months} noted = 0"),
        sql.select(f"{columns.format('stay')}, {sign}, {sign} * coalesce(cents, 0)", sql.unfolded(session, "stay"),
                   f"{sums.LEFT} AND {sums.COVERED.format('arrived_at')}"),
    ]  # fmt: skip
    parts += [
        sql.select(f"{columns.format('stood')}, 1, coalesce(cents, 0)", of_came, f"{edge} AND {came}")
        for edge in sums.edges(whole, "came.arrived_at")
    ]
    if later:
        parts.append(sql.select(f"{KEYS}, -leads, -cents", "stood_total", f"{of_months} {later}"))
    found = sums.ask(session, scope, KEYS, VALUES, parts, is_now=later is None, **sums.within(whole))
    return None if found is None else list(map(Stood._make, found))


def plain(
    session: Session, scope: Scope, group: str, step: str = ARRIVED, *, only: Collection[int] | None = None
) -> list[Counted]:
    """By looking at every lead that arrived."""
    what, joins = grouped(session, group)
    question = f"""
        SELECT {what}, count(*) FROM {came(joins, step)} WHERE {arrived(scope, only, step)}
        GROUP BY {what}"""  # noqa: S608 - no outside words
    return [Counted(*row) for row in sql.ask(session, question, scope, step=step)]


def worth(session: Session, scope: Scope, group: str, *, only: Collection[int] | None = None) -> list[Worth]:
    """The value of those that stood in a won stage."""
    there = stood(session, scope) if group in STANDING and only is None else None
    if there is not None:
        cents = Counter[tuple[str | int | None, str]]()
        for one in there:
            cents[getattr(one, group) or None, one.currency] += one.cents * (one.kind == "won")
        return [Worth(*key, value) for key, value in cents.items() if value]
    return plain_worth(session, scope, group, only=only)


def plain_worth(session: Session, scope: Scope, group: str, *, only: Collection[int] | None = None) -> list[Worth]:
    """By looking at every lead that arrived."""
    what, joins = grouped(session, group)
    joins = joins if STOOD in joins else f"{joins} {STOOD}"
    question = f"""
        SELECT {what}, stood.currency, {sql.total("stood.cents")} FROM {came(joins, ARRIVED)}
        WHERE {arrived(scope, only)} AND stood.kind = 'won' AND stood.cents IS NOT NULL
        GROUP BY {what}, stood.currency"""  # noqa: S608 - no outside words
    return [Worth(*row) for row in sql.ask(session, question, scope, step=ARRIVED)]


def waits(session: Session, scope: Scope, group: str, *, only: Collection[int] | None = None) -> list[Waited]:
    """How long the first contact took, of those that had one."""
    what, joins = grouped(session, group)
    width = sql.bucket("coalesce(got.seconds, past.seconds)")
    question = f"""
        SELECT {what}, {width}, count(*) FROM {came(joins, CONTACTED)} WHERE {arrived(scope, only, CONTACTED)}
        GROUP BY {what}, {width}"""  # noqa: S608 - no outside words
    return [Waited(*row) for row in sql.ask(session, question, scope, step=CONTACTED)]


def numbers(
    session: Session, scope: Scope, group: str, key: str | int | None, step: str, *, only: Collection[int] | None = None
) -> Numbers:
    """The leads of one group that had reached the step; of any, grouped by time: its span is the scope's."""
    what, joins = grouped(session, group)
    none = f"({what} IS NULL OR {what} = '')" if group in NAMED else f"{what} IS NULL"
    which = "1 = 1" if group == "time" else none if key is None else f"{what} = :key"
    question = f"""
        SELECT came.lead_id FROM {came(joins, step)} WHERE {arrived(scope, only, step)} AND {which}
        ORDER BY came.lead_id DESC"""  # noqa: S608 - no outside words
    return found(session, question, scope, step=step, key=key)


def grouped(session: Session, group: str) -> tuple[str, str]:
    what, joins = GROUPS[group]
    return (what or f"{sql.epoch(session, 'came.arrived_at')} / {QUARTER_HOUR}"), joins


def came(joins: str, step: str) -> str:
    """Arrivals, with the step that they had reached where another is asked for."""
    return f"reached AS came {'' if step == ARRIVED else GOT} {joins}"


def arrived(scope: Scope, only: Collection[int] | None, step: str = ARRIVED) -> str:
    """Numbers stand in the question as they are: a database takes only so many parameters."""
    there = "" if step == ARRIVED else " AND coalesce(got.id, past.id) IS NOT NULL"
    mine = "" if only is None else f" AND came.lead_id IN ({', '.join(str(int(one)) for one in only) or 'NULL'})"
    return (
        f"came.step = '{ARRIVED}' AND {sql.ARRIVED_THEN.format('came')} AND {sql.COUNTED.format('came')}"
        f"{sql.of_scope(scope, 'came')}{there}{mine}"
    )
