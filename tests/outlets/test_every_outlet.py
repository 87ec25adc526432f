"""Every way out of a figure says what was counted by hand: of the same question, after whatever happened."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from tests.outlets.conftest import Councils
from tests.outlets.council import SITUATIONS, Situation
from tests.outlets.files import FILES
from tests.outlets.kept import KEPT
from tests.outlets.pages import PAGES
from tests.outlets.placed import Question, expected
from tests.outlets.questions import ASKED
from tests.outlets.shown import Outlet

OUTLETS: Sequence[Outlet] = (*FILES, *PAGES, *KEPT)

CASES = [
    pytest.param(situation, question, outlet, id=f"{situation}-{question}-{outlet}")
    for situation in SITUATIONS
    for question in ASKED[situation.name]
    for outlet in OUTLETS
    if outlet.answers(question)
]


@pytest.mark.parametrize(("situation", "question", "outlet"), CASES)
def test_every_outlet_says_what_was_counted_by_hand(
    councils: Councils, situation: Situation, question: Question, outlet: Outlet
) -> None:
    counted = expected(question, situation.placed, situation.merged)
    assert counted.now.base >= 10, "nobody is shown less"
    standing = councils(situation)
    with standing.app.app_context():
        shown = outlet.read(standing, question)
    assert list(shown.differences(counted)) == []


@pytest.mark.parametrize("outlet", OUTLETS, ids=str)
def test_every_outlet_is_asked_something(outlet: Outlet) -> None:
    assert any(outlet.answers(question) for questions in ASKED.values() for question in questions)
