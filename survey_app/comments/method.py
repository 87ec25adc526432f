"""Which rules, words and weights judge now, their one name, and what is said when the weights cannot be used."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from pathlib import Path

from survey_app.comments.lexicon import Lexicon, public_service_lexicon
from survey_app.comments.linear import BrokenWeights, Weights, unpack

RULES_VERSION = "rules-2"  # raise it with every change of a rule that can change a label
LINEAR_VERSION = "linear-1"  # ... and this with every change of how weights are used
SHIPPED = "sentiment-20261123.json.gz"

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Method:
    """What a label is made with. `name` names all that can change one; `problem` is why there are no weights."""

    lexicon: Lexicon
    weights: Weights | None
    problem: str | None = None
    name: str = field(init=False)

    def __post_init__(self) -> None:
        parts = [RULES_VERSION, self.lexicon.digest[:8]]
        if self.weights is not None:
            parts = [LINEAR_VERSION, self.weights.digest[:8], *parts]
        object.__setattr__(self, "name", "+".join(parts))


class _Chosen:
    """The file of weights that this process was told to use; None: the one that ships with the product."""

    file: Path | None = None


def use_weights(file: Path | None) -> None:
    """Judge by the weights of this file from now on, or by those that ship with the product."""
    _Chosen.file = file


def current() -> Method:
    """What judges now. A file of weights is read once in a process, when the first comment comes."""
    return _read(_Chosen.file)


def fallback_notice() -> str | None:
    """A sentence for staff while labels are made by rules alone because the weights cannot be used."""
    problem = current().problem
    if problem is None:
        return None
    return (
        "Labels are made by rules alone and are wrong more often than usual: the file of weights cannot be used, for "
        f"{problem}. Whoever runs this system can put it right (SENTIMENT_WEIGHTS)."
    )


@cache
def _read(file: Path | None) -> Method:
    try:
        content = file.read_bytes() if file else (files("survey_app.comments") / "weights" / SHIPPED).read_bytes()
        return Method(public_service_lexicon(), unpack(content))
    except (OSError, BrokenWeights) as problem:
        why = "it cannot be read" if isinstance(problem, OSError) else str(problem)
        _log.warning("Sentiment is judged by rules alone: %s: %s.", file or SHIPPED, why)
        return Method(public_service_lexicon(), None, why)
