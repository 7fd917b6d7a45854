"""Where between tick, claim, send and mark a life can end: every point by name, and what shows that it is reached."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

POST, DELETE = "chat.postMessage", "chat.delete"

Event = Literal[
    "due read",  # the tick knows what is due
    "statement",  # the last of the signs is done, within its transaction
    "commit",  # everything is written, and about to be committed
    "committed",
    "waking",  # committed, and the sender is about to hear of it
    "calling",  # Slack is about to be called
    "on the wire",  # the request has left, and Slack has not got it
    "slack has it",  # Slack has answered, and nobody has read that
    "answered",
    "looked",  # history was read
    "told",  # the use case is through, and the client about to hear of it
]


@dataclass(frozen=True)
class Moment:
    """An event, and the signs that came before it: statements of its transaction, rows rendered, methods called."""

    event: Event
    signs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Point:
    name: str
    work: Literal["reminder", "digest", "claim", "promise", "done", "again", "same", "accept", "report", "step"]
    deaths: tuple[Moment, ...]  # one life each; the last is what the name tells of, the others lead there
    sweeping: Moment | None = None  # where a life that sweeps ends
    is_paused: bool = False  # the last of the lives is stopped there, and goes on when another has done its work
    is_late: bool = False  # the first request reaches Slack after all, when it has been said again
    is_set_back: bool = False  # the clock, by an hour, when the last life has ended
    copies: int = 0  # too many, until the sweep


def at(event: Event, *signs: str) -> Moment:
    return Moment(event, signs)


BEGUN = ("UPDATE outbox_lane", "prepare {kind}", "UPDATE outbox")
ARRIVED = ("arrived {kind}", "UPDATE outbox")
LOST, UNREAD = at("on the wire", POST), at("slack has it", POST)

# A row of any kind on its way to Slack.
SENDING: dict[str, tuple[Moment, ...]] = {
    "lane claimed and row begun, not committed": (at("commit", *BEGUN),),
    "row begun and committed, Slack not called": (at("committed", *BEGUN),),
    "call on the wire, Slack has not got it": (LOST,),
    "Slack has it, answer not read": (UNREAD,),
    "answer read, arrival not written": (at("answered", POST),),
    "arrival written, lane not released": (at("statement", *ARRIVED),),
    "arrival written and lane released, not committed": (at("commit", *ARRIVED),),
    "arrival committed, wake-up not given": (at("committed", *ARRIVED),),
    "doubt taken up, not committed": (UNREAD, at("commit", "UPDATE outbox_lane")),
    "doubt taken up and committed, history not read": (UNREAD, at("committed", "UPDATE outbox_lane")),
    "history read, copy not adopted": (UNREAD, at("looked")),
    "copy adopted, not committed": (UNREAD, at("commit", *ARRIVED)),
    "copy adopted and committed": (UNREAD, at("committed", *ARRIVED)),
    "history read, nothing found, not said again": (LOST, at("looked")),
    "said again on paper, not committed": (LOST, at("commit", "prepare {kind}", "UPDATE outbox")),
    "said again on paper, Slack not called": (LOST, at("committed", "prepare {kind}", "UPDATE outbox")),
    "said again, Slack has not got it either": (LOST, LOST),
    "said again, answer not read": (LOST, UNREAD),
    "said again and marked, before the sweep": (LOST, at("committed", *ARRIVED)),
}
# The request that was given up for lost reaches Slack after all.
SWEEPING = {
    "copies too many, sweep claimed": at("committed", "UPDATE outbox"),
    "sweep found two copies, none deleted": at("looked"),
    "sweep is about to delete one": at("on the wire", DELETE),
    "sweep deleted one, answer not read": at("slack has it", DELETE),
    "sweep deleted one, not marked": at("answered", DELETE),
    "sweep marked, not committed": at("commit", "swept", "UPDATE outbox"),
    "sweep committed": at("committed", "swept", "UPDATE outbox"),
}
DIGESTED = ("UPDATE rep", "INSERT outbox")
CLAIMED = ("UPDATE lead", "INSERT outbox")
CLOSED = ("UPDATE follow_up", "INSERT outbox")
PROMISED = ("INSERT follow_up", "INSERT reminder", "INSERT outbox")
JOINED = ("INSERT merge", "UPDATE lead", "INSERT outbox")
SCHEDULED = ("UPDATE report_schedule", "INSERT outbox")
STEPPED = ("INSERT lead_message", "INSERT step_taken", "INSERT outbox")
TAKEN_ON = ("INSERT level_change", "UPDATE lead", "INSERT outbox")
# A replica that is stopped beyond its lease, and goes on when another has taken over.
PAUSED: dict[str, tuple[tuple[Moment, ...], int]] = {
    "due reminders read": ((at("due read"),), 0),
    "row begun and committed": ((at("committed", *BEGUN),), 0),
    "Slack about to be called": ((at("calling", POST),), 1),
    "answer read": ((at("answered", POST),), 0),
    "history read, the copy found": ((UNREAD, at("looked")), 0),
    "history read, nothing found": ((LOST, at("looked")), 0),
}
# What was fired must not be fired again when its time comes a second time; what was not must not be lost.
SET_BACK: dict[str, Moment] = {
    "due reminders read": at("due read"),
    "reminder settled, not committed": at("commit", "UPDATE reminder"),
    "reminder committed, nothing sent": at("committed", "UPDATE reminder"),
    "Slack has it, answer not read": UNREAD,
    "arrival committed": at("committed", *ARRIVED),
}


def points() -> Iterator[Point]:
    yield Point("due reminders read", "reminder", (at("due read"),))
    yield Point("reminder settled, nothing written for the outbox", "reminder", (at("statement", "UPDATE reminder"),))
    yield Point(
        "reminder settled and outbox row written, not committed", "reminder", (at("commit", "UPDATE reminder"),)
    )
    yield Point("reminder committed, nothing sent", "reminder", (at("committed", "UPDATE reminder"),))
    yield Point("reminder committed, sender not woken", "reminder", (at("waking"),))
    yield from sending("reminder")
    for name, moment in SWEEPING.items():
        yield Point(name, "reminder", (LOST,), sweeping=moment, is_late=True, copies=1)
    yield Point("due digests read", "digest", (at("due read"),))
    yield Point("digest written for the outbox, not committed", "digest", (at("commit", *DIGESTED),))
    yield Point("digest committed, nothing sent", "digest", (at("committed", *DIGESTED),))
    yield from sending("digest")
    yield Point("lead taken by the conditional update, nothing else", "claim", (at("statement", "UPDATE lead"),))
    yield Point("claim written, not committed", "claim", (at("commit", *CLAIMED),))
    yield Point("claim committed, answer not sent", "claim", (at("told"),))
    yield Point("follow-up written, not committed", "promise", (at("commit", *PROMISED),))
    yield Point("follow-up committed, answer not sent", "promise", (at("told"),))
    yield Point("follow-up closed, nothing else", "done", (at("statement", "UPDATE follow_up"),))
    yield Point("Done written, not committed", "done", (at("commit", *CLOSED),))
    yield Point("Done committed, answer not sent", "done", (at("told"),))
    yield Point("newcomer written, not yet part of whom they are", "again", (at("statement", "INSERT lead"),))
    yield Point("seen again, not committed", "again", (at("commit", "INSERT lead", *JOINED),))
    yield Point("seen again and committed, answer not sent", "again", (at("told"),))
    yield Point("merge written, nothing said of it", "same", (at("statement", "INSERT merge"),))
    yield Point("two leads made one, not committed", "same", (at("commit", *JOINED),))
    yield Point("two leads made one and committed, answer not sent", "same", (at("told"),))
    yield Point("level written, nothing else", "accept", (at("statement", "INSERT level_change"),))
    yield Point("lead accepted, not committed", "accept", (at("commit", *TAKEN_ON),))
    yield Point("lead accepted and committed, answer not sent", "accept", (at("told"),))
    yield Point("due reports read", "report", (at("due read"),))
    yield Point("report taken, nothing written for the outbox", "report", (at("statement", "UPDATE report_schedule"),))
    yield Point("report written for the outbox, not committed", "report", (at("commit", *SCHEDULED),))
    yield Point("report committed, nothing sent", "report", (at("committed", *SCHEDULED),))
    yield Point("report: Slack has it, answer not read", "report", (UNREAD,))
    yield from of_steps()
    for name, (moments, copies) in PAUSED.items():
        yield Point(f"paused: {name}", "reminder", of_kind(moments, "reminder"), is_paused=True, copies=copies)
    for name, moment in SET_BACK.items():
        yield Point(f"clock set back: {name}", "reminder", of_kind((moment,), "reminder"), is_set_back=True)


def of_steps() -> Iterator[Point]:
    """Between the moment at which a lead's steps are due, and what they say."""
    yield Point("due enrolments read", "step", (at("due read"),))
    yield Point("message to the lead written, its step not", "step", (at("statement", "INSERT lead_message"),))
    yield Point("step written, the lead not moved on", "step", (at("statement", "INSERT step_taken"),))
    yield Point("all due steps taken, not committed", "step", (at("commit", *STEPPED),))
    yield Point("steps committed, nothing sent", "step", (at("committed", *STEPPED),))
    yield Point("paused: due enrolments read", "step", (at("due read"),), is_paused=True)


def sending(kind: Literal["reminder", "digest"]) -> Iterator[Point]:
    for name, moments in SENDING.items():
        yield Point(f"{kind}: {name}", kind, of_kind(moments, kind))


def of_kind(moments: tuple[Moment, ...], kind: str) -> tuple[Moment, ...]:
    return tuple(Moment(each.event, tuple(sign.format(kind=kind) for sign in each.signs)) for each in moments)


POINTS = {point.name: point for point in points()}
