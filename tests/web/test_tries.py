"""Counting tries in one process: as exact as in Redis, and a try costs the same however many others are remembered."""

from __future__ import annotations

import threading

import pytest
from flask import Flask
from limits import parse
from limits.strategies import MovingWindowRateLimiter
from time_machine import TimeMachineFixture

from survey_app.kernel.clock import utc_now
from survey_app.web.tries import SECONDS_BETWEEN_SWEEPS, TriesOfThisProcess
from tests.threads import all_at_once

RATE = parse("3 per 10 minutes")


@pytest.fixture
def tries() -> TriesOfThisProcess:
    return TriesOfThisProcess()


@pytest.fixture
def limiter(tries: TriesOfThisProcess) -> MovingWindowRateLimiter:
    return MovingWindowRateLimiter(tries)


def test_so_many_tries_are_let_through_and_the_next_when_the_first_is_over(
    limiter: MovingWindowRateLimiter, time_machine: TimeMachineFixture
) -> None:
    started = utc_now().timestamp()
    for minute in (0, 4, 8):
        time_machine.move_to(started + 60 * minute, tick=False)
        assert limiter.hit(RATE, "a link")
    assert not limiter.hit(RATE, "a link") and not limiter.test(RATE, "a link")
    assert limiter.get_window_stats(RATE, "a link") == (pytest.approx(started + 600), 0)
    assert limiter.hit(RATE, "another link")
    time_machine.move_to(started + 601, tick=False)
    assert limiter.test(RATE, "a link") and limiter.hit(RATE, "a link")
    assert not limiter.hit(RATE, "a link"), "those of minutes 4 and 8 still count, and the one just now"


def test_a_refused_try_does_not_count(limiter: MovingWindowRateLimiter) -> None:
    assert not limiter.hit(RATE, "a link", cost=4)
    assert limiter.hit(RATE, "a link", cost=3)


def test_a_try_starts_no_thread_and_what_is_over_is_forgotten(
    tries: TriesOfThisProcess, limiter: MovingWindowRateLimiter, time_machine: TimeMachineFixture
) -> None:
    before, started = set(threading.enumerate()), utc_now().timestamp()
    time_machine.move_to(started, tick=False)
    assert all(limiter.hit(RATE, f"link {number}") for number in range(100))
    assert set(threading.enumerate()) <= before
    time_machine.move_to(started + 601 + SECONDS_BETWEEN_SWEEPS, tick=False)
    limiter.hit(RATE, "a new link")
    assert len(tries.events) == 1


def test_of_many_at_the_same_moment_no_more_are_let_through(app: Flask, limiter: MovingWindowRateLimiter) -> None:
    let_through: list[bool] = []
    all_at_once(app, *([lambda: let_through.append(limiter.hit(RATE, "a link"))] * 8))
    assert let_through.count(True) == 3


def test_the_app_counts_so_without_redis(app: Flask) -> None:
    assert isinstance(app.extensions["tries"].storage, TriesOfThisProcess)
