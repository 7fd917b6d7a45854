"""A report comes by itself through the real bot: set up by command, sent as time passes, muted by its button."""

from pathlib import Path

from bot.views import report, report_alerts, report_schedules
from tests.world import buttons, said, world


def test_a_report_and_an_alert_come_by_themselves_say_why_and_can_be_muted(tmp_path: Path) -> None:
    with world(f"sqlite:///{tmp_path / 'dibs.db'}") as there:
        number = there.lead()
        there.card(number)
        answer = there.command("dana", "/report schedule pipeline daily 9:00 #leads-smb")
        assert "first on Wednesday, 25 November" in said(answer)
        assert "Set: unclaimed 45." in said(there.command("dana", "/report alert unclaimed 45"))
        there.advance(hours=23, minutes=35)

        came = there.saying("The same numbers again: /report pipeline 2026-11-25..2026-11-25 as of")
        assert "1 open lead" in came["text"]
        assert "Every day at 9:00, set up by Dana." in said(came)
        assert buttons(came)[-3:] == [report_schedules.MUTE_WEEK, report_schedules.MUTE, report_schedules.REMOVE]
        assert report.SHARE not in buttons(came)
        again = there.command("bob", "/report pipeline")
        assert "0 open leads" in said(again) or "No lead is open" in said(again)

        there.click("bob", came, report_schedules.MUTE_WEEK)
        there.saying("Only whoever set this up, and managers, can change it.", user="bob")
        there.click("dana", came, report_schedules.MUTE_WEEK)
        there.saying("Muted for a week: “pipeline” every day at 9:00.", user="dana")

        dm = there.dm_channel("dana")
        alert = there.saying("has waited over 45 working minutes", channel=dm, user="dana")
        there.click("dana", alert, report_alerts.REMOVE, channel=dm)
        there.saying("Removed: the alert “unclaimed 45”.", channel=dm, user="dana")
