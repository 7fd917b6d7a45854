"""Did everyone get their share? What the ledger, the offers and the presses on Claim say of a period, by team and rep.

A rep sees the whole table of their team, for a promise of fairness that nobody may look at is none, and the team's
page shows its turns to everyone in it anyway. Whose claims came too late, and by how much, is each rep's own affair.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from bot.reports.kinds import Asked, ReportKind
from bot.reports.shares import standings
from bot.rules.replay import Line
from bot.rules.reports.fairness import Fair, less, middle, still_owed
from bot.rules.reports.report import Chart, Figure, Report, Row, Said, Series, Table
from store.reporting import fairness as store
from store.reporting import unanswered
from store.reporting.fairness import Dealt

BY = ("rep", "team")
COUNTED = (
    "The target is what each could take by weight while they were there. Leads that were made good, assigned by hand "
    "or open to everyone are in no share."
)
THEN = "Still owed is as of the end of this time. Claims are lost to whoever pressed first; by how much is the median."
LEVEL = 1.0  # leads; nobody is ever so far from their share while the same reps are there


@dataclass
class Mark:
    """One rep of one team, in this time."""

    team: str
    rep_id: int
    name: str
    fair: Fair = field(default_factory=Fair)
    owed: int = 0
    passed: int = 0
    lapsed: int = 0
    late: Counter[int] = field(default_factory=Counter)  # presses by milliseconds behind whoever won
    team_dealt: int = 0  # of the whole team, in turn
    team_due: int = 0
    called: str = ""  # no other row has the same name

    @property
    def share(self) -> Figure:
        return Figure(self.fair.dealt / self.team_dealt if self.team_dealt else None, "percent")

    @property
    def target(self) -> Figure:
        return Figure(self.fair.due / self.team_due if self.team_due else None, "percent")

    @property
    def is_empty(self) -> bool:
        return not (self.fair.due or self.fair.dealt or self.fair.made_good or self.owed or self.passed
                    or self.lapsed or self.late)  # fmt: skip


def fairness(asked: Asked) -> Report:
    marks = marks_of(asked)
    by = asked.question.by or BY[0]
    table = by_rep(asked, marks) if by == "rep" else by_team(asked, marks)
    return Report(
        "fairness", f"Fairness, {asked.question.period.name}", sentence(marks), table,
        charts(marks), notes(asked), as_of=asked.question.as_of,
    )  # fmt: skip


def marks_of(asked: Asked) -> list[Mark]:
    """Of each team the reps by name."""
    session, scope = asked.uow.session, asked.scope
    teams = {team.id or 0: team.name for team in asked.uow.people.teams()}
    wanted = sorted(teams) if scope.team_ids is None else sorted(scope.team_ids & teams.keys())
    found: dict[tuple[int, int], Mark] = {}

    def mark(team_id: int, rep_id: int) -> Mark:
        return found.setdefault((team_id, rep_id), Mark(teams[team_id], rep_id, ""))

    for team_id, fair, owed in of_ledgers(asked, wanted):
        for rep_id, one in fair.items():
            mark(team_id, rep_id).fair = one
        for rep_id, leads in owed.items():
            mark(team_id, rep_id).owed = leads
    for ended in unanswered.ended(session, scope):
        theirs = mark(ended.team_id, ended.rep_id)
        theirs.passed += ended.offers * (ended.status == "passed")
        theirs.lapsed += ended.offers * (ended.status == "lapsed")
    for late in unanswered.late(session, scope):
        mark(late.team_id, late.rep_id).late[late.behind] += late.presses
    return named(asked, [one for one in found.values() if not one.is_empty])


def of_ledgers(asked: Asked, team_ids: Sequence[int]) -> Iterator[tuple[int, dict[int, Fair], dict[int, int]]]:
    """By team each rep's shares of the period, and what they were still owed at its end."""
    session, scope = asked.uow.session, asked.scope
    moments = scope.starts, max(scope.starts, min(scope.ends, scope.as_of))
    before, then = (standings(store.stands(session, team_ids, moment)) for moment in moments)
    for team_id, (found, until) in then.items():
        last = store.last_decision(session, team_id, until)
        later = store.lines(session, team_id, last.number if last else 0, until)
        owed = still_owed(line(last) if last else None, (line(one) for one in later))
        yield team_id, less(found, before[team_id][0]), owed


def line(row: Dealt) -> Line:
    return Line(
        row.kind, row.number, row.mode, row.winner_id, row.candidates, row.facts, rule=row.rule, at=row.at
    )  # fmt: skip


def named(asked: Asked, marks: Sequence[Mark]) -> list[Mark]:
    """With the sums of their teams, before anybody is left out."""
    for team in {one.team for one in marks}:
        of_it = [one for one in marks if one.team == team]
        dealt, due = sum(one.fair.dealt for one in of_it), sum(one.fair.due for one in of_it)
        for one in of_it:
            one.team_dealt, one.team_due = dealt, due
    reps = asked.uow.people.reps({one.rep_id for one in marks})
    has_teams = len(asked.uow.people.teams()) > 1
    for one in marks:
        one.name = reps[one.rep_id].name if one.rep_id in reps else f"rep {one.rep_id}"
        one.called = f"{one.name}, {one.team}" if has_teams else one.name
    wanted = asked.scope.rep_ids
    shown = [one for one in marks if wanted is None or one.rep_id in wanted]
    return sorted(shown, key=lambda one: (one.team, one.name, one.rep_id))


def sentence(marks: Sequence[Mark]) -> Said:
    in_turn = [one for one in marks if one.fair.due or one.fair.dealt]
    if not marks:
        return ("No lead was dealt in this time.",)
    if not in_turn:
        return ("No lead was dealt in turn in this time, so there are no shares to compare.",)
    far = max(in_turn, key=lambda one: abs(one.fair.behind))
    where: Said = (
        f"{far.name} in team {far.team}, ", Figure(abs(far.fair.behind), "number"),
        " leads ahead" if far.fair.behind < 0 else " leads behind",
    )  # fmt: skip
    if abs(far.fair.behind) < LEVEL:
        return ("Everyone is within a lead of their share; the furthest is ", *where, ".")
    return ("Furthest from their share is ", *where, ".")


def by_rep(asked: Asked, marks: Sequence[Mark]) -> Table:
    headings = (
        "Rep", "Dealt in turn", "Share", "Target", "Leads behind", "Made good", "Still owed", "Passed", "Lapsed",
        "Claims lost", "Lost by",
    )  # fmt: skip
    rows = tuple(
        Row((
            one.called, Figure(one.fair.dealt, "count"), one.share, one.target,
            Figure(one.fair.behind, "number"), Figure(one.fair.made_good, "count"), Figure(one.owed, "count"),
            Figure(one.passed, "count"), Figure(one.lapsed, "count"), *lost(asked, one),
        ))
        for one in marks
    )  # fmt: skip
    return Table(headings, rows)


def lost(asked: Asked, one: Mark) -> tuple[Figure, Figure]:
    if asked.who is not None and not asked.who.is_manager and asked.who.rep_id != one.rep_id:
        return Figure(None, "count"), Figure(None, "duration")
    return Figure(one.late.total(), "count"), delay(middle(one.late))


def delay(milliseconds: float | None) -> Figure:
    return Figure(timedelta(milliseconds=milliseconds) if milliseconds is not None else None, "duration")


def by_team(asked: Asked, marks: Sequence[Mark]) -> Table:
    headings = (
        "Team", "Reps", "Dealt in turn", "Furthest behind", "Furthest ahead", "Made good", "Still owed", "Passed",
        "Lapsed", "Claims lost", "Lost by",
    )  # fmt: skip
    teams: dict[str, list[Mark]] = {}
    for one in marks:
        teams.setdefault(one.team, []).append(one)
    return Table(headings, tuple(Row(of_team(asked, name, some)) for name, some in sorted(teams.items())))


def of_team(asked: Asked, name: str, marks: Sequence[Mark]) -> tuple[str | Figure, ...]:
    behind = [one.fair.behind for one in marks]
    hidden = asked.who is not None and not asked.who.is_manager
    late = sum((one.late for one in marks), Counter[int]())
    counts: Mapping[str, int] = {
        each: sum(getattr(one, each) for one in marks) for each in ("owed", "passed", "lapsed")
    }  # fmt: skip
    return (
        name, Figure(len(marks), "count"), Figure(sum(one.fair.dealt for one in marks), "count"),
        Figure(max(0.0, *behind), "number"), Figure(max(0.0, *(-each for each in behind)), "number"),
        Figure(sum(one.fair.made_good for one in marks), "count"),
        *(Figure(count, "count") for count in counts.values()),
        Figure(None if hidden else late.total(), "count"), delay(None if hidden else middle(late)),
    )  # fmt: skip


def charts(marks: Sequence[Mark]) -> tuple[Chart, ...]:
    shown = [one for one in marks if one.team_dealt and (one.fair.due or one.fair.dealt)]
    if not shown:
        return ()
    names = tuple(one.called for one in shown)
    share = Series("Share", tuple(one.fair.dealt / one.team_dealt for one in shown))
    target = Series("Target", tuple(one.fair.due / one.team_due for one in shown))
    return (Chart("bar", "Share of the leads", names, (share, target), "percent"),)


def notes(asked: Asked) -> tuple[Said, ...]:
    said: list[Said] = [(COUNTED,), (THEN,)]
    if asked.who is not None and not asked.who.is_manager:
        said.append(("You see your own lost claims, not those of your colleagues.",))
    return tuple(said)


FAIRNESS = ReportKind(
    "fairness", "each rep's share against their target, what they are owed, offers and claims lost",
    "fairness last month team:smb", fairness, by=BY, filters=("team", "rep"), for_reps="team",
)  # fmt: skip
