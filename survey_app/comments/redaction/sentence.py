"""A text as words with what stands around each, for rules that look a few words to either side and no further."""

from __future__ import annotations

import re
from typing import NamedTuple

from survey_app.comments.redaction import naming
from survey_app.comments.redaction.details import before
from survey_app.comments.redaction.lists import SURNAMES, folded, is_plain

LONGEST_NAME = 4  # words
_WORD = re.compile(r"[^\W\d_]++(?:['’‘`´][^\W\d_]++)*+")
_WORDS_AROUND, _LETTERS_AROUND = 5, 80
_SHOUTED = 0.7  # of the letters are capitals: then a capital tells nothing
_FEW_LETTERS = 6
_ACRONYM = 4
_LONGEST_GAP = 4
_RUNS_ON = frozenset(" ,:'\"“”‘’(-–/&")
_HYPHENS = frozenset("-‐‑")


class Word(NamedTuple):
    """One word: `key` as the lists spell it, `gap` what stands between the word before and this one."""

    key: str
    start: int
    end: int
    has_capital: bool
    is_acronym: bool
    gap: str

    @property
    def is_joined(self) -> bool:
        """Whether the sentence runs on from the word before: with a space, a comma or a colon between."""
        return 0 < len(self.gap) <= _LONGEST_GAP and _RUNS_ON.issuperset(self.gap)

    @property
    def is_hyphened(self) -> bool:
        return self.gap in _HYPHENS

    @property
    def is_strange(self) -> bool:
        """Whether it is no plain English, so that with a capital it is somebody's or something's name."""
        return not is_plain(self.key)


_NOBODY = Word("", 0, 0, has_capital=False, is_acronym=False, gap="")


class Words:
    """The words of a text, by number; a number outside is a word that fits nothing."""

    def __init__(self, text: str) -> None:
        self.text = text
        is_shouted = sum(map(str.isupper, text)) > _SHOUTED * sum(map(str.isalpha, text)) > _FEW_LETTERS
        self._words = []
        end = 0
        for match in _WORD.finditer(text):
            written, stop = match[0], match.end()
            key = folded(written)
            if key.endswith("'s") and len(key) > len("x's"):
                key, stop = key[:-2], stop - 2
            is_capitals = len(written) > 1 and written.isupper()
            self._words.append(
                Word(
                    key,
                    match.start(),
                    stop,
                    has_capital=written[0].isupper() and not is_shouted and not is_capitals,
                    is_acronym=is_capitals and not is_shouted and len(key) <= _ACRONYM,
                    gap=text[max(end, match.start() - _LONGEST_GAP - 1) : match.start()],
                )
            )
            end = match.end()

    def __len__(self) -> int:
        return len(self._words)

    def __getitem__(self, at: int) -> Word:
        return self._words[at] if 0 <= at < len(self._words) else _NOBODY

    def before(self, at: int) -> str:
        """The words right before this one in its sentence, in small letters."""
        first = at
        while first > max(0, at - _WORDS_AROUND) and self[first].is_joined:
            first -= 1
        return " ".join(word.key for word in self._words[first:at])[-_LETTERS_AROUND:]

    def behind(self, end: int) -> str:
        """The words from this one on that its sentence goes on with, in small letters."""
        last = end
        while last < min(len(self), end + _WORDS_AROUND) and self[last].is_joined:
            last += 1
        return " ".join(word.key for word in self._words[end:last])[:_LETTERS_AROUND]

    def is_called(self, at: int) -> bool:
        """Whether what stands before says that this is what somebody is called."""
        return self[at].is_joined and bool(naming.CALLED.search(self.before(at)))

    def is_addressed(self, at: int) -> bool:
        """Whether what stands before is said to or of a person: "spoke to", "thanks to", "dear"."""
        return self[at].is_joined and bool(naming.ADDRESSED.search(self.before(at)))

    def is_signature(self, at: int, end: int) -> bool:
        """Whether these words end the text, behind a greeting or on a line of their own."""
        first, stop = self[at], self[end - 1].end
        if not naming.AFTER_SIGNATURE.fullmatch(self.text, stop):
            return False
        said = before(self.text, first.start, 30)
        is_own_line = first.has_capital and self.text[first.start - 1 : first.start] == "\n" and bool(said.strip())
        return is_own_line or bool(naming.SIGNED.search(said))

    def is_body(self, at: int) -> bool:
        """Whether the words with capitals from here on name a council, a company or a service."""
        for number in range(at, at + LONGEST_NAME):
            word = self[number]
            if number > at and (word.gap != " " or not word.has_capital):
                return False
            if word.key in naming.BODIES or (word.key in naming.PLACES and word.key not in SURNAMES):
                return True
        return False
