"""Scores beside what was won: one row a band, and in plain words whether the score tells anything."""

from bot.rules.calibration import ENOUGH, Band, Calibration
from bot.views import kit
from bot.views.kit import Message, Strong, plural
from bot.views.reports import table

NOTE = "Leads are counted with the score they arrived with, before anybody worked on them, by the rules of that day."


def calibration(value: Calibration) -> Message:
    said = verdict(value)
    if not value.closed:
        return kit.say(Strong("Scores and wins. "), said)
    head = ["Score", "Closed", "Won", "Share won", "95 % sure it is"]
    blocks = (
        kit.line(Strong("Scores and wins. "), said), table([head, *(row(band) for band in value.bands)]),
        kit.context(NOTE),
    )  # fmt: skip
    return Message(kit.fallback("Scores and wins. ", said), blocks)


def verdict(value: Calibration) -> str:
    counts = f"{plural(value.won, 'lead')} won, {value.lost} lost."
    if value.finding == "too little":
        return f"{counts} Too little is known to judge the score: that takes {ENOUGH} of each."
    often = (
        f"Of a won and a lost lead, the won one had the higher score in {percent(value.auc)} of cases "
        f"(95 % sure: {percent(value.low)} to {percent(value.high)}; chance is 50 %)."
    )
    meaning = {
        "better": "The score tells won from lost better than chance.",
        "chance": "The score is no better than chance. Look at the rules, or wait for more leads to close.",
        "worse": "The score is worse than chance: low scores are won more often. Change the rules.",
    }  # fmt: skip
    return f"{counts} {meaning[value.finding]} {often}"


def row(band: Band) -> list[str]:
    low, high = band.interval
    known = [percent(band.share), f"{percent(low)} to {percent(high)}"] if band.share is not None else ["—", "—"]
    return [f"{band.low} to {band.high}", str(band.closed), str(band.won), *known]


def percent(share: float) -> str:
    return f"{share:.0%}".replace("%", " %")
