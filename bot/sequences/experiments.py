"""Which text of a step somebody gets: drawn while texts are compared, the better one as soon as that is known."""

from collections.abc import Collection, Iterator
from datetime import datetime

from bot.actors import actor
from bot.errors import DibsError, NotFoundError
from bot.playbook import versions
from bot.playbook.playbook import Playbook
from bot.playbook.sequences import Email, Sequence, Sms, Step
from bot.rules.policy import require
from bot.rules.sequences import experiments as rules
from bot.rules.sequences.experiments import Arm, Verdict
from bot.services import Services
from store.models import Experiment, Lead, PlaybookVersion
from store.unit_of_work import UnitOfWork

OWN = ""  # the name of the step's own text among its variants
OWN_WON = "-"  # the same in a row that says who won, where "" is nobody
ALIKE = "no difference worth knowing"
SALT = "experiments"


def choose(services: Services, uow: UnitOfWork, lead: Lead, sequence: Sequence, step: Step) -> str:  # noqa: ARG001
    """The name of the variant that the lead gets; "" is the step's own text."""
    if not is_compared(step):
        return OWN
    names = [name for name, _, _ in texts_of(step)]
    decided = uow.experiments.decided(sequence.name, step.name, rules.fingerprint(texts_of(step)))
    if decided is not None:
        return decided.winner if decided.winner in names else OWN
    return rules.assigned(uow.secrets.get(SALT), about(lead, sequence, step), names)


def foreseen(uow: UnitOfWork, lead: Lead, sequence: Sequence, step: Step) -> str | None:
    """What `choose` would answer, for whoever only looks; None while nothing was ever drawn, so that nobody knows."""
    decided_so, salt = decided(uow, sequence, step), uow.secrets.known(SALT)
    names = [name for name, _, _ in texts_of(step)]
    if decided_so is not None:
        return decided_so.winner if decided_so.winner in names else OWN
    return rules.assigned(salt, about(lead, sequence, step), names) if salt else None


def about(lead: Lead, sequence: Sequence, step: Step) -> str:
    """What is drawn for: one lead at one step."""
    return f"{lead.id}:{sequence.name}:{step.name}"


def is_compared(step: Step) -> bool:
    return isinstance(step, Email | Sms) and bool(step.variants)


def texts_of(step: Step) -> list[tuple[str, str, str]]:
    """Name, subject and body of all that are compared, the step's own first."""
    if not isinstance(step, Email | Sms):
        return []
    subject = step.subject if isinstance(step, Email) else ""
    own = (OWN, subject, step.text)
    return [own, *((one.name, one.subject or subject, one.text or step.text) for one in step.variants)]


# --- deciding


def decide_what_can_be(services: Services) -> None:
    """Tick: look at every comparison, and write down what has come of it; looking often costs nothing."""
    now = services.now()
    with services.reading() as uow:
        published = uow.playbooks.published()
        open_ones = [pair for pair in compared_in(services.playbook) if decided(uow, *pair) is None]
        found = [(*pair, verdict(services, uow, pair, published, now)) for pair in open_ones]
    for sequence, step, known in found:
        if known is None or known.winner is None:
            continue
        with services.unit_of_work() as uow:
            why = ALIKE if known.is_alike else said(known, known.winner)
            uow.experiments.decide(row_of(sequence, step, known.winner.name or OWN_WON, why, now))
            uow.commit()


def compared_in(playbook: Playbook) -> Iterator[tuple[Sequence, Step]]:
    for sequence in playbook.sequences:
        yield from ((sequence, step) for step in sequence.named if is_compared(step))


def decided(uow: UnitOfWork, sequence: Sequence, step: Step) -> Experiment | None:
    return uow.experiments.decided(sequence.name, step.name, rules.fingerprint(texts_of(step)))


def verdict(
    services: Services, uow: UnitOfWork, pair: tuple[Sequence, Step], published: list[PlaybookVersion], now: datetime
) -> Verdict | None:
    """What can be said of the texts that are in force now; None before they ever were."""
    since = compared_since(services, pair, published)
    return rules.verdict(arms_of(uow, *pair, since, now)) if since else None


def of_teams(
    services: Services, uow: UnitOfWork, pair: tuple[Sequence, Step], published: list[PlaybookVersion],
    team_ids: Collection[int],
) -> list[Arm]:  # fmt: skip
    """How often each text was answered by leads of these teams, for whoever may not see more."""
    since = compared_since(services, pair, published)
    return arms_of(uow, *pair, since, services.now(), team_ids=team_ids) if since else []


def arms_of(
    uow: UnitOfWork, sequence: Sequence, step: Step, since: datetime, now: datetime, *,
    team_ids: Collection[int] | None = None,
) -> list[Arm]:  # fmt: skip
    found = uow.experiments.counted(sequence.name, step.name, since, now, team_ids=team_ids)
    counted = {one.variant: one for one in found}
    return [
        Arm(name, counted[name].sent, counted[name].answered) if name in counted else Arm(name, 0, 0)
        for name, _, _ in texts_of(step)
    ]


def compared_since(
    services: Services, pair: tuple[Sequence, Step], published: list[PlaybookVersion]
) -> datetime | None:
    """Since when these very texts are in force: what was sent with others is no part of it."""
    sequence, step = pair
    wanted, since = rules.fingerprint(texts_of(step)), None
    for version in published:
        playbook = services.playbook if version.version == services.playbook.version else versions.readable(version)
        then = playbook.sequence(sequence.name) if playbook else None
        before = then.step(step.name) if then else None
        if before is None or rules.fingerprint(texts_of(before)) != wanted:
            break
        since = version.published_at
    return since


def said(found: Verdict, winner: Arm) -> str:
    """Like "answered 12 of 400, the others less often"."""
    rest = ", ".join(f"{called(arm)} {arm.answered} of {arm.sent}" for arm in others(found, winner))
    return f"{called(winner)} was answered {winner.answered} of {winner.sent} times, {rest}"[:300]


def called(arm: Arm) -> str:
    return f"“{arm.name}”" if arm.name else "the first text"


def others(found: Verdict, winner: Arm) -> list[Arm]:
    arms = {arm.name: arm for pair in found.pairs for arm in (pair.first, pair.second)}
    return [arm for name, arm in arms.items() if name != winner.name]


def row_of(sequence: Sequence, step: Step, winner: str, why: str, now: datetime) -> Experiment:
    return Experiment(
        sequence=sequence.name, step=step.name, variants=rules.fingerprint(texts_of(step)), winner=winner,
        why=why[:300], decided_at=now,
    )  # fmt: skip


def stop(services: Services, slack_id: str, name: str, place: int, number: int) -> str:
    """A manager ends a comparison: from now on everybody gets the text of this number at the step of that place.

    Returns a sentence.

    Raises:
        NotAllowedError, NotFoundError, DibsError: as they say.
    """
    now = services.now()
    with services.unit_of_work() as uow:
        who = actor(uow, slack_id)
        require(who, "manage_sequences")
        sequence = services.playbook.sequence(name)
        step = sequence.named[place] if sequence and place < len(sequence.named) else None
        names = [one for one, _, _ in texts_of(step)] if step else []
        if sequence is None or step is None or number >= len(names):
            raise NotFoundError("The playbook has no such text any more. /sequence stats shows what is compared.")
        winner = names[number]
        why = f"{who.name} ended the comparison"
        if not uow.experiments.decide(row_of(sequence, step, winner or OWN_WON, why, now)):
            raise DibsError("This comparison was decided already. /sequence stats shows how.")
        uow.commit()
        return f"From now on everybody gets {f'the text “{winner}”' if winner else 'the first text'} of “{step.name}”."
