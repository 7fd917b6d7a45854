"""Which of the playbook's fields a file of leads does not fill in, because whoever gave it must not see them."""

from bot.actors import actor
from bot.playbook.fields import Hidden, hidden_names
from bot.services import Services
from store.models import Import


def hidden_in(services: Services, slack_id: str, job: Import) -> Hidden:
    """Fields that this file does not fill in: those for managers, unless it is a manager's own."""
    with services.reading() as uow:
        who = actor(uow, slack_id)
    is_own = job.rep_id in (None, who.rep_id)
    return hidden_names(services.playbook.fields, is_manager=who.is_manager and is_own)
