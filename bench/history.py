"""Two years of made-up leads with where they stood and what they reached: the same rows in every kind of database."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
SECONDS = 730 * 86400
TEAMS, SOURCES, REPS = 4, 12, 50
STAY = "lead_id, team_id, rep_id, source, stage, kind, chance, cents, currency, arrived_at, since, began_at, ended_at, \
is_cleared, left_stage, reason, competitor, product, campaign, mql_at, verdict, judged_at, rejected_why, \
got_at, answered, worked, left_owner, folded"
REACHED = 'lead_id, step, "at", noted_at, seconds, arrived_at, team_id, source, rep_id, \
country, campaign, folded'

WHY = """CASE WHEN outcome = 'lost' THEN 'reason ' || (n % 8) END,
                   CASE WHEN outcome = 'lost' AND n % 3 = 0 THEN 'competitor ' || (n % 5) END,
                   CASE WHEN outcome = 'won' THEN 'product ' || (n % 4) END,
                   CASE WHEN outcome = 'won' AND r1 % 5 < 3 THEN 'campaign ' || (r2 % 40) END"""
COUNTRY, CAMPAIGN = "'country ' || (r3 % 20)", "CASE WHEN r1 % 5 < 3 THEN 'campaign ' || (r2 % 40) END"
CONTACTED = f"c + 600 < {int(NOW.timestamp())} AND r2 % 9 <> 0"
ACCEPTED, REJECTED = "r1 < 500 AND q IS NOT NULL", "r1 >= 500 AND r1 < 600 AND outcome = 'lost'"


@dataclass(frozen=True)
class Dialect:
    series: str  # FROM …: the numbers `n` from 1 to {leads}
    moment: Callable[[str], str]  # of seconds since 1970


SQLITE = Dialect(
    "(WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < {leads}) SELECT n FROM s) AS s",
    lambda epoch: f"strftime('%Y-%m-%d %H:%M:%S.000000', {epoch}, 'unixepoch')",
)
POSTGRES = Dialect("generate_series(CAST(1 AS BIGINT), {leads}) AS s(n)", lambda epoch: f"to_timestamp({epoch})")
DUCK = Dialect("range(1, {leads} + 1) AS s(n)", lambda epoch: f"make_timestamp(({epoch}) * 1000000)")


def statements(of: Dialect, leads: int, *, folded: bool = False) -> list[str]:
    """What makes the rows, from nothing but the lead's number; as rows that are in the sums, or that are in none."""
    return [
        f"CREATE TEMP TABLE told AS {told(of, leads)}",
        *(f"INSERT INTO stay ({STAY}) {one}" for one in stays(of, folded=folded)),
        *(f"INSERT INTO reached ({REACHED}) {one}" for one in steps(of, folded=folded)),
    ]


def told(of: Dialect, leads: int) -> str:
    """When each lead arrived, was claimed, qualified, had a proposal, and was closed; whatever is not yet is NULL."""
    now = int(NOW.timestamp())
    return f"""
        SELECT *, CASE WHEN e IS NULL THEN NULL WHEN r3 < 120 THEN 'won' ELSE 'lost' END AS outcome FROM (
        SELECT *, (SELECT CASE WHEN until < {now} THEN until END FROM (SELECT CASE
            WHEN r3 < 120 THEN p + 604800
            WHEN r3 < 250 THEN CASE WHEN r3 % 2 = 0 THEN p + 864000 END
            WHEN r3 < 500 THEN CASE WHEN r3 % 4 <> 0 THEN q + 1209600 END
            WHEN r3 < 900 THEN a + 1728000 END AS until) AS u) AS e FROM (
        SELECT *, CASE WHEN r3 < 250 AND q + 259200 + r1 * 100 < {now} THEN q + 259200 + r1 * 100 END AS p FROM (
        SELECT *, CASE WHEN c IS NOT NULL AND r3 < 500 AND a + 172800 + r2 * 300 < {now}
                       THEN a + 172800 + r2 * 300 END AS q FROM (
        SELECT *, CASE WHEN r1 < 900 AND a + 30 + r2 * r2 % 86400 < {now} THEN a + 30 + r2 * r2 % 86400 END AS c FROM (
        SELECT n, n % {TEAMS} + 1 AS team, 'source ' || (n * 31 % 97 % {SOURCES}) AS source, n % {REPS} + 1 AS rep,
               {now - SECONDS} + n * {SECONDS // leads} AS a,
               n * 7919 % 1000 AS r1, n * 104729 % 997 AS r2, n * 1299709 % 991 AS r3
        FROM {of.series.format(leads=leads)}) AS l1) AS l2) AS l3) AS l4) AS l5"""  # noqa: S608 - no outside words


def stays(of: Dialect, *, folded: bool) -> list[str]:
    def stay(stage: str, kind: str, began: str, ended: str, *, since: str, owner: str, left: str, deal: bool,
             contacted: str = CONTACTED) -> str:  # fmt: skip
        chance = {"'new'": "10", "'qualified'": "30", "'proposal'": "60"}.get(stage, "100")
        cents, currency = ("n % 500 * 1000 + 1000", "'EUR'") if deal else ("NULL", "''")
        if stage == "outcome":
            cents, currency = (f"CASE WHEN p IS NULL THEN NULL ELSE {cents} END",
                               f"CASE WHEN p IS NULL THEN '' ELSE {currency} END")  # fmt: skip
        why = WHY if stage == "outcome" else "NULL, NULL, NULL, NULL"
        word = said(of, is_last=stage == "outcome") if stage != "'new'" else "NULL, NULL, NULL"
        return f"""
            SELECT n, team, {owner}, source, {stage}, {kind}, {chance}, CAST({cents} AS BIGINT), {currency},
                   {of.moment("a")}, {of.moment(since)}, {of.moment(began)}, {of.moment(ended)}, FALSE, {left}, {why},
                   {of.moment("CASE WHEN r1 < 600 THEN a END")}, {word}, {answered(of, owner, contacted, stage)},
                   {f"CASE WHEN {ended} IS NULL THEN 1 ELSE 2 END" if folded else 0}
            FROM told WHERE {began} IS NOT NULL ORDER BY n"""  # noqa: S608 - no outside words

    closer = "CASE WHEN c IS NULL THEN NULL ELSE rep END"
    lost, late, later = "c IS NULL AND e IS NOT NULL", "coalesce(q, e)", "coalesce(p, e)"
    soon, on = f"CASE WHEN {CONTACTED} THEN c + 600 ELSE {late} END", f"{late} IS NOT NULL"
    contact, alone = f"CASE WHEN {CONTACTED} THEN c + 600 END", f"{on} AND NOT ({CONTACTED})"
    return [
        stay("'new'", "'open'", "a", "coalesce(c, e)", since="a", owner="NULL", left=lost, deal=False),
        stay("'new'", "'open'", "c", soon, since="a", owner="rep", left=alone, deal=False, contacted="FALSE"),
        stay("'new'", "'open'", contact, late, since="a", owner="rep", left=on, deal=False),
        stay("'qualified'", "'open'", "q", later, since="q", owner="rep", left=f"{later} IS NOT NULL", deal=False),
        stay("'proposal'", "'open'", "p", "e", since="p", owner="rep", left="e IS NOT NULL", deal=True),
        stay("outcome", "outcome", "e", "NULL", since="e", owner=closer, left="FALSE", deal=True),
    ]


def answered(of: Dialect, owner: str, contacted: str, stage: str) -> str:
    """Since when it is its owner's, and after how long they were in touch."""
    if owner == "NULL":
        return f"{of.moment('CASE WHEN FALSE THEN a END')}, NULL, NULL, FALSE"
    over = "7200" if stage == "outcome" else "NULL"
    return f"""{of.moment("c")}, CASE WHEN {contacted} THEN 600 END,
                   CASE WHEN c IS NULL THEN NULL WHEN {contacted} THEN 600 ELSE {over} END, FALSE"""


def said(of: Dialect, *, is_last: bool) -> str:
    """What sales says when a lead qualifies, or as it is lost: the verdict, when and why."""
    rejected = f"{REJECTED} AND {str(is_last).upper()}"
    return f"""CASE WHEN {ACCEPTED} THEN 'sql' WHEN {rejected} THEN 'rejected' END,
                   {of.moment(f"CASE WHEN {ACCEPTED} THEN q WHEN {rejected} THEN e END")},
                   CASE WHEN {rejected} THEN 'reason ' || (r2 % 6) END"""


def steps(of: Dialect, *, folded: bool) -> list[str]:
    def step(name: str, at: str, where: str) -> str:
        return f"""
            SELECT n, '{name}', {of.moment(at)}, {of.moment(at)}, {at} - a, {of.moment("a")}, team, source, rep,
                   {COUNTRY}, {CAMPAIGN},
                   {int(folded)}
            FROM told WHERE {where} ORDER BY n"""  # noqa: S608 - no outside words

    return [
        step("@arrived", "a", "TRUE"), step("@claim", "c", "c IS NOT NULL"),
        step("@contact", "c + 600", CONTACTED), step("qualified", "q", "q IS NOT NULL"),
        step("proposal", "p", "p IS NOT NULL"), step("@won", "e", "outcome = 'won'"),
    ]  # fmt: skip
