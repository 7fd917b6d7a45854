"""Makes the booking pages: plain HTML without scripts, in which every word of a stranger is escaped."""

import hashlib
from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit
from zoneinfo import ZoneInfo

from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from bot.meetings.booking import CONSENT, Openings
from bot.meetings.changing import OFF, OVER, Seen
from bot.rules.meetings import slots, zones
from bot.rules.meetings.letters import spoken

HERE = Path(__file__).parent
DAYS_SHOWN = 3  # so that on a telephone the form below them is not far
AT = "%Y%m%dT%H%MZ"
NOTHING: Mapping[str, str] = {"name": "", "email": "", "words": "", "consent": ""}


@dataclass(frozen=True)
class Form:
    """Where it is sent and what it asks besides the time."""

    action: str
    heading: str
    submit: str
    asks_who: bool = False
    asks_words: bool = True
    back: str = ""
    moved_from: str = ""
    press: str = ""  # in this one page only: sent twice, it counts once


@dataclass(frozen=True)
class Shown:
    """What somebody looks at, and what they have filled in already."""

    first: str = ""  # the first day, as an ISO date
    chosen: str = ""
    given: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    mistake: str = ""
    wrong_email: bool = False


class Markups:
    """The templates, read once. `public_url` tells where our pages are, which may be below a folder of a site."""

    def __init__(self, public_url: Callable[[], str]) -> None:
        self._public_url = public_url
        loader = FileSystemLoader(HERE)
        self._made = Environment(
            loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
        )
        self._style = (HERE / "style.css").read_text(encoding="utf-8").strip()
        printed = b64encode(hashlib.sha256(self._style.encode()).digest()).decode()
        self.headers = {
            "Content-Security-Policy": f"default-src 'none'; style-src 'sha256-{printed}'; form-action 'self'; "
            "base-uri 'none'; frame-ancestors 'none'",
            "Referrer-Policy": "no-referrer", "X-Content-Type-Options": "nosniff", "Cache-Control": "no-store",
            "X-Robots-Tag": "noindex", "X-Frame-Options": "DENY",
            "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
        }  # fmt: skip

    @property
    def base(self) -> str:
        """With which every address on a page begins."""
        return urlsplit(self._public_url()).path

    def page(self, template: str, status: int = 200, **values: Any) -> HTMLResponse:
        style = Markup(self._style)  # noqa: S704 - a file of ours
        text = self._made.get_template(template).render(style=style, base=self.base, **values)
        return HTMLResponse(text, status_code=status, headers=self.headers)

    def said(
        self, heading: str, sentence: str, status: int = 200, *, link: str = "", link_says: str = ""
    ) -> HTMLResponse:  # fmt: skip
        return self.page("said.html", status, heading=heading, sentence=sentence, link=link, link_says=link_says)

    def choose(self, openings: Openings, form: Form, shown: Shown, status: int = 200) -> HTMLResponse:
        days, earlier, later = turned(openings, shown.first, shown.chosen)
        paged = {
            name: address(form.action, openings.zone, day) for name, day in (("earlier", earlier), ("later", later))
        }
        return self.page(
            "choose.html", status, heading=form.heading, minutes=openings.minutes, place=openings.place,
            guest=openings.guest,
            coming=[{"key": one.key, "when": spoken(one.starts_at, openings.zone)} for one in openings.coming],
            action=form.action, zone=openings.zone, regions=regions(), days=days, **paged, submit=form.submit,
            asks_who=form.asks_who, asks_words=form.asks_words, back=form.back, moved_from=form.moved_from,
            press=form.press,
            chosen=shown.chosen, given=shown.given, mistake=shown.mistake, wrong_email=shown.wrong_email,
            consent=CONSENT, confirms=openings.confirms,
        )  # fmt: skip

    def meeting(self, seen: Seen, *, asks: str = "") -> HTMLResponse:
        meeting = seen.meeting
        is_off = meeting.status == "cancelled"
        heading = "Cancelled" if is_off else "Your meeting is booked" if not seen.is_over else "Your meeting"
        return self.page(
            "meeting.html", heading="Cancel the meeting?" if asks else heading, host=seen.host, key=meeting.key,
            when=spoken(meeting.starts_at, meeting.zone), place=meeting.place, is_over=seen.is_over, asks=asks,
            is_link=is_link(meeting.place), again=f"{self.base}/book/{seen.token}" if is_off and seen.token else "",
            minutes=int((meeting.ends_at - meeting.starts_at).total_seconds()) // 60, over=OFF if is_off else OVER,
        )  # fmt: skip


def is_link(place: str) -> bool:
    """Only what is an address as a whole, and goes over TLS."""
    return place.startswith("https://") and not any(letter.isspace() for letter in place)


@cache
def regions() -> list[tuple[str, list[tuple[str, str]]]]:
    return [(region, [(name, zones.spoken(name)) for name in names]) for region, names in zones.choices()]


def turned(openings: Openings, first: str, chosen: str) -> tuple[list[dict[str, Any]], str, str]:
    """The days to show, and with which others begin; they begin with that of the chosen time, or with `first`."""
    days = slots.by_day(openings.times, openings.zone)
    dates = list(days)
    wanted = day_of(chosen, openings.zone) or first
    place = next((number for number, one in enumerate(dates) if one.isoformat() >= wanted), 0) if wanted else 0
    labels = slots.labels(openings.times, openings.zone)
    shown = [day(one, days[one], labels) for one in dates[place : place + DAYS_SHOWN]]
    earlier = dates[max(0, place - DAYS_SHOWN)].isoformat() if place else ""
    later = dates[place + DAYS_SHOWN].isoformat() if place + DAYS_SHOWN < len(dates) else ""
    return shown, earlier, later


def day(one: date, times: Sequence[datetime], labels: Mapping[datetime, str]) -> dict[str, Any]:
    return {
        "says": f"{one:%A}, {one.day} {one:%B}",
        "times": [{"value": f"{time.astimezone(UTC):{AT}}", "says": labels[time]} for time in times],
    }


def day_of(chosen: str, zone: str) -> str:
    at = moment(chosen)
    return at.astimezone(ZoneInfo(zone)).date().isoformat() if at else ""


def moment(text: str) -> datetime | None:
    """The time that a form sends; None when it is none that anybody could have chosen."""
    try:
        found = datetime.strptime(text, AT).replace(tzinfo=UTC)
    except ValueError:
        return None
    return found if 2000 <= found.year <= 2200 else None


def address(action: str, zone: str, first: str) -> str:
    return f"{action}?{urlencode({'zone': zone, 'from': first})}" if first else ""
