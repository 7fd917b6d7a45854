"""Who is asking: the signed request's user as the database knows them, and which lead they mean."""

import re

from bot.covers import cover_of
from bot.errors import NotAllowedError, NotFoundError
from bot.rules.policy import Action, Actor, Subject, require
from bot.views.cards import title
from store.models import Lead
from store.unit_of_work import UnitOfWork

STRANGER = "You are not in a sales team yet. Ask a manager to add you: /team add <team> @you"
LEAD_NUMBER = re.compile(r"#?(\d{1,9})")  # more digits than that no id column holds


def actor(uow: UnitOfWork, slack_id: str) -> Actor:
    """The person behind a signed request.

    Raises:
        NotAllowedError: nobody has added them to a team.
    """
    rep, teams = uow.people.rep_with_teams(slack_id) or (None, frozenset[int]())
    if rep is None or rep.id is None or not rep.is_active:
        raise NotAllowedError(STRANGER)
    return Actor(rep.id, slack_id, rep.name, rep.time_zone, rep.role == "manager", teams)


def subject(uow: UnitOfWork, lead: Lead) -> Subject:
    if lead.owner_id is None:
        return Subject(lead.team_id, None)
    owner = uow.people.rep(lead.owner_id)
    cover = cover_of(uow, owner, uow.now())
    return Subject(lead.team_id, lead.owner_id, owner.name, cover.id if cover else None)


def lead_for(uow: UnitOfWork, who: Actor, action: Action, lead_id: int) -> Lead:
    """The lead, if the actor may do this to it.

    Raises:
        NotAllowedError: they may not, or it is not there; the words do not tell which to an outsider.
    """
    lead = uow.leads.get(lead_id)
    require(who, action, subject(uow, lead) if lead else None)
    if lead is None:
        raise NotFoundError("There is no such lead.")
    return lead


def lead_named(uow: UnitOfWork, who: Actor, name: str) -> Lead:
    """The lead meant by "#42" or by part of a name.

    Raises:
        NotFoundError: none or several answer to it; several are listed.
    """
    number = LEAD_NUMBER.fullmatch(name.strip())
    if number:
        return lead_for(uow, who, "see", int(number[1]))
    if not name.strip():
        raise NotFoundError("Which lead? Name it by its number, like #42, or by part of its name.")
    found = uow.leads.matching(name.strip(), team_ids=who.sees_teams, limit=6)
    if not found:
        raise NotFoundError(f"No lead's name, company or e-mail contains “{name[:60]}”. Try /lead find.")
    if len(found) > 1:
        listed = "; ".join(title(lead)[:60] for lead in found[:5])
        raise NotFoundError(f"“{name[:60]}” could be several: {listed}. Use the number, like #{found[0].id}.")
    return found[0]
