"""Answers that mean something as a whole, before any word of them is weighed.

"Nothing" is praise under "what could we do better?" and a complaint under "what was good?"; "n/a" says nothing at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from survey_app.comments.words import Word


class WholeAnswer(StrEnum):
    NOTHING = "nothing"
    EVERYTHING = "everything"
    NO_CONTENT = "no_content"


_NOTHING = frozenset(
    """
    nothing; none; nil; no; nope; not really; nothing at all; none at all; absolutely nothing; nothing really;
    really nothing; nothing much; not much; not a lot; nothing whatsoever; nothing else; nothing more; not a thing;
    nothing comes to mind; nothing springs to mind; nothing i can think of; nothing that i can think of;
    i can't think of anything; can't think of anything; cannot think of anything; i cannot think of anything;
    no improvement; no improvements; no improvement needed; no improvements needed; no improvements required;
    no change; no changes; no changes needed; nothing to improve; nothing needs improving; no suggestions;
    nothing needed; nothing to complain about; nothing to say; nothing specific; nothing in particular;
    not a great deal; not very much; not a lot really; not much really; not that i can think of; not that i know of;
    nothing that i know of; nothing i know of; can't think of any; i can't think of any; nothing to report;
    no not really; couldn't think of anything; not anything; not one thing
    """.replace("\n", " ")
    .strip()
    .split(";")
)
_EVERYTHING = frozenset(
    ["everything", "all", "all of it", "absolutely everything", "the lot", "every thing", "most of it"]
)
_NO_CONTENT = frozenset(
    """
    na; n a; not applicable; no comment; no comments; no further comment; no further comments; don't know; dont know;
    i don't know; i dont know; dunno; not sure; i'm not sure; im not sure; unsure; no idea; can't remember;
    i can't remember; see above; as above; see previous; as before; same as above; same; ditto; test; nothing to add;
    nothing further to add; no answer; no opinion; none of the above; can't say; can't comment; prefer not to say;
    yes; x; ok thanks; no thanks; no thank you; idk; tbc; null; asdf; qwerty
    """.replace("\n", " ")
    .strip()
    .split(";")
)
_MEANING = {
    **{answer.strip(): WholeAnswer.NO_CONTENT for answer in _NO_CONTENT},
    **{answer.strip(): WholeAnswer.NOTHING for answer in _NOTHING},
    **{answer.strip(): WholeAnswer.EVERYTHING for answer in _EVERYTHING},
}
_LONGEST = max(len(answer.split()) for answer in _MEANING)


def whole_answer(words: Sequence[Word]) -> WholeAnswer | None:
    """What the answer says as a whole; None when its words have to be read one by one.

    Blank answers, signs only, one letter alone or repeated and placeholders have no content.
    """
    keys = [word.key for word in words if word.is_word]
    if not keys:
        has_emoji = any(not word.is_word and ord(word.key[0]) > 0x2000 for word in words)
        return None if has_emoji else WholeAnswer.NO_CONTENT
    if len(set("".join(keys))) == 1:
        return WholeAnswer.NO_CONTENT
    return _MEANING.get(" ".join(keys)) if len(keys) <= _LONGEST else None
