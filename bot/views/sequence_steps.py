"""The steps of a sequence in words: what is done, when, and where a branch leads."""

from bot.playbook.sequences import END, Booking, Branch, Email, Enrol, Move, Nudge, SetSegment, Sms, Step, Task, Wait
from bot.views import kit

COMES_IN = {
    "new": "every new lead", "mql": "leads that become an MQL", "lost": "leads that are lost",
    "won": "leads that are won", "no-show": "leads that did not come to their meeting", "hand": "nobody by itself",
}  # fmt: skip
ENDS = {"reply": "they answer", "booking": "they book a meeting", "won": "it is won", "lost": "it is lost"}
ASKS = {
    "opened": "opened it", "clicked": "clicked a link", "replied": "answered", "visited": "visited a page",
    "score": "reached a score", "nothing": "did nothing",
}  # fmt: skip


def in_words(step: Step) -> str:
    """What the step does, in one line."""
    match step:
        case Wait():
            said = f"wait {span(step)}"
        case Task():
            said = f"a follow-up for the owner: {step.what}"
        case Nudge():
            said = f"a word to the owner: {step.says}"
        case Move():
            said = f"move to the stage {step.to}"
        case SetSegment():
            said = f"set {step.field} to “{step.to}”"
        case Branch():
            said = branch(step)
        case _:
            said = letter(step)
    return said


def letter(step: Email | Sms | Booking) -> str:
    if isinstance(step, Booking):
        with_link = "with a link to book a meeting"
        return f"text message {with_link}" if step.channel == "sms" else f"e-mail {with_link}, “{step.subject}”"
    return f"e-mail “{step.subject}”{texts(step)}" if isinstance(step, Email) else f"text message{texts(step)}"


def span(step: Wait) -> str:
    said = [kit.plural(count, noun) for count, noun in ((step.days, "day"), (step.hours, "hour")) if count]
    return " and ".join(said)


def texts(step: Email | Sms) -> str:
    return f" in {len(step.variants) + 1} texts, compared" if step.variants else ""


def branch(step: Branch) -> str:
    days = kit.plural(step.within_days, "day")
    if step.when == "nothing":
        asks = f"they do nothing for {days}"
    else:
        deed = f"{ASKS[step.when]} of {step.at_least}" if step.when == "score" else ASKS[step.when]
        about = f" with “{step.contains}”" if step.contains else ""
        asks = f"they {deed}{about} within {days}"
    return f"if {asks}, {goes(step.then)}; otherwise {goes(step.otherwise)}"


def goes(to: str | None) -> str:
    if to is None:
        return "go on"
    return "end" if to == END else f"go on at “{to}”"


def body_of(step: Step) -> str:
    """The template of what it writes; "" when it writes nothing to the lead."""
    return step.text if isinstance(step, Email | Sms | Booking) else ""


def who_comes_in(enrol: Enrol) -> str:
    """Like "leads that come to the stage lost, if 2 conditions hold"."""
    verb = "holds" if len(enrol.when) == 1 else "hold"
    conditions = f", if {kit.plural(len(enrol.when), 'condition')} {verb}" if enrol.when else ""
    if enrol.on == "stage":
        return f"leads that come to the stage {enrol.stage}{conditions}"
    if enrol.on == "segment":
        return f"leads in the segment {enrol.segment}{conditions}"
    if enrol.on == "quiet":
        return f"open leads without a word for {kit.plural(enrol.quiet_days or 0, 'day')}{conditions}"
    return f"{COMES_IN[enrol.on]}{conditions}"
