"""What sums say about leads that were won and lost: whole months of them, and stay by stay the days beside those."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlmodel import Session

from store.reporting import spans, sql, sums
from store.reporting.scope import Scope

OWNED = "{0}.rep_id IN :rep_ids"
VALUES = ("leads", "cents")


class Total(NamedTuple):
    """A table of sums, and how a stay in a closed stage adds to it."""

    name: str
    keys: str  # what the answer tells apart
    columns: str  # the same as the table has it
    parts: Sequence[tuple[str, str]]  # and as a stay has it, with which stays; one that is several adds to several
    which: str = ""  # AND …: only these of the sums


def summed(session: Session, scope: Scope, total: Total, *, by_rep: bool) -> list[tuple[Any, ...]] | None:
    """Whole months from the sums, less what was noted later; the days before and after them stay by stay."""
    whole = spans.cover(scope)
    if whole is None:
        return None
    of_total = total.which + sql.of_scope(scope, total.name, theirs=OWNED)
    owners = f"rep_id {f'>= {sums.NOBODY}' if by_rep else f'= {sums.ALL_REPS}'} AND closed IN :spans"
    parts = [sql.select(f"{total.columns}, leads, cents", total.name, f"{owners} AND noted = 0", of_total)]
    for keys, which in total.parts:
        parts += rows(session, scope, whole, keys, which)
    later = sums.later(scope, "noted")
    if later:
        parts.append(sql.select(f"{total.columns}, -leads, -cents", total.name, f"{owners} AND {later}", of_total))
    return sums.ask(session, scope, total.keys, VALUES, parts, is_now=later is None, **sums.within(whole))


def rows(session: Session, scope: Scope, whole: spans.Cover, keys: str, which: str) -> list[str]:
    """Stays that are in no sum yet, and those of the days at the edges."""
    mine, sign = sql.of_scope(scope, "stay", theirs=OWNED), sums.STAYS_SIGN
    covered, held = sums.COVERED.format("since"), sql.HELD.format("stay")
    left = sql.select(
        f"{keys}, {sign}, {sign} * coalesce(cents, 0)", sql.unfolded(session, "stay"),
        f"{sums.LEFT} AND kind <> 'open' AND {which} AND {covered}", mine,
    )  # fmt: skip
    return [left] + [
        sql.select(f"{keys}, 1, coalesce(cents, 0)", "stay", f"kind <> 'open' AND {which} AND {edge} AND {held}", mine)
        for edge in sums.edges(whole, "since")
    ]


def rep_of(*, by_rep: bool) -> str:
    """Of a stay, whom its sum is of: its owner, or all owners together."""
    return f"coalesce(rep_id, {sums.NOBODY})" if by_rep else str(sums.ALL_REPS)
