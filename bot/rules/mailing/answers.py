"""What an answer is: a person's words, a machine's (RFC 3834), or the wish to get no more. Pure."""

import re
from email.message import Message

FIRST_LINE_MAX = 80
_OUT_OF_OFFICE = re.compile(
    r"\s*(?:(?:re|aw|sv|antw)\s*:\s*)*(?:out of (?:the )?office|automatic reply|auto(?:matic)?[- ]?(?:reply|response)"
    r"|automatische antwort|abwesenheit|abwesend|réponse automatique|absence du bureau|respuesta automática"
    r"|fuera de la oficina|risposta automatica|automatisch antwoord|afwezig)",
    re.IGNORECASE,
)  # fmt: skip
_PREFIXES = re.compile(r"^(?:(?:re|aw|sv|antw|rv|r)\s*:\s*)+", re.IGNORECASE)
STOPS = frozenset({
    "unsubscribe", "unsubscribe me", "stop", "stop e-mails", "stop emails", "stop emailing me", "stop writing",
    "remove me", "remove", "remove me from your list", "remove me from this list", "take me off your list",
    "take me off this list", "opt out", "opt-out", "optout", "no more e-mails", "no more emails", "do not contact me",
    "don't contact me", "do not email me", "don't email me",
    "abmelden", "abbestellen", "austragen", "keine e-mails mehr", "keine mails mehr",
    "désabonner", "désinscrire", "désinscription", "désabonnement", "me désabonner", "me désinscrire",
    "baja", "darme de baja", "cancelar suscripción", "cancellami", "disiscrivimi", "afmelden", "uitschrijven",
})  # fmt: skip
_POLITE = re.compile(
    r"^(?:please|pls|bitte|merci de|por favor|per favore)\s+|[,\s]+(?:please|bitte|thanks|thank you|danke)$"
)


def is_by_itself(message: Message, subject: str) -> bool:
    """Whether a machine answered: it says so, nobody can answer it, or it is called as those are."""
    said = (
        str(message.get("Auto-Submitted", "no")).partition(";")[0].strip().lower() not in ("", "no"),
        any(name in message for name in ("X-Autoreply", "X-Autorespond", "X-Autoresponder")),
        str(message.get("Precedence", "")).strip().lower() == "auto_reply",
        str(message.get("Return-Path", "-")).strip() == "<>",
        str(message.get_content_type()) == "multipart/report",
        _OUT_OF_OFFICE.match(subject) is not None,
    )
    return any(said)


def wants_no_more(subject: str, words: str) -> bool:
    """Whether the subject or the first line says just that; "stop by on Monday" is something else."""
    first = next((line for line in words.splitlines() if line.strip()), "")
    return is_stop(_PREFIXES.sub("", subject.strip())) or is_stop(first)


def is_stop(line: str) -> bool:
    said = " ".join(line[: FIRST_LINE_MAX + 1].casefold().split()).strip(" .,!?-\"'“”")
    return len(line) <= FIRST_LINE_MAX and (said in STOPS or _POLITE.sub("", said) in STOPS)
