"""The form in which a manager edits a step."""

from dataclasses import dataclass

from bot.playbook.sequences import Booking, Email, Sms, Step, Wait
from bot.rules.sequences.templates import CALLED, VALUES, as_read
from bot.views import forms, kit
from bot.views.kit import Block, Message

EDIT_FORM = "form.sequence_step"
FIELD_MAX = 3000  # characters that an input takes
LABELS = {"subject": "Subject", "text": "Text", "days": "Days to wait", "hours": "Hours to wait"}
MEANS = "What stands in double braces is filled in for each lead: "
PLACEHOLDERS = ", ".join(f"{{{{ {name} }}}} is the {CALLED[name].removeprefix('their ')}" for name in VALUES)
READS = "How it reads now, with what is filled in between brackets:"
READS_MAX = 1500


@dataclass(frozen=True)
class EditedStep:
    sequence: str
    step: Step
    about: str  # what the form carries

    @property
    def fields(self) -> dict[str, str]:
        """What can be edited, by the names of the form's fields; variants are counted from 0."""
        step = self.step
        if isinstance(step, Wait):
            return {"days": str(step.days), "hours": str(step.hours)}
        if not isinstance(step, Email | Sms | Booking):
            return {}
        found = {} if isinstance(step, Sms) else {"subject": step.subject}
        found["text"] = step.text
        for number, one in enumerate(() if isinstance(step, Booking) else step.variants):
            written = {"subject": one.subject, "text": one.text}
            found |= {f"{key}.{number}": said for key, said in written.items() if said is not None}
        return found


def edit_step(value: EditedStep) -> Block:
    blocks = [kit.context(f"Step “{value.step.name}” of the sequence {value.sequence}")]
    for name, said in value.fields.items():
        key, _, number = name.partition(".")
        label = f"{LABELS[key]} of “{variant_name(value.step, int(number))}”" if number else LABELS[key]
        is_long = key == "text"
        element = forms.text_input(multiline=is_long, initial=said, longest=FIELD_MAX if is_long else 200)
        blocks.append(forms.field(name, label, element, optional=key in ("days", "hours")))
    if not isinstance(value.step, Wait):
        blocks += [kit.context(READS), kit.quote(kit.clip(as_it_reads(value.step), READS_MAX))]
        blocks.append(kit.context(f"{MEANS}{PLACEHOLDERS}."))
    blocks.append(kit.context("It becomes a draft of the playbook: tried out first, and in force when another manager "
                              "approves."))  # fmt: skip
    return forms.form(EDIT_FORM, "Edit a step", "Propose", *blocks, about=value.about)


def as_it_reads(step: Step) -> str:
    """Subject and text, one below the other."""
    if not isinstance(step, Email | Sms | Booking):
        return ""
    subject = "" if isinstance(step, Sms) or (isinstance(step, Booking) and step.channel == "sms") else step.subject
    return "\n\n".join(as_read(part).strip() for part in (subject, step.text) if part.strip())


def variant_name(step: Step, number: int) -> str:
    return step.variants[number].name if isinstance(step, Email | Sms) else ""


def proposed(number: int, said: str = "") -> Message:
    """What stands in the form's place."""
    return kit.say(
        said, f"Draft {number} of the playbook is being tried on the recorded leads. Its figures come as a direct "
        "message, with the buttons to ask another manager for approval. Until then nothing changes.",
    )  # fmt: skip
