"""The comments of the demos read as if people wrote them, and hold nothing of a real person."""

import re
import unicodedata
from collections import Counter

import pytest

from survey_app.demo.texts import ANY_SERVICE, CommentText, OpenQuestion, Tone, load_comment_texts

SERVICES = {
    "council-tax",
    "benefits",
    "waste",
    "housing",
    "planning",
    "libraries",
    "parking",
    "registrars",
    "environmental-health",
    "streets",
    ANY_SERVICE,
}
TEXTS = load_comment_texts()


def words(text: str) -> list[str]:
    """The words as a reader hears them: punctuation, emoji and case away."""
    return re.sub(r"[^\w\s]", "", text.casefold()).split()


def matching(pattern: str, texts: tuple[CommentText, ...] = TEXTS) -> list[str]:
    return [found for comment in texts for found in re.findall(pattern, comment.text)]


def test_there_are_at_least_750_comments_and_no_two_are_alike() -> None:
    spoken = Counter(" ".join(words(comment.text)) for comment in TEXTS)

    assert [text for text, times in spoken.items() if times > 1] == []
    assert len(spoken) >= 750


def test_every_service_has_enough_comments_in_every_tone() -> None:
    of_service = Counter(comment.service for comment in TEXTS)
    pairs = {(comment.service, comment.tone) for comment in TEXTS}

    assert set(of_service) == SERVICES
    assert min(of_service.values()) >= 30
    assert pairs == {(service, tone) for service in SERVICES for tone in Tone}


def test_every_service_has_something_to_say_to_both_questions() -> None:
    assert {(comment.service, comment.question) for comment in TEXTS} == {
        (service, question) for service in SERVICES for question in OpenQuestion
    }


def test_no_opening_is_used_more_than_three_times() -> None:
    openings = Counter(" ".join(words(comment.text)[:5]) for comment in TEXTS)

    assert [opening for opening, times in openings.items() if times > 3] == []


def test_lengths_go_from_a_word_or_two_to_a_long_paragraph() -> None:
    lengths = [len(comment.text.split()) for comment in TEXTS]

    assert min(lengths) <= 2
    assert 60 <= max(lengths) <= 90


def test_praise_is_about_half_as_in_the_surveys_of_councils() -> None:
    tones = Counter(comment.tone for comment in TEXTS)

    assert 0.45 <= tones[Tone.PRAISE] / len(TEXTS) <= 0.55
    assert min(tones.values()) / len(TEXTS) >= 0.05


def test_every_comment_is_one_clean_line() -> None:
    for comment in TEXTS:
        assert comment.text == comment.text.strip() != ""
        assert unicodedata.is_normalized("NFC", comment.text)
        assert [char for char in comment.text if unicodedata.category(char) in {"Cc", "Cs", "Co", "Cn"}] == []


# What the residents of the `borough` scenario tell: before and after each of its improvements.
STORIES = {
    "planning does not come back to people": (
        "planning",
        Tone.COMPLAINT,
        r"hear|repl|ring back|rings|chased|back|silence|answer|ignored|contact|message|communicat|inform|tumbleweed",
        25,
    ),
    "housing passes people around": (
        "housing",
        Tone.COMPLAINT,
        r"pass|sent |transferred|pillar|else|back|circles|four|five|three|wrong team|bounced|desk|reception",
        20,
    ),
    "the housing desk settles it at once": (
        "housing",
        Tone.PRAISE,
        r"desk|first|one (visit|go)|on the spot|there and then|handed|pillar|before my parking|once|without one",
        20,
    ),
    "a benefits decision takes long": (
        "benefits",
        Tone.COMPLAINT,
        r"week|month|days|slow|wait|late|delay|long|faster|hurry|backlog|january|no decision|heard",
        20,
    ),
    "a benefits decision comes quicker": (
        "benefits",
        Tone.PRAISE,
        r"days|week|quick|fast|speed|wait was|sharper|before the rent|months|day after",
        15,
    ),
    "the new reception is easy to reach": (
        ANY_SERVICE,
        Tone.PRAISE,
        r"riverside|reception|front desk in|desk by|station|market|level access",
        15,
    ),
}


@pytest.mark.parametrize("story", STORIES)
def test_there_is_enough_to_tell_the_story_of_the_borough(story: str) -> None:
    service, tone, about, least = STORIES[story]
    told = [c for c in TEXTS if (c.service, c.tone) == (service, tone) and re.search(about, c.text, re.IGNORECASE)]

    assert len(told) >= least


def test_most_are_english_and_some_are_in_three_other_languages() -> None:
    languages = Counter(comment.language for comment in TEXTS)

    assert set(languages) == {"en", "cy", "pl", "ur"}
    assert languages.total() - languages["en"] >= 15
    assert languages["en"] / len(TEXTS) > 0.95


def test_phone_numbers_are_only_those_kept_for_drama() -> None:
    numbers = matching(r"(?<!\d)(?:\+44|0)[\d ]{8,}\d")

    assert len(numbers) >= 5
    assert [n for n in numbers if not re.fullmatch(r"07700 900\d{3}|01632 960\d{3}", n)] == []


def test_email_addresses_are_only_at_example_org() -> None:
    addresses = matching(r"\S+@[\w.-]+\w")

    assert len(addresses) >= 4
    assert [a for a in addresses if not a.endswith("@example.org")] == []


def test_postcodes_are_only_in_districts_that_do_not_exist() -> None:
    postcodes = matching(r"\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b")

    assert len(postcodes) >= 4
    assert [p for p in postcodes if not re.fullmatch(r"(?:AB1|AB4|AB5|ZZ99) \d[A-Z]{2}", p)] == []


def test_national_insurance_and_card_numbers_are_the_published_examples() -> None:
    assert {found.replace(" ", "") for found in matching(r"\b[A-Z]{2}(?: ?\d\d){3} ?[A-D]\b")} == {"QQ123456C"}
    assert matching(r"\b\d{4}(?: ?\d{4}){3}\b") == ["4111 1111 1111 1111"]


def test_loading_twice_gives_the_same_order() -> None:
    load_comment_texts.cache_clear()

    assert load_comment_texts() == TEXTS
