"""Reads `/report funnel last quarter team:smb vs previous` into a question, or says which word is not known."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from bot.rules.asking import periods
from bot.rules.asking.known import Kind, Known, QuestionError
from bot.rules.asking.periods import NoPeriodError, period_of
from bot.rules.asking.question import Period, Question
from bot.rules.asking.words import folded, in_words, plain_quotes, quoted, unquoted
from bot.rules.query.typos import meant

LONGEST = 500
MOST_NAMES = 20  # of one filter
VERSUS = frozenset({"vs", "vs.", "versus"})
INSTANT = timedelta(microseconds=1)
_PIECE = re.compile(r'(?:[^\s"“”]|["“][^"”]*["”]?|”)+')
_PART = re.compile(r'(?:[^,"“”]|["“][^"”]*["”]?|”)+')
_TERM = re.compile(r"([a-zA-Z][\w-]*)[:=](.*)", re.DOTALL)
_ID = re.compile(r"@?([UW][A-Z0-9]{2,20})")
EARLIEST = datetime(periods.BEGINNING.year, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Said:
    """What one side of a question says; what it leaves out is empty."""

    period: Period | None = None
    as_of: datetime | None = None
    teams: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    segment: str = ""
    by: str = ""
    options: tuple[tuple[str, str], ...] = ()


def read(text: str, known: Known) -> Question:
    """The question that the words ask.

    Raises:
        QuestionError: with a sentence for the first word that is not understood.
    """
    if len(text) > LONGEST:
        raise QuestionError(f"A question has at most {LONGEST} characters; this one has {len(text)}.")
    pieces = [plain_quotes(piece) for piece in _PIECE.findall(text)]
    if not pieces:
        raise QuestionError("Say which report you want, like: /report pipeline")
    kind = known.kind(unquoted(pieces[0]))
    if kind is None:
        raise QuestionError(no_report(unquoted(pieces[0]), [kind.name for kind in known.kinds]))
    try:
        return understood(kind, pieces[1:], known)
    except NoPeriodError as error:
        raise QuestionError(f"{error} Example: /report {kind.example}") from None


def no_report(word: str, names: Sequence[str]) -> str:
    guess = next(iter(meant(word.casefold(), dict.fromkeys(names, 1), most=1)), "")
    hint = f" Did you mean “{guess}”?" if guess else ""
    example = f"Example: /report {guess or next(iter(names), 'help')}"
    return f"I do not know “/report {word[:30]}”.{hint} I know {', '.join(names)}. {example}"


def understood(kind: Kind, pieces: list[str], known: Known) -> Question:
    places = [number for number, piece in enumerate(pieces) if piece.casefold() in VERSUS]
    if len(places) > 1:
        raise QuestionError(f"Compare with one thing at a time. Example: /report {kind.name} vs previous")
    end = places[0] if places else len(pieces)
    said = Reader(kind, known, pieces).said(pieces[:end])
    period = said.period or usual(kind, known)
    if kind.is_of_now and (places or said.as_of or period != usual(kind, known)):
        raise QuestionError(f"The report {kind.name} tells of now alone. Ask it without a time and without vs.")
    as_of = said.as_of or usual_as_of(period, known)
    question = Question(
        kind.name, period, as_of, said.teams, said.people, said.sources, said.segment,
        said.by or next(iter(kind.by), ""), said.options,
    )  # fmt: skip
    if places:
        question = replace(question, against=beside(question, pieces[end + 1 :], kind, known))
    words = in_words(question, known, is_of_now=kind.is_of_now)
    if len(words) > LONGEST:
        raise QuestionError("This asks for too much at once. Name fewer sources or people.")
    return replace(question, words=words)


def usual(kind: Kind, known: Known) -> Period:
    found = period_of(kind.usual_period, known.today)
    if found is None:
        raise QuestionError(f"{kind.usual_period} is no period.")
    return found


def beside(question: Question, pieces: list[str], kind: Kind, known: Known) -> Question:
    """The same question about the time before, another team …"""
    words = " ".join(pieces).casefold()
    if not words:
        raise QuestionError(f"Say what to compare with. Example: /report {kind.name} vs previous")
    if words in ("previous", "before", "last year", "year ago", "a year ago"):
        period = periods.previous(question.period) if words in ("previous", "before") else (
            periods.year_before(question.period)
        )  # fmt: skip
        return replace(question, period=period, as_of=just_as_far(question, period, known))
    said = Reader(kind, known, ["vs", *pieces]).said(pieces)
    if said == Said():
        raise QuestionError(f"Say what to compare with. Example: /report {kind.name} vs previous")
    period = said.period or question.period
    as_of = said.as_of or (usual_as_of(period, known) if said.period else question.as_of)
    return replace(
        question, period=period, as_of=as_of, teams=said.teams or question.teams,
        people=said.people or question.people, sources=said.sources or question.sources,
        segment=said.segment or question.segment, by=said.by or question.by,
        options=tuple({**dict(question.options), **dict(said.options)}.items()),
    )  # fmt: skip


def just_as_far(question: Question, period: Period, known: Known) -> datetime:
    """A month that has not ended is compared with what was known on the same day of the one before: else it loses."""
    starts, ends = (known.midnight(day) for day in (question.period.starts, question.period.ends))
    before, over = known.midnight(period.starts), known.midnight(period.ends)
    if question.as_of >= ends:
        return min(over + (question.as_of - ends), known.now + INSTANT)
    return min(before + max(question.as_of - starts, timedelta(0)), over)


def usual_as_of(period: Period, known: Known) -> datetime:
    """The end of what is over; else this moment, with all that has been written down in it."""
    return min(known.midnight(period.ends), known.now + INSTANT)


class Reader:
    """Reads one side of a question, piece by piece."""

    def __init__(self, kind: Kind, known: Known, typed: list[str]) -> None:
        self._kind, self._known = kind, known
        self._typed = typed  # all of it, for the example
        self._options = dict(kind.options)

    def said(self, pieces: list[str]) -> Said:
        said, at = Said(), 0
        while at < len(pieces):
            said, used = self._next(said, pieces[at:])
            at += used
        return said

    def _next(self, said: Said, rest: list[str]) -> tuple[Said, int]:
        if rest[0].casefold() == "as" and rest[1:2] and rest[1].casefold() == "of":
            moment, used = self._moment(rest[2:])
            return replace(said, as_of=moment), used + 2
        if rest[0].casefold() == "by" and len(rest) > 1:
            return self._filter(said, "by", rest[1]), 2
        if term := _TERM.fullmatch(rest[0]):
            return self._filter(said, term[1].casefold(), term[2]), 1
        if rest[0].startswith("@"):
            return self._filter(said, "rep", rest[0]), 1
        for length in range(min(periods.LONGEST_PHRASE, len(rest)), 0, -1):
            found = period_of(" ".join(rest[:length]), self._known.today)
            if found and said.period and found != said.period:
                raise QuestionError(f"Name one period; these are two: {said.period.name} and {found.name}.")
            if found:
                return replace(said, period=found), length
        if unquoted(rest[0]).casefold() in map(folded, self._known.teams):
            return self._filter(said, "team", rest[0]), 1
        raise QuestionError(self._unknown(rest))

    def _moment(self, rest: list[str]) -> tuple[datetime, int]:
        """A day means all of it, as far as it is over."""
        latest = self._known.now + INSTANT
        moment = exact(rest[0]) if rest else None
        if moment is not None and moment < EARLIEST:
            raise NoPeriodError(f"“{rest[0][:40]}” is further away than there is anything to tell of.")
        if moment is not None:
            return min(moment, latest).astimezone(UTC), 1
        for length in range(min(periods.LONGEST_PHRASE, len(rest)), 0, -1):
            found = period_of(" ".join(rest[:length]), self._known.today)
            if found:
                return min(self._known.midnight(found.ends), latest), length
        raise QuestionError(f"Say as of which day. Example: /report {self._kind.name} as of {self._known.today}")

    def _filter(self, said: Said, name: str, value: str) -> Said:
        name = {"teams": "team", "sources": "source", "reps": "rep", "person": "rep", "owner": "rep"}.get(name, name)
        values = [unquoted(part) for part in _PART.findall(value) if unquoted(part)][: MOST_NAMES + 1]
        if name not in self._names():
            raise QuestionError(self._unknown([name]))
        if name in ("team", "source", "rep", "segment") and name not in self._kind.filters:
            raise QuestionError(f"The report {self._kind.name} cannot be asked for one {name} alone.")
        if not values:
            raise QuestionError(f"Say which {name}, right after the colon: {self._example(name)}")
        if len(values) > MOST_NAMES:
            raise QuestionError(f"Name at most {MOST_NAMES} of {name}.")
        return self._narrowed(said, name, values)

    def _narrowed(self, said: Said, name: str, values: list[str]) -> Said:
        known = self._known
        match name:
            case "team":
                return replace(said, teams=merged(said.teams, [self._one(v, known.teams, name) for v in values]))
            case "source":
                return replace(said, sources=merged(said.sources, [self._one(v, known.sources, name) for v in values]))
            case "rep":
                return replace(said, people=merged(said.people, [self._person(value) for value in values]))
            case "segment":
                return replace(said, segment=self._one(values[0], known.segments, name))
            case "by":
                return replace(said, by=self._one(values[0], self._kind.by, name))
            case _:
                chosen = self._one(values[0], self._options[name], name) if self._options[name] else values[0]
                return replace(said, options=tuple(sorted({**dict(said.options), name: chosen}.items())))

    def _one(self, value: str, names: Collection[str], what: str) -> str:
        by_spelling = {folded(one): one for one in reversed(tuple(names))}
        found = value if value in names else by_spelling.get(folded(value))
        if found is None:
            raise QuestionError(self._no_such(value, names, what))
        return found

    def _person(self, value: str) -> str:
        people = self._known.people
        given = _ID.fullmatch(value)
        if given and given[1] in people:
            return given[1]
        plain = folded(value.removeprefix("@"))
        if plain == "me" and self._known.me:
            return self._known.me
        whole = [slack_id for slack_id, name in people.items() if folded(name) == plain]
        found = whole or [slack_id for slack_id, name in people.items() if folded(name).split()[:1] == [plain]]
        if len(found) == 1:
            return found[0]
        if found:
            raise QuestionError(f"Several are called “{value[:30]}”. Mention the one you mean with @.")
        first_names = {name.split()[0]: name for name in people.values() if name.split()}
        raise QuestionError(self._no_such(value, {*people.values(), *first_names}, "rep"))

    # --- what is not understood

    def _names(self) -> tuple[str, ...]:
        return ("team", "source", "rep", "segment", "by", *self._options)

    def _teams(self) -> list[str]:
        return [team for team in self._known.teams if team not in self._known.unsaid]

    def _no_such(self, value: str, every: Collection[str], what: str) -> str:
        names = [one for one in every if one not in self._known.unsaid]
        guess = next(iter(meant(value.casefold(), {folded(one): 1 for one in names}, most=1)), "")
        shown = next((one for one in names if folded(one) == guess), "")
        if shown:
            return f"I do not know the {what} “{value[:30]}”. Did you mean “{shown}”? {self._example(what, shown)}"
        if not names:
            return f"There is no {what} to choose for the report {self._kind.name}."
        listed = ", ".join(sorted(names)[:10])
        return f"I do not know the {what} “{value[:30]}”. I know {listed}{' …' if len(names) > 10 else ''}."

    def _unknown(self, rest: list[str]) -> str:
        vocabulary = {*periods.WORDS, *self._names(), *(folded(team) for team in self._teams()), "as", "of", "vs"}
        run = [unquoted(piece) for piece in rest[: periods.LONGEST_PHRASE]]
        strange = [word for word in run if word.casefold() not in vocabulary and not word.isdigit()]
        if not strange or (run[0].casefold() in ("by", "team", "source", "rep", "segment") and len(run) == 1):
            return f"I do not understand “{' '.join(run)[:60]}”. Say when like: {periods.EXAMPLES}."
        likely = dict.fromkeys(vocabulary | {*self._kind.by, *(v for o in self._options.values() for v in o)}, 1)
        guess = next(iter(meant(strange[0].casefold(), likely, most=1)), "")
        if not guess:
            return f"I do not know “{strange[0][:30]}”. Example: /report {self._kind.example}"
        better = " ".join(guess if unquoted(piece) == strange[0] else piece for piece in self._typed)
        shown = f"{self._kind.name} {better}".replace(f"{strange[0]}:", f"{guess}:")
        return f"I do not know “{strange[0][:30]}”. Did you mean “{guess}”? Example: /report {shown[:200]}"

    def _example(self, name: str, value: str = "") -> str:
        usual = {"team": self._teams(), "source": self._known.sources, "by": self._kind.by}.get(name, ())
        shown = value or next(iter(usual), "@somebody" if name == "rep" else "…")
        return f"Example: /report {self._kind.name} {name}:{quoted(shown)}"


def exact(word: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(word)
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None


def merged(before: tuple[str, ...], more: list[str]) -> tuple[str, ...]:
    return tuple(sorted({*before, *more}))
