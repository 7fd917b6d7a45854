"""The forms of qualification: the playbook's questions with what is known, and what is to become of the lead."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.playbook.scoring import Question
from bot.views import kit
from bot.views.cards import title
from bot.views.forms import field, form, text_input
from bot.views.kit import Block, Message, Person, Piece, Strong
from bot.views.scores import Score, receipt
from store.models import Lead

QUALIFY, REJECTION = "form.qualify", "form.reject"
VERDICT, REASON = "verdict", "reason"
SAVE, ACCEPT, REJECT = "save", "accept", "reject"
VERDICTS = {
    SAVE: "Only keep the answers", ACCEPT: "Accept: it becomes an SQL", REJECT: "Reject: it is closed",
}  # fmt: skip
UNKNOWN = "?"  # a choice taken back
ANSWER_LONGEST, ONE_LINE = 1000, 80
NEEDED = "Needed before sales accepts it."


@dataclass(frozen=True)
class Asked:
    """A question, and what is known: said by whom, on which day."""

    question: Question
    answer: str = ""
    by: str = ""
    day: str = ""
    is_needed_now: bool = False  # without it, the form does nothing


@dataclass(frozen=True)
class Checklist:
    lead: Lead
    score: Score
    asked: tuple[Asked, ...]
    reasons: tuple[str, ...]
    may_decide: bool = True
    verdict: str = ""  # what the form is opened for


def checklist(value: Checklist) -> Block:
    ends = decision(value) if value.may_decide else []
    head, needs_all = title(value.lead), all(one.question.for_sql for one in value.asked)
    if value.may_decide and value.asked and needs_all:  # said once, where it is true of all
        head = f"{head}. Sales accepts it when {'each of these' if len(value.asked) > 1 else 'this'} has an answer."
    return form(
        QUALIFY, "Qualify", "Save", kit.context(head),
        *(question(one, says_need=value.may_decide and not needs_all) for one in value.asked), *ends,
        kit.divider(), *receipt(value.score), about=str(value.lead.id),
    )  # fmt: skip


def question(asked: Asked, *, says_need: bool = False) -> Block:
    """An earlier answer stands in the field, and below it who gave it, or what it is needed for."""
    known = f"{asked.by or 'Known'}, {asked.day}" if asked.day else ""
    hint = known or (NEEDED if says_need and asked.question.for_sql else "")
    is_optional = not asked.is_needed_now
    return field(field_of(asked.question.name), asked.question.asks, entry(asked), optional=is_optional, hint=hint)


def entry(asked: Asked) -> Block:
    choices = asked.question.choices
    # What was answered before the playbook had choices, or had others, is still what is known.
    if not choices or (asked.answer and asked.answer not in choices):
        is_long = "\n" in asked.answer or len(asked.answer) > ONE_LINE  # what does not fit would be cut off
        return text_input(multiline=is_long, initial=asked.answer, longest=ANSWER_LONGEST)
    options = [kit.option(choice, str(place)) for place, choice in enumerate(choices)]
    if asked.answer:
        options.append(kit.option("(not known any more)", UNKNOWN))
    select: Block = {"type": "static_select", "options": options}
    return {**select, "initial_option": options[choices.index(asked.answer)]} if asked.answer else select


def said(asked: Question, value: str) -> str:
    """The words of an answer: a choice comes back as its place in the playbook's list."""
    if asked.choices and value == UNKNOWN:
        return ""
    if asked.choices and value.isascii() and value.isdigit() and int(value) < len(asked.choices):
        return asked.choices[int(value)]
    return value


def decision(value: Checklist) -> list[Block]:
    is_to_accept = value.verdict == ACCEPT
    options = [kit.option(text, name) for name, text in VERDICTS.items() if not (is_to_accept and name == REJECT)]
    begin = next((one for one in options if one["value"] == value.verdict), options[0])
    verdict: Block = {"type": "static_select", "options": options, "initial_option": begin}
    return [field(VERDICT, "And then?", verdict), *([] if is_to_accept else [why(value.reasons, optional=True)])]


def why(reasons: Sequence[str], *, optional: bool = False) -> Block:
    options = [kit.option(reason, reason) for reason in reasons]
    asks = "Why, if you reject it?" if optional else "Why?"
    return field(
        REASON, asks, {"type": "static_select", "options": options}, optional=optional, hint="Marketing learns from it."
    )


def rejection(lead: Lead, reasons: Sequence[str]) -> Block:
    return form(
        REJECTION, "Reject a lead", "Reject", kit.context(title(lead)),
        kit.paragraph("Sales does not take it on, and it is closed."), why(reasons), about=str(lead.id),
    )  # fmt: skip


def field_of(name: str) -> str:
    return f"answers.{name}"


def learned(by: Person, news: Sequence[tuple[str, str]]) -> Message:
    """The line in the lead's thread."""
    return kit.say("❓ ", Strong(by.name), " found out: ", *found(news), ".")


def accepted(by: Person, news: Sequence[tuple[str, str]] = ()) -> Message:
    """One line, also of what was found out in the same form."""
    said: list[Piece] = ["🤝 ", Strong(by.name), " accepted it: it is an ", Strong("SQL"), " now."]
    return kit.say(*said, *([" Found out: ", *found(news), "."] if news else []))


def rejected(by: Person, reason: str, news: Sequence[tuple[str, str]] = ()) -> Message:
    said: list[Piece] = ["🚫 ", Strong(by.name), " rejected it for sales: ", Strong(reason), "."]
    return kit.say(*said, *([" Found out: ", *found(news), "."] if news else []))


def found(news: Sequence[tuple[str, str]]) -> list[Piece]:
    pieces: list[Piece] = []
    for place, (name, text) in enumerate(news):
        pieces += ["; " if place else "", Strong(name), f": {text[:300]}" if text else " is not known any more"]
    return pieces
