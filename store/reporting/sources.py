"""What came from each campaign: the leads of a period and how good they were, and what was won in it."""

from typing import NamedTuple

from sqlmodel import Session

from store.reporting import sql
from store.reporting.behind import Numbers, found
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


# As it was then: a later correction tells what stood there before.
NAMED = """coalesce((SELECT changed.before FROM field_change AS changed
    WHERE changed.lead_id = lead.id AND changed.field = 'campaign' AND changed.at >= :as_of
    ORDER BY changed.at, changed.id LIMIT 1), lead.campaign, '')"""


def campaigns(session: Session, scope: Scope) -> list[CampaignSum]:
    """Of the leads that arrived within the period, how many there were, and how many had got so far as of then."""
    question = f"""
        SELECT named, step, count(*) FROM (
            SELECT {NAMED} AS named, reached.step AS step
            FROM reached JOIN lead ON lead.id = reached.lead_id
            WHERE reached.step IN ('{ARRIVED}', '{MQL}', '{SQL}') AND {sql.ARRIVED_THEN.format("reached")}
                  AND {sql.COUNTED.format("reached")} {sql.of_scope(scope, "reached")}
        ) AS came GROUP BY named, step"""  # noqa: S608 - no outside words
    return [CampaignSum(*row) for row in sql.ask(session, question, scope)]


def won(session: Session, scope: Scope) -> list[CampaignWon]:
    """Won within the period, and not opened again as of then."""
    question = f"""
        SELECT named, currency, count(*), {sql.total("cents")} FROM (
            SELECT {NAMED} AS named, stay.currency AS currency, stay.cents AS cents
            FROM stay JOIN lead ON lead.id = stay.lead_id
            WHERE stay.kind <> 'open' AND stay.kind = 'won' AND stay.began_at >= :starts AND {ENTERED}
                  AND {sql.HELD.format("stay")} {sql.of_scope(scope, "stay", theirs=OWNED)}
        ) AS deal GROUP BY named, currency"""  # noqa: S608 - no outside words
    return [CampaignWon(*row) for row in sql.ask(session, question, scope)]


def of_campaign(session: Session, scope: Scope, campaign: str) -> Numbers:
    """The leads that arrived within the period with it."""
    question = f"""
        SELECT reached.lead_id FROM reached JOIN lead ON lead.id = reached.lead_id
        WHERE reached.step = '{ARRIVED}' AND {sql.ARRIVED_THEN.format("reached")} AND {sql.COUNTED.format("reached")}
              {sql.of_scope(scope, "reached")} AND {NAMED} = :campaign
        ORDER BY reached.lead_id DESC"""  # noqa: S608 - no outside words
    return found(session, question, scope, campaign=campaign)
