"""Why leads were won and lost in a period, as it was written down when they were."""

from typing import NamedTuple

from sqlmodel import Session

from store.reporting import closings, sql
from store.reporting.additions import WAYS
from store.reporting.behind import Numbers, found
from store.reporting.closings import Total
from store.reporting.scope import Scope
from store.reporting.stays import ENTERED, OWNED

# Nobody stood in a stage before they entered it: the index by beginning finds them.
CLOSED = f"stay.kind <> 'open' AND stay.began_at >= :starts AND {ENTERED} AND {sql.HELD.format('stay')}"
COLUMNS = {
    "reason": "coalesce(stay.reason, '')", "competitor": "coalesce(stay.competitor, '')",
    "product": "coalesce(stay.product, '')", "team": "stay.team_id", "source": "stay.source",
    "rep": "coalesce(stay.rep_id, 0)",
}  # fmt: skip


KEYS = "team_id, rep_id, source, way, value, currency"
OF_THESE = f" AND way IN {tuple(WAYS)}"


class Ending(NamedTuple):
    """So many leads were won or lost in the same way; with the owner and the value that they have as of then.

    A lead that was lost is in it twice, by its reason and by its competitor; one that was won by its product.
    """

    team_id: int
    rep_id: int  # 0: nobody; -1: all together
    source: str  # of all together
    way: str  # reason, competitor or product
    value: str
    currency: str
    leads: int
    cents: int


def endings(session: Session, scope: Scope, *, by_rep: bool = False) -> list[Ending]:
    """Of what was won and lost within the period, and not opened again as of then; by source, or by owner."""
    found = from_sums(session, scope, by_rep=by_rep)
    return plain(session, scope, by_rep=by_rep) if found is None else found


def plain(session: Session, scope: Scope, *, by_rep: bool = False) -> list[Ending]:
    """By looking at every stay in a closed stage."""
    limits = sql.of_scope(scope, "stay", theirs=OWNED)
    each = [
        sql.select(f"{columns}, cents", "stay", f"{CLOSED} AND {which}", limits)
        for columns, which in ways(by_rep=by_rep)
    ]
    question = f"""
        SELECT {KEYS}, count(*), {sql.total("cents")} FROM ({" UNION ALL ".join(each)}) AS one
        GROUP BY {KEYS}"""  # noqa: S608 - no outside words
    return [Ending(*row) for row in sql.ask(session, question, scope)]


def from_sums(session: Session, scope: Scope, *, by_rep: bool = False) -> list[Ending] | None:
    """The sums of single owners know no sources."""
    single = by_rep or scope.rep_ids is not None
    if single and (scope.sources is not None or not by_rep):
        return None
    total = Total("ending_total", KEYS, KEYS, ways(by_rep=by_rep), OF_THESE)
    found = closings.summed(session, scope, total, by_rep=single)
    return None if found is None else [Ending(*row) for row in found]


def ways(*, by_rep: bool) -> list[tuple[str, str]]:
    """What each way tells of a stay, and of which."""
    source = "''" if by_rep else "source"
    keys = f"team_id, {closings.rep_of(by_rep=by_rep)} AS rep_id, {source} AS source"
    return [
        (f"{keys}, '{way}' AS way, coalesce({way}, '') AS value, currency", f"kind = '{kind}'")
        for way, kind in WAYS.items()
    ]


def behind(session: Session, scope: Scope, *, kind: str, by: str, value: str | int) -> Numbers:
    """The numbers of the leads that ended like this; `kind` empty: in either way."""
    is_kind = "AND stay.kind = :kind" if kind else ""
    question = f"""
        SELECT stay.lead_id FROM stay
        WHERE {CLOSED} {is_kind} AND {COLUMNS[by]} = :value {sql.of_scope(scope, "stay", theirs=OWNED)}
        ORDER BY stay.lead_id DESC"""  # noqa: S608 - no outside words
    return found(session, question, scope, kind=kind, value=value)
