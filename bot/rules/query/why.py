"""Why a lead was found: the pieces of its fields in which the words of the search stand."""

from bot.rules.query.matching import IN_TEXT, PLAIN, Values, is_shown, value_of
from bot.rules.query.parts import Query, Test
from bot.rules.query.words import haystack

SHOWN_ANYWAY = frozenset({"name", "company"})
AROUND = 30  # characters before and after
IN_FIELDS = frozenset({"text", "name", "phone", "fields.text", "fields.name"})


def why(query: Query, values: Values) -> tuple[tuple[str, str], ...]:
    """Names of fields with what stands there, for what the list does not show anyway."""
    found: dict[str, str] = {}
    for test in query.tests:
        if test.is_not:
            continue
        for field, text in looked_at(test, values):
            hit = next((piece for wanted in test.values if (piece := around(str(wanted), text))), None)
            if hit and field not in SHOWN_ANYWAY:
                found.setdefault(field.removeprefix("fields."), hit)
                break
            if hit:
                break
    return tuple(found.items())


def looked_at(test: Test, values: Values) -> list[tuple[str, str]]:
    if test.kind == "words":
        own = {name: value for name, value in (values.get("fields") or {}).items() if is_shown(value)}
        pairs = [*((name, values.get(name)) for name in (*PLAIN, *IN_TEXT)), *own.items()]
    else:
        pairs = [(test.field, value_of(test.field, values))] if test.kind in IN_FIELDS else []
    return [(name, str(value)) for name, value in pairs if value is not None]


def around(wanted: str, text: str) -> str | None:
    """The piece of the text in which the words stand, or none."""
    if wanted not in haystack(text) and wanted not in text:
        return None
    if len(text) <= 3 * AROUND:
        return " ".join(text.split())
    words = text.split()
    for number in range(len(words)):
        if wanted.strip() in haystack(*words[number : number + len(wanted.split())]):
            piece = " ".join(words[max(0, number - 4) : number + 6])
            return f"{'… ' if number > 4 else ''}{piece[: 4 * AROUND]} …"
    return None
