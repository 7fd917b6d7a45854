"""What reports read must say what the leads say: checked after every test that has an office."""

from sqlalchemy import func
from sqlmodel import Session, col, select

from bot.reports.steps import standings
from bot.services import Services
from store.models import Lead, LevelChange, Opportunity, Reached, Stay
from store.reporting.recording import ARRIVED, COMPARED, NOWHERE, judged, stay_of, steps_of


def assert_recorded(services: Services) -> None:
    """Each lead stands where its stay says, and has reached what its steps say, with where it came from."""
    known = standings(services.playbook.stages)
    with services.reading() as uow:
        deals = {deal.lead_id: deal for deal in uow.session.exec(select(Opportunity))}
        stays, levels = stays_now(uow.session), levels_of(uow.session)
        steps, origins = reached_by(uow.session), origins_of(uow.session)
        for lead in uow.session.exec(select(Lead)):
            standing = known.get(lead.stage, NOWHERE)
            wanted = stay_of(lead, deals.get(lead.id or 0), standing, lead.created_at)
            wanted = wanted and wanted | judged(levels.get(lead.id or 0, ()), None)
            stay = stays.pop(lead.id or 0, None)
            there = {name: getattr(stay, name) for name in COMPARED} if stay else None
            assert there == (wanted and {name: wanted[name] for name in COMPARED}), f"stay of #{lead.id}"
            missing = {step for step, _ in steps_of(lead, known, lead.created_at)} - steps.get(lead.id or 0, set())
            assert not missing, f"#{lead.id} has not reached {missing}"
            where = {(lead.country or "", lead.campaign or "")}
            assert origins.get(lead.id or 0, set()) <= where, f"#{lead.id} has another country or campaign"
        assert not stays, f"stays of no lead: {list(stays)}"
        assert set(steps) == arrived(uow.session), "somebody reached something without having arrived"


def stays_now(session: Session) -> dict[int, Stay]:
    found = list(session.exec(select(Stay).where(col(Stay.ended_at).is_(None))))
    assert len({stay.lead_id for stay in found}) == len(found)
    return {stay.lead_id: stay for stay in found}


def levels_of(session: Session) -> dict[int, list[LevelChange]]:
    found: dict[int, list[LevelChange]] = {}
    for one in session.exec(select(LevelChange).order_by(col(LevelChange.id))):
        found.setdefault(one.lead_id, []).append(one)
    return found


def reached_by(session: Session) -> dict[int, set[str]]:
    question = select(Reached.lead_id, Reached.step).where(col(Reached.gone_at).is_(None))
    found: dict[int, set[str]] = {}
    for lead_id, step in session.exec(question):
        found.setdefault(lead_id, set()).add(step)
    return found


def origins_of(session: Session) -> dict[int, set[tuple[str, str]]]:
    """By lead the countries and campaigns of what it has reached."""
    question = select(Reached.lead_id, Reached.country, Reached.campaign).where(col(Reached.gone_at).is_(None))
    found: dict[int, set[tuple[str, str]]] = {}
    for lead_id, country, campaign in session.exec(question.distinct()):
        found.setdefault(lead_id, set()).add((country or "", campaign or ""))
    return found


def arrived(session: Session) -> set[int]:
    question = select(Reached.lead_id).where(Reached.step == ARRIVED, col(Reached.gone_at).is_(None))
    return set(session.exec(question.group_by(col(Reached.lead_id)).having(func.count() == 1)))
