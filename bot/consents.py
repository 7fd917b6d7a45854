"""What people allowed and withdrew, channel by channel: recorded, shown, and held to."""

from collections.abc import Collection
from datetime import datetime

from bot import speech
from bot.actors import actor, lead_for
from bot.contact import gate
from bot.contact.agreeing import agree
from bot.contact.gate import address_of, suppressed
from bot.contact.standing import keep, newest, row_of, standings
from bot.contact.withdrawing import lift, suppress, the_person
from bot.deadlocks import once_more
from bot.errors import InvalidInputError, Problem
from bot.rules import consent as rules
from bot.rules.cleaning.lead import CleanLead, clean_text
from bot.rules.consent import Channel, Said, Standing
from bot.services import Services
from bot.views import consents as views
from bot.views.cards import title
from bot.views.kit import Piece
from store.models import Consent, InboxRow, Lead
from store.unit_of_work import UnitOfWork

WRITTEN = ("email", "sms")  # channels by which messages leave


def record_given(
    uow: UnitOfWork, lead: Lead, clean: CleanLead, now: datetime, *, is_own_word: bool | None = None,
    perhaps: Lead | None = None, waits: bool = False,
) -> None:  # fmt: skip
    """They said yes when they came, unless they withdrew before and this is not their own word.

    Their own word is a form that says what they agreed to; a list that somebody imports never is. Of somebody who is
    only `perhaps` the one whom a lead is about, it is kept that they said so where nothing else is known of either:
    with another's telephone and an address of their own they must not put their yes in the place of that one's.
    A yes that `waits` for their own word is no basis until they confirm it, and takes the place of no other.
    """
    if not clean.consented:
        return
    if is_own_word is None:
        is_own_word = bool(clean.consent_wording) and lead.import_id is None
    known = standings(uow, lead) | (standings(uow, perhaps) if perhaps else {})
    held = {channel: one for channel, one in known.items() if not one.is_for_another}
    allowed = [
        one for one in clean.consented
        if not (perhaps and one in held) and rules.may_overrule(held.get(one), is_own_word=is_own_word)
        and (is_own_word or not is_suppressed(uow, lead, one))
        and not (waits and one in held and held[one].is_given)
    ]  # fmt: skip
    basis = rules.UNPROVED if perhaps or waits else clean.consent_basis
    for channel in allowed:
        said = Said(channel, is_given=True, basis=basis, source=lead.source, wording=clean.consent_wording)
        uow.consents.add(row_of(uow, lead, said, now))
        if is_own_word and not perhaps:
            lift(uow, lead, channel, now)
    may = rules.allows(held.get("email")) if waits else "email" in allowed
    if "email" in clean.consented and lead.consent != may:
        lead.consent = may


def keep_refusals(uow: UnitOfWork, lead: Lead) -> None:
    """Before they get another address: leads of one person are known by it, and a no said at any of them stays with
    those that keep it, and with this one."""
    for one in the_person(uow, lead):
        for no in newest(uow, one).values():
            is_left_behind = (no.lead_id == lead.id) != (one.id == lead.id)
            if not no.is_given and is_left_behind:
                uow.consents.add(Consent(**no.model_dump(exclude={"id", "lead_id"}), lead_id=one.id or 0))


def readdressed(uow: UnitOfWork, lead: Lead) -> None:
    """They have another address now: a yes travels with the one for which it was said."""
    lead.consent = rules.allows(standings(uow, lead).get("email"))


def is_suppressed(uow: UnitOfWork, lead: Lead, channel: str) -> bool:
    """Whether their address must not be written to by that channel, whatever a list says."""
    address = address_of(lead, channel) if channel in WRITTEN else ""
    return bool(address) and suppressed(uow, channel, address) is not None


@once_more
def record(services: Services, slack_id: str, lead_id: int, said: Said, *, key: str) -> str:
    """A rep writes down what the person told them; the thread says so. The same key changes nothing.

    Returns a sentence.

    Raises:
        NotAllowedError: they may not see the lead.
        InvalidInputError: a yes without where it comes from.
    """
    now, said = services.now(), checked(said)
    with services.unit_of_work() as uow:
        uow.touches.lock_leads(uow.consents.alike([lead_id]))
        who = actor(uow, slack_id)
        lead = lead_for(uow, who, "consent", lead_id)
        row = InboxRow(key=f"consent:{key}", kind="consent", status="done", received_at=now)
        if uow.inbox.receive(row):
            write_down(services, uow, lead, said, now, rep_id=who.rep_id)
            speech.log(uow, lead, views.recorded(who.name, said), now)
            speech.refresh_card(uow, lead, now)
            uow.commit()
        return f"Written down: {title(lead)} {views.told(said)}.{still_barred(uow, lead, said)}"


def write_down(
    services: Services, uow: UnitOfWork, lead: Lead, said: Said, now: datetime, *, rep_id: int
) -> None:  # fmt: skip
    """What a rep was told holds; what a rep once wrote down, a rep may correct, but not what they said themselves."""
    if said.is_given:
        agree(services, uow, lead, said, now, rep_id=rep_id)
    else:
        keep(uow, lead, said, now, rep_id=rep_id)
    if said.channel in WRITTEN and said.is_given:
        lift(uow, lead, said.channel, now, only="rep")
    elif said.channel in WRITTEN:
        suppress(services, uow, lead, said.channel, reason="rep", source=said.source, now=now, rep_id=rep_id)


def still_barred(uow: UnitOfWork, lead: Lead, said: Said) -> str:
    """A sentence when a yes that a rep was told is not enough."""
    address = address_of(lead, said.channel) if said.channel in WRITTEN and said.is_given else ""
    found = suppressed(uow, said.channel, address) if address else None
    if found is None:
        return ""
    return f" But {rules.barred(said.channel, found.reason, found.at)[:-1]}; only a form that they fill in lifts that."


def checked(said: Said) -> Said:
    """The same, clean.

    Raises:
        InvalidInputError: something is missing or unknown.
    """
    source = clean_text(said.source, limit=rules.SOURCE_MAX)
    problems = []
    if said.channel not in rules.CHANNELS:
        problems.append(Problem("channel", f"Choose one of {', '.join(rules.CHANNELS)}."))
    if said.basis not in rules.BASES:
        problems.append(Problem("basis", f"Choose one of {', '.join(rules.BASES)}."))
    if said.is_given and not source:
        problems.append(Problem("source", "Say where this yes comes from, like: on the phone on Monday."))
    if problems:
        raise InvalidInputError(problems)
    return Said(
        said.channel, said.is_given, said.basis, source or "told us", clean_text(said.wording, limit=rules.WORDING_MAX)
    )


def may_contact(uow: UnitOfWork, lead: Lead, channel: Channel) -> bool:
    """Unless they withdrew that channel."""
    return rules.may_contact(standings(uow, lead), channel)


def why_not(uow: UnitOfWork, lead: Lead, kind: str) -> str:
    """A sentence when a follow-up of this kind (call, email, message) would go against their word; else ""."""
    return rules.why_not(standings(uow, lead), kind) if kind in rules.NEEDED_FOR else ""


def require_contact(uow: UnitOfWork, lead: Lead, kind: str) -> None:
    """Let a follow-up of this kind be set, or say why not.

    Raises:
        InvalidInputError: they withdrew that channel.
    """
    refusal = why_not(uow, lead, kind)
    if refusal:
        raise InvalidInputError([Problem("kind", refusal)])


def kind_allowed(uow: UnitOfWork, lead: Lead, kind: str) -> str:
    """For what sets itself: the same kind, or a task when they do not want to be contacted that way."""
    return "task" if why_not(uow, lead, kind) else kind


def withdrawn(uow: UnitOfWork, emails: Collection[str]) -> set[str]:
    """Which of the addresses belong to somebody who withdrew e-mail: many at once, for lists that are imported."""
    return uow.consents.withdrawn(emails)


def in_words(uow: UnitOfWork, lead: Lead) -> str:
    """For the card's small print: what each channel rests on."""
    return views.basis(standings(uow, lead), barred(uow, lead), may=lead.consent)


def line(_services: Services, uow: UnitOfWork, lead: Lead) -> tuple[Piece, ...]:
    """For the card: what they do not want, and where nobody can be reached, which a rep must not overlook."""
    return views.unwanted(standings(uow, lead), barred(uow, lead))


def lacking(uow: UnitOfWork, lead: Lead) -> tuple[Piece, ...]:
    """For whoever looks at the lead: which yes is no basis yet, and what it waits for."""
    said = [views.missing(one) for one in standings(uow, lead).values()]
    return (f"Consent: {'; '.join(one for one in said if one)}.",) if any(said) else ()


def barred(uow: UnitOfWork, lead: Lead) -> dict[str, str]:
    """By channel, why their address is not written to, as a sentence."""
    found = gate.barred(uow, lead)
    return {channel: rules.barred(channel, row.reason, row.at) for channel, row in found.items()}


def for_form(services: Services, slack_id: str, lead_id: int) -> tuple[Lead, dict[str, Standing]]:
    """What the form starts from; raises as `record` does."""
    with services.reading() as uow:
        lead = lead_for(uow, actor(uow, slack_id), "consent", lead_id)
        return lead, standings(uow, lead)
