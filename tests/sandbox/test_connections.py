"""Connections that end: warnings, refreshes by the hour, and nothing lost or doubled meanwhile."""

from collections.abc import Callable

import pytest
from slack_bolt import Ack, App

from tests.sandbox.driver import Answering, Json, People, SocketApp, wait_until

SMB = "C0LEADSSMB"
Connect = Callable[[App], None]
OpenSocket = Callable[[Answering], SocketApp]


def ack(_frame: Json) -> Json:
    return {}


def reasons(app: SocketApp) -> list[str]:
    return [frame["reason"] for frame in app.frames if frame["type"] == "disconnect"]


def lead(people: People, number: int = 0) -> bool:
    answer = people.does("command", user="alice", channel=SMB, command="/lead", text=str(number))
    return bool(answer["acked"])


@pytest.mark.parametrize("reason", ["warning", "refresh_requested"])
def test_an_app_told_to_leave_is_served_for_ten_seconds_more(
    socket_app: OpenSocket, people: People, reason: str
) -> None:
    app = socket_app(ack)
    assert people.does("disconnect", reason=reason)["connections"] == 1
    assert wait_until(lambda: reasons(app)) == [reason]
    assert lead(people)
    people.does("clock", advance=11)
    assert wait_until(lambda: reasons(app)[1:]) == ["refresh_requested"]
    wait_until(lambda: not people.sees("state")["app"]["connected"])
    assert "no socket open" in people.cannot("disconnect", reason=reason)


def test_a_new_connection_is_preferred_to_one_that_is_leaving(socket_app: OpenSocket, people: People) -> None:
    old = socket_app(ack)
    people.does("disconnect", reason="warning")
    new = socket_app(ack)
    for number in range(4):
        assert lead(people, number)
    assert (len(old.heard), len(new.heard)) == (0, 4)


def test_a_disabled_link_ends_at_once(socket_app: OpenSocket, people: People) -> None:
    app = socket_app(ack)
    people.does("disconnect", reason="link_disabled")
    assert wait_until(lambda: reasons(app)) == ["link_disabled"]
    assert people.sees("state")["app"]["connected"] is False


def test_a_connection_is_refreshed_by_the_hour_of_the_workspace_clock(socket_app: OpenSocket, people: People) -> None:
    app = socket_app(ack)
    people.does("clock", advance=3500)
    assert reasons(app) == []
    people.does("clock", advance=100)
    assert wait_until(lambda: reasons(app)) == ["warning"]
    people.does("clock", advance=11)
    wait_until(lambda: reasons(app) == ["warning", "refresh_requested"])


def test_a_real_bolt_app_changes_connections_without_missing_a_command(
    bolt: App, connected: Connect, people: People
) -> None:
    heard: list[str] = []

    @bolt.command("/lead")
    def told(ack: Ack, command: Json) -> None:
        heard.append(command["text"])
        ack()

    connected(bolt)
    for number in range(20):
        if number == 5:
            people.does("disconnect", reason="refresh_requested")
        if number == 12:
            people.does("clock", advance=3600)
        assert lead(people, number)
    assert heard == [str(number) for number in range(20)]


def test_an_ack_may_arrive_over_another_connection(socket_app: OpenSocket, people: People) -> None:
    """As slack_sdk does it when it changes connections in the middle of a command."""
    first, second = socket_app(lambda _: None), socket_app(lambda _: None)
    first.answer, second.answer = second.acknowledge, first.acknowledge
    assert [lead(people, number) for number in range(4)] == [True] * 4


def test_an_envelope_nobody_acknowledged_is_seen_as_such_in_the_log(socket_app: OpenSocket, people: People) -> None:
    app = socket_app(lambda _: None)
    assert not lead(people)
    (entry,) = people.log("command")
    assert (entry["acked"], entry["failure"], entry["response"]) == (False, "operation_timeout", None)
    app.acknowledge(app.heard[0])
    late = wait_until(lambda: people.log("ack"))[0]
    assert late["too_late"] is True
    assert late["request"]["envelope_id"] == entry["envelope_id"]


def test_commands_and_presses_are_never_sent_twice(socket_app: OpenSocket, people: People) -> None:
    app = socket_app(lambda _: None)
    assert not lead(people)
    people.does("clock", advance=600)
    assert [frame["type"] for frame in app.heard] == ["slash_commands"]
