"""The links in a letter's words: which are pressable, and where each leads. Pure."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

LINK_MAX = 2000
MOST_LINKS = 20  # of a letter, whose clicks are counted
_LINK = re.compile(r"(?:https?://|mailto:)[^\s<>\"]{3,2000}", re.IGNORECASE)
_AFTER = ".,;:!?'*_"  # what ends the sentence, not the address
_MAILTO = re.compile(r"mailto:[^\s@,;?&%]{1,64}@[A-Za-z0-9.-]{1,253}", re.IGNORECASE)


@dataclass(frozen=True)
class Piece:
    """Some words of a line; with an address when they can be pressed."""

    text: str
    href: str = ""


def pieces(line: str, instead: Mapping[str, str]) -> Iterator[Piece]:
    """The line in words and links; `instead` says where a link leads first, if not straight to where it says."""
    place = 0
    for found in _LINK.finditer(line):
        link = trimmed(found.group())
        if not is_link(link):
            continue
        if found.start() > place:
            yield Piece(line[place : found.start()])
        yield Piece(link, instead.get(link, link))
        place = found.start() + len(link)
    if place < len(line):
        yield Piece(line[place:])


def links_of(text: str) -> list[str]:
    """Each page the text leads to, once, in its order."""
    found = (trimmed(one) for one in _LINK.findall(text))
    return list(dict.fromkeys(link for link in found if is_page(link)))[:MOST_LINKS]


def trimmed(link: str) -> str:
    """Without what follows it in the sentence; a bracket belongs to it when it began in it."""
    while link:
        last = link[-1]
        unopened = last in ")]}" and link.count(last) > link.count({")": "(", "]": "[", "}": "{"}[last])
        if last not in _AFTER and not unopened:
            break
        link = link[:-1]
    return link


def is_link(link: str) -> bool:
    return is_page(link) or _MAILTO.fullmatch(link) is not None


def is_page(link: str) -> bool:
    """An address on the web that is what it looks like: nobody's name stands before its host."""
    if len(link) > LINK_MAX or not link.isprintable() or "\\" in link:
        return False
    try:
        parts = urlsplit(link)
        return parts.scheme.lower() in ("http", "https") and bool(parts.hostname) and "@" not in parts.netloc
    except ValueError:
        return False


def path_of(link: str, ours: str = "") -> str:
    """What a click is remembered by: the path of the page, or its host when it has none.

    Of a page of our own only which kind it is: the rest of its address is a key, and nobody but the lead needs it.
    """
    if ours and link.startswith(f"{ours}/"):
        return "/" + link.removeprefix(f"{ours}/").partition("/")[0]
    parts = urlsplit(link)
    return parts.path if len(parts.path) > 1 else str(parts.hostname)
