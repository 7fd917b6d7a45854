"""The forms that a report is asked with: what they say at first, and what comes of what was filled in."""

from collections.abc import Mapping
from datetime import timedelta
from zoneinfo import ZoneInfo

from bot.errors import InvalidInputError, Problem
from bot.reports.asking import Inquiry, Kinds, asker
from bot.reports.custom import BY, CUSTOM, MEASURES
from bot.reports.table import REPORTS
from bot.rules.asking import periods
from bot.rules.asking.known import Known, QuestionError
from bot.rules.asking.question import Question
from bot.rules.asking.words import against_words, quoted
from bot.services import Services
from bot.views import report_forms as views
from bot.views.kit import Block
from bot.views.report_forms import ANY, Choices, Chosen

SAID = {  # how what a field holds is said in a question
    views.TEAM: "team:", views.SOURCE: "source:", views.REP: "rep:", views.SEGMENT: "segment:", views.BY: "by:",
    views.MEASURE: "measure:", views.AS_OF: "as of ", views.AGAINST: "vs ",
}  # fmt: skip


def refine_form(services: Services, slack_id: str, words: str, about: str, kinds: Kinds = REPORTS) -> Block:
    """Raises:
    NotAllowedError, QuestionError: as they say.
    """
    now = services.now()
    with services.reading() as uow:
        inquiry = Inquiry(services, uow, asker(uow, slack_id), now, kinds)
        asked = inquiry.question(words)
        inquiry.asked(asked)
        if asked.report == CUSTOM.name:
            return views.custom(custom_choices(inquiry), chosen(asked, inquiry), about)
        by = tuple(dict.fromkeys(one for kind in kinds for one in kind.by))
        names = tuple(kind.name for kind in kinds if kind.name != CUSTOM.name)
        return views.refine(Choices(names, teams_of(inquiry), by), chosen(asked, inquiry), about)


def custom_form(services: Services, slack_id: str, about: str) -> Block:
    """Raises:
    NotAllowedError: nobody has added them to a team.
    """
    now = services.now()
    with services.reading() as uow:
        inquiry = Inquiry(services, uow, asker(uow, slack_id), now, (CUSTOM,))
        return views.custom(custom_choices(inquiry), Chosen(when="last month", by=BY[0]), about)


def custom_choices(inquiry: Inquiry) -> Choices:
    return Choices((), teams_of(inquiry), BY, inquiry.known.segments, tuple(MEASURES.items()))


def teams_of(inquiry: Inquiry) -> tuple[str, ...]:
    """Those that they may ask about."""
    mine = inquiry.who.sees_teams if inquiry.who else None
    return tuple(name for name, team_id in inquiry.teams.items() if mine is None or team_id in mine)


def chosen(asked: Question, inquiry: Inquiry) -> Chosen:
    return Chosen(
        asked.report, periods.spoken(asked.period, inquiry.known.today), ",".join(asked.teams),
        ", ".join(quoted(source) for source in asked.sources), asked.people, asked.by,
        against_words(asked, inquiry.known).removeprefix(" vs "), asked.segment, asked.option("measure"),
        as_of=as_of_day(asked, inquiry.known),
    )  # fmt: skip


def as_of_day(asked: Question, known: Known) -> str:
    """The day that was named; of what was asked as of now, or as usual, none."""
    day = (asked.as_of.astimezone(ZoneInfo(known.zone)) - timedelta(days=1)).date()
    ends = known.midnight(day + timedelta(days=1))
    return day.isoformat() if asked.as_of == ends != known.midnight(asked.period.ends) else ""


def words_from(
    services: Services, slack_id: str, report: str, values: Mapping[str, str], *,
    before: str = "", kinds: Kinds = REPORTS,
) -> str:  # fmt: skip
    """What the filled form asks, in words that move on with the days. It asks for nothing that only one report knows:
    of the same report as before, that is kept.

    Raises:
        InvalidInputError: what is wrong is said on the field.
        NotAllowedError: they may not see it.
    """
    now = services.now()
    with services.reading() as uow:
        inquiry = Inquiry(services, uow, asker(uow, slack_id), now, kinds)
        said = {views.WHEN: values.get(views.WHEN, "").strip(), **said_in(values)}
        problems = []
        for field, piece in said.items():
            try:
                inquiry.question(f"{report} {piece}")
            except QuestionError as error:
                problems.append(Problem(field, str(error)))
        if problems:
            raise InvalidInputError(problems)
        words = " ".join([report, *kept(inquiry, report, before), *(piece for piece in said.values() if piece)])
        inquiry.asked(inquiry.question(words))
        return words


def kept(inquiry: Inquiry, report: str, before: str) -> list[str]:
    asked = inquiry.question(before) if before else None
    if asked is None or asked.report != report or report == CUSTOM.name:
        return []
    segment = [f"segment:{quoted(asked.segment)}"] if asked.segment else []
    return [*segment, *(f"{name}:{quoted(value)}" for name, value in asked.options)]


def said_in(values: Mapping[str, str]) -> dict[str, str]:
    """What was chosen or typed, as the words of a question; what was left out says nothing."""
    found = {}
    for field, prefix in SAID.items():
        value = values.get(field, "").strip()
        if value and value != ANY:
            is_list, is_name = field in (views.TEAM, views.SOURCE), field == views.SEGMENT
            found[field] = prefix + (spaced(value) if is_list else quoted(value) if is_name else value)
    return found


def spaced(sources: str) -> str:
    """Names parted by commas; those with spaces in them need quotes."""
    return ",".join(quoted(one.strip().strip('"“”')) for one in sources.split(",") if one.strip())
