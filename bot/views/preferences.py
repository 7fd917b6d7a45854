"""What reps settle for themselves: shown in the App Home, and asked for in a form."""

from dataclasses import dataclass, field
from datetime import datetime, time

from bot.rules.calendar import DAY_NAMES
from bot.rules.when.reading import LANGUAGES
from bot.views import forms, kit
from bot.views.answers import local_time
from bot.views.kit import Block, Strong

EDIT = "home.edit_settings"
SETTINGS, AWAY = "form.settings", "form.away"
ON, OFF = "on", "off"
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
WORDS_MAX = 60


@dataclass(frozen=True)
class Hours:
    days: tuple[str, ...]
    starts: time
    ends: time
    holidays: str = ""

    def in_words(self) -> str:
        return f"{spans(self.days)} {self.starts:%H:%M}-{self.ends:%H:%M}"


@dataclass(frozen=True)
class Settings:
    """As they are for one rep, with the team's usual beside it."""

    hours: Hours
    usual: Hours
    digest_at: time
    usual_digest_at: time
    is_digest_off: bool = False
    muted_until: datetime | None = None
    away_until: datetime | None = None
    cover: str = ""
    cover_id: str = field(default="", repr=False)  # Slack's
    language: str = "en"
    time_zone: str = "UTC"


def spans(days: tuple[str, ...]) -> str:
    """ "Mon-Fri", "Mon, Wed" """
    found: list[list[str]] = []
    for day in (name for name in DAY_NAMES if name in days):
        follows = found and DAY_NAMES.index(found[-1][-1]) + 1 == DAY_NAMES.index(day)
        if follows:
            found[-1].append(day)
        else:
            found.append([day])
    named = ([day.capitalize() for day in run] for run in found)
    runs = (f"{run[0]}-{run[-1]}" if len(run) > 2 else ", ".join(run) for run in named)
    return ", ".join(runs)


def summary(value: Settings, zone: str) -> list[Block]:
    """One line for each, and one button for all of them."""
    own = "your own" if value.hours.in_words() != value.usual.in_words() else "as your team"
    until = {name: local_time(at, zone) if at else "" for name, at in
             (("muted", value.muted_until), ("away", value.away_until))}  # fmt: skip
    rows = [
        ("Working hours", f"{value.hours.in_words()}, {own}. Offers and reminders keep to them."),
        ("Time zone", f"{value.time_zone}, as Slack has it"),
        ("Holidays", value.hours.holidays or "none"),
        ("Morning digest", "off" if value.is_digest_off else f"at {value.digest_at:%H:%M}, when there is news"),
        ("Reminders", f"muted until {until['muted']}" if until["muted"] else "on, within your working hours"),
        ("Away", f"until {until['away']}" if until["away"] else "no"),
        ("Cover", f"{value.cover}, whenever you are away" if value.cover else "nobody"),
        ("Language of dates", LANGUAGES.get(value.language, "English")),
    ]  # fmt: skip
    edit = kit.button("Edit", EDIT, "edit", style="primary", says="Edit my settings")
    return [
        kit.header("Settings"), kit.lines([(Strong(f"{name}: "), said[:300]) for name, said in rows]),
        kit.actions("settings", edit),
        kit.context("As commands: /lead settings, /lead digest 8:30, /lead mute 15:00, /lead away until monday"),
    ]  # fmt: skip


def edit(value: Settings, zone: str) -> Block:
    """Field names are where their errors are shown."""
    hours, usual = value.hours, value.usual
    return forms.form(
        SETTINGS, "Your settings", "Save",
        kit.context(f"Your team's usual: {usual.in_words()}. Times are in {value.time_zone}, as Slack has it."),
        forms.field("days", "Working days", ticked(hours.days), optional=True,
                    hint="You get offers and reminders only in your working hours. None ticked: as your team."),
        forms.field("starts", "Work starts", clock(hours.starts), optional=True),
        forms.field("ends", "Work ends", clock(hours.ends), optional=True),
        forms.field("holidays", "Public holidays of", forms.text_input(longest=20, initial=hours.holidays),
                    optional=True, hint="A country like DE, or a part of one like DE-BE. "
                    f"Empty: as your team ({usual.holidays or 'none'})."),
        forms.field("digest", "Morning digest", on_off(is_on=not value.is_digest_off)),
        forms.field("digest_at", "Digest at", clock(value.digest_at), optional=True,
                    hint=f"Empty: the usual time, {value.usual_digest_at:%H:%M}."),
        forms.field("muted", "Mute reminders until", until_when(value.muted_until, zone), optional=True,
                    hint="Like 15:00, tomorrow 9am or monday. Empty: not muted."),
        forms.field("away", "Away until", until_when(value.away_until, zone), optional=True,
                    hint="Like friday or 24 dec. You get no offers until then. Empty: not away."),
        who_covers(value.cover_id),
        forms.field("language", "Language of dates", languages(value.language),
                    hint="In which you write times, like “tomorrow 9am”. English always works."),
    )  # fmt: skip


def away(value: Settings, zone: str) -> Block:
    """Only what going away needs."""
    return forms.form(
        AWAY, "Be away", "Save",
        forms.field("away", "Until when?", until_when(value.away_until, zone),
                    hint="Like friday, monday 9am or 24 dec. You get no offers until then; your leads stay yours."),
        who_covers(value.cover_id),
    )  # fmt: skip


def who_covers(slack_id: str) -> Block:
    element: Block = {"type": "users_select", "placeholder": kit.label("Nobody")}
    if slack_id:
        element["initial_user"] = slack_id
    hint = "Works on your leads and is reminded while you are away: a colleague of your team, or a manager."
    return forms.field("cover", "Who covers for you?", element, optional=True, hint=hint)


def ticked(days: tuple[str, ...]) -> Block:
    options = [kit.option(name, key) for name, key in zip(DAYS, DAY_NAMES, strict=True)]
    chosen = [option for option in options if option["value"] in days]
    return {"type": "checkboxes", "options": options, **({"initial_options": chosen} if chosen else {})}


def clock(at: time) -> Block:
    return {"type": "timepicker", "initial_time": f"{at:%H:%M}"}


def on_off(*, is_on: bool) -> Block:
    options = [kit.option("Every working morning", ON, "when there is something to say"), kit.option("Never", OFF)]
    return {"type": "radio_buttons", "options": options, "initial_option": options[0 if is_on else 1]}


def until_when(moment: datetime | None, zone: str) -> Block:
    return forms.text_input(longest=WORDS_MAX, initial=local_time(moment, zone) if moment else "")


def languages(chosen: str) -> Block:
    options = [kit.option(name, code) for code, name in LANGUAGES.items()]
    initial = next((option for option in options if option["value"] == chosen), options[0])
    return {"type": "static_select", "options": options, "initial_option": initial}
