"""The rules that weigh the words of a comment: negation, strength, clauses, requests."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import hypot

from survey_app.comments.lexicon import Entry, Kind, Lexicon
from survey_app.comments.words import Word
from survey_app.surveys.kinds import TextType

NEGATION_SCOPE = 5  # words that a negation reaches
NOTHING_SCOPE = 4  # words after "can't think of anything" that name what there was not
REQUEST_SCOPE = 4  # words after "should be" that name what is wished for, and so are no praise
CONTRAST_WEIGHT = 1.4  # what follows "but" is what people mean
BEFORE_CONTRAST_WEIGHT = 0.7
EMPTY_NEGATION = -0.25  # "did not ...": something did not happen
FIRST_WORD_NOTHING = 0.9  # "Nothing, ..." is the answer, the rest explains it
SATURATION = 1.0  # how much evidence brings the polarity half way to its end


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_NEGATIONS = _set(
    "not no never nor neither nobody noone none nothing cannot cant dont didnt doesnt wasnt werent isnt arent havent "
    "hasnt hadnt couldnt wouldnt shouldnt wont without hardly barely nowhere zero aint"
)
_STRONGER = _set(
    "very really so extremely absolutely incredibly totally exceptionally highly completely most such particularly "
    "especially always truly utterly thoroughly vv v"
)
_WEAKER = _set("quite bit slightly fairly somewhat little reasonably sometimes rather mostly usually")
_STRENGTH = {**dict.fromkeys(_STRONGER, 1.3), **dict.fromkeys(_WEAKER, 0.7)}
_CONTRASTS = _set("but however although though except unfortunately yet sadly")
_NOTHING = _set("nothing none no nope nil")
_AFTER_NO = _set(
    "i i'm it it's its he she they they're we we're you you're my the this that there everything everyone all very "
    "thank thanks not nothing none no was were is are as just i've quite really staff's sorry happy perfect "
    "excellent great good"
)
_VERBS = _set("was is were are has had works worked good got gets ever could can to")
_DANGLING = _NOTHING | {"without", "zero"}  # these say little when they turn nothing
_STOPS = frozenset(".!?;:,()-–—\n")
_SENTENCE_ENDS = frozenset(".!?\n")
_LEAD_INS = _set("please just to and always maybe")
_EXPECTED = {None: 0.08, TextType.WHY: 0.2, TextType.GOOD: 0.65, TextType.IMPROVE: -0.27}


@dataclass(frozen=True, slots=True)
class Reason:
    """A word or phrase that moved the score, by how much, and where it stands in the text."""

    word: str
    value: float
    start: int
    end: int
    is_request: bool = False


@dataclass(frozen=True, slots=True)
class Weight:
    """What all words together say: polarity -1 to 1, and the praise and blame that it is made of."""

    polarity: float
    praise: float
    blame: float
    reasons: tuple[Reason, ...]

    @property
    def polarity_of_words(self) -> float:
        """The same without what the question lets expect."""
        balance = self.praise - self.blame
        return balance / hypot(balance, SATURATION)

    @property
    def has_request(self) -> bool:
        return any(reason.is_request for reason in self.reasons)


@dataclass(slots=True)
class _Hit:
    first: int
    last: int
    entry: Entry
    value: float
    negation: int | None = None


def weigh(text: str, words: Sequence[Word], question: TextType | None, lexicon: Lexicon) -> Weight:
    """Add up what the words are worth, in one pass over them for each rule.

    The sum is pressed into -1 to 1 and starts from what the question usually draws: an answer to "what could we do
    better?" without a single known word is more often blame than praise.
    """
    hits = _find_hits(words, lexicon)
    answers_nothing = _answers_nothing(words, question, hits)
    _strengthen(hits, words)
    empty = _negate(hits, words, answers_nothing)
    _silence_wishes(hits)
    if question is TextType.GOOD:
        _turn_nothing(hits)
    reasons = [_reason(hit, text, words) for hit in hits if hit.value]
    reasons += [Reason(words[at].key, EMPTY_NEGATION, words[at].start, words[at].end) for at in empty]
    if answers_nothing:
        value = FIRST_WORD_NOTHING if question is TextType.IMPROVE else -FIRST_WORD_NOTHING
        reasons.append(Reason(words[0].key, value, words[0].start, words[0].end))
    reasons.sort(key=lambda reason: reason.start)
    reasons = _weigh_clauses(reasons, words)
    praise = sum(reason.value for reason in reasons if reason.value > 0)
    blame = -sum(reason.value for reason in reasons if reason.value < 0)
    total = praise - blame + _EXPECTED[question]
    return Weight(total / hypot(total, SATURATION), praise, blame, tuple(reasons))


def _find_hits(words: Sequence[Word], lexicon: Lexicon) -> list[_Hit]:
    """The known words and phrases from left to right; the longest phrase wins and no word counts twice."""
    hits: list[_Hit] = []
    at = 0
    while at < len(words):
        key = words[at].key
        length = 1
        entry = lexicon.words.get(key)
        for rest, phrase in lexicon.phrases.get(key, ()):
            if all(
                at + offset < len(words) and words[at + offset].key == part for offset, part in enumerate(rest, start=1)
            ):
                entry, length = phrase, len(rest) + 1
                break
        if length == 1 and key in lexicon.imperatives and _begins_sentence(at, words):
            entry = lexicon.imperatives[key]
        if entry is not None:
            hits.append(_Hit(at, at + length - 1, entry, entry.value))
        at += length
    return hits


def _begins_sentence(at: int, words: Sequence[Word]) -> bool:
    """At the start, after a stop, or after "please", "just" or "to" that stand there."""
    while at and words[at - 1].key in _LEAD_INS:
        at -= 1
    return at == 0 or words[at - 1].key in _SENTENCE_ENDS


def _strengthen(hits: list[_Hit], words: Sequence[Word]) -> None:
    """ "Very" makes a word stronger and "quite" weaker, when one of the two words before it says so."""
    for hit in hits:
        for before in range(max(0, hit.first - 2), hit.first):
            hit.value *= _STRENGTH.get(words[before].key, 1.0)


def _negate(hits: list[_Hit], words: Sequence[Word], answers_nothing: bool) -> list[int]:
    """Turn the first judgement that each negation reaches, and those joined to it by "or"; return the empty ones."""
    by_first = {hit.first: hit for hit in hits}
    taken = {at for hit in hits if hit.last > hit.first for at in range(hit.first, hit.last + 1)}
    empty = []
    for at, word in enumerate(words):
        if at in taken or not is_negation(word.key):
            continue
        reached = _reached(at, words, by_first)
        if at == 0 and word.key in _NOTHING and _stands_alone(words, answers_nothing):
            reached = [hit for hit in reached if hit.entry.is_request]
        for hit in reached:
            hit.value = hit.entry.negated
            hit.negation = at
        if not reached and word.key not in _DANGLING:
            empty.append(at)
    return empty


def _stands_alone(words: Sequence[Word], answers_nothing: bool) -> bool:
    """Whether a leading "nothing" is an answer of its own: "Nothing excellent service", but not "Nothing was good"."""
    return answers_nothing or (words[0].key == "nothing" and len(words) > 1 and words[1].key not in _VERBS)


def is_negation(key: str) -> bool:
    return key in _NEGATIONS or key.endswith("n't")


def _reached(negation: int, words: Sequence[Word], by_first: Mapping[int, _Hit]) -> list[_Hit]:
    reached: list[_Hit] = []
    joined = True
    for at in range(negation + 1, min(negation + 1 + NEGATION_SCOPE, len(words))):
        key = words[at].key
        if key in _STOPS or key in _CONTRASTS:
            break
        if key in ("only", "just") and at == negation + 1:
            break
        if key in ("or", "nor"):
            joined = True
        hit = by_first.get(at)
        if hit and joined and hit.entry.negated:
            reached.append(hit)
            joined = hit.entry.is_request  # "could not have been better" turns both
    return reached


def _silence_wishes(hits: list[_Hit]) -> None:
    """ "Should be more helpful" praises nobody: a good word soon after a request is what is wished for."""
    reach = -1
    for hit in hits:
        if hit.entry.is_request and hit.negation is None:
            reach = hit.last + REQUEST_SCOPE
        elif hit.first <= reach and hit.value > 0 and hit.negation is None:
            hit.value = 0.0


def _turn_nothing(hits: list[_Hit]) -> None:
    """ "I can't think of anything" is blame when asked what was good, and the "good" that follows is no praise."""
    reach = -1
    for hit in hits:
        if hit.entry.kind is Kind.NOTHING:
            hit.value = -hit.value
            reach = hit.last + NOTHING_SCOPE
        elif hit.first <= reach and hit.value > 0:
            hit.value = 0.0


def _reason(hit: _Hit, text: str, words: Sequence[Word]) -> Reason:
    start, end = words[hit.first].start, words[hit.last].end
    shown = text[start:end]
    if hit.negation is not None:
        shown = (
            f"{words[hit.negation].key} … {shown}"
            if hit.first - hit.negation > 1
            else f"{words[hit.negation].key} {shown}"
        )
        start = words[hit.negation].start
    return Reason(shown, hit.value, start, end, hit.entry.is_request and hit.negation is None)


def _answers_nothing(words: Sequence[Word], question: TextType | None, hits: Sequence[_Hit]) -> bool:
    """Whether the first word already answers "what was good?" or "what could be better?" with "nothing"."""
    if question not in (TextType.IMPROVE, TextType.GOOD) or not words or words[0].key not in _NOTHING:
        return False
    if words[0].key == "no" and len(words) > 1 and words[1].is_word and words[1].key not in _AFTER_NO:
        return False  # "No staff" lacks something
    return not any(hit.first == 0 and hit.last > 0 for hit in hits)


def _weigh_clauses(reasons: Sequence[Reason], words: Sequence[Word]) -> list[Reason]:
    """Within a sentence, what stands after its first contrast weighs more than what stands before it."""
    contrast_of = _contrasts(words)
    ends = [word.end for word in words if word.key in _SENTENCE_ENDS]

    def weighed(reason: Reason) -> Reason:
        contrast = contrast_of.get(bisect_right(ends, reason.start))
        if contrast is None:
            return reason
        factor = CONTRAST_WEIGHT if reason.start > contrast else BEFORE_CONTRAST_WEIGHT
        return replace(reason, value=reason.value * factor)

    return [weighed(reason) for reason in reasons]


def _contrasts(words: Sequence[Word]) -> dict[int, int]:
    """Where the first "but" stands in each sentence that has one after its beginning; sentences are counted from 0."""
    found: dict[int, int] = {}
    sentence = 0
    begins = True
    for word in words:
        if word.key in _SENTENCE_ENDS:
            sentence += 1
            begins = True
            continue
        if word.key in _CONTRASTS and not begins:
            found.setdefault(sentence, word.start)
        begins = False
    return found
