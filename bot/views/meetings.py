"""Meetings as reps see them: that one is booked, moved or cancelled, how it went, and their own booking page."""

from dataclasses import dataclass
from datetime import datetime

from bot.views import forms, kit
from bot.views.kit import At, Block, Message, Piece, Strong
from store.models import Lead, Meeting

HELD, NO_SHOW, CANCEL, PLACE = "meeting.held", "meeting.no_show", "meeting.cancel", "meeting.place"
CANCEL_FORM, PLACE_FORM = "form.meeting_cancel", "form.meeting_place"
NO_PLACE = "No place is set yet, so they do not know where."
SWITCH, CHANGE, RENEW = "booking.switch", "booking.change", "booking.renew"
PAGE_FORM, RENEW_FORM = "form.booking", "form.booking_renew"
BOOKED, MOVED, CANCELLED, HANDED = "booked", "moved", "cancelled", "handed"
PLACE_MAX, URL_MAX, WHY_MAX, WORDS_SHOWN = 300, 1000, 200, 600
BOTH, PAGE, FEED = "both", "page", "feed"
RENEWED = {BOTH: "The booking page and the feed", PAGE: "Only the booking page", FEED: "Only the feed"}
OWN_SOURCES = ("page", "link")  # of meetings that were booked on our own pages
SIGNS = {BOOKED: "📅", MOVED: "📅", CANCELLED: "🚫", HANDED: "🔁"}


@dataclass(frozen=True)
class Guest:
    """Whom a meeting is with, as its rep may know it."""

    title: str  # "#42 Jane Doe, Acme", or what a visitor typed whose lead is not theirs to see
    name: str
    label: str  # "Jane Doe, Acme"
    is_known: bool = False


@dataclass(frozen=True)
class Change:
    """What became of a meeting, and who did it; `by` is empty when it was the lead."""

    what: str
    by: str = ""
    before: datetime | None = None  # when it was to be, of one that was moved
    why: str = ""


def line(meeting: Meeting, lead: Lead, host: str, change: Change) -> Message:
    """For the lead's thread."""
    who = change.by or lead.name or "The lead"
    return kit.say(f"{SIGNS[change.what]} ", Strong(who), *said(meeting, host, change))


def said(meeting: Meeting, host: str, change: Change) -> tuple[Piece, ...]:
    why = f" ({change.why})" if change.why else ""
    if change.what == BOOKED:
        return (f" booked a meeting with {host}: ", At(meeting.starts_at), ".")
    if change.what == CANCELLED:
        return (f" cancelled the meeting with {host} of ", At(meeting.starts_at), f".{why}")
    before: tuple[Piece, ...] = (" of ", At(change.before)) if change.before else ()
    return (f" moved the meeting with {host}", *before, " to ", At(meeting.starts_at), ".")


def told(meeting: Meeting, guest: Guest, change: Change, zone: str, *, warning: str = "") -> Message:
    """For the rep, privately."""
    heading = kit.line(f"{SIGNS[change.what]} ", Strong(guest.title), *said_to_host(meeting, change, zone))
    blocks: list[Block] = [heading]
    if meeting.words and change.what == BOOKED:
        blocks.append(kit.quote(meeting.words[:WORDS_SHOWN]))
    small = [part for part in (f"Where: {meeting.place}" if meeting.place else NO_PLACE, warning) if part]
    if change.what != CANCELLED and meeting.source not in OWN_SOURCES:
        blocks.append(kit.context(f"Booked with {meeting.source.capitalize()}: it is changed there."))
    elif change.what != CANCELLED:
        blocks += [*(kit.context(part[:400]) for part in small), kit.actions("meeting", *change_it(meeting, guest))]
    elif warning:
        blocks.append(kit.context(warning[:400]))
    return Message(kit.fallback(guest.title, *said_to_host(meeting, change, zone)), tuple(blocks))


def change_it(meeting: Meeting, guest: Guest) -> tuple[Block, ...]:
    where = kit.button(
        "Change where you meet" if meeting.place else "Set where you meet", PLACE, str(meeting.id),
        style=None if meeting.place else "primary", says=f"Where you meet {guest.name}",
    )  # fmt: skip
    return where, kit.button("Cancel the meeting", CANCEL, str(meeting.id), says=f"Cancel the meeting: {guest.name}")


def where(meeting: Meeting, guest: Guest, *, is_written: bool) -> Block:
    """The form for its place."""
    tells = "They get an e-mail with it, and their calendar is corrected." if is_written else \
        "They cannot be e-mailed, so tell them yourself."  # fmt: skip
    return forms.form(
        PLACE_FORM, "Where you meet", "Save", kit.context(guest.title), kit.context(tells),
        forms.field("place", "Where", forms.text_input(longest=PLACE_MAX, initial=meeting.place),
                    hint="A video link, who calls whom at which number, or an address."),
        about=str(meeting.id),
    )  # fmt: skip


def placed(meeting: Meeting, guest: Guest, *, warning: str = "", is_written: bool = True) -> Message:
    """To the rep, once it is set."""
    told = " They got an e-mail with it." if is_written else ""
    said: tuple[Piece, ...] = ("📍 ", Strong(guest.title), ": you meet at ", meeting.place, f".{told}")
    return Message(kit.fallback(*said), (kit.line(*said), *([kit.context(warning[:400])] if warning else ())))


def said_to_host(meeting: Meeting, change: Change, zone: str) -> tuple[Piece, ...]:
    at = At(meeting.starts_at, zone=zone)
    if change.what == BOOKED:
        return (" booked a meeting with you: ", at, ".")
    if change.what == CANCELLED:
        return (" cancelled the meeting with you of ", at, ".", f" ({change.why})" if change.why else "")
    if change.what == HANDED:
        return (": you meet them instead of ", change.why, ": ", at, ".")
    before: tuple[Piece, ...] = (" of ", At(change.before, zone=zone)) if change.before else ()
    return (" moved the meeting with you", *before, " to ", at, ".")


# --- how it went


def how_was_it(meeting: Meeting, guest: Guest, zone: str) -> Message:
    asks: tuple[Piece, ...] = ("How did your meeting with ", Strong(guest.title), " go? It was ",
                               At(meeting.starts_at, zone=zone), ".")  # fmt: skip
    return Message(kit.fallback(*asks), (kit.line(*asks), kit.actions(
        "meeting",
        kit.button("Took place", HELD, str(meeting.id), style="primary", says=f"It took place: {guest.name}"),
        kit.button("No-show", NO_SHOW, str(meeting.id), says=f"{guest.name} did not come"),
    )))  # fmt: skip


def went(guest: Guest, *, came: bool) -> Message:
    """What stands in the place of the question."""
    return kit.say(
        "✅ " if came else "👻 ", Strong(guest.title), ": the meeting took place." if came else " did not come."
    )


def went_line(meeting: Meeting, lead: Lead, by: str, *, came: bool) -> Message:
    """For the thread."""
    if came:
        return kit.say("✅ ", Strong(by), f" met {lead.name}, as booked for ", At(meeting.starts_at), ".")
    return kit.say("👻 ", Strong(lead.name or "The lead"), f" did not come to the meeting with {by} of ",
                   At(meeting.starts_at), ".")  # fmt: skip


def ended(meeting: Meeting, host: str) -> str:
    """For the lead's story; "" of one that is still to come."""
    when = f"{meeting.starts_at.day} {meeting.starts_at:%b %Y, %H:%M} UTC"
    said = {CANCELLED: "was cancelled", "held": "took place", "no-show": "did not take place: they did not come"}
    return f"the meeting with {host} of {when} {said[meeting.status]}" if meeting.status in said else ""


def cancel(meeting: Meeting, guest: Guest, *, is_written: bool) -> Block:
    """The rep is asked once more, because the lead is told."""
    tells = "They get an e-mail with a link to choose another time." if is_written else \
        "They cannot be e-mailed, so tell them yourself."  # fmt: skip
    view = forms.form(
        CANCEL_FORM, "Cancel the meeting", "Cancel it", kit.context(guest.title), kit.context(tells),
        forms.field("why", "Why? (for your team)", forms.text_input(longest=WHY_MAX), optional=True),
        about=str(meeting.id),
    )  # fmt: skip
    return {**view, "close": kit.label("Keep it", kit.TITLE_MAX)}


# --- the rep's own page


@dataclass(frozen=True)
class OwnPage:
    """As it is now."""

    url: str
    feed_url: str
    is_open: bool
    place: str
    usual_place: str
    calendar: str  # only its host: the rest of the address is a secret
    fetched_at: datetime | None
    trouble: str
    minutes: int
    zone: str
    calendar_url: str = ""
    lead: str = ""
    lead_url: str = ""


def own(page: OwnPage) -> Message:
    """The links, and what can be done about them."""
    if not page.url:
        return kit.say("Leads cannot book yet: nobody said under which address I can be reached from outside "
                       "(DIBS_PUBLIC_URL).")  # fmt: skip
    if page.lead:
        text = f"{page.lead} books a time with you here, without typing anything: "
        return Message(kit.fallback(text, page.lead_url), (
            kit.paragraph(text), kit.quote(page.lead_url or "Your page is closed. Open it first: /lead booking"),
        ))  # fmt: skip
    heading = "Your booking page is open." if page.is_open else "Your booking page is closed: nobody can book."
    return Message(kit.fallback(heading, " ", page.url), (
        kit.line(Strong(heading)), kit.lines(rows(page)), buttons(page),
        kit.context("The feed's address is like a key: give it only to your own calendar program. "
                    "For one lead's own link: /lead booking #42"),
    ))  # fmt: skip


def rows(page: OwnPage) -> list[tuple[Piece, ...]]:
    where = page.place or (f"{page.usual_place} (as your team)" if page.usual_place else "not set")
    calendar = page.calendar or "none"
    if page.trouble:
        calendar += f": {page.trouble}"
    elif page.calendar:
        calendar += ", read " if page.fetched_at else ", not read yet"
    read: tuple[Piece, ...] = (At(page.fetched_at, zone=page.zone),) if page.fetched_at and not page.trouble else ()
    return [
        (Strong("Book with you: "), page.url), (Strong("Where you meet: "), where),
        (Strong("How long: "), f"{page.minutes} minutes"), (Strong("Your calendar, kept free: "), calendar, *read),
        (Strong("Feed for your calendar: "), page.feed_url),
    ]  # fmt: skip


def buttons(page: OwnPage) -> Block:
    switch = ("Close the page", "close") if page.is_open else ("Open the page", "open")
    return kit.actions(
        "booking", kit.button("Change", CHANGE, "change", style="primary", says="Change place and calendar"),
        kit.button(switch[0], SWITCH, switch[1]), kit.button("New addresses", RENEW, "renew"),
    )  # fmt: skip


def form(page: OwnPage) -> Block:
    """Field names are where their errors are shown."""
    return forms.form(
        PAGE_FORM, "Your booking page", "Save",
        forms.field("place", "Where you meet", forms.text_input(longest=PLACE_MAX, initial=page.place), optional=True,
                    hint="A video link, a number or an address. Empty: as your team "
                    f"({page.usual_place[:80] or 'not set'})."),
        forms.field("calendar_url", "Your own calendar", forms.text_input(longest=URL_MAX, initial=page.calendar_url),
                    optional=True, hint="Its secret address in iCal format (https). Its times are never offered; "
                    "nobody sees what is in it."),
    )  # fmt: skip


def renew() -> Block:
    options = [kit.option(says, which) for which, says in RENEWED.items()]
    return forms.form(
        RENEW_FORM, "New addresses", "Make new ones",
        kit.context("The old address stops working at once, also in e-mails that were sent before. Meetings that are "
                    "booked stay."),
        forms.field("which", "Of what?", {"type": "static_select", "options": options, "initial_option": options[0]}),
    )  # fmt: skip


def trouble(host: str, why: str) -> Message:
    """To the rep, once."""
    return kit.say("I cannot read your calendar at ", Strong(host), f": {why} Until I can, times that are busy there "
                   "may be offered as they were when I read it last. /lead booking changes the address.")  # fmt: skip


def well_again(host: str) -> Message:
    return kit.say("I can read your calendar at ", Strong(host), " again.")
