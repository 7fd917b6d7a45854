"""Somebody corrects a lead: cleaned as when it came, what stood there before is kept, and the thread says so."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from bot import accounts, consents, duplicates, speech
from bot.actors import actor, lead_for
from bot.deadlocks import once_more
from bot.errors import InvalidInputError, NotAllowedError, Problem
from bot.playbook.fields import CustomField, hidden_names, shown_value
from bot.qualification import scoring
from bot.rules.cleaning import links as cleaning_links
from bot.rules.cleaning.fields import PREFIX
from bot.rules.cleaning.lead import CleanLead, clean_lead
from bot.rules.cleaning.profile import GUESS
from bot.rules.matching import best
from bot.rules.policy import Actor
from bot.services import Services
from bot.views import edits as views
from bot.views.cards import title
from bot.views.edits import FIELDS, PROFILE, EditForm
from bot.views.kit import Person
from store.models import FieldChange, Lead
from store.unit_of_work import UnitOfWork

COLUMNS = tuple(name for name, _, _ in FIELDS if not name.startswith(PROFILE))
CHANGE_MAX = 5000
NO_ZONE = "I know no such time zone. Write it like Europe/Berlin."
UNSAFE_LINKS = "At least one of these cannot be opened. Write them like https://acme.example, one a line."


def asked(services: Services, slack_id: str) -> tuple[CustomField, ...]:
    """The playbook's own fields that this person may fill in."""
    with services.reading() as uow:
        try:
            is_manager = actor(uow, slack_id).is_manager
        except NotAllowedError:
            is_manager = False  # an empty form is for everyone; sending it is not
        return seen(services, is_manager=is_manager)


def seen(services: Services, *, is_manager: bool) -> tuple[CustomField, ...]:
    return tuple(one for one in services.playbook.fields if one.is_seen(by_manager=is_manager))


def form(services: Services, slack_id: str, lead_id: int) -> EditForm:
    """What this person may correct.

    Raises:
        NotAllowedError: it is somebody else's lead.
    """
    with services.reading() as uow:
        who = actor(uow, slack_id)
        return EditForm(lead_for(uow, who, "edit", lead_id), seen(services, is_manager=who.is_manager))


@once_more
def correct(services: Services, slack_id: str, lead_id: int, changed: Mapping[str, str]) -> str:
    """Write the fields that were changed, by their names in the form; all others stay, whoever changed them meanwhile.

    Raises:
        InvalidInputError: with all that cannot be taken, on its fields; nothing is changed then.
    """
    now = services.now()
    with services.unit_of_work() as uow:
        uow.leads.lock(lead_id)
        who = actor(uow, slack_id)
        lead = lead_for(uow, who, "edit", lead_id)
        hidden = hidden_names(services.playbook.fields, is_manager=who.is_manager)
        wanted = {name: text for name, text in changed.items() if name not in hidden and may_change(name)}
        clean = cleaned(lead, wanted, services.playbook.fields)
        changes = differences(lead, clean)
        if not changes:
            return f"Nothing about {title(lead)} was changed."
        record(uow, lead, changes, rep_id=who.rep_id, now=now)
        is_readdressed = any(change.field == "email" for change in changes)
        if is_readdressed:
            consents.keep_refusals(uow, lead)
        if take_over(uow, lead, clean, changes):
            ask_if_known(services, uow, lead, now)
        if is_readdressed:
            consents.readdressed(uow, lead)
        scoring.again(services, uow, lead, cause="edited", now=now)
        public = [change.field for change in changes if change.field not in hidden_names(services.playbook.fields)]
        tell(uow, who, lead, words(services, public), now)
        uow.commit()
        return f"Corrected {title(lead)}."


def may_change(name: str) -> bool:
    return name.startswith(PREFIX) or any(name == one for one, _, _ in FIELDS)


def cleaned(lead: Lead, changed: Mapping[str, str], custom: tuple[CustomField, ...]) -> CleanLead:
    """The lead as it is now with what was changed, in its standard forms.

    Raises:
        InvalidInputError: with all the problems at once.
    """
    # A value from before the playbook had this type is nobody's mistake while they correct something else.
    typed = tuple(one for one in custom if PREFIX + one.name in changed)
    clean = clean_lead(as_raw(lead, changed), typed)
    problems = [
        Problem(name, why)
        for name, is_lost, why in (
            ("website", clean.website is None, cleaning_links.NOT_SAFE),
            ("profile.time_zone", "time_zone" not in clean.profile or GUESS in clean.profile, NO_ZONE),
            ("profile.links", len(clean.profile.get("links", [])) < links_in(changed), UNSAFE_LINKS),
        )
        if changed.get(name, "").strip() and is_lost
    ]
    if problems:
        raise InvalidInputError(problems)
    return clean


def links_in(changed: Mapping[str, str]) -> int:
    return len({line.strip() for line in changed.get("profile.links", "").splitlines() if line.strip()})


def as_raw(lead: Lead, changed: Mapping[str, str]) -> dict[str, Any]:
    fields, profile = dict(lead.fields), dict(lead.profile)
    raw: dict[str, Any] = {name: getattr(lead, name) for name in COLUMNS}
    for name, text in changed.items():
        if name.startswith(PREFIX):
            fields.pop(name.removeprefix(PREFIX), None)
            fields |= {name.removeprefix(PREFIX): text} if text.strip() else {}
        elif name.startswith(PROFILE):
            profile[name.removeprefix(PROFILE)] = text
            profile |= {GUESS: None} if name == "profile.time_zone" else {}
        else:
            raw[name] = text
    originals = {name: text for name, text in lead.originals.items() if name not in changed}
    return {**raw, "consent": lead.consent, "fields": fields, "profile": profile, "originals": originals}


def differences(lead: Lead, clean: CleanLead) -> list[FieldChange]:
    """A row for every value that is not what it was; whose and when is for the caller to say."""
    before, after = named_values(lead.model_dump()), named_values(asdict(clean))
    return [
        FieldChange(lead_id=lead.id or 0, field=name[:90], before=before.get(name, ""), after=after.get(name, ""),
                    at=lead.created_at)
        for name in dict.fromkeys((*before, *after))
        if before.get(name, "") != after.get(name, "")
    ]  # fmt: skip


def named_values(values: Mapping[str, Any]) -> dict[str, str]:
    """Every value as text, by its name in the form."""
    said = {name: values[name] for name in COLUMNS}
    said |= {PREFIX + str(name): value for name, value in values["fields"].items()}
    said |= {PROFILE + str(name): value for name, value in values["profile"].items() if name != GUESS}
    return {
        name: (", ".join(map(str, value)) if isinstance(value, list) else shown_value(value))[:CHANGE_MAX]
        for name, value in said.items()
    }


def record(uow: UnitOfWork, lead: Lead, changes: list[FieldChange], *, rep_id: int | None, now: datetime) -> None:
    """What stood there before is kept, and who changed it."""
    for change in changes:
        change.lead_id, change.rep_id, change.at = lead.id or 0, rep_id, now
        uow.session.add(change)


def take_over(uow: UnitOfWork, lead: Lead, clean: CleanLead, changes: list[FieldChange]) -> bool:
    """Whether it may be somebody else's lead now."""
    for name in COLUMNS:
        setattr(lead, name, getattr(clean, name))
    lead.fields, lead.profile = clean.fields, clean.profile
    lead.originals, lead.flaws = clean.originals, list(clean.flaws)
    changed = {change.field for change in changes}
    if {"email", "company", "name"} & changed:
        accounts.place(uow, lead)
    return bool({"email", "company", "name", "phone"} & changed)


def ask_if_known(services: Services, uow: UnitOfWork, lead: Lead, now: datetime) -> None:
    """Under another name, address or number they may be somebody we know: a person says so, however certain it is."""
    matching, mine = services.playbook.matching, duplicates.known(lead)
    if not matching.asks:
        return
    blocks = [[block] if block else [] for block in (lead.email, lead.phone, lead.person_block, lead.company_block)]
    others = [one for one in uow.duplicates.candidates(*blocks) if one.lead_id != lead.id]
    verdict, match = best(mine, others, matching)
    other = uow.leads.get(match.lead_id) if match and verdict != duplicates.NEW else None
    if match is None or other is None:
        return
    later, earlier = (lead, other) if (lead.id or 0) > (other.id or 0) else (other, lead)
    duplicates.ask(uow, later, replace(match, lead_id=earlier.id or 0), now)


def words(services: Services, names: list[str]) -> list[str]:
    """What people call these fields."""
    labels = {PREFIX + one.name: one.shown for one in services.playbook.fields} | views.WORDS
    return list(dict.fromkeys(labels.get(name, name.removeprefix(PREFIX)[:40]) for name in names))


def tell(uow: UnitOfWork, who: Actor, lead: Lead, what: list[str], now: datetime) -> None:
    """The team reads which fields; those that only managers see are not even named."""
    if what:
        speech.log(uow, lead, views.corrected(Person(who.slack_id, who.name), what), now)
    speech.refresh_card(uow, lead, now)
    speech.refresh_owners_home(uow, lead, now)
