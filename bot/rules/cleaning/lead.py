"""Raw text from strangers becomes fields that every database and every message can carry."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.errors import InvalidInputError, Problem
from bot.rules import consent
from bot.rules.cleaning.email import clean_email, email_flaws
from bot.rules.cleaning.fields import MAX_FIELD_VALUE, MAX_FIELDS, PREFIX, Asked, clean_fields
from bot.rules.cleaning.links import standard_website
from bot.rules.cleaning.names import standard_company, standard_name, standard_title
from bot.rules.cleaning.phone import PHONE_MAX, clean_phone, read_phone
from bot.rules.cleaning.places import country_code
from bot.rules.cleaning.profile import clean_profile
from bot.rules.cleaning.text import clean_text, repeated_text

__all__ = [
    "LIMITS", "MAX_FIELDS", "MAX_FIELD_VALUE", "PHONE_MAX", "CleanLead", "clean_email", "clean_lead", "clean_phone",
    "clean_text",
]  # fmt: skip

LIMITS = {
    "name": 200, "company": 200, "title": 200, "country": 80, "source": 80, "campaign": 120, "message": 5000,
}  # fmt: skip
ORIGINAL_MAX = 500  # of what they wrote, kept beside its standard form
VISITOR_MAX = 120
REPEATED = frozenset({"company", "title", "country", "source", "campaign"})  # the same in many leads
ORIGINALS = frozenset({"name", "email", "phone", "company", "title", "country", "website"})
UNKNOWN_COUNTRY = "I do not know the country “{}”; it is kept as it was typed."


@dataclass(frozen=True)
class CleanLead:
    """A lead as it may be stored: normalised, bounded, safe to write anywhere."""

    name: str
    email: str | None = None
    phone: str | None = None  # E.164 where the number could be read, e.g. +493012345678
    company: str | None = None
    title: str | None = None
    country: str | None = None
    source: str = "unknown"
    campaign: str | None = None
    message: str | None = None
    consent: bool = False
    fields: dict[str, Any] = field(default_factory=dict)
    website: str | None = None
    profile: dict[str, Any] = field(default_factory=dict)  # interests, location, time_zone, preferred_channel, links
    visitor: str | None = None  # by which id they were known before they said who they are
    consented: tuple[str, ...] = ()  # the channels they said yes to
    consent_wording: str = ""  # what they agreed to
    consent_basis: str = "consent"
    consent_waits: bool = False  # anybody could have said that yes in their name: they are to confirm it
    is_unproved: bool = False  # anybody could have sent it in their name, as by a form on a public page
    originals: dict[str, str] = field(default_factory=dict)  # what they wrote, where the standard form differs
    flaws: tuple[str, ...] = ()  # what is odd about it, in words for the rep


def clean_lead(raw: dict[str, Any], custom: Sequence[Asked] = ()) -> CleanLead:
    """Normalise every field of a lead; `custom` are the playbook's own fields.

    Made clean again, a clean lead stays as it is: what was written is then read from its `originals`.

    Raises:
        InvalidInputError: with all the problems at once.
    """
    work = _Cleaning(raw)
    texts = {name: work.text(name, limit) for name, limit in LIMITS.items()}
    email, country = work.email(), work.country(texts["country"])
    phone, website = work.phone(country), work.website()
    name = work.name(texts["name"], email)
    work.must_be_reachable(name, email, phone)
    fields = clean_fields(raw.get("fields"), custom, work.problems, work.originals)
    consented, wording, basis = consent.given(
        raw.get("consent"), str(raw.get("consent_wording") or ""), work.problems
    )  # fmt: skip
    profile = clean_profile(raw.get("profile"), country=country, phone=phone)
    wording = clean_text(wording, limit=consent.WORDING_MAX) if wording else ""
    if work.problems:
        raise InvalidInputError(work.problems)
    company, title = work.company(texts["company"]), work.standard("title", texts["title"], standard_title)
    return CleanLead(
        name=name or "", email=email, phone=phone, company=company, title=title, country=country,
        source=texts["source"] or "unknown", campaign=texts["campaign"], message=texts["message"],
        consent="email" in consented, fields=fields, website=website, profile=profile,
        visitor=work.text("visitor", VISITOR_MAX),
        consented=consented, consent_wording=wording, consent_basis=basis,
        consent_waits=consent.is_to_be_confirmed(raw.get("consent")), is_unproved=raw.get("is_unproved") is True,
        originals=work.originals_beside(texts, email, phone), flaws=tuple(work.flaws),
    )  # fmt: skip


class _Cleaning:
    """One lead on the table: each field in its standard form, and beside it what was written and what is odd."""

    def __init__(self, raw: dict[str, Any]) -> None:
        self._raw = raw
        self.problems: list[Problem] = []
        self.flaws: list[str] = []
        told = raw.get("originals")
        self._told: dict[Any, Any] = told if isinstance(told, dict) else {}
        self.originals: dict[str, str] = {}
        for key, value in self._told.items() if self._told else ():
            if isinstance(key, str) and isinstance(value, str) and self._may_have_original(key):
                self._keep(key, value, None)

    def _may_have_original(self, key: str) -> bool:
        value = self._raw.get(key)
        if key.startswith(PREFIX):
            fields = self._raw.get("fields")
            return isinstance(fields, dict) and key.removeprefix(PREFIX) in fields
        return key in ORIGINALS and value is not None

    def originals_beside(
        self, texts: dict[str, str | None], email: str | None, phone: str | None
    ) -> dict[str, str]:  # fmt: skip
        """Without what a sender says was written where nothing is left; a website or company may be left out for it."""
        if not self._told:
            return self.originals
        given = {**texts, "email": email, "phone": phone, "company": ""}
        return {key: text for key, text in self.originals.items() if given.get(key, "") is not None}

    def text(self, name: str, limit: int) -> str | None:
        raw = self._raw.get(name)
        if raw is None:
            return None
        written = raw if type(raw) is str else str(raw)
        if name in REPEATED and len(written) <= limit:
            return repeated_text(written, limit) or None
        return clean_text(written, limit=limit, keeps_lines=name == "message") or None

    def _written(self, name: str) -> str | None:
        """What they wrote there; of a field that was left out for what stood in it, that."""
        values = (self._raw.get(name), self._told.get(name))
        return next((text for raw in values if raw and (text := clean_text(str(raw), limit=ORIGINAL_MAX))), None)

    def standard(self, name: str, text: str | None, form: Callable[[str], str]) -> str | None:
        if text is None:
            return None
        found = form(text)
        if found != text:
            self.originals[name] = text
        return found

    def name(self, text: str | None, email: str | None) -> str | None:
        if text is None:
            parts = [self.text(part, 100) for part in ("first_name", "last_name")]
            text = clean_text(" ".join(part for part in parts if part), limit=LIMITS["name"]) or None
        if text is None:
            return standard_name(email.partition("@")[0][: LIMITS["name"]]) if email else None
        return self.standard("name", text, standard_name)

    def company(self, text: str | None) -> str | None:
        told = text or self._written("company")
        return self.standard("company", told[: LIMITS["company"]].strip() if told else None, standard_company) or None

    def email(self) -> str | None:
        raw = self._raw.get("email")
        written = str(raw).strip() if raw else ""
        if not written:
            return None
        try:
            address = clean_email(written)
        except ValueError as error:
            self.problems.append(Problem("email", str(error)))
            return None
        self._keep("email", written, address)
        self.flaws += email_flaws(address)
        return address

    def country(self, text: str | None) -> str | None:
        if text is None:
            return None
        code = country_code(text)
        if code is None:
            self.flaws.append(UNKNOWN_COUNTRY.format(text))
            return text
        self._keep("country", text, code)
        return code

    def phone(self, country: str | None) -> str | None:
        raw = self._raw.get("phone")
        written = str(raw).strip() if raw else ""
        if not written:
            return None
        try:
            number, flaw = read_phone(written, country=country)
        except ValueError as error:
            self.problems.append(Problem("phone", str(error)))
            return None
        self._keep("phone", written, number)
        self.flaws += [flaw] if flaw else []
        return number

    def website(self) -> str | None:
        written = self._written("website")
        if written is None:
            return None
        url, flaw = standard_website(written)
        self._keep("website", written, url)
        self.flaws += [flaw] if flaw else []
        return url

    def _keep(self, name: str, written: str, standard: str | None) -> None:
        if written != standard:
            shown = clean_text(written, limit=ORIGINAL_MAX)
            if shown and shown != standard:
                self.originals[name] = shown

    def must_be_reachable(self, name: str | None, email: str | None, phone: str | None) -> None:
        if not name and not any(problem.field == "email" for problem in self.problems):
            self.problems.append(Problem("name", "A lead needs a name or an e-mail address."))
        elif not (email or phone) and not self.problems:
            why = "A lead needs an e-mail address or a phone number, or nobody can answer."
            self.problems.append(Problem("email", why))
