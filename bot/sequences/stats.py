"""What a sequence brings: who came and left, what came of every step, and which of its texts is answered more often."""

from bot.playbook.sequences import Sequence
from bot.rules.policy import Actor, why_not
from bot.sequences import experiments
from bot.sequences.commanding import named
from bot.sequences.looking import asker
from bot.services import Services
from bot.views import sequence_stats as views
from bot.views.kit import Message
from bot.views.sequence_stats import Comparison, SequenceStats
from store.unit_of_work import UnitOfWork


def stats(services: Services, slack_id: str, name: str) -> Message:
    """Raises:
    NotFoundError: the playbook has no sequence of that name.
    """
    with services.reading() as uow:
        who = asker(uow, slack_id)
        sequence = named(services, name)
        counted = uow.sequence_figures.by_status(who.sees_teams, sequence.name)
        value = SequenceStats(
            sequence, {status: count for (_, status), count in counted.items()},
            uow.sequence_figures.left_by_reason(sequence.name, who.sees_teams),
            uow.sequence_figures.of_steps(sequence.name, who.sees_teams),
            comparisons(services, uow, who, sequence), is_manager=who.is_manager,
        )  # fmt: skip
        return views.stats(value)


def comparisons(services: Services, uow: UnitOfWork, who: Actor, sequence: Sequence) -> list[Comparison]:
    """It is decided over all teams; whoever does not see those has the counts of their own."""
    now, published = services.now(), uow.playbooks.published()
    sees_all = why_not(who, "compare_teams", None) is None
    found = []
    for place, step in enumerate(sequence.named):
        if experiments.is_compared(step):
            pair, names = (sequence, step), [name for name, _, _ in experiments.texts_of(step)]
            known = experiments.verdict(services, uow, pair, published, now) if sees_all else None
            own = () if sees_all else experiments.of_teams(services, uow, pair, published, who.team_ids)
            decided = experiments.decided(uow, sequence, step)
            found.append(Comparison(place, step.name, names, known, decided, own=tuple(own), sees_all=sees_all))
    return found
