"""The reports that there are. Each is a line here: it can then be asked, compared, shared, scheduled and opened."""

from bot.reports.attribution import ATTRIBUTION
from bot.reports.funnel import FUNNEL
from bot.reports.kinds import ReportKind
from bot.reports.pipeline import PIPELINE
from bot.reports.speed import SPEED

REPORTS: tuple[ReportKind, ...] = (
    PIPELINE,
    FUNNEL,
    SPEED,
    ATTRIBUTION,
)  # fmt: skip
