"""What keywords would find in past comments, before anybody saves them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from survey_app.comments.themes.keywords import EXCEPT
from survey_app.comments.themes.rules import CodeFrame, ThemeRule

TOO_WIDE = 0.25  # of all comments: a theme that finds more says little about any of them


@dataclass
class Trial:
    """Comments by their number, in the order in which they came: those found now, by what is tried, and what moves."""

    looked_at: int = 0
    finds_now: int = 0
    found: set[int] = field(default_factory=set)
    gained: list[int] = field(default_factory=list)
    lost: list[int] = field(default_factory=list)
    by_keyword: Counter[str] = field(default_factory=Counter)  # in how many comments each stands

    @property
    def is_too_wide(self) -> bool:
        return len(self.found) > TOO_WIDE * self.looked_at

    def idle(self, rule: ThemeRule) -> list[str]:
        """The keywords, and the exceptions, that stand in none of the comments."""
        return [keyword for keyword in rule.keywords if not self.by_keyword[keyword]]


def try_rule(rule: ThemeRule, texts: Iterable[tuple[int, str]], found_now: Collection[int]) -> Trial:
    """Search every text for the keywords of one theme; `found_now` are the comments that have the theme."""
    trial, frame = Trial(), CodeFrame([rule])
    for number, text in texts:
        trial.looked_at += 1
        keywords = frame.keywords_in(text)
        is_found = False
        for _, keyword, counts in keywords:
            if counts or keyword.startswith(EXCEPT):
                trial.by_keyword[keyword] += 1
            is_found = is_found or counts
        was_found = number in found_now
        trial.finds_now += was_found
        if is_found:
            trial.found.add(number)
        if is_found != was_found:
            (trial.gained if is_found else trial.lost).append(number)
    return trial
