"""How well leads are told apart, on pairs that nobody chose to please the rules: the figures in docs/matching.md."""

import csv
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations
from math import sqrt
from pathlib import Path

from bot.playbook.matching import Matching
from bot.rules.matching import Known, best, blocks_of
from tests.rules.labelled_pairs import pairs

FEBRL = Path(__file__).parents[1] / "data" / "people" / "febrl1.csv"
SEED, COUNT = 20_261_122, 12_000
Z = 2.576  # 99 % of the normal distribution


@dataclass(frozen=True)
class Figures:
    """How often it was right to join, and how many of those who are one person were joined, or at least asked about."""

    joined: int
    wrongly: int
    asked: int
    pairs: int

    @property
    def precision(self) -> float:
        return 1 - self.wrongly / self.joined

    @property
    def recall(self) -> float:
        return (self.joined - self.wrongly) / self.pairs

    @property
    def recall_with_questions(self) -> float:
        return (self.joined - self.wrongly + self.asked) / self.pairs

    def at_least(self) -> float:
        """The lower bound of precision (E. B. Wilson: Probable Inference, J. Am. Stat. Assoc. 22, 1927, 209-212)."""
        n, p = self.joined, self.precision
        middle, spread = p + Z * Z / (2 * n), Z * sqrt(p * (1 - p) / n + Z * Z / (4 * n * n))
        return (middle - spread) / (1 + Z * Z / n)

    def __str__(self) -> str:
        return (
            f"{self.joined} joined, {self.wrongly} wrongly: precision {self.precision:.4f} (at least "
            f"{self.at_least():.4f}), recall {self.recall:.3f}, with questions {self.recall_with_questions:.3f}"
        )


def keys(of: Known) -> set[str]:
    """What they are found by; whoever shares none is never compared."""
    return {f"{number}:{key}" for number, key in enumerate((of.email, of.phone, of.person_block, of.company_block))
            if key}  # fmt: skip


def judged(one: Known, other: Known) -> str:
    return best(other, [one], Matching())[0] if keys(one) & keys(other) else "new"


def figures(of: Iterable[tuple[bool, str]]) -> Figures:
    found = Counter(of)
    total = sum(count for (is_same, _), count in found.items() if is_same)
    joined = found[True, "same"] + found[False, "same"]
    return Figures(joined, found[False, "same"], found[True, "ask"], total)


def test_who_is_joined_by_itself_is_one_person_in_99_of_100_cases() -> None:
    found = figures((is_same, judged(one, other)) for one, other, is_same, _ in pairs(SEED, COUNT))
    print(found)  # noqa: T201 - the figures in docs/matching.md
    assert found.pairs == COUNT // 2
    assert found.at_least() >= 0.99
    assert found.recall >= 0.8
    assert found.recall_with_questions >= 0.9


def test_nobody_of_another_name_is_joined() -> None:
    """Relatives, colleagues, borrowed addresses and old numbers: at most a question."""
    kinds = {"relative", "colleague", "borrowed_address", "old_number", "stranger", "same_mailbox"}
    wrong = [
        (one, other) for one, other, is_same, done in pairs(SEED + 1, 4000)
        if not is_same and done in kinds and one.name != other.name and judged(one, other) == "same"
    ]  # fmt: skip
    assert len(wrong) <= 2  # short for one another by chance: Thomas and Tomáš are one name


def people() -> list[tuple[str, Known]]:
    """The Australians of Febrl as leads: their number for a telephone, the street and suburb for a company."""
    found = []
    with FEBRL.open(encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.DictReader(file, skipinitialspace=True), start=1):
            name = " ".join(part for part in (row["given_name"], row["surname"]) if part) or "x"
            home = " ".join(part for part in (row["address_1"], row["suburb"]) if part) or None
            phone = f"+61{row['soc_sec_id']}" if row["soc_sec_id"] else None
            blocks = blocks_of(name, home, home)
            found.append((row["rec_id"].split("-")[1], Known(
                number, name, None, phone, home, home, *blocks, row["date_of_birth"] or None, row["state"] or None,
            )))  # fmt: skip
    return found


def test_a_public_set_of_people_is_told_apart() -> None:
    """All that meet are compared, as in a database; what does not meet is lost."""
    everyone = people()
    shelves: dict[str, list[int]] = defaultdict(list)
    for place, (_, of) in enumerate(everyone):
        for key in keys(of):
            shelves[key].append(place)
    met = {pair for shelf in shelves.values() for pair in combinations(shelf, 2)}
    verdicts = [
        (everyone[one][0] == everyone[other][0], judged(everyone[one][1], everyone[other][1])) for one, other in met
    ]
    lost = 500 - sum(is_same for is_same, _ in verdicts)
    found = figures([*verdicts, *[(True, "new")] * lost])
    print(found)  # noqa: T201
    assert found.pairs == 500
    assert found.precision == 1.0
    assert found.recall >= 0.65
    assert found.recall_with_questions >= 0.75
