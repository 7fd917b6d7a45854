"""The playbook's part about reports: by whose calendar they count days, and whether teams get one by themselves."""

from pydantic import StrictBool

from bot.playbook.parts import Part, Zone


class Reporting(Part):
    zone: Zone | None = None  # of days, weeks and months in reports; none: the first team's
    weekly: StrictBool = True  # every team gets its new and closed leads on Monday at 9:00 of its own zone
