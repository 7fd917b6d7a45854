"""What else hangs from the made-up leads: verdicts, decisions, offers, presses, notes, reminders, credits."""

from dataclasses import dataclass, field

from bench.history import ACCEPTED, CAMPAIGN, COUNTRY, DUCK, NOW, POSTGRES, REJECTED, REPS, Dialect
from store.models.columns import NOT_SUMMED

MODELS = ("first", "last", "linear", "time-decay", "position-based", "w-shaped")
TOUCHES = 3  # of a won deal; "first" and "last" credit one of them, the others all
ABLE = 6  # reps that could take a lead
IS_NOW = int(NOW.timestamp())


@dataclass(frozen=True)
class Deed:
    """Rows of one table: what of each lead, and of which leads; `rest` is what no question names."""

    table: str
    columns: dict[str, str]
    where: str = "TRUE"
    source: str = "told"
    rest: dict[str, str] = field(default_factory=dict)


def inserted(of: Dialect, *, folded: bool = False) -> list[str]:
    """What fills the tables, once the leads are told and stand where they stand; credits as in the sums, or in none."""
    return [
        f"INSERT INTO {deed.table} ({', '.join(all_of(of, deed))}) SELECT {', '.join(all_of(of, deed).values())} "  # noqa: S608
        f"FROM {deed.source} WHERE {deed.where}"
        for deed in deeds(of, folded=folded)
    ]


def all_of(of: Dialect, deed: Deed) -> dict[str, str]:
    return deed.columns if of is DUCK else deed.columns | deed.rest


def tables() -> dict[str, list[str]]:
    """What DuckDB needs of each."""
    return {deed.table: list(deed.columns) for deed in deeds(DUCK)}


def deeds(of: Dialect, *, folded: bool = False) -> list[Deed]:
    return [
        lead(of),
        *levels(of),
        decision(of),
        *([] if of is DUCK else [hold(of, folded=folded)]),
        *offers(of, folded=folded),
        *presses(of, folded=folded),
        *([] if of is DUCK else [rep(), team(of)]),
        note(of),
        *follow_ups(of),
        reminder(of, folded=folded),
        *credits_of(of, folded=folded),
    ]


def lead(of: Dialect) -> Deed:
    rest = dict.fromkeys(("forgone_why", "route_reason"), "''") | dict.fromkeys(
        ("fields", "originals", "profile"), "'{}'"
    )
    rest |= dict.fromkeys(("flaws", "route_needs", "rejected_by"), "'[]'")
    rest |= dict.fromkeys(("consent", "is_quiet"), "FALSE")
    rest |= dict.fromkeys(("score", "response_step", "response_waited", "response_used"), "0")
    rest |= {"state": "'live'", "level": "'lead'", "route_mode": "'offer'", "managers_hear": "'no'", "stage": "'new'",
             "team_id": "team", "claimed_at": of.moment("c")}  # fmt: skip
    columns = {"id": "n", "source": "source", "campaign": CAMPAIGN, "country": COUNTRY, "name": "'Lead ' || n",
               "company": "'Company ' || n", "owner_id": "CASE WHEN c IS NOT NULL THEN rep END",
               "is_open_to_all": FOR_ALL, "created_at": of.moment("a"), "closed_at": of.moment("e")}  # fmt: skip
    return Deed("lead", columns, rest=rest)


def levels(of: Dialect) -> list[Deed]:
    """Six in ten become MQLs; most of them are accepted when they qualify, and some are rejected and lost."""

    def level(before: str, after: str, at: str, where: str, reason: str = "''") -> Deed:
        columns = {"lead_id": "n", "after": f"'{after}'", "reason": reason, '"at"': of.moment(at)}
        return Deed("level_change", columns, where, rest={"before": f"'{before}'", "score": "0"})

    return [
        level("lead", "mql", "a", "r1 < 600"),
        level("mql", "sql", "q", ACCEPTED),
        level("mql", "rejected", "e", REJECTED, "'reason ' || (r2 % 6)"),
    ]


OBSTACLE = '{"is": "open leads"}'
FOR_ALL = "c IS NULL AND e IS NULL AND r2 % 50 = 1"
DEALT = "(r2 % 50 <> 0 OR c IS NOT NULL)"
WAITS = "r2 % 50 = 0 AND c IS NOT NULL"


def hold(of: Dialect, *, folded: bool) -> Deed:
    """What is written down of a wait; DuckDB puts it together from the decisions."""
    columns = {"lead_id": "n", "team_id": "team", "source": "source", "why": "'open leads'", "began_at": of.moment("a"),
               "noted_at": of.moment("a"), "ended_at": of.moment("c"), "folded": str(int(folded))}  # fmt: skip
    return Deed("hold", columns, WAITS)


def decision(of: Dialect) -> Deed:
    """Each lead is dealt in turn; one of fifty is held first, as nobody was free. Lines are numbered as time goes."""
    dealt = f"CASE WHEN {WAITS} THEN c ELSE a END"
    lines = f"""
        (SELECT *, 'held' AS kind, a AS made FROM told WHERE {WAITS} UNION ALL
         SELECT *, 'turn' AS kind, {dealt} AS made FROM told WHERE {DEALT}) AS line"""  # noqa: S608
    obstacle = f"CASE WHEN kind = 'held' THEN '{OBSTACLE}' ELSE 'null' END"
    rest = f"""', "weight": 1, "balance": 0, "not": ' || {obstacle} || '}}'"""
    places = " || ', ' || ".join(
        f"""'{{"rep_id": ' || ((n + {place}) % {REPS} + 1) || {rest}""" for place in range(ABLE)
    )
    columns = {
        "team_id": "team", "number": "row_number() OVER (PARTITION BY team ORDER BY made, n)", "kind": "kind",
        "lead_id": "n", "winner_id": "CASE WHEN kind = 'turn' THEN rep END",
        "candidates": json(of, f"'[' || {places} || ']'"), "facts": json(of, "'{}'"), '"at"': of.moment("made"),
    }  # fmt: skip
    unasked = dict.fromkeys(("playbook", "route", "previous_hash", "hash"), "''")
    unasked |= {"mode": "'offer'", "rule": "'chairman'"}
    return Deed("decision", columns, "TRUE ORDER BY made, n", source=lines, rest=unasked)


def json(of: Dialect, text: str) -> str:
    return f"CAST({text} AS JSON)" if of is POSTGRES else text


def offers(of: Dialect, *, folded: bool) -> list[Deed]:
    """A tenth lapse and a tenth are passed on before somebody takes the lead."""

    def offer(status: str, closed: str, where: str) -> Deed:
        columns = {"lead_id": "n", "rep_id": "rep", "status": f"'{status}'", "offered_at": of.moment("a"),
                   "closed_at": of.moment(closed)}  # fmt: skip
        rest = {"expires_at": of.moment("a + 900"), "team_id": "team"}
        rest["folded"] = str(NOT_SUMMED if status == "claimed" else int(folded))
        return Deed("offer", columns, where, rest=rest)

    return [
        offer("lapsed", "a + 900", f"{DEALT} AND r1 % 10 = 0 AND a + 900 < {IS_NOW}"),
        offer("passed", "a + 300", f"{DEALT} AND r1 % 10 = 1 AND a + 300 < {IS_NOW}"),
        offer("claimed", "c", "c IS NOT NULL"),
    ]


def presses(of: Dialect, *, folded: bool) -> list[Deed]:
    """Every seventh claim has a second one a few seconds behind it."""

    def press(key: str, rep: str, at: str, where: str, *, won: bool) -> Deed:
        columns = {"lead_id": "n", "rep_id": rep, "won": str(won).upper(), '"at"': of.moment(at)}
        rest = {"key": f"'{key}' || n", "team_id": "team", "behind": "NULL" if won else "5000"}
        rest["folded"] = str(NOT_SUMMED if won else int(folded))
        return Deed("press", columns | {"id": "2 * n" if won else "2 * n + 1"}, where, rest=rest)

    late = f"c IS NOT NULL AND r2 % 7 = 0 AND c + 5 < {IS_NOW}"
    return [
        press("first ", "rep", "c", "c IS NOT NULL", won=True),
        press("late ", f"rep % {REPS} + 1", "c + 5", late, won=False),
    ]


def rep() -> Deed:
    rest = {"role": "'rep'", "skills": "'[]'", "language": "''", "digest_at": "''", "time_zone": "'UTC'"}
    rest |= {"is_active": "TRUE", "is_digest_off": "FALSE", "slack_id": "'U' || rep", "name": "'Rep ' || rep"}
    return Deed("rep", {"id": "rep"}, source="(SELECT DISTINCT rep FROM told) AS them", rest=rest)


def team(of: Dialect) -> Deed:
    rest = {"name": "'Team ' || team", "decisions_made": "0", "chain_head": "''", "rotation": json(of, "'{}'")}
    return Deed("team", {"id": "team"}, source="(SELECT DISTINCT team FROM told) AS them", rest=rest)


def note(of: Dialect) -> Deed:
    columns = {"lead_id": "n", "rep_id": "rep", '"at"': of.moment("c + 3600")}
    return Deed("note", columns, f"c IS NOT NULL AND r1 < 500 AND c + 3600 < {IS_NOW}", rest={"text": "'Called.'"})


def follow_ups(of: Dialect) -> list[Deed]:
    """Three of ten claims are followed by a call, and one of a hundred by one that nobody has made."""

    def follow_up(status: str, due: str, closed: str, where: str) -> Deed:
        columns = {"lead_id": "n", "rep_id": "rep", "status": f"'{status}'", "due_at": of.moment(due),
                   "closed_at": of.moment(closed), "kind": "'call'", "what": "'about the offer'"}  # fmt: skip
        rest = {"created_at": of.moment("c"), "origin": "'rep'", "is_lent": "FALSE", "outcome": "''",
                "managers_hear": "'no'"}  # fmt: skip
        return Deed("follow_up", columns, f"c IS NOT NULL AND c + 86400 < {IS_NOW} AND {where}", rest=rest)

    return [
        follow_up("done", "c + 80000", "c + 86400", "r1 < 300"),
        follow_up("open", "c + 80000", "CASE WHEN FALSE THEN c END", "r1 % 100 = 37 AND e IS NULL"),
    ]


def reminder(of: Dialect, *, folded: bool) -> Deed:
    """Each claim is followed by one; six of ten are acted upon, one of them too late, and one of twenty is left to the
    digest."""
    said, acted = (
        "c + 79200",
        f"CASE WHEN r2 % 10 < 6 AND c + 79200 + r1 * 110 < {IS_NOW} THEN c + 79200 + r1 * 110 END",
    )
    columns = {
        "rule": "'rule ' || (n % 5)", "status": "CASE WHEN r2 % 20 = 9 THEN 'digested' ELSE 'fired' END",
        "fired_at": of.moment(said), "act_by": of.moment(f"CASE WHEN r2 % 20 <> 9 THEN {said} + 86400 END"),
        "acted_at": of.moment(acted),
    }  # fmt: skip
    rest = {"follow_up_id": "n", "due_at": of.moment(said), "fire_at": of.moment(said), "said_to": "'U' || rep",
            "folded": f"CASE WHEN {acted} IS NULL THEN 1 ELSE 2 END" if folded else "0"}  # fmt: skip
    return Deed("reminder", columns, f"c IS NOT NULL AND {said} < {IS_NOW}", rest=rest)


def credits_of(of: Dialect, *, folded: bool) -> list[Deed]:
    """What brought each deal that was won, as every model has it."""
    number = "stay.rowid + 1" if of is DUCK else "stay.id"

    def credit(model: str, touch: int, millionths: int) -> Deed:
        columns = {
            "stay_id": number, "lead_id": "told.n", "team_id": "told.team", "model": f"'{model}'",
            "source": f"'source ' || ((told.r1 + {touch}) % 12)",
            "campaign": f"'campaign ' || ((told.r2 + {touch}) % 40)", "touch": f"'kind {touch}'",
            "millionths": str(millionths),
            "cents": f"coalesce(stay.cents, 0) * {millionths} / 1000000", "currency": "stay.currency",
            "won_at": "stay.since", "made_at": "stay.began_at",
        }  # fmt: skip
        rest = {"firsts": "7", "folded": str(int(folded))}  # each has another source, campaign and kind
        return Deed(
            "credit", columns, rest=rest, source="told JOIN stay ON stay.lead_id = told.n AND stay.kind = 'won'"
        )

    whole = 1_000_000
    return [
        credit(model, touch, whole if model in MODELS[:2] else whole // TOUCHES + (touch == 0) * (whole % TOUCHES))
        for model in MODELS
        for touch in ({"first": (0,), "last": (TOUCHES - 1,)}.get(model, range(TOUCHES)))
    ]
