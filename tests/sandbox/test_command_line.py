"""The sandbox as a program of its own."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import httpx

from tests.sandbox.driver import MANIFEST


def test_it_says_where_it_listens_and_stops_when_told(tmp_path: Path) -> None:
    manifest = tmp_path / "manifest.json"
    manifest.write_text(json.dumps(MANIFEST), encoding="utf-8")
    command = [sys.executable, "-m", "bot.sandbox", "--manifest", str(manifest), "--latency-ms", "0", "1"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        words = process.stdout.readline().split()
        assert words[:2] == ["sandbox", "ready"]
        state = httpx.get(f"{words[2]}/sandbox/state", trust_env=False).json()
        assert [each["command"] for each in state["commands"]] == ["/lead", "/who"]
        process.send_signal(signal.SIGTERM)
        assert process.wait(5) == 0
