"""One run of kills from start to verdict: a sandbox, whoever gives and takes the lives, and a judge."""

import dataclasses
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from slack_sdk import WebClient

from bot.sandbox.seed import read_seed
from store.database import Database
from tests.preloaded import forker, running
from tests.scenarios.kill import town
from tests.scenarios.kill.judge import Verdict, judge
from tests.scenarios.kill.life import Plan
from tests.scenarios.kill.stage import Script

LATENCY_MS = ("0", "15")  # before Slack has the message, and again before the bot learns of it
NONE = ("0", "0")


def run_kills(
    database: Database,
    folder: Path,
    *,
    seed: int,
    kills: int,
    replicas: int = 1,
    longest: float = 0.150,
    pauses: float = 0.0,
    bug: str = "",
) -> Verdict:
    """Kill that many lives of the bot, let one live, and judge what they have done together."""
    town.settle_people(database)
    seed_file, plan_file, acks = folder / "workspace.toml", folder / "plan.json", folder / "acks"
    town.write_seed(seed_file)
    acks.touch()
    token = read_seed(seed_file).app.bot_token
    with local_slack(seed_file, folder / "slack.log") as url:
        plan = Plan(
            seed=seed, kills=kills, replicas=replicas, database_url=database.url, api_url=f"{url}/api/",
            token=token, acks=str(acks), longest=longest, pauses=pauses, bug=bug,
        )  # fmt: skip
        plan_file.write_text(json.dumps(dataclasses.asdict(plan)), encoding="utf-8")
        with (folder / "lives.log").open("w") as log:
            lives = forker().start("-m", "tests.scenarios.kill.zygote", str(plan_file), out=log, err=log)
            ended = lives.wait(300 + 2 * kills)
        verdict = judge(database, url, WebClient(token, base_url=plan.api_url, retry_handlers=[]), acks)
    verdict.kills = kills
    if ended:
        verdict.broken.append(f"the last life ended badly, see {folder / 'lives.log'}")
    return verdict


def play_points(database: Database, folder: Path, points: list[str], *, bug: str = "") -> dict[str, list[str]]:
    """End lives of the bot at these named points; the promises that were not kept at each."""
    town.settle_people(database)
    seed_file, plan_file, verdicts = folder / "workspace.toml", folder / "plan.json", folder / "verdicts.json"
    town.write_seed(seed_file)
    token = read_seed(seed_file).app.bot_token
    with local_slack(seed_file, folder / "slack.log", latency=NONE) as url, (folder / "lives.log").open("w") as log:
        plan = Script(tuple(points), database.url, url, token, str(verdicts), bug)
        plan_file.write_text(json.dumps(dataclasses.asdict(plan)), encoding="utf-8")
        lives = forker().start("-m", "tests.scenarios.kill.stage", str(plan_file), out=log, err=log)
        ended = lives.wait(800)
    assert ended == 0, (folder / "lives.log").read_text(encoding="utf-8")[-2000:]
    return dict(json.loads(verdicts.read_text(encoding="utf-8")))


@contextmanager
def local_slack(seed: Path, log: Path, *, latency: tuple[str, str] = LATENCY_MS) -> Iterator[str]:
    """The sandbox as a process of its own: it outlives the bot, as Slack does."""
    command = ["-m", "bot.sandbox", "--seed", str(seed), "--no-rate-limits", "--latency-ms", *latency]
    with log.open("w") as complaints, running(*command, err=complaints) as printed:
        ready = printed.readline()
        assert ready.startswith("sandbox ready "), ready
        yield ready.split()[-1]
