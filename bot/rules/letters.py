"""What a piece of text tells of whoever wrote it: their own words, and the name, job, phone and company below them.
Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.rules.accounts import is_legal_form, is_public
from bot.rules.cleaning.lead import clean_email, clean_phone, clean_text

TEXT_MAX = 50_000  # characters that are looked at
LINE_MAX = 400
MESSAGE_MAX = 4000
SIGNATURE_LINES = 12
_EMAIL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._%+-]{0,63}@[A-Za-z0-9][A-Za-z0-9.-]{0,200}\.[A-Za-z]{2,24}")
_PHONE = re.compile(r"(?<![\w/])\+?\(?\d[\d ().\-/]{6,24}\d(?![\w/])")
_LINK = re.compile(r"(?:https?://|www\.)[^\s<>\"']{3,200}", re.IGNORECASE)
_QUOTE_BEGINS = re.compile(
    r"(?:-{2,}\s*(?:original message|ursprüngliche nachricht|message d'origine)\s*-{2,}"
    r"|(?:on|am|le|el|il|op)\s.{6,150}\s(?:wrote|schrieb[^:]{0,80}|a écrit|escribió|ha scritto|schreef.{0,80})\s?:)",
    re.IGNORECASE,
)
_CLOSING = re.compile(
    r"(?:best|kind(?:est)?|warm|many)?\s*(?:regards|wishes|thanks|cheers|sincerely|yours(?: \w+)?|greetings|thank you)"
    r"|mit (?:freundlichen|besten|vielen) grüßen|(?:viele|beste|liebe|freundliche|schöne) grüße|mfg|lg|gruß"
    r"|(?:bien )?cordialement|bien à vous|un saludo|saludos(?: cordiales)?|atentamente|cordiali saluti"
    r"|met vriendelijke groet(?:en)?",
    re.IGNORECASE,
)
JOB = re.compile(
    r"\b(?:ceo|cto|cfo|coo|cmo|cio|vp|svp|president|founder|co-founder|owner|partner|chief|head|director|manager|lead"
    r"|officer|engineer|developer|architect|analyst|consultant|specialist|coordinator|administrator|assistant|buyer"
    r"|account executive|sales|marketing|operations|leiter(?:in)?|geschäftsführer(?:in)?|vertrieb|einkauf|directeur"
    r"|directrice|responsable|gerente|director[ae]|jefe)\b",
    re.IGNORECASE,
)
_NAME = re.compile(r"[^\W\d_][\w'\u2019.-]{0,30}(?: [^\W\d_][\w'\u2019.-]{0,30}){1,3}")
_SPLIT = re.compile(r"\s*(?:,| at | @ | bei |\||·|•| \u2013 | - |/)\s*")


@dataclass(frozen=True)
class Writer:
    """What could be told of them; whatever could not be is empty."""

    name: str = ""
    email: str = ""
    phone: str = ""
    company: str = ""
    title: str = ""
    website: str = ""
    message: str = ""

    def as_values(self) -> dict[str, str]:
        """By the names of a lead's fields."""
        named = {
            "name": self.name, "email": self.email, "phone": self.phone, "company": self.company, "title": self.title,
            "website": self.website, "message": self.message,
        }  # fmt: skip
        return {name: value for name, value in named.items() if value}


def read_letter(text: str, *, name: str = "", email: str = "") -> Writer:
    """What the text tells of its writer, who may be known already by name and address."""
    lines = own_lines(text)
    body, signature = parted(lines)
    found_email = email or address_in("\n".join([*signature, *body]))
    company = company_in(signature, found_email)
    found_name = name or name_in(signature, company)
    return Writer(
        name=found_name, email=found_email, phone=phone_in(signature) or phone_in(body), company=company,
        title=title_in(signature, found_name), website=website_in(signature),
        message=clean_text("\n".join(body), limit=MESSAGE_MAX, keeps_lines=True),
    )  # fmt: skip


def own_lines(text: str) -> list[str]:
    """What the writer wrote, without what they quote."""
    kept: list[str] = []
    for line in clean_text(text[:TEXT_MAX], limit=TEXT_MAX, keeps_lines=True).splitlines():
        if _QUOTE_BEGINS.match(line[:LINE_MAX].strip()):
            break
        if not line.lstrip().startswith(">"):
            kept.append(line[:LINE_MAX])
    return kept


def parted(lines: list[str]) -> tuple[list[str], list[str]]:
    """The words, and the signature below them: what follows "--", or a closing such as "Best regards"."""
    for place in range(len(lines) - 1, -1, -1):
        line = lines[place].strip().rstrip(",.! ")
        is_dashes = line in ("--", "—") or set(line) == {"_"}
        if (is_dashes or _CLOSING.fullmatch(line)) and any(lines[place + 1 :]):
            return lines[:place], [one for one in lines[place + 1 :] if one.strip()][:SIGNATURE_LINES]
    return lines, []


def address_in(text: str) -> str:
    for found in _EMAIL.findall(text[:TEXT_MAX]):
        try:
            return clean_email(found)
        except ValueError:
            continue
    return ""


def phone_in(lines: list[str]) -> str:
    for line in lines:
        for found in _PHONE.findall(line):
            if readable_phone(found):
                return str(found).strip()
    return ""


def readable_phone(text: str) -> bool:
    """A year with a month is no telephone number, nor is an amount."""
    try:
        return clean_phone(text, country=None).startswith("+") or len(re.sub(r"\D", "", text)) >= 9
    except ValueError:
        return False


def website_in(lines: list[str]) -> str:
    return next((found.group().rstrip(".,;)") for line in lines for found in _LINK.finditer(line)), "")


def pieces(lines: list[str]) -> Iterator[str]:
    """The signature's lines, taken apart where people write several things in one."""
    for line in lines:
        if not _EMAIL.search(line) and not _LINK.search(line):
            yield from (part.strip() for part in _SPLIT.split(line) if part and part.strip())


def name_in(signature: list[str], company: str) -> str:
    """Their name stands first, or it stands nowhere."""
    first = next(iter(pieces(signature)), "")
    is_name = _NAME.fullmatch(first) and first != company and not JOB.search(first)
    return first if is_name else ""


def title_in(signature: list[str], name: str) -> str:
    return next((part[:120] for part in pieces(signature) if part != name and JOB.search(part)), "")


def company_in(signature: list[str], email: str) -> str:
    """By its legal form in the signature, or else by the name of the address's domain."""
    for part in pieces(signature):
        last = part.split()[-1] if part.split() else ""
        if len(part.split()) > 1 and is_legal_form(last.casefold()):
            return part[:200]
    domain = email.rpartition("@")[2]
    if not domain or is_public(domain):
        return ""
    labels = domain.split(".")
    core = labels[-3] if len(labels) > 2 and labels[-2] in ("co", "com", "org", "net", "ac") else labels[-2]
    spelt = next((part for part in pieces(signature) if part.casefold().replace(" ", "") == core.casefold()), "")
    return spelt or core.replace("-", " ").title()
