"""The playbook's part about reports: by whose calendar they count days."""

from bot.playbook.parts import Part, Zone


class Reporting(Part):
    zone: Zone | None = None  # of days, weeks and months in reports; none: the first team's
