"""Conditions as SurveyJS writes them, `{q1} = 'yes' and ({q2} =< 2 or {q3} notempty)`, in ours where that can be."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from survey_app.surveys.importing.comparing import (
    Asked,
    CannotBeSaid,
    both_hold,
    compared,
    either_holds,
    opposite,
    single,
)
from survey_app.surveys.routing import Comparison, Condition, Term

_MOST_TOKENS = 400
_DEEPEST = 30
_TOKEN = re.compile(
    r"""\s*(?:
    (?P<field>\{[^{}]*\})
  | (?P<text>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")
  | (?P<bracket>[()\[\],])
  | (?P<sign><=|=<|>=|=>|==|=|<>|!=|<|>|&&|\|\||!)
  | (?P<word>[^\s()\[\]{},'"=<>!&|]+)
  )""",
    re.VERBOSE,
)
_SIGNS = {
    "=": "equal",
    "==": "equal",
    "equal": "equal",
    "equals": "equal",
    "<>": "notequal",
    "!=": "notequal",
    "notequal": "notequal",
    "notequals": "notequal",
    "<": "less",
    "less": "less",
    "<=": "most",
    "=<": "most",
    "lessorequal": "most",
    ">": "greater",
    "greater": "greater",
    ">=": "least",
    "=>": "least",
    "greaterorequal": "least",
    "contains": "contains",
    "contain": "contains",
    "notcontains": "notcontains",
    "notcontain": "notcontains",
    "anyof": "anyof",
    "allof": "allof",
    "noneof": "noneof",
}
_TURNED = {"less": "greater", "greater": "less", "most": "least", "least": "most"}


def condition_of(expression: str, asked: Mapping[str, Asked]) -> Condition:
    """The condition in our terms, of questions by their names in the file. CannotBeSaid where it has no equal."""
    parser = _Parser(_tokens(expression), asked)
    condition = parser.either(0)
    if not parser.is_at_end:
        raise CannotBeSaid("it could not be read to its end")
    return condition


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str


def _tokens(expression: str) -> list[_Token]:
    found: list[_Token] = []
    place, whole = 0, expression.strip()
    while place < len(whole):
        match = _TOKEN.match(whole, place)
        if match is None or len(found) > _MOST_TOKENS:
            raise CannotBeSaid("it could not be read")
        kind = match.lastgroup or ""
        text = match[kind]
        found.append(_Token(kind, text[1:-1].strip() if kind in ("field", "text") else text))
        place = match.end()
    return found


class _Parser:
    """Reads a condition from left to right: either, both, one."""

    def __init__(self, tokens: list[_Token], asked: Mapping[str, Asked]) -> None:
        self._tokens, self._asked, self._at = tokens, asked, 0

    @property
    def is_at_end(self) -> bool:
        return self._at >= len(self._tokens)

    def either(self, depth: int) -> Condition:
        if depth > _DEEPEST:
            raise CannotBeSaid("it has too many brackets in each other")
        whole = self._both(depth)
        while self._takes("or", "||"):
            joined = either_holds(whole, self._both(depth))
            if joined is None:
                raise CannotBeSaid("it mixes “all of” and “any of”")
            whole = joined
        return whole

    def _both(self, depth: int) -> Condition:
        whole = self._one(depth)
        while self._takes("and", "&&"):
            joined = both_hold(whole, self._one(depth))
            if joined is None:
                raise CannotBeSaid("it mixes “all of” and “any of”")
            whole = joined
        return whole

    def _one(self, depth: int) -> Condition:
        if depth > _DEEPEST:
            raise CannotBeSaid("it has too many brackets in each other")
        if self._takes("not", "!", "negate"):
            return opposite(self._one(depth + 1))
        if self._takes("("):
            inside = self.either(depth + 1)
            if not self._takes(")"):
                raise CannotBeSaid("a bracket is not closed")
            return inside
        left = self._next()
        if left.kind == "field":
            return self._about(self._question(left.text))
        how = self._how()
        right = self._next()
        if right.kind != "field" or left.kind not in ("text", "word"):
            raise CannotBeSaid("it compares nothing that was asked")
        return compared(self._question(right.text), _TURNED.get(how, how), (left.text,))

    def _about(self, asked: Asked) -> Condition:
        code = asked.item.question.code
        if self._takes("empty"):
            return single(Term(code, Comparison.IS_NOT_ANSWERED))
        if self._takes("notempty"):
            return single(Term(code, Comparison.IS_ANSWERED))
        if self.is_at_end or self._peek().text.lower() in ("and", "or", "&&", "||", ")"):
            if "true" in asked.options:
                return compared(asked, "equal", ("true",))
            return single(Term(code, Comparison.IS_ANSWERED))
        how = self._how()
        values = self._values()
        if values == ("",) and how in ("equal", "notequal"):
            return single(Term(code, Comparison.IS_NOT_ANSWERED if how == "equal" else Comparison.IS_ANSWERED))
        return compared(asked, how, values)

    def _values(self) -> tuple[str, ...]:
        closing = {"[": "]", "(": ")"}.get(self._peek().text)
        if closing is None or self._peek().kind != "bracket":
            return (self._value(),)
        self._at += 1
        values = [self._value()]
        while self._takes(","):
            values.append(self._value())
        if not self._takes(closing):
            raise CannotBeSaid("a list of values is not closed")
        return tuple(values)

    def _value(self) -> str:
        token = self._next()
        if token.kind not in ("text", "word"):
            raise CannotBeSaid("it compares two questions, or computes")
        return (
            token.text
            if token.kind == "text"
            else token.text.lower()
            if token.text in ("True", "False")
            else token.text
        )

    def _question(self, name: str) -> Asked:
        found = self._asked.get(name)
        if found is None:
            raise CannotBeSaid(f"it asks for “{name[:60]}”, which is no question that was taken over")
        return found

    def _how(self) -> str:
        how = _SIGNS.get(self._next().text.lower())
        if how is None:
            raise CannotBeSaid("it compares in a way that is not known here")
        return how

    def _takes(self, *texts: str) -> bool:
        if not self.is_at_end:
            token = self._peek()
            if token.kind not in ("field", "text") and token.text.lower() in texts:
                self._at += 1
                return True
        return False

    def _peek(self) -> _Token:
        if self.is_at_end:
            raise CannotBeSaid("it ends in the middle")
        return self._tokens[self._at]

    def _next(self) -> _Token:
        token = self._peek()
        self._at += 1
        return token
