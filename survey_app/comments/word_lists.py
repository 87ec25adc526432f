"""Judging in a language other than English by a council's own list of words, where it has one.

A list is a CSV that people of that language wrote and can review: `word,value[,negated,kind,note]`, as the English one,
with `negation`, `stronger` and `weaker` as further kinds. The rules are few, because nobody has measured them: words
and phrases are added up, a negation turns the next judgement, "very" makes it stronger. So every such label is marked
as unsure, and a person looks at it.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import hypot
from pathlib import Path

from survey_app.comments.languages import languages_told_apart
from survey_app.comments.lexicon import NEGATED_SHARE
from survey_app.comments.words import Word
from survey_app.kernel.characters import shortened
from survey_app.kernel.csvfile import CsvRow, open_csv
from survey_app.kernel.errors import InvalidInput
from survey_app.kernel.languages import ENGLISH

OWN_LIST = "words-"  # how the method of labels by a council's own list begins
KINDS = ("", "negation", "stronger", "weaker")
NEGATION_REACHES = 4  # words
STRENGTH = {"stronger": 1.3, "weaker": 0.7}
SATURATION = 1.0  # how much evidence brings the polarity half way to its end
MOST_WORDS_A_PHRASE = 6
_log = logging.getLogger(__name__)

STOPS = frozenset(".!?;:,()-–—\n。।؟،")


@dataclass(frozen=True, slots=True)
class Listed:
    """What a word or phrase is worth, -1 to 1, alone and after a negation; or what it does to the next one."""

    value: float
    negated: float
    kind: str


@dataclass(frozen=True)
class Found:
    """A word or phrase that moved the score, by how much, and where it stands in the text."""

    word: str
    value: float
    start: int
    end: int


@dataclass(frozen=True)
class WordList:
    """The list of one language. `method` names it and its content, so that a stored label can be explained."""

    language: str
    entries: Mapping[tuple[str, ...], Listed]
    digest: str

    @property
    def method(self) -> str:
        return f"{OWN_LIST}{self.language}+{self.digest[:8]}"

    def weigh(self, text: str, words: Sequence[Word]) -> tuple[float, list[Found]]:
        """The polarity, -1 to 1, and the words that made it, in the order of the text."""
        found: list[Found] = []
        keys = [word.key for word in words]
        strength, negated_until, at = 1.0, -1, 0
        while at < len(keys):
            length = self._longest(keys, at)
            listed = self.entries.get(tuple(keys[at : at + length])) if length else None
            length = length or 1
            if listed is None:
                if keys[at] in STOPS:
                    strength, negated_until = 1.0, -1
            elif listed.kind == "negation":
                negated_until = at + NEGATION_REACHES
            elif listed.kind in STRENGTH:
                strength = STRENGTH[listed.kind]
            else:
                is_negated = at <= negated_until
                value = listed.negated if is_negated else listed.value * strength
                start, end = words[at].start, words[at + length - 1].end
                if value:
                    found.append(Found(text[start:end], value, start, end))
                strength, negated_until = 1.0, -1
            at += length
        total = sum(each.value for each in found)
        return (total / hypot(total, SATURATION) if total else 0.0), found

    def _longest(self, keys: Sequence[str], at: int) -> int:
        """How many words the longest entry has that begins here; 0 where none does."""
        most = min(MOST_WORDS_A_PHRASE, len(keys) - at)
        return next((n for n in range(most, 0, -1) if tuple(keys[at : at + n]) in self.entries), 0)


@dataclass(frozen=True)
class CouncilLists:
    """The lists of a council by language, and what is wrong with files of its that are not used."""

    lists: Mapping[str, WordList]
    problems: Sequence[str] = ()


def read_folder(folder: Path) -> CouncilLists:
    """All lists of a folder, each called by the code of its language: cy.csv. Read again only when a file changes.

    A file that cannot be used is left out and named: its language is not analysed, and everything else goes on.
    """
    try:
        files = sorted((path, path.stat().st_mtime_ns, path.stat().st_size) for path in folder.glob("*.csv"))
    except OSError:
        files = []
    return _read_files(tuple(files))


@lru_cache(maxsize=4)
def _read_files(files: tuple[tuple[Path, int, int], ...]) -> CouncilLists:
    lists: dict[str, WordList] = {}
    problems = []
    for path, _changed, _size in files:
        code = path.stem.casefold()
        try:
            lists[code] = read_word_list(path, code)
        except InvalidInput as problem:
            _log.warning("A list of words is not used: %s", problem.message)
            problems.append(problem.message)
    return CouncilLists(lists, tuple(problems))


def read_word_list(path: Path, language: str) -> WordList:
    """Read a list. InvalidInput names the file, and the line where there is one, and says what to put right."""
    if language == ENGLISH or language not in languages_told_apart():
        raise InvalidInput(
            f"{path.name}: a list is called by the code of a language that we can tell apart, like cy.csv or pl.csv, "
            "and not en, which has a list of its own."
        )
    entries: dict[tuple[str, ...], Listed] = {}
    try:
        with open_csv(path, required=("word", "value")) as file:
            for row in file:
                spelling, listed = _entry(row)
                if spelling in entries:
                    raise InvalidInput(f"Line {row.line} repeats “{shortened(' '.join(spelling))}”.")
                entries[spelling] = listed
    except InvalidInput as problem:
        raise InvalidInput(f"{path.name}: {problem.message}") from problem
    if not any(entry.kind == "" for entry in entries.values()):
        raise InvalidInput(f"{path.name}: no word in it judges anything.")
    content = "\n".join(sorted(f"{' '.join(key)}|{entry}" for key, entry in entries.items()))
    return WordList(language, entries, hashlib.sha256(content.encode()).hexdigest())


def _entry(row: CsvRow) -> tuple[tuple[str, ...], Listed]:
    if row.problem is not None:
        raise InvalidInput(f"Line {row.line} cannot be read: {row.problem}.")
    spelling = tuple(row.values["word"].replace("’", "'").casefold().split())
    if not 1 <= len(spelling) <= MOST_WORDS_A_PHRASE:
        raise InvalidInput(f"Line {row.line} needs a word, or a phrase of at most {MOST_WORDS_A_PHRASE}.")
    kind = row.values.get("kind", "").strip().casefold()
    if kind not in KINDS:
        known = ", ".join(KINDS[1:])
        raise InvalidInput(f"Line {row.line} has the kind “{shortened(kind)}”; it must be {known} or empty.")
    value = 0.0 if kind else _number(row, "value")
    negated = _number(row, "negated") if row.values.get("negated", "").strip() else value * NEGATED_SHARE
    return spelling, Listed(value, negated, kind)


def _number(row: CsvRow, column: str) -> float:
    typed = row.values[column].strip()
    try:
        value = float(typed)
    except ValueError:
        value = 2.0
    if not -1 <= value <= 1:
        raise InvalidInput(f"Line {row.line} has the {column} “{shortened(typed)}”; it must be a number from -1 to 1.")
    return value
