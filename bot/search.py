"""Finding leads: a query read for whoever asks, answered from the index, with a mistyped word put right."""

from dataclasses import dataclass, replace
from typing import Any

from bot.actors import actor
from bot.errors import InvalidInputError, Problem
from bot.rules.policy import Actor
from bot.rules.query.parsing import Query, Setting, Test, parse
from bot.rules.query.typos import meant, variants
from bot.rules.query.why import why
from bot.rules.query.words import needle, spelled
from bot.services import Services
from bot.views.search import MOST_ROWS, Found, FoundRow
from store.models import Lead
from store.search import Scope
from store.unit_of_work import UnitOfWork

LISTS = ("mine", "team", "open", "overdue")
MOST_COUNTED = 1000


@dataclass(frozen=True)
class Asking:
    """Somebody, what they may see, and how their words are read."""

    uow: UnitOfWork
    who: Actor
    setting: Setting

    def scope(self, query: Query, *, is_open: bool = False) -> Scope:
        hidden = frozenset() if self.who.is_manager else self.setting.hidden
        return Scope(self.who.sees_teams, self.who.rep_id, hidden, any_state=query.asks("state"), is_open=is_open)

    def find(self, query: Query, *, limit: int, is_open: bool = False) -> list[Lead]:
        return self.uow.search.find(query.tests, self.scope(query, is_open=is_open), spelled=spelled, limit=limit)

    def count(self, query: Query) -> int:
        return len(self.uow.search.ids(query.tests, self.scope(query), spelled=spelled, most=MOST_COUNTED))


def asking(services: Services, uow: UnitOfWork, who: Actor) -> Asking:
    return Asking(uow, who, setting_of(services, uow, who))


def setting_of(services: Services, uow: UnitOfWork, who: Actor | None) -> Setting:
    """What the words of a query mean to somebody; to nobody in particular they mean what a manager may see."""
    playbook = services.playbook
    return Setting(
        now=services.now(), zone=who.time_zone if who else "UTC", rep_id=who.rep_id if who else None,
        is_manager=who is None or who.is_manager, stages=tuple(stage.name for stage in playbook.stages),
        teams=tuple(team.name for team in uow.people.teams()), custom=playbook.fields,
        segments=uow.segments.queries(),
    )  # fmt: skip


def find(services: Services, slack_id: str, words: str) -> Found:
    """Leads the actor may see that meet the query.

    Raises:
        InvalidInputError, QueryError: with what is wrong with it.
    """
    if not words.strip():
        raise InvalidInputError([Problem("find", "Say what to look for, like: /lead find acme stage:new")])
    with services.reading() as uow:
        asked = asking(services, uow, actor(uow, slack_id))
        query, instead = with_words_put_right(asked, parse(words, asked.setting))
        return found(asked, query, asked.find(query, limit=MOST_ROWS + 1), instead=instead)


def list_leads(services: Services, slack_id: str, words: str) -> tuple[str, Found]:
    """One of the lists in `LISTS`, and what of it meets the query that follows; with the list's name.

    Raises:
        InvalidInputError, QueryError: with what is wrong with it.
    """
    which, rest = list_named(words)
    with services.reading() as uow:
        asked = asking(services, uow, actor(uow, slack_id))
        query = parse(rest, asked.setting)
        whole = replace(query, tests=(*listed(asked, which), *query.tests))
        return which, found(asked, whole, asked.find(whole, limit=MOST_ROWS + 1, is_open=not query.asks("closed_at")))


def list_named(words: str) -> tuple[str, str]:
    first, _, rest = words.strip().partition(" ")
    which = first.lower() or "mine"
    if which in LISTS:
        return which, rest
    if any(sign in first for sign in ':<>="-#'):
        return "mine", words
    raise InvalidInputError([Problem("list", f"There are four lists: {', '.join(LISTS)}. Try: /lead list mine")])


def listed(asked: Asking, which: str) -> tuple[Test, ...]:
    now = asked.setting.now
    match which:
        case "mine":
            return (Test("owner", "person", ":", (asked.who.rep_id,)),)
        case "open":
            return (Test("owner", "person", ":", (None,)),)
        case "overdue":
            return (Test("follow_up", "moment", "<=", ((now, now),)),)
        case _:
            return ()


def found(asked: Asking, query: Query, leads: list[Lead], *, instead: str = "") -> Found:
    owners = asked.uow.people.reps({lead.owner_id for lead in leads if lead.owner_id})
    due = asked.uow.followups.next_by_lead({lead.id for lead in leads if lead.id})
    rows = [
        FoundRow(
            lead, owners[lead.owner_id].name if lead.owner_id else None, next_due.due_at if next_due else None,
            why(query, values_of(lead, hidden=asked.scope(query).hidden)),
        )
        for lead in leads
        for next_due in [due.get(lead.id or 0)]
    ]  # fmt: skip
    return Found(query.text, tuple(rows), instead)


def with_words_put_right(asked: Asking, query: Query) -> tuple[Query, str]:
    """The query as it is, unless it finds nothing and a word of it was mistyped; and what was done about that."""
    if not query.words or asked.find(query, limit=1):
        return query, ""
    tests, said = list(query.tests), []
    for number, test in enumerate(tests):
        right = put_right(asked, test) if test in query.words else None
        if right:
            tests[number] = replace(test, values=(needle(right),))
            said.append(f"Nothing for {test.values[0].strip()}; showing {right}.")
    better = replace(query, tests=tuple(tests))
    return (better, " ".join(said)) if said and asked.find(better, limit=1) else (query, "")


def put_right(asked: Asking, test: Test) -> str | None:
    """The word that was meant, if the actor can see a lead that has it and none with the word as it is."""
    word = str(test.values[0]).strip()
    if len(test.values) > 1 or " " in word or asked.find(Query("", (test,)), limit=1):
        return None
    for likely in meant(word, asked.uow.search.near(word, variants(word))):
        if asked.find(Query("", (replace(test, values=(needle(likely),)),)), limit=1):
            return likely
    return None


def values_of(lead: Lead, *, hidden: frozenset[str] = frozenset()) -> dict[str, Any]:
    """A lead's own columns, as `matches` wants them."""
    return {
        **{name: getattr(lead, name) for name in type(lead).model_fields},
        "fields": {name: value for name, value in lead.fields.items() if spelled(str(name)) not in hidden},
        "contacted": lead.first_contact_at is not None, "open": lead.closed_at is None,
    }  # fmt: skip
