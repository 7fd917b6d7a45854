"""What managers ask: the pipeline, and what is overdue."""

from bot.actors import actor
from bot.rules.policy import require
from bot.services import Services
from bot.views.kit import Message
from bot.views.reminders import Due
from bot.views.reports import OverdueRow, Pipeline, PipelineRow, overdue, pipeline


def pipeline_report(services: Services, slack_id: str) -> Message:
    """How many leads stand in each stage, by team.

    Raises:
        NotAllowedError: the actor is no manager.
    """
    stages = tuple(stage.name for stage in services.playbook.stages)
    still_open = {stage.name for stage in services.playbook.stages if stage.kind == "open"}
    with services.reading() as uow:
        require(actor(uow, slack_id), "report")
        counts = {(row.team_id, row.stage): row.leads for row in uow.leads.stage_counts()}
        rows = tuple(
            PipelineRow(team.name, tuple(counts.get((team.id or 0, stage), 0) for stage in stages))
            for team in uow.people.teams()
        )
        open_leads = sum(number for (_, stage), number in counts.items() if stage in still_open)
        return pipeline(Pipeline(stages, rows, open_leads, uow.leads.count_without_owner()))


def overdue_report(services: Services, slack_id: str) -> Message:
    """Follow-ups whose time has passed and leads that nobody owns or is being offered.

    Raises:
        NotAllowedError: the actor is no manager.
    """
    now = services.now()
    with services.reading() as uow:
        require(actor(uow, slack_id), "report")
        late = [
            OverdueRow(Due(promise.follow_up, promise.lead), promise.rep.name) for promise in uow.followups.overdue(now)
        ]
        unclaimed = [lead for lead in uow.leads.without_owner(None, limit=50) if lead.is_open_to_all]
        return overdue(late, unclaimed, now=now)
