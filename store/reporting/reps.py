"""Which leads became whose in a period, how soon their owner was in touch, and what came of them, as of a moment."""

from collections import Counter
from collections.abc import Collection
from typing import NamedTuple

from sqlmodel import Session

from store.reporting import spans, sql, sums
from store.reporting.behind import Numbers, found
from store.reporting.scope import Scope
from store.reporting.stays import OWNED as THEIRS

KEYS, VALUES = "rep_id, team_id, way, seconds", ("leads",)
# What is counted of a lead: that it became theirs; that it is won, and still theirs; that somebody had been in touch
# before; after how long they were, by the clock and in working time; and that it was over before they were, after how
# much working time.
WAYS = ("lead", "won", "before", "took", "worked", "over")
EACH_WAY = " UNION ALL ".join(f"SELECT '{way}' AS way" for way in WAYS)
OVER = "(kind <> 'open' OR is_cleared)"
IS_SO = """(way = 'lead' OR way = 'before' AND answered = -1 OR way IN ('took', 'worked') AND answered >= 0
             OR way = 'over' AND answered IS NULL AND ({0}) OR way = 'won' AND kind = 'won' AND {1})"""
HELD = IS_SO.format(OVER, "1 = 1")
# One that went on to somebody else is not theirs to win any more, and over without a contact by the clock.
LEFT = f"left_owner AND ended_at < :as_of AND {IS_SO.format('1 = 1', '1 = 0')}"
GOT = "got_at >= :starts AND got_at < :ends"


class Owned(NamedTuple):
    """So many leads that became theirs; see `WAYS`."""

    rep_id: int
    team_id: int
    way: str
    seconds: int  # at least; see sql.bucket
    leads: int


class Waiting(NamedTuple):
    """A lead whose owner has not been in touch yet."""

    rep_id: int
    team_id: int
    got: int  # in seconds since 1970


def owned(session: Session, scope: Scope) -> list[Owned]:
    """Those that became theirs in the period, each time that they did: claimed, assigned and taken over alike."""
    there = from_sums(session, scope) if scope.sources is None else None
    return plain(session, scope) if there is None else there


def plain(session: Session, scope: Scope) -> list[Owned]:
    """By looking at every lead that became somebody's."""
    question = f"""
        SELECT {KEYS}, {sql.total("leads")} FROM ({" UNION ALL ".join(stays(session, scope, GOT))}) AS one
        GROUP BY {KEYS}"""  # noqa: S608 - no outside words
    return [Owned(*row) for row in sql.ask(session, question, scope)]


def from_sums(session: Session, scope: Scope) -> list[Owned] | None:
    """Whole months from the sums, less what was noted later; the days before and after them lead by lead."""
    whole = spans.cover(scope)
    if whole is None:
        return None
    later, total = sums.later(scope, "noted"), sql.of_scope(scope, "owned_total", theirs=THEIRS)
    parts = [sql.select(f"{KEYS}, leads", "owned_total", "got IN :spans AND noted = 0", total)]
    if later:
        parts.append(sql.select(f"{KEYS}, -leads", "owned_total", f"got IN :spans AND {later}", total))
    new, covered = ways_of(sql.unfolded(session, "stay")), f"{sums.LEFT} AND {sums.COVERED.format('got_at')}"
    limits = sql.of_scope(scope, "stay", theirs=THEIRS)
    parts += [
        sql.select(columns(held(), sums.STAYS_SIGN), new, f"{covered} AND {HELD}", limits),
        sql.select(columns(gone(session), "1"), new, f"{covered} AND {LEFT}", limits),
    ]
    for edge in sums.edges(whole, "got_at"):
        parts += stays(session, scope, edge)
    there = sums.ask(session, scope, KEYS, VALUES, parts, is_now=later is None, **sums.within(whole))
    return None if there is None else [Owned(*row) for row in there]


def stays(session: Session, scope: Scope, when: str) -> list[str]:
    """Of those that became somebody's then: those that are theirs still, and those that went on."""
    limits, there = sql.of_scope(scope, "stay", theirs=THEIRS), ways_of("stay")
    return [
        sql.select(columns(held(), "1"), there, f"{when} AND {sql.HELD.format('stay')} AND {HELD}", limits),
        sql.select(columns(gone(session), "1"), there, f"{when} AND {LEFT}", limits),
    ]


def ways_of(stay: str) -> str:
    return f"{stay} CROSS JOIN ({EACH_WAY}) AS ways"


def columns(seconds: str, leads: str) -> str:
    return f"rep_id, team_id, way, {seconds} AS seconds, {leads} AS leads"


def held() -> str:
    return of_ways(sql.bucket("coalesce(worked, 0)"))


def gone(session: Session) -> str:
    lasted = f"({sql.epoch(session, 'ended_at')} - {sql.epoch(session, 'got_at')})"
    lasted = f"(CASE WHEN ended_at > got_at THEN {lasted} ELSE 0 END)"
    return of_ways(f"CASE WHEN {OVER} THEN {sql.bucket('coalesce(worked, 0)')} ELSE {sql.bucket(lasted)} END")


def of_ways(over: str) -> str:
    return f"""CASE WHEN way = 'took' THEN {sql.bucket("answered")} WHEN way = 'over' THEN {over}
               WHEN way = 'worked' THEN {sql.bucket("coalesce(worked, 0)")} ELSE 0 END"""


def waiting(session: Session, scope: Scope, since: int) -> list[Waiting]:
    """Those that became theirs from then on, and still waited as of the moment asked for."""
    got = sql.epoch(session, "got_at")
    question = f"""
        SELECT rep_id, team_id, {got} FROM stay
        WHERE {GOT} AND {got} >= :since AND {sql.HELD.format("stay")} AND answered IS NULL AND NOT {OVER}
              {sql.of_scope(scope, "stay", theirs=THEIRS)}"""  # noqa: S608 - no outside words
    return [Waiting(*row) for row in sql.ask(session, question, scope, since=since)]


def acts(session: Session, scope: Scope, rep_ids: Collection[int]) -> Counter[int]:
    """How many notes each of them wrote, and how many follow-ups they did, in the period."""
    within = "rep_id IN :them AND {0} >= :starts AND {0} < :ends AND {0} < :as_of GROUP BY rep_id"
    question = f"""
        {sql.select("rep_id, count(*)", "note", within.format('"at"'))}
        UNION ALL {sql.select("rep_id, count(*)", "follow_up", f"status = 'done' AND {within.format('closed_at')}")}"""
    done = Counter[int]()
    for rep_id, count in sql.ask(session, question, scope, them=sorted(rep_ids)) if rep_ids else ():
        done[rep_id] += count
    return done


def behind(session: Session, scope: Scope) -> Numbers:
    """The numbers of the leads that became theirs."""
    question = f"""
        SELECT DISTINCT lead_id FROM stay
        WHERE {GOT} AND ({sql.HELD.format("stay")} OR left_owner AND ended_at < :as_of)
              {sql.of_scope(scope, "stay", theirs=THEIRS)}
        ORDER BY lead_id DESC"""  # noqa: S608 - no outside words
    return found(session, question, scope)
