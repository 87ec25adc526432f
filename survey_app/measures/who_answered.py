"""Do those who answered look like those who contacted us? Groups, how far each came, and what may be said of it.

Source: MEASURES.md 1.9 and 5.5. Invitations alone are held against contacts: whoever answered at a kiosk or by an open
link was never asked, and stands outside.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from survey_app.kernel.periods import Period
from survey_app.measures.sentences import Headline
from survey_app.statistics.comparison import exact_test, holm
from survey_app.statistics.distributions import ALPHA
from survey_app.statistics.intervals import Interval, wilson_interval
from survey_app.statistics.representativity import Representativity, representativity
from survey_app.statistics.rounding import percent, points, rounded
from survey_app.statistics.suppression import MINIMUM_BASE, Disclosure, disclose_groups, is_suppressed
from survey_app.statistics.table_suppression import SMALL_BELOW

NOTABLE = 0.02  # a difference of shares that is smaller is not worth a word
MOST_NAMED = 2
WIDEST_SPREAD, SPREAD_NEAR_NINETY = 0.5, 0.3  # standard deviations of a share of 50% and of 90%


class Grouping(StrEnum):
    """What the contacts are told apart by. Customer groups and languages are sensitive: small counts are hidden."""

    SERVICE = "service"
    CHANNEL = "channel"
    CUSTOMER_GROUP = "customer_group"
    LANGUAGE = "language"

    @property
    def is_sensitive(self) -> bool:
        return self in {Grouping.CUSTOMER_GROUP, Grouping.LANGUAGE}


@dataclass(frozen=True)
class Passage:
    """How far contacts came: each number is part of the one before it."""

    contacts: int = 0
    asked: int = 0
    delivered: int = 0
    answered: int = 0

    def __add__(self, other: Passage) -> Passage:
        return Passage(
            self.contacts + other.contacts,
            self.asked + other.asked,
            self.delivered + other.delivered,
            self.answered + other.answered,
        )


@dataclass(frozen=True)
class GroupRow:
    """A group that may be shown. On a sensitive cut `asked` is not said, and is None: a few messages that were returned
    would be a few persons."""

    code: str
    contacts: int
    asked: int | None
    delivered: int
    answered: int
    rate: float | None  # answered of delivered; None where fewer than 10 were delivered
    interval: Interval | None
    share_of_contacts: float
    share_of_asked: float | None
    share_of_delivered: float
    share_of_answers: float
    differs: bool = False  # by more than chance and by more than 2 points, allowing for all groups compared

    @property
    def difference(self) -> float:
        return self.share_of_answers - self.share_of_contacts


@dataclass(frozen=True)
class GroupTable:
    """The groups of one cut, the largest first; `hidden` are codes, and say nothing of which of them is small."""

    grouping: Grouping
    rows: tuple[GroupRow, ...]
    hidden: tuple[str, ...]


@dataclass(frozen=True)
class Profile:
    """Who answered against who contacted us. Nothing is compared while answers are still coming in."""

    total: Passage
    tables: tuple[GroupTable, ...]
    compared: int
    is_provisional: bool
    representativity: Representativity | None

    @property
    def differing(self) -> list[tuple[Grouping, GroupRow]]:
        """The groups of which less or more is heard, the largest difference first."""
        found = [(table.grouping, row) for table in self.tables for row in table.rows if row.differs]
        return sorted(found, key=lambda each: (-abs(each[1].difference), each[0], each[1].code))


def make_profile(
    groups: Mapping[Grouping, Mapping[str, Passage]],
    strata: Mapping[tuple[str, str], Passage],
    *,
    is_provisional: bool = False,
) -> Profile:
    """`strata` are service and channel; each of `groups` splits the same contacts another way."""
    total = sum(strata.values(), Passage())
    tables = [_table(grouping, passages, total) for grouping, passages in groups.items()]
    compared = [] if is_provisional or is_suppressed(total.answered) else _compared(tables, total)
    differing = _differing(compared, total)
    return Profile(
        total=total,
        tables=tuple(
            GroupTable(
                table.grouping,
                tuple(replace(row, differs=(table.grouping, row.code) in differing) for row in table.rows),
                table.hidden,
            )
            for table in tables
        ),
        compared=len(compared),
        is_provisional=is_provisional,
        representativity=_representativity(strata, total),
    )


def _table(grouping: Grouping, passages: Mapping[str, Passage], total: Passage) -> GroupTable:
    there = {code: passage for code, passage in passages.items() if passage.contacts}
    shown = _shown_sensitive(there) if grouping.is_sensitive else _shown(there)
    largest_first = sorted(shown, key=lambda code: (-there[code].contacts, code))
    rows = tuple(_row(code, there[code], total, with_asked=not grouping.is_sensitive) for code in largest_first)
    return GroupTable(grouping, rows, tuple(sorted(there.keys() - shown)))


def _shown(passages: Mapping[str, Passage]) -> set[str]:
    """Rates stand on what was delivered: small ones are hidden, with what would give them away."""
    bases = {code: passage.delivered for code, passage in passages.items()}
    return {code for code, how in disclose_groups(bases).items() if how is Disclosure.SHOWN}


def _shown_sensitive(passages: Mapping[str, Passage]) -> set[str]:
    """Whole groups are hidden, so that no count of 1 to 4 can be had from the totals, which stand on the same page.

    What the hidden groups add up to is nobody, or 5 and more at each stage and a base of 10 and more, from two groups
    at least: any of them could then be any part of it, which is what MEASURES.md 4.3 asks of a table.
    """
    hidden = {code for code, passage in passages.items() if _is_small(passage)}
    for code in sorted(passages.keys() - hidden, key=lambda code: (passages[code].contacts, code)):
        if not hidden or (len(hidden) > 1 and not _is_small(sum((passages[one] for one in hidden), Passage()))):
            break
        hidden.add(code)
    return passages.keys() - hidden


def _is_small(passage: Passage) -> bool:
    stages = (passage.contacts - passage.delivered, passage.delivered - passage.answered, passage.answered)
    return (
        is_suppressed(passage.contacts) or is_suppressed(passage.delivered) or any(0 < n < SMALL_BELOW for n in stages)
    )


def _row(code: str, passage: Passage, total: Passage, *, with_asked: bool) -> GroupRow:
    has_rate = passage.delivered >= MINIMUM_BASE
    return GroupRow(
        code=code,
        contacts=passage.contacts,
        asked=passage.asked if with_asked else None,
        delivered=passage.delivered,
        answered=passage.answered,
        rate=passage.answered / passage.delivered if has_rate else None,
        interval=wilson_interval(passage.answered, passage.delivered) if has_rate else None,
        share_of_contacts=_share(passage.contacts, total.contacts),
        share_of_asked=_share(passage.asked, total.asked) if with_asked else None,
        share_of_delivered=_share(passage.delivered, total.delivered),
        share_of_answers=_share(passage.answered, total.answered),
    )


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


def _compared(tables: Iterable[GroupTable], total: Passage) -> list[tuple[Grouping, GroupRow]]:
    """A group that is everybody has nothing to differ from."""
    return [(table.grouping, row) for table in tables for row in table.rows if row.contacts < total.contacts]


def _differing(compared: Sequence[tuple[Grouping, GroupRow]], total: Passage) -> set[tuple[Grouping, str]]:
    """Whether those who answered could be a random part of those who contacted us, for each group (exact, Holm)."""
    silent = total.contacts - total.answered
    if total.answered < MINIMUM_BASE or silent <= 0:
        return set()
    p_values = [
        exact_test(row.answered, total.answered, max(0, row.contacts - row.answered), silent).p_value
        for _, row in compared
    ]
    return {
        (grouping, row.code)
        for (grouping, row), adjusted in zip(compared, holm(p_values), strict=True)
        if adjusted <= ALPHA and abs(row.difference) > NOTABLE
    }


def _representativity(strata: Mapping[tuple[str, str], Passage], total: Passage) -> Representativity | None:
    if total.answered < MINIMUM_BASE or len(strata) < 2:
        return None
    asked = {"/".join(stratum): (passage.asked, passage.answered) for stratum, passage in strata.items()}
    return representativity(asked)


def headline(profile: Profile, period: Period, names: Mapping[tuple[Grouping, str], str]) -> Headline:
    """The answer of the page, by the rule above. `names` are the groups' names as people know them."""
    total, differing = profile.total, profile.differing
    if not total.contacts:
        return Headline(f"No contacts, {period.title}.", "There is nobody to hold the answers against.")
    if total.answered < MINIMUM_BASE:
        claim = f"Too few answers to judge: {total.answered:,} of {total.delivered:,} reached."
        return Headline(claim, f"Groups are compared from {MINIMUM_BASE} answers on.")
    if profile.is_provisional:
        claim, rest = "Answers are still coming in.", "Groups are compared once the period is settled."
    elif not profile.compared:
        claim, rest = "No group can be compared.", "All are too small to show, or there is one alone."
    elif not differing:
        claim = "Those who answered look like those who contacted us."
        groups = "group" if profile.compared == 1 else "groups"
        rest = f"No difference is larger than 2 points and than chance, of {profile.compared:,} {groups} compared."
    else:
        is_most = len(differing) * 2 > profile.compared
        like = "do not look" if is_most else "mostly look"
        claim, rest = f"Those who answered {like} like those who contacted us.", _differences(differing, names)
    return Headline(claim, rest)


def _differences(differing: Sequence[tuple[Grouping, GroupRow]], names: Mapping[tuple[Grouping, str], str]) -> str:
    """Less is heard from Phone (31.0% of answers, 45.2% of contacts), more from E-mail (40.0%, 25.1%) and 2 others."""
    (grouping, first), *others = differing[:MOST_NAMED]
    said = (
        f"{_heard(first).capitalize()} is heard from {names[grouping, first.code]} "
        f"({percent(first.share_of_answers)} of answers, {percent(first.share_of_contacts)} of contacts)"
    )
    for grouping, row in others:
        shares = f"{percent(row.share_of_answers)}, {percent(row.share_of_contacts)}"
        said += f", {_heard(row)} from {names[grouping, row.code]} ({shares})"
    more = len(differing) - MOST_NAMED
    return f"{said}." if more < 1 else f"{said}; {more} more {'differs' if more == 1 else 'differ'}."


def _heard(row: GroupRow) -> str:
    return "less" if row.difference < 0 else "more"


def rate_words(total: Passage) -> list[tuple[str, str]]:
    """The response rate, and the two that stand beside it, each with what it is a share of."""
    rates = (
        ("Response rate: answered, of those reached", total.answered, total.delivered),
        ("Answered, of those asked (AAPOR RR1)", total.answered, total.asked),
        ("Answered, of all contacts", total.answered, total.contacts),
    )
    return [(name, _rate_text(x, n)) for name, x, n in rates]


def _rate_text(x: int, n: int) -> str:
    if n < MINIMUM_BASE:
        return "too few to show" if n else "nobody"
    interval = wilson_interval(x, n)
    return f"{percent(x / n)} of {n:,} (95% interval {percent(interval.low)} to {percent(interval.high)})"


def bias_words(found: Representativity) -> str:
    """What the difference of the groups could do at worst, without the jargon first."""
    worst = points(found.largest_bias * WIDEST_SPREAD).lstrip("+")
    near_ninety = points(found.largest_bias * SPREAD_NEAR_NINETY).lstrip("+")
    return (
        f"Services and channels answered at different rates. At worst this moves a share by {worst} points, one near "
        f"90% by {near_ninety}. (Largest standardised bias {rounded(found.largest_bias, 2)}; R-indicator "
        f"{rounded(found.r_indicator, 2)}, where 1 is no difference, at {percent(found.response_rate)} of those asked: "
        "a low rate makes it look better than it is.)"
    )
