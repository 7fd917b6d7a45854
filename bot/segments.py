"""Segments: searches that managers gave a name, for lists, routes and whoever asks."""

import re
from collections.abc import Callable
from dataclasses import replace

from bot.actors import actor
from bot.errors import DibsError, InvalidInputError, NotFoundError, Problem
from bot.playbook.playbook import Playbook
from bot.rules.accounts import account_of
from bot.rules.cleaning.lead import CleanLead
from bot.rules.numbers import fold
from bot.rules.policy import require
from bot.rules.query.fields import no_such
from bot.rules.query.parsing import Query, QueryError, Setting, matches, parse
from bot.rules.scoring import level_of
from bot.rules.values import SEGMENT
from bot.search import MOST_COUNTED, asking, found, setting_of
from bot.services import Services
from bot.views.search import MOST_ROWS, Found, SegmentLine
from store.unit_of_work import UnitOfWork

NAME = re.compile(r"[a-z][a-z0-9-]{0,39}")
MOST_SEGMENTS = 100


def lines(services: Services, slack_id: str) -> tuple[SegmentLine, ...]:
    """Every segment, with how many leads of it the actor may see."""
    with services.reading() as uow:
        asked = asking(services, uow, actor(uow, slack_id))
        shown = []
        for segment in uow.segments.all():
            try:
                query = parse(f"segment:{segment.name}", asked.setting)
            except QueryError as error:
                shown.append(SegmentLine(segment.name, segment.query, None, problem=str(error)))
            else:
                shown.append(SegmentLine(segment.name, segment.query, asked.count(query), most=MOST_COUNTED))
        return tuple(shown)


def show(services: Services, slack_id: str, name: str) -> Found:
    """The leads in a segment that the actor may see.

    Raises:
        NotFoundError, QueryError: there is none of that name, or it does not work any more.
    """
    with services.reading() as uow:
        asked = asking(services, uow, actor(uow, slack_id))
        if uow.segments.named(fold(name)) is None:
            raise NotFoundError(no_such("segment", name, asked.setting.segments))
        query = parse(f"segment:{fold(name)}", asked.setting)
        return found(asked, query, asked.find(query, limit=MOST_ROWS + 1))


def save(services: Services, slack_id: str, name: str, words: str) -> str:
    """Save the search under the name, in place of what it meant before. Returns a sentence.

    Raises:
        NotAllowedError, InvalidInputError, QueryError: as they say.
    """
    with services.unit_of_work() as uow:
        who = actor(uow, slack_id)
        require(who, "manage_segments")
        refuse_odd_name(name)
        if not words.strip():
            raise InvalidInputError([Problem("query", "Say which leads belong to it, like: score>70 open:yes")])
        asked = asking(services, uow, who)
        if name not in asked.setting.segments and len(asked.setting.segments) >= MOST_SEGMENTS:
            raise DibsError(
                f"There are {MOST_SEGMENTS} segments already. Delete one first: /lead segment delete <name>"
            )
        query = parse(words, replace(asked.setting, within=(name,)))
        is_new = uow.segments.save(name, " ".join(words.split()), made_by=who.rep_id, now=services.now())
        count = asked.count(query)
        uow.commit()
    leads = "1 lead is" if count == 1 else f"{count:,}{' or more' if count >= MOST_COUNTED else ''} leads are"
    return f"{'Saved' if is_new else 'Changed'} the segment {name}; {leads} in it now. Find them with: segment:{name}"


def refuse_odd_name(name: str) -> None:
    """Raises:
    InvalidInputError: it could not be written in a search or in the playbook.
    """
    if not NAME.fullmatch(name):
        why = "Write small letters, digits and hyphens, a letter first, at most 40, like hot-leads."
        raise InvalidInputError([Problem("name", why)])


def delete(services: Services, slack_id: str, name: str) -> str:
    """Returns a sentence.

    Raises:
        NotAllowedError, NotFoundError, DibsError: as they say; a segment that others are made of stays.
    """
    with services.unit_of_work() as uow:
        require(actor(uow, slack_id), "manage_segments")
        segment = uow.segments.named(fold(name))
        if segment is None:
            raise NotFoundError(no_such("segment", name, uow.segments.queries()))
        others = [one.name for one in uow.segments.all() if f"segment:{segment.name}" in one.query.split()]
        if others:
            raise DibsError(f"The segment {', '.join(others)} is made of it. Change that one first.")
        uow.segments.delete(segment)
        uow.commit()
    named = [rule for rule, asked in named_by(services.playbook) if segment.name in asked]
    warning = f" The playbook's route {', '.join(named)} names it and will match no lead by it now." if named else ""
    return f"The segment {segment.name} is gone.{warning}"


def named_by(playbook: Playbook) -> list[tuple[str, frozenset[str]]]:
    """The routes that ask for a segment, each with the names they ask for."""
    found = []
    for rule in playbook.routes:
        named = [one for one in rule.when if one.field == "segment"]
        if named:
            found.append(
                (rule.name, frozenset(fold(n) for one in named for n in (*(one.is_one_of or ()), *(one.is_not or ()))))
            )
    return found


def problems(services: Services) -> list[str]:
    """A sentence for every segment that does not work any more, and for every name of a route that is none."""
    with services.reading() as uow:
        setting = setting_of(services, uow, None)
    said = []
    for name in setting.segments:
        try:
            parse(f"segment:{name}", setting)
        except QueryError as error:
            said.append(str(error))
    for rule, names in named_by(services.playbook):
        unknown = sorted(names - setting.segments.keys())
        said += [f"The route '{rule}' asks for the segment {name}, but none is saved by that name." for name in unknown]
    return said


def sorter(services: Services, uow: UnitOfWork) -> Callable[[CleanLead, int], frozenset[str]] | None:
    """Tells the segments that a lead of some score falls into as it arrives; none if no route asks for that."""
    if not any(key == SEGMENT for step in services.playbook.steps for key, _ in step.tests):
        return None
    return Sorter(setting_of(services, uow, None), services.playbook)


class Sorter:
    """Every segment is read once; one that does not work has no leads."""

    def __init__(self, setting: Setting, playbook: Playbook) -> None:
        self._queries = {name: query for name in setting.segments if (query := readable(name, setting))}
        self._always = {
            "state": "live", "stage": playbook.first_stage.name, "contacted": False, "open": True,
            "created_at": setting.now,
        }  # fmt: skip
        self._scoring = playbook.scoring

    def __call__(self, lead: CleanLead, score: int) -> frozenset[str]:
        values = {
            **{name: getattr(lead, name) for name in type(lead).__dataclass_fields__}, **self._always, "score": score,
            "level": level_of(score, self._scoring), "account": account_of(lead.email, lead.company),
        }  # fmt: skip
        return frozenset(name for name, query in self._queries.items() if matches(query, values))


def readable(name: str, setting: Setting) -> Query | None:
    try:
        return parse(f"segment:{name}", setting)
    except QueryError:
        return None
