"""Looking leads up: one in full, several as a list, why one went where it went, and what a card shows."""

from bot import card_lines, consents, deals, decisions, speech, timeline, waiting
from bot.actors import actor, lead_for, lead_named
from bot.covers import cover_of
from bot.qualification import levels
from bot.rules.policy import Action
from bot.sequences import commanding
from bot.services import Services
from bot.views import deals as deal_views
from bot.views import forgoing as forgoing_views
from bot.views.cards import Card, title
from bot.views.decisions import because
from bot.views.kit import Person
from bot.views.leads import Details
from store.models import Lead
from store.unit_of_work import UnitOfWork

MOST_CARDS = 20  # brought up to date at a start
STORY_SHOWN = 12  # entries of a lead's story in its details


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
        owner = mention(uow, lead.owner_id)
        return Details(
            lead, uow.people.team(lead.team_id).name, owner.name if owner else None,
            tuple((open_.follow_up.due_at, open_.follow_up.what) for open_ in uow.followups.open_of_lead(lead_id)),
            timeline.page_of(services, uow, who, lead, length=STORY_SHOWN),
            deal_views.in_words(deals.deal_of(services, uow, lead)),
            tuple(uow.deals.answers(lead_id).items()),
            consents.in_words(uow, lead),
            tuple(title(other) for other in uow.deals.colleagues(lead, who.sees_teams)),
            custom=services.playbook.fields, is_manager=who.is_manager,
            sequences=commanding.rows(services, uow, who, lead),
            lines=(levels.line(services, uow, lead), forgoing_views.line(lead), consents.lacking(uow, lead)),
        )  # fmt: skip


def show_cards_again(services: Services) -> None:
    """Bring the newest open leads' cards up to date, and post again those that Slack no longer has."""
    with services.unit_of_work() as uow:
        for lead in reversed(uow.leads.of_teams(None, limit=MOST_CARDS)):
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
        consent=consents.in_words(uow, lead),
        custom=services.playbook.fields,
    )  # fmt: skip


def mention(uow: UnitOfWork, rep_id: int | None) -> Person | None:
    if rep_id is None:
        return None
    rep = uow.people.rep(rep_id)
    return Person(rep.slack_id, rep.name)
