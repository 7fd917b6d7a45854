"""Questions of reports, each as reports ask it, by looking at every row, and of DuckDB over the same rows."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any

from sqlmodel import Session

from bench.history import NOW, TEAMS
from bench.history import REPS as REPS_THERE
from bot.reports import shares
from bot.rules.reports.fairness import IN_TURN, TOLD, less, tallied
from store.reporting import (
    custom,
    fairness,
    goals,
    hold,
    overdue,
    quality,
    reached,
    reasons,
    reminders,
    reps,
    sources,
    speed,
    standing,
    stays,
    unanswered,
    wins,
)
from store.reporting.scope import Scope

ZONE = "UTC"
QUARTER, QUARTER_END = datetime(2026, 7, 1, tzinfo=UTC), datetime(2026, 10, 1, tzinfo=UTC)
EVER = datetime(1970, 1, 1, tzinfo=UTC)
Ask = Callable[[Session, Scope], list[Any]]


@dataclass(frozen=True)
class Question:
    """One question; `plain` where it is answered from sums, by looking at every row."""

    name: str
    scope: Scope
    ours: Ask
    duck: str
    plain: Ask | None = None


def asked(starts: datetime, ends: datetime, as_of: datetime, **limits: Any) -> Scope:
    return Scope(starts, ends, as_of, ZONE, **limits)


ALL_TIME, LAST_QUARTER = asked(EVER, NOW, NOW), asked(QUARTER, QUARTER_END, QUARTER_END)
KNOWN_NOW = asked(QUARTER, QUARTER_END, NOW)
claimed, claimed_plain = partial(speed.took, step="@claim"), partial(speed.plain, step="@claim")
by_stage, by_stage_plain = partial(custom.counts, group="stage"), partial(custom.plain, group="stage")
by_country, by_country_plain = partial(custom.counts, group="country"), partial(custom.plain, group="country")
by_campaign = partial(custom.counts, group="campaign", step="@contact")
by_campaign_plain = partial(custom.plain, group="campaign", step="@contact")
closed, closed_plain = partial(stays.closed, by_rep=False), partial(stays.plain, by_rep=False)
waits, waits_plain = partial(hold.waits, by="source"), partial(hold.plain, by="source")


def got_to(session: Session, scope: Scope) -> list[Any]:
    return goals.reached(session, scope, "@claim", [scope.ends])


def got_to_plain(session: Session, scope: Scope) -> list[Any]:
    return goals.plain(session, scope, "@claim", [scope.ends])


def won_by_source(session: Session, scope: Scope) -> list[Any]:
    return custom.counts(session, scope, "source", "@won")


def won_by_source_plain(session: Session, scope: Scope) -> list[Any]:
    return custom.plain(session, scope, "source", "@won")


def of_campaigns(session: Session, scope: Scope) -> list[Any]:
    return [*sources.campaigns(session, scope), *sources.won(session, scope)]


def of_campaigns_plain(session: Session, scope: Scope) -> list[Any]:
    return [*sources.plain(session, scope), *sources.won_plain(session, scope)]


def late(session: Session, scope: Scope) -> list[Any]:
    (promised, so_many), (unowned, others) = overdue.late(session, scope, NOW), overdue.unowned(session, scope)
    return [*promised, so_many, *unowned, others]


def ranked(session: Session, scope: Scope) -> list[Any]:
    return [*reps.owned(session, scope), *reps.acts(session, scope, range(1, REPS_THERE + 1)).items()]


def ranked_plain(session: Session, scope: Scope) -> list[Any]:
    return [*reps.plain(session, scope), *reps.acts(session, scope, range(1, REPS_THERE + 1)).items()]


def fair(session: Session, scope: Scope) -> list[Any]:
    """Of every team, as the report has it."""
    teams, moments = range(1, TEAMS + 1), (scope.starts, scope.ends)
    before, then = (shares.standings(fairness.stands(session, teams, moment)) for moment in moments)
    found = [one for team_id in teams for one in less(then[team_id][0], before[team_id][0]).items()]
    return [*found, *unanswered.ended(session, scope), *unanswered.late(session, scope)]


def fair_plain(session: Session, scope: Scope) -> list[Any]:
    found: list[Any] = []
    after, until = (fairness.stands(session, range(1, TEAMS + 1), moment) for moment in (scope.starts, scope.ends))
    for first, last in zip(after, until, strict=True):
        lines = fairness.parts(session, first.book.team_id, first.until, last.until, kinds=IN_TURN, told=TOLD)
        found += less(tallied(lines), {}).items()
    return [*found, *unanswered.ended_plain(session, scope), *unanswered.late_plain(session, scope)]


THEN = "{0} >= $starts AND {0} < $ends AND {0} < $as_of"
HELD = "stay.began_at < $as_of AND (stay.ended_at IS NULL OR stay.ended_at >= $as_of)"
ARRIVED = "arrived_at >= $starts AND arrived_at < $ends AND noted_at < $as_of"
STANDING = f"""
    SELECT team_id, source, stage, kind, currency, count(*), sum(cents), sum(cents * chance), sum(epoch_ms(since))
    FROM stay WHERE {HELD} AND NOT is_cleared GROUP BY ALL"""  # noqa: S608 - no outside words, as in all of these
FUNNEL = f"SELECT team_id, source, step, count(*), sum(seconds) FROM reached WHERE {ARRIVED} GROUP BY ALL"  # noqa: S608
SPEED = f"""
    SELECT seconds - seconds % 60 AS bucket, count(*) FROM reached WHERE step = '@claim' AND {ARRIVED}
    GROUP BY ALL"""  # noqa: S608
CLOSED = f"""
    SELECT team_id, source, stage, kind, currency, count(*), sum(cents) FROM stay
    WHERE kind <> 'open' AND since >= $starts AND since < $ends AND {HELD} GROUP BY ALL"""  # noqa: S608
REASONS = f"""
    WITH one AS (SELECT * FROM stay WHERE kind <> 'open' AND since >= $starts AND since < $ends AND {HELD})
    SELECT team_id, source, 'reason', reason, currency, count(*), sum(cents) FROM one WHERE kind = 'lost' GROUP BY ALL
    UNION ALL SELECT team_id, source, 'competitor', competitor, currency, count(*), sum(cents) FROM one
    WHERE kind = 'lost' GROUP BY ALL
    UNION ALL SELECT team_id, source, 'product', product, currency, count(*), sum(cents) FROM one
    WHERE kind = 'won' GROUP BY ALL"""  # noqa: S608
ATTRIBUTION = f"""
    SELECT model, credit.source, credit.currency, count(DISTINCT credit.lead_id), sum(millionths), sum(credit.cents)
    FROM credit JOIN stay ON stay.rowid + 1 = credit.stay_id
    WHERE won_at >= $starts AND won_at < $ends AND made_at < $as_of AND {HELD} GROUP BY ALL"""  # noqa: S608
QUALITY = f"""
    SELECT stay.team_id, stay.source, 'mql', '', count(*),
           count(*) FILTER (stay.kind = 'open' AND NOT EXISTS (
               SELECT 1 FROM level_change AS word WHERE word.lead_id = one.lead_id
               AND word.after IN ('sql', 'rejected') AND word.at < $as_of))
    FROM (SELECT lead_id, min("at") AS first FROM level_change WHERE after = 'mql' GROUP BY lead_id) AS one
    JOIN stay ON stay.lead_id = one.lead_id AND {HELD} WHERE {THEN.format("first")} GROUP BY ALL
    UNION ALL SELECT stay.team_id, stay.source, word, why, count(*), 0
    FROM (SELECT lead_id, arg_max(after, "at") AS word, arg_max(reason, "at") AS why FROM level_change
          WHERE after IN ('sql', 'rejected') AND {THEN.format('"at"')} GROUP BY lead_id) AS one
    JOIN stay ON stay.lead_id = one.lead_id AND {HELD} GROUP BY ALL"""  # noqa: S608
HOLD = f"""
    SELECT source, waited, count(*) FROM (
        SELECT stay.source, held.lead_id, date_diff('second', held."at", min(turn."at")) AS waited
        FROM decision AS held
        LEFT JOIN decision AS turn ON turn.lead_id = held.lead_id AND turn.kind = 'turn' AND turn."at" >= held."at"
        JOIN stay ON stay.lead_id = held.lead_id AND {HELD}
        WHERE held.kind = 'held' AND {THEN.format('held."at"')} GROUP BY stay.source, held.lead_id, held."at") AS waits
    GROUP BY ALL"""  # noqa: S608
BY_SOURCE = f"SELECT source, count(*) FROM reached WHERE step = '@won' AND {ARRIVED} GROUP BY ALL"  # noqa: S608
BY_STAGE = f"""
    SELECT stay.stage, count(*) FROM reached AS came JOIN stay ON stay.lead_id = came.lead_id AND {HELD}
    WHERE step = '@arrived' AND came.{ARRIVED.replace("AND arrived", "AND came.arrived")} GROUP BY ALL"""  # noqa: S608
BY_COUNTRY = f"SELECT country, count(*) FROM reached WHERE step = '@arrived' AND {ARRIVED} GROUP BY ALL"  # noqa: S608
BY_CAMPAIGN = f"SELECT campaign, count(*) FROM reached WHERE step = '@contact' AND {ARRIVED} GROUP BY ALL"  # noqa: S608
OF_CAMPAIGNS = f"""
    SELECT campaign, step, count(*), 0 FROM reached
    WHERE step IN ('@arrived', '@mql', '@sql') AND {ARRIVED} GROUP BY ALL
    UNION ALL SELECT campaign, currency, count(*), sum(cents) FROM stay
    WHERE kind = 'won' AND {THEN.format("since")} AND {HELD} GROUP BY ALL"""  # noqa: S608
REPS = f"""
    WITH mine AS (
        SELECT rep_id, team_id, lead_id, min(began_at) AS got FROM stay
        WHERE rep_id IS NOT NULL AND NOT is_cleared AND {THEN.format("began_at")} AND NOT EXISTS (
            SELECT 1 FROM stay AS before WHERE before.lead_id = stay.lead_id AND before.rep_id = stay.rep_id
            AND before.ended_at = stay.began_at) GROUP BY ALL)
    SELECT mine.rep_id, mine.team_id, epoch(contact."at" - got) // 60, won.stage, count(*), 0 FROM mine
    LEFT JOIN reached AS contact ON contact.lead_id = mine.lead_id AND contact.step = '@contact'
    LEFT JOIN stay AS won ON won.lead_id = mine.lead_id AND won.kind = 'won' AND won.rep_id = mine.rep_id GROUP BY ALL
    UNION ALL SELECT rep_id, 0, 0, '', 0, count(*) FROM note WHERE {THEN.format('"at"')} GROUP BY ALL
    UNION ALL SELECT rep_id, 0, 0, '', 0, count(*) FROM follow_up WHERE {THEN.format("closed_at")} GROUP BY ALL"""  # noqa: S608
GOALS = f"""SELECT count(*) FROM reached WHERE step = '@claim' AND {THEN.format('"at"')}"""  # noqa: S608
FAIRNESS = f"""
    WITH line AS (
        SELECT team_id, winner_id, from_json(candidates, '[{{"rep_id": "INTEGER", "weight": "INTEGER"}}]') AS able
        FROM decision WHERE kind = 'turn' AND {THEN.format('"at"')})
    SELECT team_id, one.rep_id, count(*), sum(1.0 / of) FROM
        (SELECT team_id, unnest(able) AS one, len(able) AS of FROM line) AS parts GROUP BY ALL
    UNION ALL SELECT team_id, winner_id, count(*), 0 FROM line GROUP BY ALL
    UNION ALL SELECT team_id, offer.rep_id, count(*), 0
    FROM offer JOIN decision ON decision.lead_id = offer.lead_id AND kind = 'turn'
    WHERE status IN ('passed', 'lapsed') AND {THEN.format("closed_at")} GROUP BY team_id, offer.rep_id, status
    UNION ALL SELECT team_id, late.rep_id, count(*), median(date_diff('millisecond', winner."at", late."at"))
    FROM press AS late JOIN press AS winner ON winner.lead_id = late.lead_id AND winner.won
    JOIN decision ON decision.lead_id = late.lead_id AND kind = 'turn'
    WHERE NOT late.won AND {THEN.format('late."at"')} GROUP BY team_id, late.rep_id"""  # noqa: S608

OVERDUE = f"""
    (SELECT due_at, rep_id, kind, what, lead.id, name, company, count(*) OVER () FROM follow_up
     JOIN lead ON lead.id = follow_up.lead_id WHERE status = 'open' AND due_at <= $as_of
     ORDER BY due_at LIMIT {overdue.MOST})
    UNION ALL
    (SELECT created_at, 0, '', '', id, name, company, count(*) OVER () FROM lead
     WHERE is_open_to_all AND owner_id IS NULL AND closed_at IS NULL ORDER BY created_at LIMIT {overdue.MOST})"""  # noqa: S608
REMINDERS = f"""
    SELECT rule, count(*) FILTER (status = 'fired'), count(*) FILTER (status = 'digested'),
           count(*) FILTER (acted_at <= act_by AND acted_at < $as_of),
           count(*) FILTER (acted_at > act_by AND acted_at < $as_of),
           count(*) FILTER (act_by >= $as_of AND (acted_at IS NULL OR acted_at >= $as_of)),
           median(epoch(acted_at - fired_at)) FILTER (status = 'fired' AND acted_at < $as_of)
    FROM reminder WHERE {THEN.format("fired_at")} GROUP BY rule"""  # noqa: S608

QUESTIONS = (
    Question("pipeline now", ALL_TIME, standing.standing, STANDING, standing.plain),
    Question("pipeline as of last quarter", LAST_QUARTER, standing.standing, STANDING, standing.plain),
    Question("funnel by source, all time", ALL_TIME, reached.reached, FUNNEL, reached.plain),
    Question("funnel by source, last quarter", LAST_QUARTER, reached.reached, FUNNEL, reached.plain),
    Question("speed to claim, all time", ALL_TIME, claimed, SPEED, claimed_plain),
    Question("speed to claim, last quarter", KNOWN_NOW, claimed, SPEED, claimed_plain),
    Question("closed by source, last quarter", LAST_QUARTER, closed, CLOSED, closed_plain),
    Question("closed by source, all time", ALL_TIME, closed, CLOSED, closed_plain),
    Question("goal of claims, last quarter", KNOWN_NOW, got_to, GOALS, got_to_plain),
    Question("goal of claims, all time", ALL_TIME, got_to, GOALS, got_to_plain),
    Question("won by source, last quarter", KNOWN_NOW, won_by_source, BY_SOURCE, won_by_source_plain),
    Question("won by source, all time", ALL_TIME, won_by_source, BY_SOURCE, won_by_source_plain),
    Question("leads by stage, last quarter", KNOWN_NOW, by_stage, BY_STAGE, by_stage_plain),
    Question("leads by stage, all time", ALL_TIME, by_stage, BY_STAGE, by_stage_plain),
    Question("leads by country, last quarter", KNOWN_NOW, by_country, BY_COUNTRY, by_country_plain),
    Question("leads by country, all time", ALL_TIME, by_country, BY_COUNTRY, by_country_plain),
    Question("contacted by campaign, last quarter", KNOWN_NOW, by_campaign, BY_CAMPAIGN, by_campaign_plain),
    Question("sources by campaign, last quarter", KNOWN_NOW, of_campaigns, OF_CAMPAIGNS, of_campaigns_plain),
    Question("sources by campaign, all time", ALL_TIME, of_campaigns, OF_CAMPAIGNS, of_campaigns_plain),
    Question("reasons, last quarter", KNOWN_NOW, reasons.endings, REASONS, reasons.plain),
    Question("reasons, all time", ALL_TIME, reasons.endings, REASONS, reasons.plain),
    Question("attribution, last quarter", KNOWN_NOW, wins.credited, ATTRIBUTION, wins.plain),
    Question("attribution, all time", ALL_TIME, wins.credited, ATTRIBUTION, wins.plain),
    Question("quality, last quarter", KNOWN_NOW, quality.judged, QUALITY, quality.plain),
    Question("quality, all time", ALL_TIME, quality.judged, QUALITY, quality.plain),
    Question("hold, last quarter", KNOWN_NOW, waits, HOLD, waits_plain),
    Question("hold, all time", ALL_TIME, waits, HOLD, waits_plain),
    Question("reminders, last quarter", KNOWN_NOW, reminders.told, REMINDERS, reminders.plain),
    Question("reminders, all time", ALL_TIME, reminders.told, REMINDERS, reminders.plain),
    Question("reps, last quarter", KNOWN_NOW, ranked, REPS, ranked_plain),
    Question("reps, all time", ALL_TIME, ranked, REPS, ranked_plain),
    Question("overdue now", ALL_TIME, late, OVERDUE),
    Question("fairness, last quarter", KNOWN_NOW, fair, FAIRNESS, fair_plain),
    Question("fairness, all time", ALL_TIME, fair, FAIRNESS, fair_plain),
)  # fmt: skip
