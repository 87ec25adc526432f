"""The third layer: weights that were learnt from comments which people had labelled, and nothing but arithmetic.

The weights are one JSON document in a gzip file: figures beside words, which anyone can read. It carries its own
digest, so a file that was damaged or changed by hand is not taken for what it says it is.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import exp, log, sqrt
from typing import Any, NamedTuple

from survey_app.comments import features
from survey_app.surveys.kinds import TextType

FORMAT = 1
STEP = 100  # weights are whole numbers of a hundredth: small, and the same on every machine that trains them
LARGEST_BYTES = 20_000_000  # unpacked; ours has half a megabyte
UNKNOWN = "unknown"  # the name of the set for comments of which nobody knows what was asked


class BrokenWeights(ValueError):
    """The weights cannot be used; the message says why, in the middle of a sentence."""


class Chances(NamedTuple):
    """How likely each label is right; they add up to 1."""

    negative: float
    neutral: float
    positive: float


@dataclass(frozen=True)
class Scorer:
    """The weights for comments to one question, or where it is not known what was asked.

    Each pair says how much speaks for blame, and how much for praise, against neither.

    `temperature` makes chances of scores. `leaning` is how much sooner than its chance alone a label is given: neutral,
    which people use more often than words show; and negative, for a complaint shown as praise is the dearest mistake.
    """

    words: Mapping[str, tuple[float, float, float]]  # the square of its rarity, then rarity times each of the pair
    signs: Mapping[str, tuple[float, float]]
    start: tuple[float, float]
    temperature: float
    leaning: Chances

    def chances(self, grams: Iterable[str], signs: Mapping[str, float]) -> Chances:
        """Of a comment with these features (features.py)."""
        squares = negative = positive = 0.0
        known = self.words
        for gram in grams:
            found = known.get(gram)
            if found is not None:
                squares += found[0]
                negative += found[1]
                positive += found[2]
        if squares:
            length = sqrt(squares)
            negative /= length
            positive /= length
        negative += self.start[0]
        positive += self.start[1]
        for name, value in signs.items():
            if name in self.signs:
                of_sign = self.signs[name]
                negative += value * of_sign[0]
                positive += value * of_sign[1]
        return softmax(negative / self.temperature, positive / self.temperature)

    def label_of(self, chances: Chances) -> str:
        """The likeliest label, leaning as it should."""
        weighted = [chance * leaning for chance, leaning in zip(chances, self.leaning, strict=True)]
        return Chances._fields[weighted.index(max(weighted))]


def softmax(negative: float, positive: float) -> Chances:
    """Chances of two scores, each against that of neutral."""
    top = max(negative, positive, 0.0)
    parts = (exp(negative - top), exp(-top), exp(positive - top))
    total = sum(parts)
    return Chances(*(part / total for part in parts))


@dataclass(frozen=True)
class Weights:
    """A document of weights that was read and found whole: a scorer for each question, and for none that is known."""

    digest: str
    scorers: Mapping[TextType | None, Scorer]
    document: Mapping[str, Any]


def rarity_of(seen: int, comments: int) -> float:
    """What a word counts: the more, the fewer comments it was seen in (inverse document frequency, smoothed)."""
    return log((1 + comments) / (1 + seen)) + 1


def pack(document: Mapping[str, Any]) -> tuple[bytes, str]:
    """The file of a document and its digest. The same document gives the same bytes."""
    digest = _digest(document)
    text = _canonical({**document, "sha256": digest})
    return gzip.compress(text, compresslevel=9, mtime=0), digest


def unpack(content: bytes) -> Weights:
    """Read a file of weights. BrokenWeights when it is damaged, was changed, or was made for another version."""
    try:
        unpacked = zlib.decompressobj(wbits=31)
        text = unpacked.decompress(content, LARGEST_BYTES)
        document = json.loads(text) if unpacked.eof else None
    except (zlib.error, ValueError, RecursionError):
        document = None
    if not isinstance(document, dict):
        raise BrokenWeights("it is no whole gzip file with one JSON document in it")
    digest = document.pop("sha256", None)
    if digest != _digest(document):
        raise BrokenWeights("its digest does not fit what stands in it")
    if (document.get("format"), document.get("features")) != (FORMAT, features.VERSION):
        raise BrokenWeights("it was made for another version of the program; train the weights again")
    try:
        return Weights(digest, scorers_of(document), document)
    except (KeyError, TypeError, ValueError, IndexError) as problem:
        raise BrokenWeights("something is missing in it") from problem


def scorers_of(document: Mapping[str, Any]) -> dict[TextType | None, Scorer]:
    """Ready for use, by question: words weigh the same whatever was asked, what the rules found does not."""
    scorers = {}
    for of_set in document["sets"].values():
        if not 0.01 < of_set["temperature"] < 100:
            raise ValueError("The temperature is out of range.")
        words = _words(document, of_set)
        for name, of_question in of_set["questions"].items():
            scorers[None if name == UNKNOWN else TextType(name)] = Scorer(
                words=words,
                signs={sign: (pair[0] / STEP, pair[1] / STEP) for sign, pair in of_question["signs"].items()},
                start=(of_question["start"][0] / STEP, of_question["start"][1] / STEP),
                temperature=of_set["temperature"],
                leaning=Chances(*of_set["leaning"]),
            )
    if set(scorers) != {None, *TextType}:
        raise ValueError("There is no scorer for some question.")
    return scorers


def _words(document: Mapping[str, Any], of_set: Mapping[str, Any]) -> dict[str, tuple[float, float, float]]:
    comments = document["trained_on"]["comments"]
    words = {}
    for gram, seen, negative, positive in zip(
        document["words"], document["seen"], of_set["negative"], of_set["positive"], strict=True
    ):
        rarity = rarity_of(seen, comments)
        words[gram] = (rarity * rarity, rarity * negative / STEP, rarity * positive / STEP)
    return words


def _digest(document: Mapping[str, Any]) -> str:
    return hashlib.sha256(_canonical(document)).hexdigest()


def _canonical(document: Mapping[str, Any]) -> bytes:
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode(
        errors="surrogatepass"
    )
