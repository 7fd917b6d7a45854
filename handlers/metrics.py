"""Figures for Prometheus, read when they are asked for."""

from collections.abc import Callable, Iterator

from prometheus_client import CollectorRegistry, Metric
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector

from bot.health import health
from bot.services import Services

Counted = Callable[[], dict[str, int]]


class DibsCollector(Collector):
    def __init__(self, services: Services, sent: Counted, carried: Counted) -> None:
        self._services = services
        self._sent, self._carried = sent, carried

    def describe(self) -> Iterator[Metric]:
        """Nothing ahead of time: registering must not need the database."""
        return iter(())

    def collect(self) -> Iterator[Metric]:
        found = health(self._services)
        gauges = {
            "dibs_outbox_waiting": ("Messages not sent yet.", found.outbox.pending + found.outbox.sending),
            "dibs_outbox_dead": ("Messages that Slack refused for good.", found.outbox.dead),
            "dibs_outbox_oldest_seconds": ("Age of the oldest message not sent yet.", found.outbox.oldest_seconds),
            "dibs_outbox_parked_lanes": ("Conversations that Slack refuses.", len(found.outbox.parked)),
            "dibs_inbox_waiting": ("Events not worked off yet.", found.inbox_waiting),
            "dibs_reminders_oldest_due_seconds": ("How late the latest due reminder is.", found.oldest_due_seconds),
            "dibs_messages_waiting": ("E-mails and SMS to leads that wait for their time.", found.messages.waiting),
            "dibs_messages_held": ("Those that wait for somebody's yes.", found.messages.held),
            "dibs_messages_sending": ("Those on their way.", found.messages.sending),
            "dibs_messages_doubtful": ("Those nobody knows to have arrived.", found.messages.doubtful),
            "dibs_messages_oldest_seconds": (
                "How late the one is that should have left longest ago.",
                found.messages.oldest_due_seconds,
            ),
        }
        for name, (says, value) in gauges.items():
            yield GaugeMetricFamily(name, says, value=value)
        yield by_outcome("dibs_outbox_calls", "What became of calls to Slack.", self._sent())
        yield by_outcome("dibs_messages_carried", "What became of messages to leads.", self._carried())


def by_outcome(name: str, says: str, counts: dict[str, int]) -> CounterMetricFamily:
    outcomes = CounterMetricFamily(name, says, labels=["outcome"])
    for outcome, count in counts.items():
        outcomes.add_metric([outcome], count)
    return outcomes


def registry(services: Services, sent: Counted, carried: Counted = dict) -> CollectorRegistry:
    """`sent` to Slack and `carried` to leads, by this process."""
    made = CollectorRegistry(auto_describe=False)
    made.register(DibsCollector(services, sent, carried))
    return made
