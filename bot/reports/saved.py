"""Questions that somebody gave a name: `/report <name>` asks them again, about the days that are then."""

from typing import NamedTuple

from bot.errors import DibsError, InvalidInputError, NotAllowedError, NotFoundError, Problem
from bot.reports.asking import Inquiry, Kinds, asker
from bot.reports.table import REPORTS
from bot.rules.asking.words import moving
from bot.rules.numbers import fold
from bot.services import Services
from store.models import SavedReport
from store.reporting.saved import Saved

MOST_SAVED = 100
NAME_MAX = 60


class Line(NamedTuple):
    name: str
    words: str
    by: str


def lines(services: Services, slack_id: str, kinds: Kinds = REPORTS) -> tuple[Line, ...]:
    """Those that the actor may use."""
    now = services.now()
    with services.reading() as uow:
        inquiry, names = Inquiry(services, uow, asker(uow, slack_id), now, kinds), uow.people.names()
        return tuple(Line(one.name, one.words, names.get(one.made_by, "somebody")) for one in usable(inquiry))


def words_of(services: Services, slack_id: str, name: str, kinds: Kinds = REPORTS) -> str:
    """What a saved name stands for; "" when nothing that the actor may use is saved under it."""
    now = services.now()
    with services.reading() as uow:
        found = named(Inquiry(services, uow, asker(uow, slack_id), now, kinds), name)
        return found.words if found else ""


def usable(inquiry: Inquiry) -> list[SavedReport]:
    return [one for one in Saved(inquiry.uow.session).all() if may_use(inquiry, one)]


def named(inquiry: Inquiry, name: str) -> SavedReport | None:
    """None also where it is not the actor's to use: a name alone may tell what others look at."""
    found = Saved(inquiry.uow.session).named(fold(name))
    return found if found is not None and may_use(inquiry, found) else None


def may_use(inquiry: Inquiry, one: SavedReport) -> bool:
    """Whoever saved it, managers, and everybody who may ask what it asks."""
    who = inquiry.who
    if who is None or who.is_manager or who.rep_id == one.made_by:
        return True
    try:
        inquiry.allowed(one.words)
    except DibsError:
        return False
    return True


def save(
    services: Services, slack_id: str, name: str, words: str, *, kinds: Kinds = REPORTS, taken: tuple[str, ...] = ()
) -> str:
    """Keep the question under the name, in place of what its maker kept there before. Returns a sentence.

    Raises:
        InvalidInputError, NotAllowedError, QuestionError: as they say.
    """
    now = services.now()
    with services.unit_of_work() as uow:
        who = asker(uow, slack_id)
        inquiry = Inquiry(services, uow, who, now, kinds)
        clean = " ".join(name.split())
        refuse_odd_name(clean, (*taken, *(kind.name for kind in kinds)))
        kept, saved = moving(inquiry.question(words), inquiry.known), Saved(uow.session)
        before = saved.named(fold(clean))
        if before is None and saved.count() >= MOST_SAVED:
            raise InvalidInputError([Problem("name", f"{MOST_SAVED} reports are saved already. Forget one first.")])
        theirs = before.made_by if before is not None and who.is_manager else None
        if not saved.save(clean, fold(clean), kept, made_by=who.rep_id, now=now, in_place_of=theirs):
            raise InvalidInputError([Problem("name", "Somebody else saved a report under this name. Take another.")])
        uow.commit()
    return f"Saved as {clean}. Ask it again with: /report {clean}"


def refuse_odd_name(name: str, taken: tuple[str, ...]) -> None:
    """Raises:
    InvalidInputError: it could not be typed behind /report, or means something else there.
    """
    if not name or len(name) > NAME_MAX or any(sign in name for sign in ':="<>@“”'):
        why = f"Write a few plain words, at most {NAME_MAX} characters, without : and @."
        raise InvalidInputError([Problem("name", why)])
    first, _, _ = name.partition(" ")
    if fold(first) in taken:
        raise InvalidInputError([Problem("name", f"“{first}” is a word that /report knows. Begin otherwise.")])


def forget(services: Services, slack_id: str, name: str) -> str:
    """Returns a sentence.

    Raises:
        NotFoundError, NotAllowedError: nothing is saved under it, or it is somebody else's.
    """
    now = services.now()
    with services.unit_of_work() as uow:
        who, saved = asker(uow, slack_id), Saved(uow.session)
        inquiry = Inquiry(services, uow, who, now)
        found = named(inquiry, name)
        if found is None:
            known = ", ".join(one.name for one in usable(inquiry)[:20])
            raise NotFoundError(
                f"No report is saved as “{name[:60]}”. {f'There are: {known}.' if known else ''}".strip()
            )
        if found.made_by != who.rep_id and not who.is_manager:
            raise NotAllowedError("Somebody else saved this report. They or a manager can forget it.")
        saved.forget(found)
        uow.commit()
    return f"Forgot {found.name}."
