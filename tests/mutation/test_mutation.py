"""The figures of the mutation study hold, and the page shows those of today."""

from __future__ import annotations

from itertools import pairwise

import pytest

from tests.mutation.mutants import misspellings, other_numbers
from tests.mutation.page import PAGE, PINNED, page, pinned
from tests.mutation.study import SPECS, Study, errors_of, study
from tests.mutation.words import Parts

PLACED = 0.98
SUGGESTED = 0.90
ALONE = 0.95


@pytest.fixture(scope="module")
def found() -> Study:
    return study()


def test_the_specs_are_right() -> None:
    for path in SPECS:
        assert errors_of(path.read_text("utf-8"))[1] == []


def test_there_are_hundreds_of_mutants() -> None:
    for path in SPECS:
        text = path.read_text("utf-8")
        mutants = [*misspellings(text, path.name), *other_numbers(text)]
        assert len(mutants) >= 200
        assert text not in {mutant.text for mutant in mutants}


def test_every_word_is_a_part() -> None:
    text = SPECS[0].read_text("utf-8")
    places = [part.span for part in Parts(text)]
    assert len({(s.start, s.end) for s in places}) == len(places)
    assert all(a.end <= b.start for a, b in pairwise(places))


def test_a_message_points_at_the_slip(found: Study) -> None:
    whole = found.total(found.words)
    assert whole.placed >= PLACED * whole.errors
    for row in found.words.values():
        assert row.placed >= PLACED * row.errors, row.misses


def test_the_first_edit_repairs_it(found: Study) -> None:
    whole = found.total(found.words)
    assert whole.suggested >= SUGGESTED * whole.errors
    for row in found.words.values():
        assert row.suggested >= SUGGESTED * row.errors, row.misses


def test_one_cause_is_one_message(found: Study) -> None:
    whole = found.total(found.words)
    assert whole.alone >= ALONE * whole.errors


def test_a_changed_number_is_named_with_what_it_disagrees_with(found: Study) -> None:
    for row in found.numbers.values():
        assert row.errors > 0
        assert row.placed == row.errors, row.misses


def test_as_many_messages_are_pinned_as_the_page_says() -> None:
    assert pinned() > PINNED


def test_the_page_is_up_to_date(found: Study, request: pytest.FixtureRequest) -> None:
    text = page(found)
    if request.config.getoption("--update-cases"):
        PAGE.write_text(text, "utf-8")
    assert PAGE.read_text("utf-8") == text, "--update-cases writes it anew"
