"""Names of people, residents' and staff's alike. Roles, services and places stay: they are what a comment is about.

A word of the list of given names goes wherever it stands, in small letters or capitals, unless it names a place. One
that is also a word, a month or a town goes where the words around it are said of people. Other words go behind a title,
behind "my name is", and with a capital behind words such as "spoke to" or in a signature.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from survey_app.comments.redaction import naming
from survey_app.comments.redaction.details import Span
from survey_app.comments.redaction.lists import (
    GIVEN,
    PLACE_NAMES,
    SOFT_NAMES,
    SURNAMES,
    UNCERTAIN,
    WORD_NAMES,
    words_in,
)
from survey_app.comments.redaction.sentence import LONGEST_NAME, Word, Words

_SPACES = frozenset([" ", "  "])
_DOTS = frozenset([". ", "."])
_AND = words_in("and or")
_LISTED = frozenset([" & ", ", ", "/", " "])
_ASKING = words_in("will can may did do could would")
_MONTHS = words_in("april may june august")
_FAMILY_OR_UNCERTAIN = SURNAMES | UNCERTAIN
_FAMILY_AND_NO_PLACE = SURNAMES - naming.PLACES
_NAMES_BUT_MONTHS = (GIVEN | UNCERTAIN) - _MONTHS
_NUMERALS = words_in("ii iii iv vi vii viii")  # of kings, and of what is called after them
_NUMBER_NEXT = re.compile(" [0-9]")
_MOST_INITIALS = 3


def names_in(text: str) -> Iterator[Span]:
    """The places of names, each with the whole name in one."""
    words = Words(text)
    at = last_end = 0
    while at < len(words):
        end = _end_of_name(words, at, last_end)
        if end is None:
            at += 1
            continue
        yield words[at].start, words[end - 1].end
        at = last_end = end


def _end_of_name(words: Words, at: int, last_end: int) -> int | None:
    """The number of the word behind the name that begins with this one; None where none does. `last_end` is that of the
    name before, which this one may be listed with."""
    word = words[at]
    titled = _end_behind_title(words, at)
    if titled is not None:
        return titled
    if word.key in GIVEN:
        is_meant = not word.is_acronym or words.is_addressed(at)
    elif word.key in naming.MAYBE_TITLES:
        is_meant = False
    elif word.key in UNCERTAIN:
        is_meant = _is_meant(words, at, _is_listed(words, at, last_end))
    elif len(word.key) == 1:
        return _end_behind_initials(words, at)
    elif word.has_capital:
        is_meant = _is_somebody(words, at, _is_listed(words, at, last_end))
    else:
        is_meant = not word.is_acronym and word.is_strange and words.is_called(at)
    return _unless_a_place(words, at, _end(words, at)) if is_meant else None


def _is_listed(words: Words, at: int, last_end: int) -> bool:
    """Whether it follows a name: "Lorraine and Pat", "Joy, Mark"."""
    if not at or not last_end:
        return False
    return (at == last_end and words[at].gap in _LISTED) or (at - 1 == last_end and words[at - 1].key in _AND)


def _end_behind_title(words: Words, at: int) -> int | None:
    word, title = words[at], words[at - 1].key
    if title in naming.TITLES:
        is_family = len(word.key) > 1 and (word.key in SURNAMES or word.is_strange or _is_particle(words, at))
        is_name = word.key not in _AND | {"teams"} and (word.has_capital or is_family)
        return _end(words, at) if is_name and word.gap in _SPACES | _DOTS else None
    if title not in naming.MAYBE_TITLES or word.key in naming.BODIES or len(word.key) == 1:
        return None
    if word.gap not in _SPACES and not (word.gap in _DOTS and title in naming.SHORTENED):
        return None
    is_known = word.key in GIVEN or (word.key in SURNAMES and word.is_strange)
    is_name = is_known or (word.has_capital and (word.key in _FAMILY_OR_UNCERTAIN or word.is_strange))
    return _unless_a_place(words, at, _end(words, at)) if is_name else None


def _end(words: Words, at: int) -> int:
    """A name goes on with family names, initials and what a hyphen joins."""
    end = at + 1
    while end < len(words) and end - at < LONGEST_NAME:
        word = words[end]
        is_behind_initial = word.gap in _DOTS and len(words[end - 1].key) == 1
        if word.is_hyphened:
            goes_on = word.has_capital or word.is_strange
        elif word.gap not in _SPACES and not is_behind_initial:
            goes_on = False
        elif _is_particle(words, end):
            end += 1
            goes_on = True
        else:
            goes_on = _is_initial(words, end) or (len(word.key) > 1 and _is_more_of_it(word))
        if not goes_on:
            break
        end += 1
    return end


def _is_particle(words: Words, at: int) -> bool:
    """The "van der" before a family name."""
    return words[at].key in naming.PARTICLES and _is_family(words[at + 1])


def _is_family(word: Word) -> bool:
    return (word.gap in _SPACES or word.is_hyphened) and (
        word.key in SURNAMES or (word.has_capital and word.is_strange) or word.key in naming.PARTICLES
    )


def _is_initial(words: Words, at: int) -> bool:
    word, follow = words[at], words[at + 1]
    return len(word.key) == 1 and word.has_capital and follow.has_capital and follow.is_strange


def _is_more_of_it(word: Word) -> bool:
    if not word.has_capital:
        return word.key in GIVEN or (word.key in SURNAMES and word.is_strange and word.key not in UNCERTAIN)
    return word.key in SURNAMES or (word.is_strange and word.key not in naming.BODIES | naming.PLACES)


def _unless_a_place(words: Words, at: int, end: int) -> int | None:
    """`end`, or None where the words are those of a street, a park or a school."""
    first, last, follow, previous = words[at], words[end - 1], words[end], words[at - 1]
    is_crowned = previous.key in naming.SAINTS_AND_CROWNS and first.gap in (" ", ". ")
    is_before_a_place = (
        follow.gap == " "
        and follow.key in naming.PLACES
        and (
            follow.has_capital == first.has_capital
            or (follow.key in naming.PLAIN_PLACES and not words.is_addressed(at))
        )
    )
    is_numbered = first.key in UNCERTAIN and bool(_NUMBER_NEXT.match(words.text, last.end))  # a ward, a block
    is_at_a_place = (
        end - at > 1
        and last.key in naming.SURNAME_OR_PLACE
        and (previous.key in naming.TO_A_PLACE or first.key in UNCERTAIN)
        and not words.is_addressed(at)
    )
    is_place = is_crowned or is_before_a_place or is_numbered or is_at_a_place or follow.key in _NUMERALS
    return None if is_place else end


def _end_behind_initials(words: Words, at: int) -> int | None:
    """ "P. J. Hetherington", "J Smith": one initial needs a known name behind it, or a signature."""
    end = at
    while end - at < _MOST_INITIALS and len(words[end].key) == 1 and words[end].has_capital:
        end += 1
        if words[end].gap not in (".", ". ", " "):
            break
    word = words[end]
    is_article = words[at].key in ("i", "a") and word.gap == " "
    if end == at or is_article or not word.has_capital or word.gap not in (".", ". ", " ") or words.is_body(end):
        return None
    is_known = word.key in SURNAMES and (word.is_strange or end - at > 1)
    is_sure = is_known or (word.is_strange and (end - at > 1 or words.is_signature(at, end + 1)))
    return _end(words, end) if is_sure else None


def _is_meant(words: Words, at: int, is_listed: bool) -> bool:
    """Whether a name that is also something else is meant as a name."""
    word, follow = words[at], words[at + 1]
    if follow.gap == " " and follow.has_capital and words.is_body(at + 1):
        return False
    if words.is_called(at) or words.is_signature(at, at + 1):
        return True
    if not word.has_capital:
        return _is_meant_in_small_letters(words, at)
    is_family_next = follow.gap == " " and follow.has_capital and follow.key in _FAMILY_AND_NO_PLACE
    previous = words[at - 1].key if word.is_joined else ""
    if previous in naming.DETERMINERS:
        return is_family_next
    is_asking, behind = word.key in _ASKING, words.behind(at + 1)
    is_of_a_team = naming.IN_A_TEAM.match(behind) or (not is_asking and naming.IN_A_ROLE.match(behind))
    if is_family_next or is_listed or is_of_a_team or words.is_addressed(at):
        return True
    is_timely = is_asking or word.key in _MONTHS
    has_acted = not is_timely and bool(naming.ACTED.match(behind))
    return (has_acted and not (word.key in PLACE_NAMES and previous in naming.TO_A_PLACE)) or (
        not is_timely and (_is_reached(words, at, previous) or _is_first_of_a_list(words, at))
    )


def _is_first_of_a_list(words: Words, at: int) -> bool:
    """ "Joy, Mark and Pat": another name follows at once."""
    follow = words[at + 1]
    if words[at].key in PLACE_NAMES:
        return False
    if follow.key in _AND and follow.gap == " ":
        follow = words[at + 2]
    elif follow.gap == " ":
        return False
    return follow.has_capital and follow.gap in _LISTED and follow.key in _NAMES_BUT_MONTHS


def _is_reached(words: Words, at: int, previous: str) -> bool:
    """Whether it stands inside a sentence where somebody may stand."""
    word, follow = words[at], words[at + 1]
    if word.key in WORD_NAMES:
        return word.is_joined and bool(naming.REACHED.search(words.before(at))) and not follow.has_capital
    return word.key in SOFT_NAMES and previous not in naming.TO_A_PLACE - {"to", "from"} | {"", "christmas", "year"}


def _is_meant_in_small_letters(words: Words, at: int) -> bool:
    word, follow = words[at], words[at + 1]
    if not word.is_joined or word.key in _ASKING or word.is_acronym:
        return False
    said = words.before(at)
    is_spoken_to = bool(naming.SPOKEN_TO.search(said)) and follow.key not in naming.PLACES | naming.BODIES
    is_thanked = bool(naming.THANKED.search(said)) and bool(naming.IN_A_TEAM.match(words.behind(at + 1)))
    return is_spoken_to or is_thanked


def _is_somebody(words: Words, at: int, is_listed: bool) -> bool:
    """Whether a word with a capital that no list of given names holds is somebody's name."""
    word = words[at]
    if words.is_body(at):
        return False
    if not word.is_strange:
        return word.key in SURNAMES and words.is_called(at)
    if words[at - 1].key == "the" and word.key[-1] == "s" and word.key[:-1] in SURNAMES:  # "the Robinsons"
        return True
    end = _end(words, at)
    is_sure = is_listed or words.is_called(at) or words.is_addressed(at) or words.is_signature(at, end)
    return is_sure or (_could_act(words, at) and bool(naming.DOING.match(words.behind(end))))


def _could_act(words: Words, at: int) -> bool:
    """Whether it may be one who did something: "Paramedics were lovely", "The Larkfield took"."""
    key, previous = words[at].key, words[at - 1].key
    return key in SURNAMES or not (naming.NO_NAME_ENDING.search(key) or previous in naming.DETERMINERS)
