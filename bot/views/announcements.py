"""Lines in a lead's thread and in DMs: what happened to it, said once and shortly."""

from datetime import datetime, timedelta

from bot.views import kit
from bot.views.cards import title
from bot.views.kit import At, Message, Person, Piece, Strong, say
from store.models import Lead

BACK = "rep.back"


def claimed(by: Person, waited: timedelta) -> Message:
    return say("✋ ", Strong(by.name), f" claimed this lead, {duration(waited)} after it arrived.")


def receipt(title: str, waited: timedelta) -> Message:
    """To the winner alone."""
    return say(Strong(f"{title} is yours. "), f"You were first, {duration(waited)} after it could be claimed.")


def next_offer(lost_by: Person, how: str, to: Person, until: datetime | None) -> Message:
    # The mention is what tells the next rep: an edited card pings nobody.
    return say(f"{lost_by.name} {how}. ", to, *yours(until))


def assigned(by: str, to: Person) -> Message:
    return say(f"{by} gave it to ", to, ", it is yours.")


def taken_over(by: Person, before: str) -> Message:
    return say(by, f" took it over from {before}.")


def no_longer_held(to: Person, until: datetime | None) -> Message:
    return say("Somebody is free now. ", to, *yours(until))


def yours(until: datetime | None) -> tuple[Piece, ...]:
    """`until` is None for a lead that was assigned at once."""
    return (", it is yours to claim until ", At(until, "{time}"), ".") if until else (", it is yours.",)


def added(lead: Lead, name: str, *, until: datetime | None, is_theirs: bool = False, zone: str = "") -> Message:
    """To whoever added it by hand; `name` is whose it is, or whose to claim `until` then."""
    if until:
        where: tuple[Piece, ...] = (f"offered to {'you' if is_theirs else name} until ", At(until, "{time}", zone), ".")
    elif name:
        where = ("it is yours.",) if is_theirs else (f"{name} looks after it.",)
    elif lead.is_open_to_all:
        where = ("open to the whole team, the first to press Claim gets it.",)
    else:
        where = ("it waits for somebody to be free.",)
    return say("Added ", Strong(title(lead)), ": ", *where)


def added_elsewhere(lead: Lead) -> Message:
    return say("Added ", Strong(title(lead)), ": it goes to another team.")


def open_to_all(lost_by: Person, how: str) -> Message:
    return say(f"{lost_by.name} {how}. Nobody else is left: ", Strong("the first to press Claim gets it."))


def given_back(by: str, title: str, why: str) -> Message:
    """To an owner for whom somebody else gave the lead back."""
    reason = f" ({why})" if why else ""
    return say(Strong(by), f" gave {title} back for you{reason}. It goes to the next in turn.")


def held(lost_by: Person, how: str) -> Message:
    return say(f"{lost_by.name} {how}. Nobody else is free now, so it waits for the next who is; anyone may claim it.")


def for_managers(lost_by: Person, how: str) -> Message:
    return say(f"{lost_by.name} {how}. It is not offered on, because others said so too; a manager decides.")


def set_aside(team: str, lapses: int) -> Message:
    """To a rep who did not answer."""
    text = (
        f"{kit.plural(lapses, 'time')} in a row offers of team {team} ran out without an answer, so I offer you no "
        "more for now. "
        "Press the button, or type /lead back, when you want leads again."
    )
    return Message(kit.fallback(text), (
        kit.paragraph(text), kit.actions("rep", kit.button("I am back", BACK, "back", style="primary")),
    ))  # fmt: skip


def note(by: Person, text: str) -> Message:
    return Message(kit.fallback(f"{by.name}: {text}"), (kit.line("📝 ", Strong(by.name)), kit.quote(text)))


def follow_up(by: Person, what: str, due: datetime, *, asks: str | None = None) -> Message:
    """`asks` is the owner when someone else set it."""
    said = f": {what}" if what else ""
    verb = f" asks {asks} to follow up " if asks else " will follow up "
    return say("⏰ ", Strong(by.name), verb, At(due), said, ".")


def follow_up_done(by: Person, what: str, *, went: str = "") -> Message:
    return say("✅ ", Strong(by.name), f" followed up: {what}.", f" {went}." if went else "")


def unclaimed(leads: list[Lead]) -> Message:
    """To a manager: leads that everyone has let go, or that are not offered on because reps call them wrong."""
    count = len(leads)
    heading = f"{count} lead{'s wait' if count > 1 else ' waits'} for an owner: everyone passed or nobody was free."
    rows: list[tuple[Piece, ...]] = [
        (Strong(title(lead)[:120]), f"  from {lead.source}{doubts(lead)}") for lead in leads
    ]
    hint = "Anyone in the team can claim them; /lead assign gives one to somebody. /lead list open shows them."
    return Message(kit.fallback(heading), (kit.line(Strong(heading)), kit.lines(rows), kit.context(hint)))


def doubts(lead: Lead) -> str:
    reps = len(lead.rejected_by)
    return f"; {reps} {'reps say' if reps > 1 else 'rep says'} that something is wrong with it" if reps else ""


def duration(span: timedelta) -> str:
    """A length of time as people say it: "180 ms", "2.5 s", "12 s", "5 min", "3 h", "2 days"."""
    seconds = max(0.001, span.total_seconds())
    if seconds < 1:
        return f"{seconds * 1000:.0f} ms"
    for limit, size, unit in ((10, 1, "s"), (120, 1, "s"), (7200, 60, "min"), (172800, 3600, "h")):
        if seconds < limit:
            return f"{seconds:.1f} {unit}" if limit == 10 else f"{seconds / size:.0f} {unit}"
    return f"{seconds / 86400:.0f} days"
