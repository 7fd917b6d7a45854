"""The tables. Constraints stand in the database, because several threads and replicas write at once."""

from store.models.fairness import Decision, Offer, PlaybookVersion, Press
from store.models.followups import FOLLOW_UP_KINDS, FOLLOW_UP_ORIGINS, FollowUp, HomeTab, Reminder
from store.models.intake import Import, ImportFile, ImportRow, Segment, Suggestion
from store.models.leads import Consent, FieldChange, Lead, Note, StageChange, Touch
from store.models.matching import AccountName, Duplicate, Merge
from store.models.people import Absence, Membership, Rep, Team
from store.models.post import InboxRow, OutboxLane, OutboxRow
from store.models.qualification import Answer, Evaluation, LevelChange, Opportunity
from store.models.reporting import (
    ClosedTotal,
    Credit,
    Fold,
    Goal,
    Reached,
    ReachedTotal,
    ReportAlert,
    ReportSchedule,
    SavedReport,
    SpeedTotal,
    Spend,
    StageTotal,
    Stay,
)

__all__ = [
    "FOLLOW_UP_KINDS",
    "FOLLOW_UP_ORIGINS",
    "Absence",
    "AccountName",
    "Answer",
    "ClosedTotal",
    "Consent",
    "Credit",
    "Decision",
    "Duplicate",
    "Evaluation",
    "FieldChange",
    "Fold",
    "FollowUp",
    "Goal",
    "HomeTab",
    "Import",
    "ImportFile",
    "ImportRow",
    "InboxRow",
    "Lead",
    "LevelChange",
    "Membership",
    "Merge",
    "Note",
    "Offer",
    "Opportunity",
    "OutboxLane",
    "OutboxRow",
    "PlaybookVersion",
    "Press",
    "Reached",
    "ReachedTotal",
    "Reminder",
    "Rep",
    "ReportAlert",
    "ReportSchedule",
    "SavedReport",
    "Segment",
    "SpeedTotal",
    "Spend",
    "StageChange",
    "StageTotal",
    "Stay",
    "Suggestion",
    "Team",
    "Touch",
]  # fmt: skip
