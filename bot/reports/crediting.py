"""Credits what brought a deal once it is won, as it is known then; a report only adds the credits up."""

from bot.rules.reports.attribution import MODELS, Journey, credited, shared
from bot.services import Services
from store.reporting import wins
from store.reporting.wins import Deed, Win
from store.unit_of_work import UnitOfWork

AT_ONCE = 100  # wins


def credit_wins(services: Services) -> int:
    """Those that nobody has been credited with yet; how many."""
    with services.reading() as uow:
        if not wins.without_credits(uow.session, limit=1):
            return 0
    with services.unit_of_work() as uow:
        found = wins.without_credits(uow.session, limit=AT_ONCE, locks_rows=uow.locks_rows)
        for win in found:
            credit(uow, win)
        uow.commit()
        return len(found)


def credit(uow: UnitOfWork, win: Win) -> None:
    """A win without any touch is its source's own."""
    deeds = wins.deeds(uow.session, win) or [Deed("", win.source, win.campaign or "", win.arrived_at)]
    journey = Journey([deed.at for deed in deeds], win.won_at, win.arrived_at, win.became_deal_at)
    for model in MODELS:
        parts: dict[tuple[str, str, str], int] = {}
        for deed, part in zip(deeds, credited(model, journey), strict=True):
            named = (deed.source, deed.campaign, deed.kind)
            if part:
                parts[named] = parts.get(named, 0) + part
        cents = shared(list(parts.values()), win.cents or 0)
        rows = [
            row(win, model, named, part) | {"cents": worth, "firsts": firsts}
            for (named, part), worth, firsts in zip(parts.items(), cents, wins.firsts(parts), strict=True)
        ]
        wins.keep(uow.session, rows, locks_rows=uow.locks_rows)


def row(win: Win, model: str, named: tuple[str, str, str], part: int) -> dict[str, object]:
    source, campaign, touch = named
    return {
        "stay_id": win.stay_id, "lead_id": win.lead_id, "team_id": win.team_id, "model": model, "source": source,
        "campaign": campaign, "touch": touch, "millionths": part, "folded": 0,
        "currency": win.currency, "won_at": win.won_at, "made_at": win.began_at,
    }  # fmt: skip
