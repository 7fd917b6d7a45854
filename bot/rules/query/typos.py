"""What a mistyped word could have been: one slip of the finger away, or close to a word that leads have."""

from collections.abc import Mapping

from rapidfuzz.distance import OSA

SHORTEST = 3  # letters; a shorter word is too many others
LONGEST = 24
LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"
NEAR = 0.6


def variants(word: str) -> set[str]:
    """Every word that one slip makes of it: a letter left out, doubled by another, swapped or wrong."""
    if not SHORTEST <= len(word) <= LONGEST:
        return set()
    parted = [(word[:at], word[at:]) for at in range(len(word) + 1)]
    left_out = {head + tail[1:] for head, tail in parted if tail}
    swapped = {head + tail[1] + tail[0] + tail[2:] for head, tail in parted if len(tail) > 1}
    wrong = {head + letter + tail[1:] for head, tail in parted if tail for letter in LETTERS}
    added = {head + letter + tail for head, tail in parted for letter in LETTERS}
    return (left_out | swapped | wrong | added) - {word, ""}


def meant(word: str, seen: Mapping[str, int], *, most: int = 3) -> list[str]:
    """The likeliest of the words that leads have, with how often each was seen."""
    likely = [(OSA.normalized_similarity(word, one), count, one) for one, count in seen.items() if one != word]
    return [one for likeness, _, one in sorted(likely, reverse=True) if likeness >= NEAR][:most]
