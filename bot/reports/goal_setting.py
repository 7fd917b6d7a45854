"""Goals are set by managers in a few words, listed, and ended; a new one takes the place of the same one before."""

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.actors import actor
from bot.errors import DibsError, NotFoundError
from bot.reports.goals import called
from bot.rules.asking.periods import day_name, unit_of
from bot.rules.policy import Actor, require
from bot.rules.reports.goals import read_goal
from bot.services import Services
from bot.views import goals as views
from bot.views.goals import GoalLine
from bot.views.kit import Message
from store.models import Goal
from store.reporting import goals as store
from store.reporting import names
from store.unit_of_work import UnitOfWork


def set_goal(services: Services, slack_id: str, words: str) -> Message:
    """From the beginning of the week, month, quarter or year that it is now.

    Raises:
        NotAllowedError: the actor is no manager.
        DibsError: the words name no goal, or one that is set already.
    """
    now = services.now()
    with services.unit_of_work() as uow:
        who = actor(uow, slack_id)
        require(who, "goal")
        people = names.people(uow.session)
        teams = {team.name: team.id or 0 for team in uow.people.teams()}
        wish = read_goal(words, services.playbook.closing.currency, tuple(teams),
                         {one: name for one, (_, name) in people.items()})  # fmt: skip
        today = now.astimezone(ZoneInfo(services.playbook.report_zone)).date()
        goal = Goal(
            measure=wish.measure, team_id=teams.get(wish.team), span=wish.span, target=wish.target,
            rep_id=people[wish.person][0] if wish.person else None, currency=wish.currency,
            starts=unit_of(wish.span, today).starts, made_by=who.rep_id, made_at=now,
        )  # fmt: skip
        before = end_same(uow, goal, now)
        store.add(uow.session, goal)
        said = views.was_set(line_of(uow, goal), instead=before)
        uow.commit()
        return said


def end_same(uow: UnitOfWork, goal: Goal, now: datetime) -> str:
    """Ends the one of the same measure, time and people, if there is one; what it was.

    Raises:
        DibsError: it is this very goal.
    """
    same = ("measure", "team_id", "rep_id", "span", "currency")
    for one in store.current(uow.session):
        if all(getattr(one, name) == getattr(goal, name) for name in same):
            if one.target == goal.target:
                raise DibsError(f"This goal is set already, as number {one.id}.")
            store.end(uow.session, one.id or 0, now)
            return line_of(uow, one).words
    return ""


def line_of(uow: UnitOfWork, goal: Goal) -> GoalLine:
    team = uow.people.team(goal.team_id).name if goal.team_id else ""
    rep = uow.people.rep(goal.rep_id).name if goal.rep_id else ""
    return GoalLine(goal.id or 0, called(goal, team, rep), goal.target, goal.currency, day_name(goal.starts))


def lines(services: Services, slack_id: str) -> Message:
    """The goals that hold: a rep's own and those of their teams; all of them for a manager.

    Raises:
        NotAllowedError: nobody has added them to a team.
    """
    with services.reading() as uow:
        who = actor(uow, slack_id)
        require(who, "ask")
        seen = [goal for goal in store.current(uow.session) if may_see(who, goal)]
        return views.listed([line_of(uow, goal) for goal in seen], may_end=who.is_manager)


def may_see(who: Actor, goal: Goal) -> bool:
    if who.is_manager:
        return True
    return goal.rep_id == who.rep_id if goal.rep_id is not None else goal.team_id in who.team_ids


def end(services: Services, slack_id: str, number: int) -> str:
    """It is in no report any more that is asked as of now.

    Raises:
        NotAllowedError: the actor is no manager.
        NotFoundError: there is no such goal.
    """
    now = services.now()
    with services.unit_of_work() as uow:
        require(actor(uow, slack_id), "goal")
        goal = store.get(uow.session, number)
        if goal is None:
            raise NotFoundError(f"There is no goal with the number {number}. /report goal lists what there is.")
        said = line_of(uow, goal).words
        if not store.end(uow.session, number, now):
            return f"Goal {number} had ended already: {said}."
        uow.commit()
        return f"Ended goal {number}: {said}."
