"""The collector leaves alone what was there before."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from survey_app.kernel.collector import only_new_things


@pytest.fixture
def nothing_spared() -> Iterator[None]:
    """As in a process that has just begun; the tests' own process spares what it loaded."""
    was_spared = gc.get_freeze_count()
    gc.unfreeze()
    yield
    if was_spared:
        gc.freeze()


@pytest.mark.usefixtures("nothing_spared")
def test_what_was_there_is_spared_within_the_block_and_looked_at_again_behind_it() -> None:
    there: list[object] = []
    with only_new_things():
        new: list[object] = []
        looked_at = {id(thing) for thing in gc.get_objects()}
        assert id(there) not in looked_at and id(new) in looked_at
    assert id(there) in {id(thing) for thing in gc.get_objects()}


@pytest.mark.usefixtures("nothing_spared")
def test_work_that_fails_leaves_nothing_spared() -> None:
    with pytest.raises(ZeroDivisionError), only_new_things():
        1 / 0  # noqa: B018
    assert gc.get_freeze_count() == 0


@pytest.mark.usefixtures("nothing_spared")
def test_what_a_process_spares_for_good_stays_so() -> None:
    gc.freeze()
    with only_new_things(), only_new_things():
        pass
    assert gc.get_freeze_count() > 0
