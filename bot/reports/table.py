"""The reports that there are. Each is a line here: it can then be asked, compared, shared, scheduled and opened."""

from bot.reports.attribution import ATTRIBUTION
from bot.reports.kinds import ReportKind

REPORTS: tuple[ReportKind, ...] = (
    ATTRIBUTION,
)  # fmt: skip
