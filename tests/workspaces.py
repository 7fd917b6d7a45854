"""Workspaces that differ from the usual one, as files that a sandbox starts with."""

from pathlib import Path

from bot.sandbox.seed import DEFAULT_SEED


def without_charts(folder: Path) -> Path:
    """A workspace that does not take Slack's own charts and tables yet."""
    file = folder / "workspace.toml"
    usual = DEFAULT_SEED.read_text(encoding="utf-8")
    file.write_text(f'unknown_blocks = ["data_visualization", "data_table"]\n{usual}', encoding="utf-8")
    return file
