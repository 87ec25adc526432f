"""What the answers of a foreign question mean, judged from their words: a scale of ours, or names of things."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from survey_app.surveys.kinds import QuestionKind, TextType

_SATISFACTION = {
    5: ("very satisfied", "completely satisfied", "extremely satisfied", "highly satisfied"),
    4: ("fairly satisfied", "satisfied", "quite satisfied", "somewhat satisfied", "mostly satisfied"),
    3: (
        *("neither satisfied nor dissatisfied", "neither satisfied or dissatisfied", "neutral", "neither"),
        *("neither satisfied nor unsatisfied", "neither dissatisfied nor satisfied"),
    ),
    2: (
        *("fairly dissatisfied", "dissatisfied", "quite dissatisfied", "somewhat dissatisfied", "unsatisfied"),
        "mostly dissatisfied",
    ),
    1: (
        *("very dissatisfied", "completely dissatisfied", "extremely dissatisfied", "highly dissatisfied"),
        "very unsatisfied",
    ),
}
_AGREEMENT = {
    5: ("strongly agree", "completely agree", "totally agree"),
    4: ("agree", "tend to agree", "somewhat agree", "slightly agree"),
    3: ("neither agree nor disagree", "neither agree or disagree", "neutral", "neither", "undecided"),
    2: ("disagree", "tend to disagree", "somewhat disagree", "slightly disagree"),
    1: ("strongly disagree", "completely disagree", "totally disagree"),
}
_EASE = {
    5: ("very easy", "extremely easy"),
    4: ("easy", "fairly easy", "quite easy", "somewhat easy"),
    3: ("neither easy nor difficult", "neutral", "neither", "neither easy nor hard"),
    2: ("difficult", "fairly difficult", "quite difficult", "somewhat difficult", "hard", "fairly hard"),
    1: ("very difficult", "extremely difficult", "very hard"),
}
_SCALES: Mapping[QuestionKind, Mapping[int, Sequence[str]]] = {
    QuestionKind.SATISFACTION: _SATISFACTION,
    QuestionKind.AGREEMENT: _AGREEMENT,
    QuestionKind.EASE: _EASE,
}
_NO_OPINION = frozenset(
    {
        *(
            "do not know",
            "don't know",
            "dont know",
            "i do not know",
            "i don't know",
            "not sure",
            "unsure",
            "no opinion",
        ),
        *("not applicable", "n/a", "na", "does not apply", "this does not apply to me", "no answer", "none of these"),
        *("prefer not to say", "can't say", "cannot say", "don't know/not applicable", "don't know / not applicable"),
    }
)
_IMPROVE = re.compile(r"\b(improve|better|change|differently|suggest|missing|worse|bad|wrong|dislike)", re.IGNORECASE)
_GOOD = re.compile(r"\b(good|well|like|best|enjoy|praise|compliment)", re.IGNORECASE)


def scale_of(labels: Sequence[str]) -> tuple[QuestionKind, tuple[int | None, ...]] | None:
    """The scale of which these are the answers, and the score of each; None beside one that is no opinion.

    None unless each of the five scores is there exactly once: a scale of four or of seven is no scale of ours.
    """
    words = [_folded(label) for label in labels]
    for kind, scale in _SCALES.items():
        scores = tuple(next((score for score, said in scale.items() if word in said), None) for word in words)
        rest = [word for word, score in zip(words, scores, strict=True) if score is None]
        if sorted(score for score in scores if score is not None) == [*scale][::-1] and _NO_OPINION.issuperset(rest):
            return kind, scores
    return None


def is_no_opinion(label: str) -> bool:
    """Whether an answer says that somebody has none: "Don't know", "Not applicable"."""
    return _folded(label) in _NO_OPINION


def text_type_of(wording: str) -> TextType:
    """What a written answer seems to answer. Nobody can tell for certain: whoever takes it over looks at it again."""
    if _IMPROVE.search(wording):
        return TextType.IMPROVE
    return TextType.GOOD if _GOOD.search(wording) else TextType.WHY


def _folded(label: str) -> str:
    return re.sub(r"\s+", " ", label.replace("’", "'")).strip(" .:").lower()
