"""Mistakes that others have made, made here on purpose: a judge that does not catch them proves nothing."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sqlmodel import col, update

from bot.contact.postman import Postman
from bot.sequences import advancing
from bot.services import Services
from store.models import LeadMessage


class RepeatsDoubts(Postman):
    """What may not have arrived is sent once more."""

    def send_one(self) -> bool:
        with self._services.unit_of_work() as uow:
            doubtful = col(LeadMessage.status) == "doubtful"
            uow.session.execute(update(LeadMessage).where(doubtful).values(status="waiting"))
            uow.commit()
        return super().send_one()


def in_two_transactions(services: Services, number: int) -> None:
    """The message is queued, and then it is written down that it was: whoever dies between does it again."""
    now = services.now()
    with services.unit_of_work() as uow:
        turn = advancing.taken_up(services, uow, number, now)
        if turn is None:
            return
        since, step, due = turn.enrolment.step_since, turn.enrolment.step, turn.enrolment.due_at
        advancing.go_on(turn)
        after = turn.enrolment.model_dump(include={"step", "step_since", "due_at", "status", "left_at", "why"})
        turn.enrolment.step, turn.enrolment.step_since, turn.enrolment.due_at = step, since, due
        turn.enrolment.status, turn.enrolment.left_at = "active", None
        uow.session.flush()
        uow.session.connection().exec_driver_sql("UPDATE lead_message SET once = NULL, content = ''")
        uow.session.connection().exec_driver_sql("DELETE FROM step_taken")
        uow.commit()
    with services.unit_of_work() as uow:
        enrolment = uow.enrolments.get(number)
        assert enrolment is not None
        for name, value in after.items():
            setattr(enrolment, name, value)
        uow.enrolments.save(enrolment)
        uow.commit()


@dataclass(frozen=True)
class Variant:
    advance: Callable[[Services, int], None] = advancing.advance
    postman: type[Postman] = Postman
    contact: dict[str, Any] = field(default_factory=dict)  # what it thinks that the playbook says
    is_deaf_to: frozenset[str] = frozenset()  # what people do and it does not hear


BUGS = {
    "": Variant(),
    "believes every form": Variant(contact={"confirms": False}),
    "writes at night": Variant(contact={"hours": {"starts": "00:00:00", "ends": "23:59:59"}}),
    "knows no week": Variant(contact={"a_week": 50}),
    "loses who unsubscribes": Variant(is_deaf_to=frozenset({"unsubscribed"})),
    "loses answers": Variant(is_deaf_to=frozenset({"reply"})),
    "repeats what is in doubt": Variant(postman=RepeatsDoubts),
    "takes a step in two transactions": Variant(advance=in_two_transactions),
}
