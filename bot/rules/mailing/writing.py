"""What stands in a letter: the words with the small print below them, and the same as a page. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from jinja2 import Environment, StrictUndefined, Template

from bot.rules.mailing.links import Piece, pieces

# No remote image, no script, no style from elsewhere: a letter shows the same wherever it is opened, and tells nobody.
# The one image is that of the measured ones.
PAGE = """\
<!doctype html>
<html><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{{ subject }}</title></head>
<body style="margin:0;padding:16px;font:16px/1.5 sans-serif;color:#1d1c1d;background:#fff">
{%- macro shown(paragraph) -%}
{%- for line in paragraph -%}
{%- if not loop.first %}<br>{% endif -%}
{%- for piece in line -%}
{%- if piece.href %}<a href="{{ piece.href }}">{{ piece.text }}</a>{% else %}{{ piece.text }}{% endif -%}
{%- endfor -%}
{%- endfor -%}
{%- endmacro %}
<div style="max-width:600px">
{%- for paragraph in body %}
<p>{{ shown(paragraph) }}</p>
{%- endfor %}
<hr style="border:0;border-top:1px solid #ccc">
{%- for paragraph in small_print %}
<p style="font-size:13px;color:#555">{{ shown(paragraph) }}</p>
{%- endfor %}
</div>
{%- if pixel %}
<img src="{{ pixel }}" width="1" height="1" alt="">
{%- endif %}
</body></html>
"""
PAGE_MAX = 200_000
Paragraph = list[list[Piece]]


@dataclass(frozen=True)
class SmallPrint:
    """Who writes, why, from where, and how it ends."""

    who: str
    why: str = ""
    address: str = ""
    stop_url: str = ""
    is_measured: bool = False

    def lines(self) -> list[str]:
        told = [f"{self.who} sent you this.{' Why: ' + sentence(self.why) if self.why else ''}"]
        if self.is_measured:
            told.append("As you allowed, we see whether you open this e-mail and which of its links you follow.")
        if self.stop_url:
            told.append(f"No more e-mails like this: {self.stop_url}")
        return [*told, self.address] if self.address else told

    def shown(self, line: str) -> list[Piece]:
        """Only the way out can be pressed: what somebody once agreed to may hold links of theirs."""
        before, stop, _ = line.rpartition(self.stop_url) if self.stop_url else ("", "", "")
        return [Piece(before), Piece("unsubscribe", stop)] if stop else [Piece(line)]


@dataclass(frozen=True)
class Measured:
    """Where the measured links lead first, and the image that tells of an opening."""

    instead: Mapping[str, str]
    pixel: str


def sentence(text: str) -> str:
    said = text.strip()
    ends = said.rstrip("”\"'").endswith((".", "!", "?"))  # what they agreed to is quoted, and may be a sentence
    return f"{said}." if said and not ends else said


def with_small_print(text: str, small_print: SmallPrint) -> str:
    """The plain words; the line of two dashes and a space is what mail programs know the small print by."""
    return "\n".join([text.strip(), "", "-- ", *small_print.lines(), ""])


def as_page(subject: str, text: str, small_print: SmallPrint, measured: Measured | None = None) -> str:
    """The same as HTML; whatever stands in the words stays words. Empty when it would be of no reasonable size."""
    made: str = page().render(
        subject=subject, body=paragraphs(text, measured.instead if measured else {}),
        small_print=[[small_print.shown(line) for line in small_print.lines()]],
        pixel=measured.pixel if measured else "",
    )  # fmt: skip
    return made if len(made) <= PAGE_MAX else ""


def paragraphs(text: str, instead: Mapping[str, str]) -> list[Paragraph]:
    return [
        [list(pieces(line, instead)) for line in lines]
        for lines in grouped(text.strip().splitlines())
    ]  # fmt: skip


def grouped(lines: list[str]) -> Iterator[list[str]]:
    """Lines that stand together, between blank ones."""
    group: list[str] = []
    for line in [*lines, ""]:
        if line.strip():
            group.append(line.strip())
        elif group:
            yield group
            group = []


@lru_cache(maxsize=1)
def page() -> Template:
    return Environment(autoescape=True, undefined=StrictUndefined).from_string(PAGE)
