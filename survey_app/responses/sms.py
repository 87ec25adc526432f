"""Reading what somebody wrote back in a text message. Nothing is guessed: what is not plainly a score is a comment.

The message asks for a number from 1 to 5, where 5 is best. People write "5 great", "4.", "five", "5/5", "Very satisfied
- kind lady", "sorry I meant 5", "gwasanaeth da, 5" or "STOP". Where two readings are possible ("4 or 5", "4.5"), where
the number is of another scale ("10") or counts something ("2 weeks and nothing"), there is no score.

When somebody asks us to stop:
- STOP, STOPIO, UNSUBSCRIBE and their like stop as the first word of a message, whatever follows: to stop once too often
  costs us an answer, not to stop costs somebody their peace.
- END, QUIT and CANCEL begin comments as well ("Cancel my direct debit took an hour"), so what follows them may
  only be about our messages.
- After a score the rest is a comment, unless every word of it asks us to stop: "5 stop sending" is an answer and a
  stop, "5 stop the lorries at night" and "the noise did not stop" are none.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from survey_app.responses.given import clean_text
from survey_app.surveys.scales import TextScale


@dataclass(frozen=True)
class Reading:
    """What a text message says. All three may hold at once; a message that says nothing has none of them."""

    is_stop: bool = False
    code: str | None = None  # of the option that was chosen
    comment: str = ""


def read_text(message: str, scale: TextScale | None) -> Reading:
    """Read a message as the answer to a question; without a scale it can only stop us, or be a comment.

    Never raises, whatever the text. The comment is as it was written, without the score and quoted lines.
    """
    text = _own_words(message)
    if _asks_to_stop(text):
        return Reading(is_stop=True)
    if scale is not None:
        for read in (_label_first, _five_of_five_first, _number_first, _number_last, _out_of_five):
            if (found := read(text, scale)) is not None:
                code, rest = found
                is_stop = _asks_only_to_stop(rest)
                return Reading(is_stop, code, "" if is_stop else rest)
    return Reading(comment=text)


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_NUMBERS = {
    word: score
    for score, words in {
        1: "one un jeden unu ایک ਇੱਕ",
        2: "two dau dwy dwa doi două doua دو ਦੋ",
        3: "three tri tair trzy trei تین ਤਿੰਨ",
        4: "four pedwar pedair cztery patru چار ਚਾਰ",
        5: "five pump pum pięć piec cinci پانچ ਪੰਜ",
    }.items()
    for word in words.split()
}

# What may stand before a score: "I would give it a 5", "sorry I meant 5", "rwy'n rhoi 5".
_LEADS = _words(
    "a am an answer be definitely give gave hello hi i i'd i'll i'm id im is it it's its just mean meant my no number "
    "oops option please put rate rating reply say score should sorry that the was were with would you your yes "
    "correction rwy'n rhoi rhoddaf sgôr sgor mae'n yn oedd roeddwn roeddwn'n dw dwi i'n"
)
# What may follow a number that was written as a word, or that is not the first word, without a stop between them.
_OPINIONS = _words(
    "all amazing and as awful bad because brilliant but da disappointing excellent fab fantastic for good great gwych "
    "ardderchog diolch dim friendly happy helpful i it just kind lovely my nice no not ok okay perfect poor please "
    "quick really rubbish rude satisfied service she he slow so staff super terrible thank thanks the they thx ta very "
    "was we were wonderful you your iawn if gwasanaeth stop"
)
# Of those, what a number at the end may not follow: "I called you 5" is none.
_JOINING = _words("all and as because but for i if it just my no not please she he so the they was we were you your")
# What makes a number an amount of something, no score.
_AMOUNTS = _words(
    "am pm st nd rd th of out x times time attempt attempts more other others different separate second seconds sec "
    "secs minute minutes min mins hour hours hr hrs h day days week weeks month months year years yr yrs pound p k "
    "people pounds persons person men women ladies children child kids adults members advisers officers calls "
    "call phone emails email e-mails e-mail letters letter visits visit texts messages questions points point things "
    "thing bags bag bins bin houses house beds bed bedroom bedrooms flats rooms lots working o'clock oclock percent "
    "munud funud awr oriau diwrnod wythnos mis blynedd gwaith waith o pobl galwad galwadau"
)
_BEFORE_DAYS = _words("on since from by until till before after and")
_STOPS = _words("stop stopio stopiwch stopall unsubscribe unsubscribed unsub optout opt-out dad-danysgrifio")
_STOPS_IF_ALONE = _words("end quit cancel")
_STOP_PHRASES = (
    ("opt", "out"),
    ("take", "me", "off"),
    ("remove", "me"),
    ("leave", "me", "alone"),
    *(
        (*refusal, verb)
        for refusal in (("do", "not"), ("don't",), ("dont",))
        for verb in ("text", "contact", "message")
    ),
)
_COURTESIES = _words("please pls plz hi hello ok okay sorry can you could thanks just i want to like would")
_ABOUT_MESSAGES = (
    _STOPS
    | _STOPS_IF_ALONE
    | _words(
        "please pls plz now thanks thank you sending send texting text texts asking ask contacting contact messaging "
        "message messages sms survey surveys these this those the me my all any more it from to number at once again "
        "immediately os gwelwch yn dda nawr anfon negeseuon tecstio ata' fi i mi"
    )
)

_TOKEN = re.compile(r"""\d+(?:[.,:/]\d+)*|[^\W\d_][^\s\d.,;:!?…"“”«»()\[\]/*،۔।\u2013\u2014]*""")
_BREAK = re.compile(r"[.,;:!?…\n()،۔।\u2013\u2014-]")
_OF_FIVE = re.compile(r"(?<![\d.,/])(\d)\s*(?:/|out of|allan o)\s*(?:5|five|pump)(?![\d/%]|[.,]\d)", re.IGNORECASE)
_QUOTED_LINE = re.compile(r"^[^\S\n]*>.*$", re.MULTILINE)
_QUOTED_REST = re.compile(
    r"^[^\S\n]*(?:on\b.{0,200}\bwrote:|-{2,}\s*original message).*", re.MULTILINE | re.DOTALL | re.I
)
# What phones send in place of a thumb: it quotes our own words.
_REACTION = re.compile(
    r"""^(?:liked|loved|disliked|laughed at|emphasi[sz]ed|questioned|reacted .{1,20} to|removed .{1,30} from)\s+[“"]""",
    re.IGNORECASE,
)
_SIGNS = ("-", "−", "+", "£", "$", "€", "#")  # right before a number
_KEYCAP = re.compile("\ufe0f?\u20e3")
_UNSEEN = "\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff\ufe0f"
_EDGES = " \t\n.,;:!?…/*-\u2013\u2014،۔।" + _UNSEEN


def _own_words(message: str) -> str:
    """The message without what it quotes of ours, with the digit of a keycap as a digit."""
    text = _KEYCAP.sub("", clean_text(message)).strip(_UNSEEN + " \t\n")
    if _REACTION.match(text):
        return ""
    return _QUOTED_REST.sub("", _QUOTED_LINE.sub("", text)).strip()


@dataclass(frozen=True)
class _Token:
    """A number or a word, folded, and where it stands."""

    word: str
    start: int
    end: int

    @property
    def score(self) -> int | None:
        """1 to 5 as a single digit of any script or as a word, else None."""
        if len(self.word) == 1 and self.word.isdecimal():
            value = unicodedata.decimal(self.word)
            return value if 1 <= value <= 5 else None
        return _NUMBERS.get(self.word)

    @property
    def is_number(self) -> bool:
        return self.word[0].isdecimal() or self.word in _NUMBERS


def _tokens(text: str) -> list[_Token]:
    return [
        _Token(match[0].casefold().replace("’", "'").rstrip("'-" + _UNSEEN) or match[0], match.start(), match.end())
        for match in _TOKEN.finditer(text)
    ]


def _first_after_leads(tokens: Sequence[_Token]) -> int:
    return next((place for place, token in enumerate(tokens) if token.word not in _LEADS), len(tokens))


def _label_first(text: str, scale: TextScale) -> tuple[str, str] | None:
    """The words of an answer at the beginning, the longest that fits. One that is no opinion must be all there is."""
    tokens = _tokens(text)
    begins = {0, _first_after_leads(tokens)}
    for label in sorted(scale.by_label, key=len, reverse=True):
        words = [token.word for token in _tokens(label)]
        if not any(word.isalpha() for word in words):
            continue
        for begin in begins:
            if [token.word for token in tokens[begin : begin + len(words)]] == words:
                code, rest = scale.by_label[label], text[tokens[begin + len(words) - 1].end :].lstrip(_EDGES)
                if code not in scale.outside or not rest:
                    return code, rest
    return None


def _five_of_five_first(text: str, scale: TextScale) -> tuple[str, str] | None:
    found = _OF_FIVE.match(text)
    return None if found is None else _of_scale(found, scale, text[found.end() :].lstrip(_EDGES))


def _number_first(text: str, scale: TextScale) -> tuple[str, str] | None:
    """A number at the beginning, or after words that lead to one, if what follows leaves no doubt about it."""
    tokens = _tokens(text)
    place = _first_after_leads(tokens)
    if place == len(tokens) or (score := tokens[place].score) is None:
        return None
    token, after, end = tokens[place], tokens[place + 1 :], tokens[place].end
    has_stars = bool(after) and after[0].word in ("star", "stars", "seren")
    if has_stars:
        end, after = after[0].end, after[1:]
    between = text[end : after[0].start] if after else text[end:]
    if text[: token.start].endswith(_SIGNS) or between.strip().startswith(("%", "/")):
        return None
    if after and _is_another_number(token, after):
        return None
    if after and _BREAK.search(between) is None:
        is_plain = has_stars or (place == 0 and token.word.isdecimal())
        if after[0].word in _AMOUNTS or not (is_plain or after[0].word in _OPINIONS):
            return None
    return scale.by_score[score], text[end:].lstrip(_EDGES)


def _is_another_number(token: _Token, after: Sequence[_Token]) -> bool:
    """Whether "4 or 5" or "4-5" follows: two numbers are no answer, but for the same one twice or an amount."""
    following = after[1:] if after[0].word in ("or", "to", "and", "neu", "i", "maybe", "lub", "sau") else after
    if not following or not following[0].is_number or following[0].score == token.score:
        return False
    return len(following) == 1 or following[1].word not in _AMOUNTS


def _number_last(text: str, scale: TextScale) -> tuple[str, str] | None:
    """A lone number at the end, after a stop or a word of opinion: "Great service. 5"."""
    tokens = _tokens(text)
    if len(tokens) < 2 or (score := tokens[-1].score) is None or "%" in text[tokens[-1].end :]:
        return None
    before, last = tokens[-2], tokens[-1]
    if any(token.is_number for token in tokens[:-1]) or text[: last.start].endswith(_SIGNS):
        return None
    if _BREAK.search(text[before.end : last.start]) is None and before.word not in _OPINIONS - _JOINING:
        return None
    return scale.by_score[score], text[: before.end].strip()


def _out_of_five(text: str, scale: TextScale) -> tuple[str, str] | None:
    """Said once, "5/5" is a score wherever it stands; "on 3/5" is the third of May."""
    found = list(_OF_FIVE.finditer(text))
    if len(found) != 1:
        return None
    before = _tokens(text[: found[0].start()])
    if before and before[-1].word in _BEFORE_DAYS:
        return None
    return _of_scale(found[0], scale, text)


def _of_scale(found: re.Match[str], scale: TextScale, rest: str) -> tuple[str, str] | None:
    code = scale.by_score.get(unicodedata.decimal(found[1]))
    return None if code is None else (code, rest)


def _asks_to_stop(text: str) -> bool:
    words = [token.word for token in _tokens(text)]
    while words and words[0] in _COURTESIES:
        words = words[1:]
    if not words:
        return False
    if words[0] in _STOPS or any(tuple(words[: len(phrase)]) == phrase for phrase in _STOP_PHRASES):
        return True
    return words[0] in _STOPS_IF_ALONE and _ABOUT_MESSAGES.issuperset(words)


def _asks_only_to_stop(text: str) -> bool:
    words = [token.word for token in _tokens(text)]
    return _asks_to_stop(text) and (_ABOUT_MESSAGES.issuperset(words) or tuple(words) in _STOP_PHRASES)
