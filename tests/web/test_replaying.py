"""How old a copy is, told from two numbers: never younger than it is, and nothing is needed of its clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from survey_app.web.replaying import Replaying

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def test_a_copy_that_was_never_asked_about_is_of_no_known_age():
    replaying = Replaying(10 * SECOND)
    assert replaying.cut(NOW) is None
    assert not replaying.is_behind(NOW)


def test_a_copy_that_has_all_is_as_new_as_the_question():
    replaying = Replaying(10 * SECOND)
    replaying.note(NOW, 100, 100)
    assert replaying.cut(NOW + SECOND) == NOW


def test_a_copy_is_as_old_as_the_newest_question_whose_answer_it_has_passed():
    replaying = Replaying(10 * SECOND)
    for n, (written, replayed) in enumerate([(100, 100), (200, 150), (300, 200), (400, 299)]):
        replaying.note(NOW + n * SECOND, written, replayed)
    assert replaying.cut(NOW + 3 * SECOND) == NOW + SECOND
    assert replaying.position == 299


def test_a_copy_that_stands_still_while_nothing_is_written_stays_new():
    replaying = Replaying(10 * SECOND)
    for n in range(60):
        replaying.note(NOW + n * SECOND, 100, 100)
    assert replaying.cut(NOW + 59 * SECOND) == NOW + 59 * SECOND


def test_a_copy_that_stands_still_while_something_is_written_is_soon_too_old():
    replaying = Replaying(10 * SECOND)
    for n in range(200):
        replaying.note(NOW + n * SECOND, 100 + n, 100)
        assert replaying.is_behind(NOW + n * SECOND) == (n > 11)
        assert (replaying.cut(NOW + n * SECOND) is None) == (n > 10)
    replaying.note(NOW + 200 * SECOND, 300, 300)
    assert not replaying.is_behind(NOW + 200 * SECOND)


def test_a_copy_nobody_asked_about_for_an_hour_is_not_called_behind_for_that():
    replaying = Replaying(10 * SECOND)
    replaying.note(NOW, 100, 99)
    replaying.note(NOW + timedelta(hours=1), 200, 199)
    assert replaying.cut(NOW + timedelta(hours=1)) is None
    assert not replaying.is_behind(NOW + timedelta(hours=1))


def test_when_the_clock_is_put_back_the_age_is_unknown_until_asked_again():
    replaying = Replaying(10 * SECOND)
    replaying.note(NOW, 100, 100)
    earlier = NOW - timedelta(hours=1)
    assert replaying.cut(earlier) is None
    replaying.note(earlier, 110, 110)
    assert replaying.cut(earlier) == earlier
