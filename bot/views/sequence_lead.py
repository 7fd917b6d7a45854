"""Where one lead stands in its sequences, what comes next and when, and what its owner can do about it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.playbook.sequences import Branch, Sequence, Step, Wait
from bot.views import forms, kit
from bot.views.cards import title
from bot.views.enrolments import WATCHES
from bot.views.kit import At, Block, Message, Piece, Strong
from bot.views.sequence_steps import deed, in_words, ways
from store.models import Enrolment, Lead

FORM, NAME, OPEN = "form.sequence", "name", "sequence.open"
PAUSE, RESUME, STOP = "sequence.pause", "sequence.resume", "sequence.stop"
MOST_CHOICES = 100


@dataclass(frozen=True)
class Running:
    enrolment: Enrolment
    sequence: Sequence | None  # None: the playbook does not have it any more
    by: str = ""  # whoever enrolled it

    @property
    def step(self) -> Step | None:
        return self.sequence.step(self.enrolment.step) if self.sequence else None

    @property
    def next_step(self) -> str:
        """What it stands at, or what follows a wait."""
        step = self.step
        if self.sequence is None or step is None:
            return "the playbook does not have this step any more"
        following = self.sequence.after(step.name) if isinstance(step, Wait) else None
        coming = self.sequence.step(following) if following else None
        shown = coming or step
        return f"a look whether they {deed(shown)}" if isinstance(shown, Branch) else in_words(shown)

    @property
    def watches(self) -> str:
        """What a branch looks out for, and where it leads when that does not come; "" at every other step."""
        if not isinstance(self.step, Branch) or self.sequence is None:
            return ""
        return f"at the latest to see whether they {deed(self.step)}. {ways(self.step, self.sequence)[1]}"

    @property
    def at(self) -> datetime | None:
        """When; None while something else is waited for, whose moment nobody knows."""
        if isinstance(self.step, Branch):
            return self.enrolment.step_since + timedelta(days=self.step.within_days)
        return None if self.enrolment.why else self.enrolment.due_at


@dataclass(frozen=True)
class Standing:
    lead: Lead
    running: tuple[Running, ...] = ()
    others: tuple[Sequence, ...] = ()  # that it could come into
    past: tuple[Enrolment, ...] = ()
    zone: str = "UTC"  # the reader's

    @property
    def lines(self) -> tuple[str, ...]:
        return tuple(in_a_line(one, self.zone) for one in self.running)


def in_a_line(one: Running, zone: str) -> str:
    """For the lead's details."""
    if one.enrolment.status == "paused":
        return f"In the sequence {one.enrolment.sequence}, paused: {one.enrolment.why}."
    at = one.at.astimezone(ZoneInfo(zone)) if one.at else None
    day, where = f"{at:%a} {at.day} {at:%b}" if at else "", f"In the sequence {one.enrolment.sequence}"
    if one.watches:
        return f"{where}: waits until {day} {one.watches}{waits(one.enrolment)}"
    return f"{where}: next {one.next_step}{f', {day}' if day else ''}.{waits(one.enrolment)}"


def standing(value: Standing) -> Block:
    """A form when it could come into a sequence, else a page."""
    blocks: list[Block] = [kit.context(title(value.lead))]
    for one in value.running:
        blocks += part(one)
    if not value.running:
        blocks.append(kit.paragraph("It is in no sequence now."))
    blocks += history(value.past)
    if not value.others:
        return page(blocks)
    options = [kit.option(one.name, one.name, one.means) for one in value.others[:MOST_CHOICES]]
    select: Block = {"type": "static_select", "options": options, "placeholder": kit.label("Choose a sequence")}
    blocks.append(forms.field(NAME, "Put it into", select))
    return forms.form(FORM, "Sequence", "Enrol", *blocks, about=str(value.lead.id))


def page(blocks: list[Block]) -> Block:
    return forms.page("Sequence", Message("Sequence", tuple(blocks)))


def part(one: Running) -> list[Block]:
    enrolment = one.enrolment
    name, value = enrolment.sequence, f"{enrolment.lead_id}:{enrolment.sequence}"
    by = f", put in by {one.by}" if one.by else ""
    heading: tuple[Piece, ...] = (Strong(name), "  since ", At(enrolment.entered_at, "{date_short_pretty}"), f"{by}.")
    if enrolment.status == "paused":
        going = kit.button("Go on", RESUME, value, style="primary", says=f"Let it go on in {name}")
        says: tuple[Piece, ...] = (Strong("Paused: "), f"{enrolment.why}. Next would be: {one.next_step}.")
    else:
        going = kit.button("Pause", PAUSE, value, says=f"Pause it in {name}")
        when: tuple[Piece, ...] = (", ", At(one.at)) if one.at else ()
        says = (Strong("Next: "), one.next_step, *when, ".", waits(enrolment))
        if one.watches and one.at:
            says = (Strong("Waits"), " until ", At(one.at), f" {one.watches}", waits(enrolment))
    stop = kit.button("Stop", STOP, value, style="danger", says=f"Take it out of {name}")
    said = tuple(piece for piece in says if piece)
    return [kit.line(*heading), kit.line(*said), kit.actions(f"sequence:{enrolment.id}", going, stop)]


def waits(enrolment: Enrolment) -> str:
    why = enrolment.why.strip().rstrip(".")
    if why == WATCHES:
        return ""
    return f" {why[:1].upper()}{why[1:]}." if why else ""


def history(past: tuple[Enrolment, ...]) -> list[Block]:
    rows: list[tuple[Piece, ...]] = [
        (Strong(one.sequence), f"  {'went through all of it' if one.status == 'finished' else f'left: {one.why}'}, ",
         At(moment(one), "{date_short_pretty}"))
        for one in reversed(past)
    ]  # fmt: skip
    return [kit.line(Strong("Before")), kit.lines(rows)] if rows else []


def moment(one: Enrolment) -> datetime:
    return one.left_at or one.entered_at
