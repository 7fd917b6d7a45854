"""Reliable delivery: what use cases left in the outbox reaches Slack, once, in order, at Slack's pace."""

from bot.outbox.pace import Pace
from bot.outbox.ports import (
    Arrived,
    Copies,
    NotSent,
    Outcome,
    Projector,
    Refused,
    RetryAfter,
    Skip,
    SlackCall,
    Unknown,
    Voice,
    Wait,
)
from bot.outbox.sender import Sender

__all__ = [
    "Arrived",
    "Copies",
    "NotSent",
    "Outcome",
    "Pace",
    "Projector",
    "Refused",
    "RetryAfter",
    "Sender",
    "Skip",
    "SlackCall",
    "Unknown",
    "Voice",
    "Wait",
]
