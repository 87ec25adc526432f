"""Names of people, residents' and staff's alike. Roles, services and places stay: they are what a comment is about.

A word of the list of given names goes wherever it stands, in small letters or capitals, unless it names a place. One that
is also a word, a month or a town goes where the words around it are said of people. Other words go behind a title, behind
"my name is", and with a capital behind words such as "spoke to" or in a signature.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from survey_app.comments.redaction import naming
from survey_app.comments.redaction.details import GONE, Span, before
from survey_app.comments.redaction.lists import (
    GIVEN,
    PLACE_NAMES,
    PLAIN,
    SOFT_NAMES,
    SURNAMES,
    UNCERTAIN,
    WORD_NAMES,
    folded,
    is_plain,
)

_WORD = re.compile(r"[^\W\d_]++(?:['’‘`´][^\W\d_]++)*+")
_CHAINED = re.compile(r"(?: and | & |, | or |/|, and )$")
LONGEST_NAME = 4  # words
_AROUND = 5  # words before and behind that are looked at
_SHOUTED = 0.7  # of the letters are capitals: then a capital tells nothing
_ACRONYM = 4
_ASKING = frozenset("will can may did do could would".split())
_MONTHS = frozenset("april may june august".split())


class _Word(NamedTuple):
    key: str
    start: int
    end: int
    has_capital: bool
    is_acronym: bool
    gap: str  # what stands between the word before and this one


def names(text: str) -> Iterator[Span]:
    """The places of names, each with the whole name in one."""
    words = _words_of(text)
    reader = _Reader(text, words)
    at = 0
    while at < len(words):
        end = reader.name_at(at)
        if end <= at:
            at += 1
            continue
        yield words[at].start, words[end - 1].end
        reader.last_name_end = end
        at = end


def _words_of(text: str) -> list[_Word]:
    is_shouted = sum(map(str.isupper, text)) > _SHOUTED * sum(map(str.isalpha, text)) > 6
    words = []
    end = 0
    for match in _WORD.finditer(text):
        written = match[0]
        key, stop = folded(written), match.end()
        if key.endswith("'s") and len(key) > 3:
            key, stop = key[:-2], stop - 2
        capital = written[0].isupper() and not is_shouted and (len(written) == 1 or not written.isupper())
        acronym = len(key) <= _ACRONYM and not is_shouted and len(key) > 1 and written.isupper()
        words.append(_Word(key, match.start(), stop, capital, acronym, text[max(end, match.start() - 6) : match.start()]))
        end = match.end()
    return words


class _Reader:
    """Looks at one word after the other; each look goes a few words to either side."""

    def __init__(self, text: str, words: list[_Word]) -> None:
        self.text = text
        self.words = words
        self.last_name_end = 0

    def name_at(self, at: int) -> int:
        """Where the name ends that begins with this word, as the number of the word behind it; `at` itself if none does."""
        word = self.words[at]
        key = word.key
        title_end = self._after_title(at)
        if title_end:
            return title_end
        if key in GIVEN:
            if word.is_acronym and not self._is_addressed(at):
                return at
            return self._unless_a_place(at, self._end(at))
        if key in UNCERTAIN:
            if key in naming.MAYBE_TITLES or not self._is_meant(at):
                return at
            return self._unless_a_place(at, self._end(at))
        if len(key) == 1:
            return self._after_initials(at)
        if word.has_capital:
            return self._unknown_with_capital(at)
        if key not in PLAIN and not is_plain(key) and naming.CALLED.search(self._before(at)) and self._is_joined(at):
            return self._end(at)
        return at

    def _after_title(self, at: int) -> int:
        """A name behind a title; 0 where there is none."""
        if not at or self.words[at].gap not in (" ", ". ", "  ", ".", "."):
            return 0
        title, word = self.words[at - 1].key, self.words[at]
        key = word.key
        if title in naming.TITLES:
            is_name = key not in ("and", "or") and (word.has_capital or key in SURNAMES or not is_plain(key))
        elif title in naming.MAYBE_TITLES and word.gap != "." and not (word.gap == ". " and title not in ("dr", "prof", "rev", "revd")):
            if word.has_capital:
                is_name = key in SURNAMES or key in GIVEN or key in UNCERTAIN or not is_plain(key)
            else:
                is_name = key in GIVEN or (key in SURNAMES and not is_plain(key))
            is_name = is_name and key not in naming.BODIES
        else:
            return 0
        if not is_name or (len(key) == 1 and not word.has_capital):
            return 0
        end = self._end(at)
        return 0 if self._unless_a_place(at, end) == at and title not in naming.TITLES else end

    def _end(self, at: int) -> int:
        """A name goes on with family names, initials and what a hyphen joins."""
        end = at + 1
        while end < len(self.words) and end - at < LONGEST_NAME:
            word, last = self.words[end], self.words[end - 1]
            if word.gap in ("-", "‐", "‑"):
                if not (word.has_capital or not is_plain(word.key)):
                    break
            elif word.gap in (" ", "  ") or (word.gap in (". ", ".") and last.end - last.start == 1):
                if word.key in naming.PARTICLES and self._goes_on_after(end):
                    end += 2
                    continue
                if not self._goes_on(word, end):
                    break
            else:
                break
            end += 1
        return min(end, len(self.words))

    def _goes_on(self, word: _Word, at: int) -> bool:
        if len(word.key) == 1:
            return word.has_capital and word.key not in ("i", "a") and at + 1 < len(self.words) and (
                self.words[at + 1].has_capital and not is_plain(self.words[at + 1].key)
            )
        if word.has_capital:
            return word.key in SURNAMES or not (
                is_plain(word.key) or word.key in naming.BODIES or word.key in naming.PLACES
            )
        return (word.key in SURNAMES and not is_plain(word.key) and word.key not in UNCERTAIN) or word.key in GIVEN

    def _goes_on_after(self, at: int) -> bool:
        if at + 1 >= len(self.words) or self.words[at + 1].gap not in (" ", "-"):
            return False
        word = self.words[at + 1]
        return word.key in SURNAMES or (word.has_capital and not is_plain(word.key))

    def _unless_a_place(self, at: int, end: int) -> int:
        """`end`, or `at` where the words are those of a street, a park or a school."""
        if at and self.words[at].gap in (" ", ". ") and self.words[at - 1].key in naming.SAINTS_AND_CROWNS:
            return at
        first = self.words[at]
        follow = self.words[end] if end < len(self.words) else None
        last_end = self.words[end - 1].end
        if follow and follow.gap == " " and follow.key in naming.PLACES:
            if follow.has_capital == first.has_capital:
                return at
            if follow.key in naming.PLAIN_PLACES and not self._is_addressed(at):
                return at
        if first.key in UNCERTAIN and re.match(r" [0-9]", self.text[last_end : last_end + 2]):  # a ward, a block
            return at
        last = self.words[end - 1]
        is_at_a_place = at and self.words[at - 1].key in naming.TO_A_PLACE
        if end - at > 1 and last.key in naming.SURNAME_OR_PLACE and is_at_a_place and not self._is_addressed(at):
            return at
        return end

    def _after_initials(self, at: int) -> int:
        """ "P. J. Hetherington", "J Smith": one initial needs a known name behind it, or a signature."""
        end = at
        while end < len(self.words) and end - at < 3 and len(self.words[end].key) == 1 and self.words[end].has_capital:
            if end > at and self.words[end].gap not in (".", ". ", " "):
                break
            end += 1
        if end == at or end >= len(self.words):
            return at
        word = self.words[end]
        if word.gap not in (". ", ".", " ") or not word.has_capital or self._is_body(end):
            return at
        if self.words[at].key in ("i", "a") and word.gap == " ":
            return at
        is_known = word.key in SURNAMES and (word.key not in PLAIN or end - at > 1)
        if is_known or (not is_plain(word.key) and (end - at > 1 or self._is_signature(at, end + 1))):
            return self._end(end)
        return at

    def _is_meant(self, at: int) -> bool:
        """Whether a name that is also something else is meant as a name."""
        word = self.words[at]
        key, said = word.key, self._before(at)
        after = self._after(at)
        follow = self.words[at + 1] if at + 1 < len(self.words) and self.words[at + 1].gap == " " else None
        if follow and follow.has_capital and self._is_body(at + 1):
            return False
        if self._is_joined(at) and naming.CALLED.search(said):
            return True
        if not word.has_capital:
            return bool(
                self._is_joined(at)
                and re.search(r"\b(?:spoke|spoken|speak|speaking|talked) (?:to|with)$", said)
                and not (follow and follow.key in naming.PLACES | naming.BODIES)
                and key not in _ASKING
            ) or self._is_signature(at, at + 1)
        if self._is_signature(at, at + 1):
            return True
        is_family_next = bool(
            follow and follow.has_capital and follow.key in SURNAMES and follow.key not in naming.PLACES
        )
        is_chained = at > 0 and at == self.last_name_end and bool(_CHAINED.search(word.gap) or word.gap == " ")
        is_after_chain = at > 1 and at - 1 == self.last_name_end and self.words[at - 1].key in ("and", "or")
        previous = self.words[at - 1].key if self._is_joined(at) else ""
        if previous in naming.DETERMINERS and not is_family_next:
            return False
        is_acted = bool(naming.ACTED.match(after)) and key not in _MONTHS | _ASKING
        is_staffed = bool(naming.IN_A_TEAM.match(after) or (key not in _ASKING and naming.IN_A_ROLE.match(after)))
        is_addressed = bool(self._is_joined(at) and naming.ADDRESSED.search(said))
        if is_family_next or is_chained or is_after_chain or is_staffed or is_addressed:
            return True
        if key in PLACE_NAMES:
            return is_acted and previous not in naming.TO_A_PLACE
        if key in WORD_NAMES:
            return is_acted or (
                key not in _MONTHS | _ASKING and bool(self._is_joined(at) and naming.REACHED.search(said))
                and not (follow and follow.has_capital)
            )
        return is_acted or (key in SOFT_NAMES and previous != "" and previous not in naming.TO_A_PLACE - {"to", "from"})

    def _unknown_with_capital(self, at: int) -> int:
        word = self.words[at]
        if word.key in naming.MAYBE_TITLES or self._is_body(at):
            return at
        said = self._before(at)
        is_surname = word.key in SURNAMES
        if is_plain(word.key) and not is_surname:
            return at
        joined = self._is_joined(at)
        end = self._end(at)
        if joined and naming.CALLED.search(said):
            return self._unless_a_place(at, end)
        if is_plain(word.key):
            return at
        is_chained = at > 1 and at - 1 == self.last_name_end and self.words[at - 1].key in ("and", "or")
        if (
            (joined and naming.ADDRESSED.search(said))
            or is_chained
            or (self._could_act(at) and naming.STAFFED.match(self._after(end - 1)))
            or (self._could_act(at) and naming.ACTED.match(self._after(end - 1)))
            or self._is_signature(at, end)
        ):
            return self._unless_a_place(at, end)
        return at

    def _could_act(self, at: int) -> bool:
        """Whether an unknown word with a capital may be somebody who did something: "Paramedics were lovely"."""
        key = self.words[at].key
        return key in SURNAMES or not (
            naming.NO_NAME_ENDING.search(key) or (at > 0 and self.words[at - 1].key in naming.DETERMINERS)
        )

    def _is_body(self, at: int) -> bool:
        """Whether the words with capitals from here on name a council, a company or a service."""
        for word in self.words[at : at + LONGEST_NAME]:
            if word is not self.words[at] and (word.gap != " " or not word.has_capital):
                return False
            if word.key in naming.BODIES or (word.key in naming.PLACES and word.key not in SURNAMES):
                return True
        return False

    def _is_addressed(self, at: int) -> bool:
        return self._is_joined(at) and bool(naming.ADDRESSED.search(self._before(at)))

    def _is_joined(self, at: int) -> bool:
        """Whether the sentence runs on from the word before: with a space, a comma or a colon between."""
        return at > 0 and _is_run_on(self.words[at].gap)

    def _before(self, at: int) -> str:
        first = at
        while first > max(0, at - _AROUND) and _is_run_on(self.words[first].gap):
            first -= 1
        return " ".join(word.key for word in self.words[first:at])

    def _after(self, at: int) -> str:
        end = at + 1
        while end < min(len(self.words), at + 1 + _AROUND) and _is_run_on(self.words[end].gap):
            end += 1
        return " ".join(word.key for word in self.words[at + 1 : end])

    def _is_signature(self, at: int, end: int) -> bool:
        """Whether these words end the text, behind a greeting or on a line of their own."""
        behind = self.text[self.words[end - 1].end : self.words[end - 1].end + 11]
        if not naming.AFTER_SIGNATURE.match(behind) or self.words[end - 1].end + len(behind) < len(self.text):
            return False
        start = self.words[at].start
        said = before(self.text, start, 30)
        is_own_line = self.words[at].has_capital and 0 < start and self.text[start - 1] == "\n" and bool(said.strip())
        return is_own_line or bool(naming.SIGNED.search(said))


def _is_run_on(gap: str) -> bool:
    return 0 < len(gap) < 5 and not (set(gap) - set(" ,:'\"“”‘’(-–/&")) and GONE not in gap
