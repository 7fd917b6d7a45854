"""The leads that some words mean: by the index of words, and if that knows none, by any part of name and company."""

from bot.rules.query.parsing import Test
from bot.rules.query.words import needle, spelled
from store.models import Lead
from store.search import Scope
from store.unit_of_work import UnitOfWork


def lookup(uow: UnitOfWork, words: str, *, team_ids: set[int] | None, limit: int) -> list[Lead]:
    """Newest first. `team_ids` None: all teams; extra fields do not count, for not everybody may see them all."""
    tests = [
        Test("words", "plain words", ":", (found,)) for word in words.split()[:10] if (found := needle(word[:100]))
    ]
    known = uow.search.find(tests, Scope(team_ids), spelled=spelled, limit=limit) if tests else []
    return known or uow.leads.matching(words, team_ids=team_ids, limit=limit)
