"""What somebody allowed or withdrew: on the card, in the thread, and the form to write it down."""

from collections.abc import Mapping, Sequence

from bot.rules.consent import BASES, CHANNELS, NOUNS, Said, Standing, allows, said_on, waits
from bot.views import forms, kit
from bot.views.cards import title
from bot.views.kit import Block, Message, Piece, Strong
from store.models import Lead

CONSENT = "form.consent"
GIVEN, WITHDRAWN = "given", "withdrawn"
LABELS = {"email": "E-mail", "phone": "Telephone", "sms": "Text message", "measuring": "Openings and clicks"}
MAY = {
    "email": "may be e-mailed", "phone": "may be called", "sms": "may be texted",
    "measuring": "openings and clicks may be counted",
}  # fmt: skip
SAID = {
    "unsubscribed": "They unsubscribed: no more {}", "stopped": "They answered STOP: no more {}",
    "bounced": "Nobody can be reached at their address: no more {}", "complained": "They complained of us: no more {}",
    "erased": "Everything about them was erased: no more {}", "rep": "They want no more {}",
}  # fmt: skip


def basis(standings: Mapping[str, Standing], barred: Mapping[str, str], *, may: bool) -> str:
    """Small print: what the channels rest on, said once for all that rest on it. What is not to be is a line above."""
    email = standings.get("email")
    resting: dict[str, list[str]] = {}
    for one in known(standings):
        if is_basis(one, barred):
            resting.setdefault(origin(one), []).append(MAY[one.channel])
    said = [f"{', '.join(channels)} ({where})" for where, channels in resting.items()]
    if not may and "email" not in barred and email is None:
        said.insert(0, "no consent to e-mail yet")
    said += [missing(one) for one in known(standings) if one.channel not in barred and missing(one)]
    return "; ".join(said)


def missing(held: Standing) -> str:
    """What a yes lacks that is no basis yet; "" of one that is, of a no, and of what nobody asks for."""
    if held.channel not in ("email", "sms") or not held.is_given or allows(held):
        return ""
    if waits(held):
        return f"the yes to {NOUNS[held.channel]} of {said_on(held.at)} waits for their confirmation"
    return f"agreed to {NOUNS[held.channel]} for another address"


def known(standings: Mapping[str, Standing]) -> list[Standing]:
    return [standings[channel] for channel in CHANNELS if channel in standings]


def is_basis(held: Standing, barred: Mapping[str, str]) -> bool:
    return allows(held) and held.channel not in barred


def origin(held: Standing) -> str:
    where = f", {held.source[:40]}" if held.source else ""
    return f"{held.basis} of {said_on(held.at)}{where}"


def unwanted(standings: Mapping[str, Standing], barred: Mapping[str, str] | None = None) -> tuple[Piece, ...]:
    """Which channels they withdrew, and which addresses must not be written to for another reason; nothing if none."""
    gone = [one for one in known(standings) if not one.is_given]
    said = "; ".join(f"{NOUNS[one.channel]} on {said_on(one.at)}" for one in gone)
    withdrew = [f"Withdrew {said}."] if said else []
    others = [why for channel, why in (barred or {}).items() if channel not in {one.channel for one in gone}]
    return (Strong(" ".join([*withdrew, *others])),) if withdrew or others else ()


def told(said: Said) -> str:
    """What somebody did, after their name."""
    return f"allows {NOUNS[said.channel]}" if said.is_given else f"does not want {NOUNS[said.channel]} any more"


def recorded(by: str, said: Said) -> Message:
    what = f"yes to {NOUNS[said.channel]}" if said.is_given else f"no more {NOUNS[said.channel]}"
    basis = f", on the basis of {said.basis}" if said.is_given else ""
    return kit.say(f"{by} wrote down: ", Strong(what), f" ({said.source[:100]}){basis}.")


def confirmed() -> Message:
    return kit.say("They opened the link in their letter and ", Strong("confirmed their yes to e-mail"), ".")


def stopped(channel: str, reason: str, source: str, ended: Sequence[str] = ()) -> Message:
    """For the thread: why nothing more goes to them that way, and which sequences ended with that."""
    names = ", ".join(f"“{name}”" for name in ended)
    left = f" With that they left {names}." if ended else ""
    return kit.say(Strong(SAID[reason].format(NOUNS[channel])), f" ({source[:100]}).{left}")


def form(lead: Lead, standings: Mapping[str, Standing]) -> Block:
    """Which channel, yes or no, and where that comes from."""
    known = [f"{LABELS[channel]}: {state(standings.get(channel))}" for channel in CHANNELS]
    return forms.form(
        CONSENT, "Consent", "Write down", kit.context(title(lead)), kit.context(" · ".join(known)),
        forms.field("channel", "For", select([(channel, LABELS[channel]) for channel in CHANNELS])),
        forms.field("word", "They", select([(GIVEN, "said yes"), (WITHDRAWN, "do not want it any more")])),
        forms.field("basis", "On the basis of", select([(basis, basis.capitalize()) for basis in BASES])),
        forms.field("source", "Where this comes from", forms.text_input(longest=120), optional=True,
                    hint="Like: on the phone on Monday. A yes needs it."),
        forms.field("wording", "What they agreed to, word for word", forms.text_input(multiline=True, longest=1000),
                    optional=True),
        about=str(lead.id),
    )  # fmt: skip


def state(held: Standing | None) -> str:
    if held is None:
        return "nothing known"
    if held.is_given and not allows(held):
        return f"yes on {said_on(held.at)}, {'not confirmed' if waits(held) else 'for another address'}"
    return f"{'yes' if held.is_given else 'no'} since {said_on(held.at)}"


def select(choices: list[tuple[str, str]]) -> Block:
    options = [kit.option(shown, value) for value, shown in choices]
    return {"type": "static_select", "options": options, "initial_option": options[0]}
