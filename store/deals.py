"""Opportunities, what was found out about them, and how often a lead was closed before."""

from collections.abc import Collection

from sqlmodel import Session, col, select

from store.models import Answer, Lead, Opportunity, StageChange


class Deals:
    def __init__(self, session: Session) -> None:
        self._session = session

    def opportunity(self, lead_id: int) -> Opportunity | None:
        return self._session.exec(select(Opportunity).where(Opportunity.lead_id == lead_id)).first()

    def add(self, opportunity: Opportunity) -> Opportunity:
        self._session.add(opportunity)
        self._session.flush()
        return opportunity

    def answers(self, lead_id: int) -> dict[str, str]:
        """What holds now, by question: the newest answer to each; one that was emptied again is none."""
        question = select(Answer).where(Answer.lead_id == lead_id).order_by(col(Answer.id))
        newest = {answer.question: answer.text for answer in self._session.exec(question)}
        return {name: text for name, text in newest.items() if text.strip()}

    def add_answer(self, answer: Answer) -> None:
        self._session.add(answer)

    def moves_to(self, lead_id: int, stages: Collection[str]) -> list[StageChange]:
        """Every time the lead came into one of these stages, oldest first."""
        question = select(StageChange).where(StageChange.lead_id == lead_id, col(StageChange.after).in_(stages))
        return list(self._session.exec(question.order_by(col(StageChange.id))))

    def colleagues(self, lead: Lead, team_ids: Collection[int] | None, *, limit: int = 8) -> list[Lead]:
        """Other leads of the same account, of these teams or of all, the newest first."""
        if lead.account is None:
            return []
        question = select(Lead).where(Lead.account == lead.account, Lead.id != lead.id, Lead.state == "live")
        if team_ids is not None:
            question = question.where(col(Lead.team_id).in_(team_ids))
        return list(self._session.exec(question.order_by(col(Lead.id).desc()).limit(limit)))

    def last_move(self, lead_id: int) -> StageChange | None:
        question = select(StageChange).where(StageChange.lead_id == lead_id)
        return self._session.exec(question.order_by(col(StageChange.id).desc()).limit(1)).first()
