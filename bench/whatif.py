"""How fast recorded leads are dealt again under two playbooks, beside the rotation alone dealing as many.

`python -m bench.whatif --full` replays 100,000 leads instead of 20,000.
"""

import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlmodel import insert

from bench.processes import ROOT
from bench.rows import Row, at_least, table, within
from bench.town import CHANNELS
from bot import people
from bot.people import Profile
from bot.playbook.playbook import Playbook, read_playbook
from bot.rules.rotation import Rotation
from bot.services import Services
from bot.whatif import comparing as whatif
from store import schema
from store.database import Database
from store.models import Lead

BEGINS = datetime(2026, 8, 24, tzinfo=UTC)
DAYS, REPS, BATCH = 90, 10, 5000
ZONES = ("Europe/Berlin", "Europe/London", "America/New_York", "Asia/Tokyo")
FULL, LONGEST_SECONDS = 100_000, 60


def measure(*, quick: bool) -> Iterator[Row]:
    yield from replayed(2000 if quick else 20_000)


def replayed(leads: int) -> Iterator[Row]:
    with tempfile.TemporaryDirectory(prefix="dibs-bench-") as folder:
        database = Database(f"sqlite:///{Path(folder) / 'dibs.db'}")
        services = town(database, leads)
        started = time.process_time()
        report = whatif.replay(services, draft(services.playbook), days=DAYS + 1)
        seconds = time.process_time() - started
        database.close()
    assert report.before.leads == report.after.leads == leads
    bare = bare_rotation(leads)
    yield at_least(f"{leads:,} leads, each dealt under two playbooks", leads / seconds, "leads/s of CPU", leads / bare)
    yield within(f"{leads:,} leads replayed", seconds, "s of CPU", LONGEST_SECONDS, floor=bare)


def town(database: Database, leads: int) -> Services:
    """Ten reps in four zones, and three months of leads that came evenly."""
    schema.upgrade(database)
    clock = [BEGINS]
    services = Services(database, read_playbook(ROOT / "playbook.toml"), lambda: clock[0])
    people.sync_teams(services, CHANNELS)
    for number in range(REPS):
        person = Profile(f"U0REP{number}", f"Rep {number}", ZONES[number % len(ZONES)])
        people.add_founding_rep(services, ["smb", "enterprise"], person)
    step = timedelta(days=DAYS) / leads
    for first in range(0, leads, BATCH):
        rows = [lead(number, BEGINS + step * number) for number in range(first, min(leads, first + BATCH))]
        with services.unit_of_work() as uow:
            uow.session.execute(insert(Lead), rows)
            uow.session.commit()
    clock[0] = BEGINS + timedelta(days=DAYS)
    return services


def lead(number: int, at: datetime) -> dict[str, object]:
    made = Lead(
        name=f"Lead {number}", email=f"lead{number}@customer{number}.example", source="web", consent=True, team_id=1,
        account=f"customer{number}.example", fields={"employees": number % 400}, stage="new", created_at=at,
    )  # fmt: skip
    return made.model_dump(exclude={"id"})


def draft(playbook: Playbook) -> Playbook:
    """The caps gone, so that every lead can be dealt."""
    teams = tuple(team.model_copy(update={"caps": type(team.caps)()}) for team in playbook.teams)
    return playbook.model_copy(update={"teams": teams})


def bare_rotation(leads: int) -> float:
    """Seconds of CPU of the rotation alone, dealing every lead twice to ten reps who are always there."""
    rotations = (Rotation(), Rotation())
    for rotation in rotations:
        for rep_id in range(REPS):
            rotation.join(rep_id)
    everybody = range(REPS)
    started = time.process_time()
    for number in range(1, leads + 1):
        for rotation in rotations:
            rotation.deal(everybody, number=number)
    return time.process_time() - started


if __name__ == "__main__":
    if sys.argv[1:] != ["--full"]:
        sys.exit("python -m bench.whatif --full")
    print(table(list(replayed(FULL))))
