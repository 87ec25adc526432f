"""Which language a comment is written in, by its script and its commonest words. Nothing is guessed: without evidence a
comment is in the language of the form that it was written on.

The words stand in languages.csv, which anyone can review. Words that two languages share speak for neither of them.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from survey_app.comments.words import Word
from survey_app.kernel.languages import ENGLISH, name_in_english

UNDETERMINED = "und"  # as ISO 639 has it: surely not English, and none that we know
NOT_JUDGED = "language-1"  # the method of a comment in a language that nothing here can judge
FEWEST_WORDS = 2  # that speak for another language, unless the whole comment is a word or two
SHORT = 2  # words
SURELY_NOT_ENGLISH_FROM = 6  # words without a single English one among them

_BLOCKS = (  # first and last letter of a script, and what is written in it
    (0x0370, 0x03FF, "el"),
    (0x0400, 0x052F, "cyrillic"),
    (0x0530, 0x058F, "hy"),
    (0x0590, 0x05FF, "he"),
    (0x0600, 0x08FF, "arabic"),
    (0x0900, 0x097F, UNDETERMINED),  # Hindi, Nepali, Marathi
    (0x0980, 0x09FF, "bn"),
    (0x0A00, 0x0A7F, "pa"),
    (0x0A80, 0x0AFF, "gu"),
    (0x0B80, 0x0BFF, "ta"),
    (0x0C00, 0x0C7F, "te"),
    (0x0D00, 0x0D7F, "ml"),
    (0x0D80, 0x0DFF, "si"),
    (0x0E00, 0x0E7F, "th"),
    (0x10A0, 0x10FF, "ka"),
    (0x1100, 0x11FF, "ko"),
    (0x1200, 0x139F, UNDETERMINED),  # Amharic, Tigrinya
    (0x3040, 0x30FF, "ja"),
    (0x3400, 0x9FFF, "zh"),
    (0xAC00, 0xD7AF, "ko"),
    (0xFB50, 0xFDFF, "arabic"),
    (0xFE70, 0xFEFF, "arabic"),
)
# Letters that one language of a script has and the others have not; the first that a comment holds decides.
_TELLING = {
    "arabic": (("ur", "ٹڈڑںےہھ"), ("ckb", "ڕڵۆێە"), ("ps", "ځښړېۍ"), ("ar", "ةىيكإ"), ("fa", "پچژگیک")),
    "cyrillic": (("uk", "іїєґ"), ("ru", "ыэё"), ("bg", "ъ")),
}
_ELSE = {"arabic": "ar", "cyrillic": "ru"}


@dataclass(frozen=True)
class CommonWords:
    """The commonest words of some languages, and letters that English does not have, by what they speak for."""

    languages: frozenset[str]
    words: Mapping[str, tuple[str, ...]]
    letters: Mapping[str, tuple[str, ...]]


def read_common_words(text: str) -> CommonWords:
    """Read `code,letters,words`."""
    languages = set[str]()
    words: dict[str, list[str]] = {}
    letters: dict[str, list[str]] = {}
    for row in csv.DictReader(io.StringIO(text)):
        languages.add(row["code"])
        for of, signs in ((words, row["words"].split()), (letters, row["letters"])):
            for sign in dict.fromkeys(signs):
                of.setdefault(sign, []).append(row["code"])
    return CommonWords(
        frozenset(languages), *({sign: tuple(codes) for sign, codes in of.items()} for of in (words, letters))
    )


@cache
def common_words() -> CommonWords:
    """The list that ships with the product."""
    return read_common_words((files("survey_app.comments") / "languages.csv").read_text(encoding="utf-8"))


@cache
def languages_told_apart() -> frozenset[str]:
    """The codes of all languages that a comment can be found to be in."""
    of_scripts = {code for _first, _last, code in _BLOCKS if code not in _TELLING}
    of_letters = {code for telling in _TELLING.values() for code, _signs in telling}
    return (common_words().languages | of_scripts | of_letters) - {UNDETERMINED}


def language_name(code: str) -> str:
    """What staff call it; the code where we know no name."""
    return "another language" if code == UNDETERMINED else name_in_english(code)


def language_of(words: Sequence[Word], expected: str = ENGLISH) -> str | None:
    """The code of the language; None for a comment without a word, such as emoji or figures alone.

    `expected` is the language of the form. It holds unless the words say otherwise: "ok", names and misspelt words stay
    what was expected. In a comment of two languages the one with more words that are its alone prevails.
    """
    said = [word.key for word in words if word.is_word]
    if not said:
        return None
    in_script = Counter(_in_scripts(said))
    if in_script:
        script, strength = in_script.most_common(1)[0]
        if strength > sum(not _script_of(key) for key in said):
            return _of_script(script, said, expected)
    return _of_words(said, expected)


def _of_words(said: Sequence[str], expected: str) -> str:
    spoken = [_spoken(key) for key in said]
    counted = Counter(code for codes in spoken for code in codes)
    english = [codes for codes in spoken if ENGLISH in codes]
    lead = {
        code: (n - shared, len(english) - shared)
        for code, n in counted.items()
        if code != ENGLISH
        for shared in [sum(code in codes for codes in english)]
    }
    best = max(lead, key=lambda code: (lead[code][0] - lead[code][1], lead[code][0], code == expected), default=None)
    if best is not None:
        own, of_english = lead[best]
        if own > of_english and (own >= FEWEST_WORDS or (len(said) <= SHORT and not english)):
            return best
        if own < of_english and of_english >= FEWEST_WORDS:
            return ENGLISH
    elif len(english) >= FEWEST_WORDS:
        return ENGLISH
    if len(said) >= SURELY_NOT_ENGLISH_FROM and not english and expected == ENGLISH:
        return UNDETERMINED
    return expected


def _spoken(key: str) -> tuple[str, ...]:
    """The languages that a word speaks for: by the list, by what stands before or after an apostrophe, by a letter."""
    common = common_words()
    if key in common.words:
        return common.words[key]
    if "'" in key:
        before, after = key.split("'", 1)
        return common.words.get(before + "'") or common.words.get("'" + after) or common.words.get(after, ())
    if key.isascii():
        return ()
    return next((common.letters[letter] for letter in key if letter in common.letters), ())


def _in_scripts(said: Sequence[str]) -> Iterator[str]:
    return (script for key in said if (script := _script_of(key)))


@cache
def _block_of(letter: str) -> str:
    place = ord(letter)
    return next((script for first, last, script in _BLOCKS if first <= place <= last), "")


def _script_of(key: str) -> str:
    return "" if key.isascii() else _block_of(key[0])


def _of_script(script: str, said: Sequence[str], expected: str) -> str:
    letters = set("".join(said))
    if script in ("zh", "ja"):
        return "ja" if any(_block_of(letter) == "ja" for letter in letters) else "zh"
    telling = _TELLING.get(script)
    if telling is None:
        return script
    found = next((code for code, signs in telling if letters & set(signs)), _ELSE[script])
    is_sure = found == telling[0][0] or expected not in dict(telling)
    return found if is_sure else expected
