"""The reports that there are. Each is a line here: it can then be asked, compared, shared, scheduled and opened."""

from bot.reports.attribution import ATTRIBUTION
from bot.reports.custom import CUSTOM
from bot.reports.fairness import FAIRNESS
from bot.reports.funnel import FUNNEL
from bot.reports.goals import GOALS
from bot.reports.hold import HOLD
from bot.reports.kinds import ReportKind
from bot.reports.overdue import OVERDUE
from bot.reports.pipeline import PIPELINE
from bot.reports.quality import QUALITY
from bot.reports.reasons import REASONS
from bot.reports.reminders import REMINDERS
from bot.reports.reps import REPS
from bot.reports.sources import SOURCES
from bot.reports.speed import SPEED
from bot.reports.weekly import WEEKLY

REPORTS: tuple[ReportKind, ...] = (
    PIPELINE,
    FUNNEL,
    SPEED,
    REASONS,
    QUALITY,
    HOLD,
    OVERDUE,
    REMINDERS,
    ATTRIBUTION,
    FAIRNESS,
    REPS,
    SOURCES,
    GOALS,
    WEEKLY,
    CUSTOM,
)  # fmt: skip
