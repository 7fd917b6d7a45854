"""Who is asking: the signed request's user as the database knows them, and which lead they mean."""

import re

from bot.covers import cover_of
from bot.errors import DibsError, NotAllowedError, NotFoundError
from bot.rules.policy import Action, Actor, Subject, require, why_not
from bot.rules.query.parsing import Test
from bot.rules.query.words import needle, spelled
from bot.views.cards import title
from store.models import Lead
from store.search import Scope
from store.unit_of_work import UnitOfWork

STRANGER = "You are not in a sales team yet. Ask a manager to add you: /team add <team> @you"
LEAD_NUMBER = re.compile(r"#?(\d{1,9})")  # more digits than that no id column holds
MOST_STEPS = 20  # from a lead that became part of another, that became part of a third …


def actor(uow: UnitOfWork, slack_id: str) -> Actor:
    """The person behind a signed request.

    Raises:
        NotAllowedError: nobody has added them to a team.
    """
    found = known(uow, slack_id)
    if found is None:
        raise NotAllowedError(STRANGER)
    return found


def known(uow: UnitOfWork, slack_id: str) -> Actor | None:
    rep, teams = uow.people.rep_with_teams(slack_id) or (None, frozenset[int]())
    if rep is None or rep.id is None or not rep.is_active:
        return None
    return Actor(rep.id, slack_id, rep.name, rep.time_zone, rep.role == "manager", teams)


def sees(uow: UnitOfWork, slack_id: str, lead: Lead) -> bool:
    """Whether somebody who is to hear of the lead may know it: those of one team never see another's."""
    who = known(uow, slack_id)
    return who is not None and why_not(who, "see", subject(uow, lead)) is None


def subject(uow: UnitOfWork, lead: Lead) -> Subject:
    if lead.owner_id is None:
        return Subject(lead.team_id, None)
    owner = uow.people.rep(lead.owner_id)
    cover = cover_of(uow, owner, uow.now())
    return Subject(lead.team_id, lead.owner_id, owner.name, cover.id if cover else None)


def lead_for(uow: UnitOfWork, who: Actor, action: Action, lead_id: int) -> Lead:
    """The lead, if the actor may do this to it.

    One that became part of another is seen there; whatever else is done is done to a lead of its own.

    Raises:
        NotAllowedError: they may not, or it is not there; the words do not tell which to an outsider.
        DibsError: it is no lead of its own any more; the sentence says where it is.
    """
    lead = only_this(uow, who, action, lead_id)
    if lead.state == "live" or (action == "see" and lead.state != "merged"):
        return lead
    now = where_now(uow, lead)
    is_seen = now is not None and why_not(who, "see", subject(uow, now)) is None
    if action == "see" and now is not None and is_seen:
        return now
    raise DibsError(no_longer(lead, now, is_seen=is_seen))


def only_this(uow: UnitOfWork, who: Actor, action: Action, lead_id: int) -> Lead:
    """The very lead, whatever became of it."""
    lead = uow.leads.get(lead_id)
    require(who, action, subject(uow, lead) if lead else None)
    if lead is None:
        raise NotFoundError("There is no such lead.")
    return lead


def where_now(uow: UnitOfWork, lead: Lead) -> Lead | None:
    """The lead that it is part of, however often that was joined with another."""
    now: Lead | None = lead
    for _ in range(MOST_STEPS):
        if now is None or now.state != "merged" or now.merged_into_id is None:
            break
        now = uow.leads.get(now.merged_into_id)
    return now if now is not lead else None


def no_longer(lead: Lead, now: Lead | None, *, is_seen: bool) -> str:
    if now is not None:
        other = title(now) if is_seen else f"a lead of another team (#{now.id})"
        return f"#{lead.id} is the same person as {other} now."
    became = {"undone": "was taken back with its import", "archived": "was cleared out by a manager"}
    return f"{title(lead)} {became.get(lead.state, 'is not there any more')}, so nothing can be done with it."


def lead_named(uow: UnitOfWork, who: Actor, name: str) -> Lead:
    """The lead meant by "#42" or by part of a name.

    Raises:
        NotFoundError: none or several answer to it; several are listed.
    """
    number = LEAD_NUMBER.fullmatch(name.strip())
    if number:
        return only_this(uow, who, "see", int(number[1]))
    if not name.strip():
        raise NotFoundError("Which lead? Name it by its number, like #42, or by part of its name.")
    found = lookup(uow, name.strip(), team_ids=who.sees_teams, limit=6)
    if not found:
        raise NotFoundError(f"No lead's name, company or e-mail contains “{name[:60]}”. Try /lead find.")
    if len(found) > 1:
        listed = "; ".join(title(lead)[:60] for lead in found[:5])
        raise NotFoundError(f"“{name[:60]}” could be several: {listed}. Use the number, like #{found[0].id}.")
    return found[0]


def lookup(uow: UnitOfWork, words: str, *, team_ids: set[int] | None, limit: int) -> list[Lead]:
    """The leads that the words mean, newest first: by the index, or if that knows none by any part of name and company.

    `team_ids` None: all teams. Extra fields do not count, for not everybody may see them all.
    """
    tests = [
        Test("words", "plain words", ":", (found,)) for word in words.split()[:10] if (found := needle(word[:100]))
    ]
    known = uow.search.find(tests, Scope(team_ids), spelled=spelled, limit=limit) if tests else []
    return known or uow.leads.matching(words, team_ids=team_ids, limit=limit)
