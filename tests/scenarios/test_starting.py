"""Starting against a workspace that is not quite as the settings say."""

from pathlib import Path

from tests.world import world


def test_a_manager_id_that_slack_does_not_know_costs_only_itself(tmp_path: Path) -> None:
    with world(f"sqlite:///{tmp_path / 'dibs.db'}", DIBS_MANAGERS="U0NOBODY,U0DANA") as there:
        there.card(there.lead())
        assert "1 open lead" in there.command("dana", "/report pipeline")["text"]


def test_quotes_around_a_name_are_not_part_of_it(tmp_path: Path) -> None:
    with world(f"sqlite:///{tmp_path / 'dibs.db'}") as there:
        there.lead(name="Jane Doe")
        assert "is yours" in there.command("alice", '/lead claim "Jane Doe"')["text"]
