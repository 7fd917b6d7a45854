"""Looking leads up: one in full, several as a list, why one went where it went, and what a card shows."""

from bot import card_lines, decisions, speech, waiting
from bot.actors import actor, lead_for, lead_named
from bot.covers import cover_of
from bot.errors import InvalidInputError, Problem
from bot.rules.policy import Action, Actor
from bot.services import Services
from bot.views.cards import Card
from bot.views.decisions import because
from bot.views.kit import Person
from bot.views.leads import MOST_ROWS, Details, NoteLine, Row
from store.models import Lead
from store.unit_of_work import UnitOfWork

LISTS = ("mine", "team", "open", "overdue")


def number_of(services: Services, slack_id: str, name: str) -> int:
    """The number of the lead that "#42" or part of a name means to this actor."""
    with services.reading() as uow:
        return lead_named(uow, actor(uow, slack_id), name).id or 0


def lead_for_action(services: Services, slack_id: str, action: Action, lead_id: int) -> Lead:
    """The lead, if the actor may do this to it; asked before a form opens and again when it is sent."""
    with services.reading() as uow:
        return lead_for(uow, actor(uow, slack_id), action, lead_id)


def details(services: Services, slack_id: str, lead_id: int) -> Details:
    with services.reading() as uow:
        who = actor(uow, slack_id)
        lead = lead_for(uow, who, "see", lead_id)
        lead_id = lead.id or 0  # of whom it is part of now
        notes, moves = uow.leads.notes(lead_id, limit=20), uow.leads.stage_changes(lead_id)
        names = uow.people.reps(
            {note.rep_id for note in notes}
            | {move.rep_id for move in moves}
            | ({lead.owner_id} if lead.owner_id else set())
        )
        owner = names.get(lead.owner_id or 0)
        return Details(
            lead, uow.people.team(lead.team_id).name, owner.name if owner else None,
            tuple(NoteLine(names[note.rep_id].name, note.text, note.at) for note in notes),
            tuple((open_.follow_up.due_at, open_.follow_up.what) for open_ in uow.followups.open_of_lead(lead_id)),
            tuple((move.at, f"{names[move.rep_id].name}: {move.before} to {move.after}") for move in moves),
            custom=services.playbook.fields, is_manager=who.is_manager,
        )  # fmt: skip


def find(services: Services, slack_id: str, words: str) -> list[Row]:
    """Leads the actor may see whose name, company or e-mail contains the words."""
    if not words.strip():
        raise InvalidInputError([Problem("find", "Say what to look for, like: /lead find acme")])
    with services.reading() as uow:
        who = actor(uow, slack_id)
        return rows(uow, uow.leads.matching(words.strip(), team_ids=who.sees_teams, limit=MOST_ROWS + 1))


def list_leads(services: Services, slack_id: str, which: str) -> list[Row]:
    """One of the lists in `LISTS`."""
    if which not in LISTS:
        raise InvalidInputError([Problem("list", f"There are four lists: {', '.join(LISTS)}. Try: /lead list mine")])
    with services.reading() as uow:
        who = actor(uow, slack_id)
        return rows(uow, listed(services, uow, who, which))


def listed(services: Services, uow: UnitOfWork, who: Actor, which: str) -> list[Lead]:
    match which:
        case "mine":
            return uow.leads.owned_by(who.rep_id, limit=MOST_ROWS + 1)
        case "team":
            return uow.leads.of_teams(who.sees_teams, limit=MOST_ROWS + 1)
        case "open":
            return uow.leads.without_owner(who.sees_teams, limit=MOST_ROWS + 1)
        case _:
            late = uow.followups.overdue(services.now(), team_ids=who.sees_teams, limit=MOST_ROWS + 1)
            return list({promise.lead.id: promise.lead for promise in late}.values())


def rows(uow: UnitOfWork, leads: list[Lead]) -> list[Row]:
    owners = uow.people.reps({lead.owner_id for lead in leads if lead.owner_id})
    follow_ups = uow.followups.next_by_lead({lead.id for lead in leads if lead.id})
    return [
        Row(lead, owners[lead.owner_id].name if lead.owner_id else None, due.due_at if due else None)
        for lead in leads
        for due in [follow_ups.get(lead.id or 0)]
    ]


def show_cards_again(services: Services) -> None:
    """Bring the newest open leads' cards up to date, and post again those that Slack no longer has."""
    with services.unit_of_work() as uow:
        for lead in reversed(uow.leads.of_teams(None, limit=MOST_ROWS)):
            speech.refresh_card(uow, lead, services.now())
        uow.commit()


def card_of(services: Services, uow: UnitOfWork, lead: Lead) -> Card:
    """The lead's card as it is true now."""
    decision, offer = uow.ledger.latest_for(lead.id or 0), uow.offers.open_for(lead.id or 0)
    follow_up = uow.followups.next_by_lead({lead.id or 0}).get(lead.id or 0)
    stage = services.playbook.stage(lead.stage)
    cover = cover_of(uow, uow.people.rep(lead.owner_id), services.now()) if lead.owner_id else None
    return Card(
        lead, uow.people.team(lead.team_id).name, because(decisions.told(uow, decision)) if decision else "",
        owner=mention(uow, lead.owner_id), was_given=decisions.was_given(lead, decision),
        cover=mention(uow, cover.id if cover else None),
        offered_to=mention(uow, offer.rep_id if offer else None),
        offered_until=offer.expires_at if offer else None, follow_up_at=follow_up.due_at if follow_up else None,
        stage_is_final=stage is not None and stage.kind != "open",
        contact=waiting.shown(services, uow, lead, services.now()), lines=card_lines.of(services, uow, lead),
        custom=services.playbook.fields,
    )  # fmt: skip


def mention(uow: UnitOfWork, rep_id: int | None) -> Person | None:
    if rep_id is None:
        return None
    rep = uow.people.rep(rep_id)
    return Person(rep.slack_id, rep.name)
