"""Lead, MQL, SQL: what the score makes of a lead, and what would make it the next level. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.playbook.scoring import Level, Question, Scoring
from bot.rules.scoring import level_of


@dataclass(frozen=True)
class Next:
    """What stands between a lead and the next level: points, or answers on these questions."""

    level: Level
    points: int = 0
    questions: tuple[str, ...] = ()


def after_score(level: str, score: int, scoring: Scoring) -> Level | None:
    """The level that another score gives; None if it stays. What sales has decided, no score takes back."""
    if level not in ("lead", "mql"):
        return None
    found = level_of(score, scoring)
    return found if found != level else None


def missing(scoring: Scoring, answers: Mapping[str, str]) -> tuple[Question, ...]:
    """What is to be found out before sales takes the lead on."""
    return tuple(one for one in scoring.questions if one.for_sql and not answers.get(one.name))


def next_level(level: str, score: int, scoring: Scoring, answers: Mapping[str, str]) -> Next | None:
    """None where nothing comes next, or nobody has said when it would."""
    if level == "mql":
        return Next("sql", questions=tuple(one.name for one in missing(scoring, answers)))
    if level != "lead" or not scoring.has_rules:
        return None
    points = scoring.mql - score
    return Next("mql", points, could_answer(points, scoring, answers))


def could_answer(points: int, scoring: Scoring, answers: Mapping[str, str]) -> tuple[str, ...]:
    """Questions that nobody has answered, each of which alone can bring so many points."""
    return tuple(
        one.name for one in scoring.questions if not answers.get(one.name) and best_of(one.name, scoring) >= points
    )


def best_of(question: str, scoring: Scoring) -> int:
    """The most points that one rule gives for an answer on it, if it asks nothing else."""
    asked = f"answers.{question}"
    return max((rule.points for rule in scoring.fit if [one.field for one in rule.when] == [asked]), default=0)
