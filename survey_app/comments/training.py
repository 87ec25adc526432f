"""Weights learnt from comments that people labelled: the same file gives the same weights, whoever trains them.

scikit-learn finds them; nothing else needs it, so it is imported when training begins. Nothing is left to chance: rows
are parted by a hash of their text, words stand in order, and the optimum of a convex function is approached far more
closely than the step to which weights are rounded.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import chain
from math import log, sqrt
from typing import Any

from survey_app.comments import features
from survey_app.comments.answers import whole_answer
from survey_app.comments.comment_file import CommentRow
from survey_app.comments.evaluation import LABELS, Evaluation, Judged, evaluate
from survey_app.comments.features import grams_of, signs_of
from survey_app.comments.lexicon import public_service_lexicon
from survey_app.comments.linear import FORMAT, STEP, UNKNOWN, Chances, Weights, rarity_of, scorers_of, softmax
from survey_app.comments.method import Method
from survey_app.comments.names import names_in
from survey_app.comments.redaction import redact
from survey_app.comments.sentiment import Flag, full_lexicon, judge
from survey_app.comments.weighing import weigh
from survey_app.comments.words import Word, words_of
from survey_app.kernel.errors import InvalidInput, Refused
from survey_app.surveys.kinds import TextType

FEWEST_ROWS = 200  # fewer teach less than the rules know
SEEN_AT_LEAST = 4  # a word of fewer comments is there by chance, or a name
FOLDS = 5
_TEMPERATURES = [step / 20 for step in range(10, 61)]

Document = dict[str, Any]
Progress = Callable[[str], None]


@dataclass(frozen=True)
class Parameters:
    """`strength` is how far the comments may move a weight (C of the regression); the leaning is that of a Scorer."""

    strength: float
    leaning: Chances


PARAMETERS = {"known": Parameters(2.0, Chances(1.5, 1.7, 1.0)), UNKNOWN: Parameters(2.0, Chances(1.3, 1.75, 1.0))}


@dataclass(frozen=True)
class Trained:
    """The document to be packed, and how its labels did on comments that its weights had not seen."""

    document: Document
    known: Evaluation
    unknown: Evaluation


@dataclass(frozen=True)
class _Example:
    """A labelled comment made ready once. Texts of one `key` read alike: they stay on one side of every division."""

    text: str
    words: Sequence[Word]
    question: TextType
    label: str
    key: str
    is_aside: bool
    grams: Sequence[str]
    signs: Mapping[str, Mapping[str, float]]  # by set: what the rules find hangs on the question

    @property
    def fold(self) -> int:
        return int(hashlib.sha256(self.key.encode(errors="replace")).hexdigest(), 16) % FOLDS


def train(rows: Sequence[CommentRow], file_sha256: str, progress: Progress) -> Trained:
    """Learn from all rows but those set aside, and measure on these; without any, by cross-validation.

    InvalidInput when there is too little to learn from, Refused when scikit-learn is not installed.
    """
    _need_scikit_learn()
    progress(f"Reading {len(rows):,} comments")
    examples = [_example(row, row.question) for row in rows if row.question]
    aside = [example for example in examples if example.is_aside]
    keys_aside = {example.key for example in aside}
    learnt_from = [example for example in examples if example.key not in keys_aside]
    _check(len(examples), learnt_from)
    names = names_in((example.text, example.words) for example in learnt_from)
    fold_documents = []
    folds = [[example for example in learnt_from if example.fold == fold] for fold in range(FOLDS)]
    for fold in range(FOLDS):
        progress(f"Cross-validation, part {fold + 1} of {FOLDS}")
        fold_documents.append(_fitted([example for example in learnt_from if example.fold != fold], names))
    temperatures = {name: _temperature(fold_documents, folds, name) for name in PARAMETERS}
    progress(f"Learning from {len(learnt_from):,} comments")
    document = _fitted(learnt_from, names)
    trials = [(document, aside)] if aside else list(zip(fold_documents, folds, strict=True))
    for each in (document, *fold_documents):
        for name, temperature in temperatures.items():
            each["sets"][name]["temperature"] = temperature
    known, unknown = (_evaluated(trials, is_known) for is_known in (True, False))
    document |= {
        "format": FORMAT,
        "features": features.VERSION,
        "lexicon": public_service_lexicon().digest,
        "parameters": {name: asdict(parameters) for name, parameters in PARAMETERS.items()},
        "figures": {
            "measured_on": "rows set aside" if aside else f"cross-validation in {FOLDS} parts",
            "known": asdict(known),
            UNKNOWN: asdict(unknown),
        },
    }
    document["trained_on"]["sha256"] = file_sha256
    return Trained(document, known, unknown)


def _need_scikit_learn() -> None:
    try:
        import sklearn  # noqa: F401, PLC0415
    except ImportError:
        raise Refused("Training needs scikit-learn: pip install -r requirements-dev.txt") from None


def _check(rows: int, examples: Sequence[_Example]) -> None:
    """`rows` counts those set aside, too: as many as `flask comments labels` asks for are enough."""
    if rows < FEWEST_ROWS:
        raise InvalidInput(f"There are {rows} labelled comments with a question; at least {FEWEST_ROWS} are needed.")
    found = {(example.label, example.fold) for example in examples}
    for label in LABELS:
        folds = sum(of == label for of, _fold in found)
        if not folds:
            raise InvalidInput(f"No comment to learn from is labelled {label}; all three labels are needed.")
        if folds == 1:  # without that part nothing would be left of the label
            raise InvalidInput(f"Too few different comments are labelled {label}; label some more.")


def _example(row: CommentRow, question: TextType) -> _Example:
    text = redact(row.text).text
    words = words_of(text)
    lexicon = full_lexicon(public_service_lexicon())
    return _Example(
        text=text,
        words=words,
        question=question,
        label=str(row.label),
        key=" ".join(word.key for word in words if word.is_word) or text,
        is_aside=row.is_aside,
        grams=grams_of(words),
        signs={
            name: signs_of(text, words, weigh(text, words, asked, lexicon))
            for name, asked in (("known", question), (UNKNOWN, None))
        },
    )


def _fitted(examples: Sequence[_Example], names: frozenset[str]) -> Document:
    """Both sets of weights, at temperature 1."""
    seen = Counter(chain.from_iterable(example.grams for example in examples))
    words = sorted(gram for gram, count in seen.items() if count >= SEEN_AT_LEAST and names.isdisjoint(gram.split(" ")))
    rarity = {gram: rarity_of(seen[gram], len(examples)) for gram in words}
    return {
        "words": words,
        "seen": [seen[gram] for gram in words],
        "sets": {name: _fitted_set(examples, rarity, name) for name in PARAMETERS},
        "trained_on": {
            "comments": len(examples),
            "labels": {label: sum(example.label == label for example in examples) for label in LABELS},
        },
    }


def _fitted_set(examples: Sequence[_Example], rarity: Mapping[str, float], name: str) -> Document:
    """A column is a word; a sign; a sign under one question; or the question itself."""
    questions = tuple(TextType) if name == "known" else (UNKNOWN,)
    rows = []
    for example in examples:
        asked = example.question if name == "known" else UNKNOWN
        known = [gram for gram in example.grams if gram in rarity]
        length = sqrt(sum(rarity[gram] ** 2 for gram in known)) or 1.0
        row: dict[tuple[str, ...], float] = {("word", gram): rarity[gram] / length for gram in known}
        row[("start", asked)] = 1.0
        for sign, value in example.signs[name].items():
            row[("sign", sign)] = row[("sign", sign, asked)] = value
        rows.append(row)
    weight, intercept = _regression(rows, [example.label for example in examples], PARAMETERS[name].strength)

    def pair(*columns: tuple[str, ...], start: Sequence[float] = (0.0, 0.0)) -> list[int]:
        return [round(STEP * sum((weight[c][side] for c in columns if c in weight), start[side])) for side in (0, 1)]

    signs = sorted({column[1] for column in weight if column[0] == "sign"})
    of_words = [pair(("word", gram)) for gram in rarity]
    return {
        "negative": [negative for negative, _ in of_words],
        "positive": [positive for _, positive in of_words],
        "questions": {
            str(asked): {
                "start": pair(("start", asked), start=intercept),
                "signs": {sign: pair(("sign", sign), ("sign", sign, asked)) for sign in signs},
            }
            for asked in questions
        },
        "temperature": 1.0,
        "leaning": list(PARAMETERS[name].leaning),
    }


def _regression(
    rows: Sequence[Mapping[tuple[str, ...], float]], labels: Sequence[str], strength: float
) -> tuple[dict[tuple[str, ...], tuple[float, float]], tuple[float, float]]:
    """Multinomial: what each column adds to blame and to praise, against neutral; and where both start."""
    from scipy.sparse import csr_matrix  # noqa: PLC0415
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415
    from threadpoolctl import threadpool_limits  # noqa: PLC0415

    columns = sorted({column for row in rows for column in row})
    place = {column: at for at, column in enumerate(columns)}
    cells = [(at, place[column], value) for at, row in enumerate(rows) for column, value in sorted(row.items())]
    at, column, value = zip(*cells, strict=True)
    matrix = csr_matrix((value, (at, column)), shape=(len(rows), len(columns)))
    with threadpool_limits(1):
        found = LogisticRegression(C=strength, solver="newton-cg", tol=1e-8, max_iter=500).fit(matrix, labels)
    negative, neutral, positive = found.coef_.tolist()
    start = found.intercept_.tolist()
    pairs = [(n - o, p - o) for n, o, p in zip(negative, neutral, positive, strict=True)]
    return dict(zip(columns, pairs, strict=True)), (start[0] - start[1], start[2] - start[1])


def _temperature(documents: Sequence[Document], folds: Sequence[Sequence[_Example]], name: str) -> float:
    """The one that makes chances of comments not learnt from as sure as they are right."""
    scores = []
    for document, fold in zip(documents, folds, strict=True):
        scorers = scorers_of(document)
        for example in fold:
            if whole_answer(example.words) is None:
                scorer = scorers[example.question if name == "known" else None]
                chances = [max(chance, 1e-12) for chance in scorer.chances(example.grams, example.signs[name])]
                scores.append((log(chances[0] / chances[1]), log(chances[2] / chances[1]), LABELS.index(example.label)))

    def loss(temperature: float) -> float:
        return -sum(
            log(softmax(negative / temperature, positive / temperature)[at]) for negative, positive, at in scores
        )

    return min(_TEMPERATURES, key=loss)


def _evaluated(trials: Iterable[tuple[Document, Sequence[_Example]]], is_known: bool) -> Evaluation:
    """The whole method with each of these weights, on comments that they were not learnt from."""
    judged = []
    for document, examples in trials:
        method = Method(public_service_lexicon(), Weights("", scorers_of(document), document))
        for example in examples:
            found = judge(example.text, example.words, example.question if is_known else None, method)
            judged.append(Judged(example.label, found.label.value, Flag.UNSURE in found.flags))
    return evaluate(judged)
