"""Words that every view shares."""

from bot.views.kit import plural


def test_a_count_has_its_noun_in_the_right_number() -> None:
    assert [plural(count, "lead") for count in (0, 1, 2, 1200)] == ["0 leads", "1 lead", "2 leads", "1,200 leads"]
