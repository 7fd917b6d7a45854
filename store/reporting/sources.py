"""What came from each campaign: the leads of a period and how good they were, and what was won in it."""

from typing import NamedTuple

from sqlmodel import Session

from store.reporting import closings, sql
from store.reporting.behind import Numbers, found
from store.reporting.closings import Total
from store.reporting.custom import by_origin
from store.reporting.recording import ARRIVED, MQL, SQL
from store.reporting.scope import Scope
from store.reporting.stays import ENTERED, OWNED


class CampaignSum(NamedTuple):
    campaign: str
    step: str  # @arrived, @mql, @sql
    leads: int


class CampaignWon(NamedTuple):
    campaign: str
    currency: str
    leads: int
    cents: int


STEPS = (ARRIVED, MQL, SQL)
NAMED = "coalesce({0}.campaign, '')"
OF_STAYS = ((f"{NAMED.format('stay')} AS value, currency", "kind = 'won'"),)


def campaigns(session: Session, scope: Scope) -> list[CampaignSum]:
    """Of the leads that arrived within the period, how many there were, and how many had got so far as of then; by the
    campaign that they had then."""
    found = by_origin(session, scope, "campaign", NAMED.format("came"), STEPS)
    return plain(session, scope) if found is None else [CampaignSum(*row) for row in found]


def plain(session: Session, scope: Scope) -> list[CampaignSum]:
    """By looking at every one of these steps."""
    named, steps = NAMED.format("reached"), ", ".join(f"'{step}'" for step in STEPS)
    question = f"""
        SELECT {named} AS named, step, count(*) FROM reached
        WHERE step IN ({steps}) AND {sql.ARRIVED_THEN.format("reached")} AND {sql.COUNTED.format("reached")}
              {sql.of_scope(scope, "reached")}
        GROUP BY named, step"""  # noqa: S608 - no outside words
    return [CampaignSum(*row) for row in sql.ask(session, question, scope)]


def won(session: Session, scope: Scope) -> list[CampaignWon]:
    """Won within the period, and not opened again as of then; sums know no sources."""
    total = Total("ending_total", "value, currency", "value, currency", OF_STAYS, " AND way = 'campaign'")
    fits = scope.sources is None and scope.rep_ids is None
    found = closings.summed(session, scope, total, by_rep=False) if fits else None
    return won_plain(session, scope) if found is None else [CampaignWon(*row) for row in found]


def won_plain(session: Session, scope: Scope) -> list[CampaignWon]:
    """By looking at every stay in a won stage."""
    question = f"""
        SELECT {NAMED.format("stay")} AS named, currency, count(*), {sql.total("cents")} FROM stay
        WHERE stay.kind <> 'open' AND stay.kind = 'won' AND stay.began_at >= :starts AND {ENTERED}
              AND {sql.HELD.format("stay")} {sql.of_scope(scope, "stay", theirs=OWNED)}
        GROUP BY named, currency"""  # noqa: S608 - no outside words
    return [CampaignWon(*row) for row in sql.ask(session, question, scope)]


def of_campaign(session: Session, scope: Scope, campaign: str) -> Numbers:
    """The leads that arrived within the period, and had it as of then."""
    question = f"""
        SELECT lead_id FROM reached
        WHERE step = '{ARRIVED}' AND {sql.ARRIVED_THEN.format("reached")} AND {sql.COUNTED.format("reached")}
              {sql.of_scope(scope, "reached")} AND {NAMED.format("reached")} = :campaign
        ORDER BY lead_id DESC"""  # noqa: S608 - no outside words
    return found(session, question, scope, campaign=campaign)
