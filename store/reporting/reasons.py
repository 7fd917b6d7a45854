"""Why leads were won and lost in a period, as it was written down when they were."""

from typing import NamedTuple

from sqlmodel import Session

from store.reporting import sql
from store.reporting.behind import Numbers, found
from store.reporting.scope import Scope
from store.reporting.stays import ENTERED, OWNED

# Nobody stood in a stage before they entered it: the index by beginning finds them.
CLOSED = f"stay.kind <> 'open' AND stay.began_at >= :starts AND {ENTERED} AND {sql.HELD.format('stay')}"
COLUMNS = {
    "reason": "coalesce(stay.reason, '')", "competitor": "coalesce(stay.competitor, '')",
    "product": "coalesce(stay.product, '')", "team": "stay.team_id", "source": "stay.source",
    "rep": "coalesce(stay.rep_id, 0)",
}  # fmt: skip


class Ending(NamedTuple):
    """So many leads were won or lost in the same way; with the owner and the value that they have as of then."""

    team_id: int
    rep_id: int  # 0: nobody
    source: str
    kind: str  # won or lost
    reason: str
    competitor: str
    product: str
    currency: str
    leads: int
    cents: int


def endings(session: Session, scope: Scope) -> list[Ending]:
    """Of what was won and lost within the period, and not opened again as of then."""
    keys = ", ".join(COLUMNS[name] for name in ("team", "rep", "source"))
    why = ", ".join(COLUMNS[name] for name in ("reason", "competitor", "product"))
    question = f"""
        SELECT {keys}, stay.kind, {why}, stay.currency, count(*), {sql.total("stay.cents")}
        FROM stay
        WHERE {CLOSED} {sql.of_scope(scope, "stay", theirs=OWNED)}
        GROUP BY {keys}, stay.kind, {why}, stay.currency"""  # noqa: S608 - no outside words
    return [Ending(*row) for row in sql.ask(session, question, scope)]


def behind(session: Session, scope: Scope, *, kind: str, by: str, value: str | int) -> Numbers:
    """The numbers of the leads that ended like this; `kind` empty: in either way."""
    is_kind = "AND stay.kind = :kind" if kind else ""
    question = f"""
        SELECT stay.lead_id FROM stay
        WHERE {CLOSED} {is_kind} AND {COLUMNS[by]} = :value {sql.of_scope(scope, "stay", theirs=OWNED)}
        ORDER BY stay.lead_id DESC"""  # noqa: S608 - no outside words
    return found(session, question, scope, kind=kind, value=value)
