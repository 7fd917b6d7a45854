"""A whole sequence rests: whoever is in it at once, and whoever would come as soon as the playbook says so too."""

from bot.actors import actor
from bot.errors import DibsError
from bot.playbook import versions
from bot.rules.policy import require
from bot.sequences.commanding import named, set_going
from bot.sequences.editing import rewritten, text_in_force
from bot.services import Services
from bot.views import kit
from bot.views.kit import Message
from bot.views.sequence_forms import proposed
from bot.views.whatif import USUAL_PERIOD

SLICE = 100  # leads in one transaction: each is locked until the others are done
RESTS = "the whole sequence was paused by "


def pause(services: Services, slack_id: str, name: str, *, key: str) -> Message:
    """Nothing of it leaves from now on; a draft of the playbook keeps others from coming in.

    Raises:
        NotAllowedError, NotFoundError: as they say.
    """
    return turn(services, slack_id, name, rests=True, key=key)


def resume(services: Services, slack_id: str, name: str, *, key: str) -> Message:
    """Those who were paused with it go on; those whom somebody paused by hand stay where they are."""
    return turn(services, slack_id, name, rests=False, key=key)


def turn(services: Services, slack_id: str, name: str, *, rests: bool, key: str) -> Message:
    with services.reading() as uow:
        require(actor(uow, slack_id), "manage_sequences")
        sequence = named(services, name)
        numbers = uow.sequence_figures.ids_in(sequence.name, "active" if rests else "paused")
    count = sum(
        turn_slice(services, slack_id, sequence.name, numbers[start : start + SLICE], rests=rests)
        for start in range(0, len(numbers), SLICE)
    )
    became = "paused" if rests else "going on"
    said = f"{kit.plural(count, 'lead')} in {sequence.name} {'is' if count == 1 else 'are'} {became} now. "
    if sequence.is_paused == rests:
        return kit.say(said)
    try:
        with services.reading() as uow:
            text = rewritten(text_in_force(services, uow), sequence.name, lambda one: one.update(is_paused=rests))
        number = versions.propose(services, slack_id, text, days=USUAL_PERIOD, key=key)
    except DibsError as error:
        return kit.say(said, f"That nobody new comes in has to stand in the playbook: {error}" if rests else str(error))
    others = "others keep coming in" if rests else "nobody new comes in"
    return proposed(number, f"{said}Until the playbook says so too, {others}. ")


def turn_slice(services: Services, slack_id: str, name: str, lead_ids: list[int], *, rests: bool) -> int:
    """Each lead locked, as it is now."""
    now, count = services.now(), 0
    with services.unit_of_work() as uow:
        who = actor(uow, slack_id)
        for number in uow.touches.lock_leads(lead_ids):
            for one in uow.enrolments.running(number):
                if one.sequence != name:
                    continue
                if rests and one.status == "active":
                    one.status, one.why, count = "paused", f"{RESTS}{who.name}"[:120], count + 1
                    uow.enrolments.save(one)
                elif not rests and one.status == "paused" and one.why.startswith(RESTS):
                    set_going(uow, one, now)
                    count += 1
        uow.commit()
    return count
