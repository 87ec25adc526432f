"""Who answered against who contacted us: what is shown of each group, what is claimed, and in which words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_app.kernel.periods import Period
from survey_app.measures.who_answered import (
    Grouping,
    GroupTable,
    Passage,
    Profile,
    bias_words,
    headline,
    make_profile,
    rate_words,
)
from survey_app.statistics.intervals import wilson_interval

YEAR = Period.parse("2025/26")
NAMES = {
    (Grouping.CHANNEL, "phone"): "Phone",
    (Grouping.CHANNEL, "email"): "E-mail",
    (Grouping.CHANNEL, "web"): "Web form",
    (Grouping.CHANNEL, "letter"): "Letter",
}


def came(contacts: int, answered: int, delivered: int | None = None) -> Passage:
    reached = contacts if delivered is None else delivered
    return Passage(contacts, contacts, reached, answered)


def profile_of(passages: dict[str, Passage], grouping: Grouping = Grouping.CHANNEL, **facts: bool) -> Profile:
    return make_profile({grouping: passages}, {("tax", code): each for code, each in passages.items()}, **facts)


def table_of(passages: dict[str, Passage], grouping: Grouping = Grouping.CHANNEL) -> GroupTable:
    (table,) = profile_of(passages, grouping).tables
    return table


def test_a_group_has_its_share_at_each_stage_and_its_rate() -> None:
    table = table_of({"phone": Passage(600, 300, 240, 60), "email": Passage(400, 300, 260, 140)})
    phone, email = table.rows
    assert (phone.code, email.code) == ("phone", "email")
    shares = (phone.share_of_contacts, phone.share_of_asked, phone.share_of_delivered, phone.share_of_answers)
    assert shares == (0.6, 0.5, 0.48, 0.3)
    assert (phone.rate, phone.interval) == (0.25, wilson_interval(60, 240))
    assert phone.difference == pytest.approx(-0.3) and phone.differs and email.differs


@pytest.mark.parametrize(
    ("passages", "claim", "rest"),
    [
        ({}, "No contacts, 1 April 2025 to 31 March 2026.", "There is nobody to hold the answers against."),
        (
            {"phone": came(400, 7)},
            "Too few answers to judge: 7 of 400 reached.",
            "Groups are compared from 10 answers on.",
        ),
        (
            {"phone": came(400, 40)},
            "No group can be compared.",
            "All are too small to show, or there is one alone.",
        ),
        (
            {"phone": came(400, 42), "email": came(600, 58)},
            "Those who answered look like those who contacted us.",
            "No difference is larger than 2 points and than chance, of 2 groups compared.",
        ),
        (  # 1.5 points on 200,000: more than chance, and too little for a word
            {"phone": came(100_000, 51_500), "email": came(100_000, 48_500)},
            "Those who answered look like those who contacted us.",
            "No difference is larger than 2 points and than chance, of 2 groups compared.",
        ),
        (  # 10 points on 40 answers: a large difference that chance explains
            {"phone": came(200, 24), "email": came(200, 16)},
            "Those who answered look like those who contacted us.",
            "No difference is larger than 2 points and than chance, of 2 groups compared.",
        ),
        (
            {"phone": came(1000, 60), "email": came(500, 100), "web": came(500, 52), "letter": came(500, 53)},
            "Those who answered mostly look like those who contacted us.",
            "More is heard from E-mail (37.7% of answers, 20.0% of contacts), less from Phone (22.6%, 40.0%).",
        ),
        (
            {"phone": came(1000, 60), "email": came(500, 140), "web": came(500, 20)},
            "Those who answered do not look like those who contacted us.",
            "More is heard from E-mail (63.6% of answers, 25.0% of contacts), less from Phone (27.3%, 50.0%); "
            "1 more differs.",
        ),
    ],
)
def test_the_page_begins_with_the_answer(passages: dict[str, Passage], claim: str, rest: str) -> None:
    found = headline(profile_of(passages), YEAR, NAMES)
    assert (found.claim, found.rest) == (claim, rest)


def test_nothing_is_claimed_while_answers_come_in() -> None:
    profile = profile_of({"phone": came(1000, 60), "email": came(500, 140)}, is_provisional=True)
    assert not profile.differing
    found = headline(profile, YEAR, NAMES)
    assert found.claim == "Answers are still coming in."
    assert found.rest == "Groups are compared once the period is settled."


def test_every_group_of_the_page_is_allowed_for() -> None:
    """p is 0.015 for either group: adjusted below 5% for two of them, above it when eight are compared."""
    passages = {"phone": came(500, 62), "email": came(500, 38)}
    assert len(profile_of(passages).differing) == 2
    strata = {("tax", code): each for code, each in passages.items()}
    everything = make_profile(dict.fromkeys(Grouping, passages), strata)
    assert (everything.compared, everything.differing) == (8, [])


def test_a_group_that_few_were_reached_of_is_hidden_with_another() -> None:
    table = table_of({"phone": came(400, 40), "email": came(90, 12), "letter": came(50, 3, delivered=9)})
    assert [row.code for row in table.rows] == ["phone"]
    assert table.hidden == ("email", "letter")


def test_on_a_sensitive_cut_few_answers_hide_a_group_though_many_were_reached() -> None:
    passages = {"": came(900, 90), "under 25": came(200, 3), "over 65": came(300, 30)}
    of_channels, of_groups = table_of(passages), table_of(passages, Grouping.CUSTOMER_GROUP)
    assert not of_channels.hidden
    assert of_groups.hidden == ("over 65", "under 25")
    (row,) = of_groups.rows
    assert row.asked is None and row.share_of_asked is None, "asked less reached would be a few persons"


def test_a_group_without_answers_is_no_secret_on_either_cut() -> None:
    passages = {"": came(900, 90), "welsh": came(200, 0)}
    assert not table_of(passages, Grouping.LANGUAGE).hidden


@given(
    st.dictionaries(
        st.sampled_from("abcdef"),
        st.tuples(st.integers(0, 30), st.integers(0, 30), st.integers(0, 30)),
        min_size=1,
    )
)
def test_what_is_hidden_of_a_sensitive_cut_adds_up_to_nothing_small(stages: dict[str, tuple[int, int, int]]) -> None:
    passages = {
        code: Passage(missed + silent + answered, silent + answered, silent + answered, answered)
        for code, (missed, silent, answered) in stages.items()
    }
    table = table_of(passages, Grouping.LANGUAGE)
    shown = [row.code for row in table.rows]
    for row in table.rows:
        assert not {row.contacts - row.delivered, row.delivered - row.answered, row.answered} & {1, 2, 3, 4}
    if not shown or not table.hidden:
        return
    assert len(table.hidden) > 1
    for place in range(3):
        assert sum(stages[code][place] for code in table.hidden) not in range(1, 5)
    assert sum(passages[code].delivered for code in table.hidden) not in range(1, 10)


def test_the_rates_say_what_they_are_shares_of() -> None:
    words = dict(rate_words(Passage(10_000, 1_000, 800, 200)))
    assert words == {
        "Response rate: answered, of those reached": "25.0% of 800 (95% interval 22.1% to 28.1%)",
        "Answered, of those asked (AAPOR RR1)": "20.0% of 1,000 (95% interval 17.6% to 22.6%)",
        "Answered, of all contacts": "2.0% of 10,000 (95% interval 1.7% to 2.3%)",
    }
    assert set(dict(rate_words(Passage(9, 9, 9, 9))).values()) == {"too few to show"}
    assert set(dict(rate_words(Passage())).values()) == {"nobody"}


def test_the_worst_bias_is_said_in_points() -> None:
    # Rates 10% and 30% of 1,000 asked each: r = 0.2, S = sqrt(2000 x 0.01 / 1999) = 0.1000, R = 0.80, S / r = 0.50
    profile = profile_of({"phone": came(1000, 100), "email": came(1000, 300)})
    assert profile.representativity is not None
    assert bias_words(profile.representativity) == (
        "Services and channels answered at different rates. At worst this moves a share by 25.0 points, one near 90% "
        "by 15.0. (Largest standardised bias 0.50; R-indicator 0.80, where 1 is no difference, at 20.0% of those "
        "asked: a low rate makes it look better than it is.)"
    )
    assert profile_of({"phone": came(1000, 9)}).representativity is None
