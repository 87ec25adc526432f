"""LimeSurvey's expressions and conditions, as far as ours can say the same: comparisons of earlier answers with fixed
values, all or any of which have to hold."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from survey_app.surveys.importing.xmltables import Row
from survey_app.surveys.routing import Comparison, Condition, Term

OTHER_CODE = "-oth-"  # as LimeSurvey stores that "other" was chosen


class Role(StrEnum):
    """What a field of a LimeSurvey response holds."""

    ONE = "one"  # the code of one option
    FLAG = "flag"  # whether one of several options was chosen
    RANK = "rank"  # the code of the option at one place of a ranking
    NUMBER = "number"
    DAY = "day"
    TEXT = "text"
    OTHER = "other"  # what was written at "other"


@dataclass(frozen=True)
class Field:
    """A field of a response, and where what it holds belongs with us."""

    code: str  # of the question
    role: Role
    options: Mapping[str, str] = field(default_factory=dict)  # LimeSurvey's codes -> ours
    option: str = ""  # ours, of a flag and of "other"
    step: float = 1  # of a number: by how much one can be larger than another


class Untranslatable(Exception):
    """Our conditions cannot say this."""


@dataclass(frozen=True)
class _All:
    """Parts of which all hold, or, with `is_any`, at least one."""

    parts: tuple[Term | _All, ...]
    is_any: bool = False


_ALWAYS = _All(())
_MOST_TOKENS = 500
_DEEPEST = 40
_TOKEN = re.compile(
    r"""\s*(?:(?P<text>"[^"]*"|'[^']*')|(?P<number>\d+(?:\.\d+)?(?![\w.]))|(?P<name>[A-Za-z0-9_][\w.#-]*)"""
    r"""|(?P<sign>==|!=|<=|>=|&&|\|\||[<>=!()]))"""
)
_SIGNS = {"eq": "==", "=": "==", "ne": "!=", "lt": "<", "le": "<=", "gt": ">", "ge": ">=", "and": "&&", "or": "||"}
_COMPARING = frozenset({"==", "!=", "<", "<=", ">", ">="})
_MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
_OPPOSITE = {
    Comparison.IS: Comparison.IS_NOT,
    Comparison.IS_NOT: Comparison.IS,
    Comparison.IS_ANSWERED: Comparison.IS_NOT_ANSWERED,
    Comparison.IS_NOT_ANSWERED: Comparison.IS_ANSWERED,
}
_SUFFIX = re.compile(r"\.(NAOK|valueNAOK|value|code)$")
_SGQA = re.compile(r"^_?\d+X\d+X(?=\d)")


def plain_name(name: str) -> str:
    """The name of a field without what says nothing: of the survey and the group that its question is in."""
    return _SGQA.sub("X", _SUFFIX.sub("", name)).replace("#", "-")


def condition_of(expression: str, fields: Mapping[str, Field]) -> Condition | None:
    """The condition of a relevance equation; None for one that always holds. Untranslatable for any other."""
    text = expression.strip().removeprefix("{").removesuffix("}").strip()
    if text in ("", "1"):
        return None
    return _flat(_Parser(text, fields).whole())


def condition_of_rows(rows: Iterable[Row], fields: Mapping[str, Field]) -> Condition | None:
    """The condition of the rows of LimeSurvey's older editor: any scenario, within one all, of one question any."""
    scenarios: dict[str, dict[str, list[Term | _All]]] = {}
    for row in rows:
        asked = scenarios.setdefault(row.get("scenario", "1"), {}).setdefault(row.get("cfieldname", ""), [])
        asked.append(_row_term(row, fields))
    parts = (_All(tuple(_All(tuple(terms), is_any=True) for terms in asked.values())) for asked in scenarios.values())
    return _flat(_All(tuple(parts), is_any=True))


def both(one: Condition | None, other: Condition | None) -> Condition | None:
    """What holds when both hold. Untranslatable where that is neither "all" nor "any" of some comparisons."""
    if one is None or other is None or one == other:
        return one or other
    if not all(part.needs_all or len(part.terms) == 1 for part in (one, other)):
        raise Untranslatable
    return Condition(tuple(dict.fromkeys((*one.terms, *other.terms))))


def _row_term(row: Row, fields: Mapping[str, Field]) -> Term | _All:
    name, value, method = row.get("cfieldname", ""), row.get("value", "").strip(), row.get("method", "").strip()
    if method not in _COMPARING or value.startswith("@") or "{" in value + name:
        raise Untranslatable
    name = plain_name(name.removeprefix("+"))
    if name not in fields and f"{name}{value}" in fields:  # one of several options, named by its code
        return _compared(fields[f"{name}{value}"], method, "Y")
    return _compared(_field(name, fields), method, value)


def _field(name: str, fields: Mapping[str, Field]) -> Field:
    found = fields.get(plain_name(name))
    if found is None:
        raise Untranslatable
    return found


class _Parser:
    """Recursive descent through one expression."""

    def __init__(self, text: str, fields: Mapping[str, Field]) -> None:
        self._fields, self._tokens, self._at, self._depth = fields, _tokens(text), 0, 0

    def whole(self) -> Term | _All:
        found = self._any()
        if self._at < len(self._tokens):
            raise Untranslatable
        return found

    def _peek(self) -> tuple[str, str]:
        return self._tokens[self._at] if self._at < len(self._tokens) else ("end", "")

    def _take(self) -> tuple[str, str]:
        token = self._peek()
        self._at += 1
        return token

    def _is(self, sign: str) -> bool:
        if self._peek() != ("sign", sign):
            return False
        self._at += 1
        return True

    def _any(self) -> Term | _All:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise Untranslatable
        parts = [self._every()]
        while self._is("||"):
            parts.append(self._every())
        self._depth -= 1
        return parts[0] if len(parts) == 1 else _All(tuple(parts), is_any=True)

    def _every(self) -> Term | _All:
        parts = [self._one()]
        while self._is("&&"):
            parts.append(self._one())
        return parts[0] if len(parts) == 1 else _All(tuple(parts))

    def _one(self) -> Term | _All:
        if self._is("!"):
            self._depth += 1
            if self._depth > _DEEPEST:
                raise Untranslatable
            return _negated(self._one())
        if self._is("("):
            found = self._any()
            if not self._is(")"):
                raise Untranslatable
            return found
        return self._comparison()

    def _comparison(self) -> Term | _All:
        left = self._take()
        if left == ("name", "is_empty"):
            return self._emptiness()
        sign = self._peek()[1] if self._peek()[0] == "sign" else ""
        if sign not in _COMPARING:
            if left == ("number", "1"):
                return _ALWAYS
            raise Untranslatable
        self._take()
        right = self._take()
        if left[0] == "name" and right[0] in ("text", "number"):
            return _compared(_field(left[1], self._fields), sign, right[1])
        if right[0] == "name" and left[0] in ("text", "number"):
            return _compared(_field(right[1], self._fields), _MIRRORED.get(sign, sign), left[1])
        raise Untranslatable

    def _emptiness(self) -> Term | _All:
        if not self._is("("):
            raise Untranslatable
        kind, name = self._take()
        if kind != "name" or not self._is(")"):
            raise Untranslatable
        return _compared(_field(name, self._fields), "==", "")


def _tokens(text: str) -> list[tuple[str, str]]:
    found, at = list[tuple[str, str]](), 0
    text = text.rstrip()
    while at < len(text):
        token = _TOKEN.match(text, at)
        if token is None or len(found) >= _MOST_TOKENS:
            raise Untranslatable
        at, kind, said = token.end(), str(token.lastgroup), token[str(token.lastgroup)]
        if kind == "text":
            said = said[1:-1].strip()
        elif kind in ("name", "sign") and said.lower() in _SIGNS:
            kind, said = "sign", _SIGNS[said.lower()]
        elif kind == "name" and said.lower() == "not":
            kind, said = "sign", "!"
        found.append((kind, said))
    return found


def _compared(what: Field, sign: str, value: str) -> Term | _All:
    if what.role is Role.FLAG:
        is_chosen = {("==", "Y"): True, ("==", "1"): True, ("!=", ""): True, ("==", ""): False, ("!=", "Y"): False}
        if (sign, value) not in is_chosen:
            raise Untranslatable
        return Term(what.code, Comparison.IS if is_chosen[sign, value] else Comparison.IS_NOT, (what.option,))
    if value == "" and sign in ("==", "!="):
        if what.role in (Role.OTHER, Role.RANK):
            raise Untranslatable
        return Term(what.code, Comparison.IS_NOT_ANSWERED if sign == "==" else Comparison.IS_ANSWERED)
    if what.role is Role.ONE and sign in ("==", "!="):
        if value not in what.options:
            raise Untranslatable
        return Term(what.code, Comparison.IS if sign == "==" else Comparison.IS_NOT, (what.options[value],))
    if what.role is Role.ONE:
        return _options_as_numbers(what, sign, _number(value))
    if what.role is Role.NUMBER:
        return _as_number(what, sign, _number(value))
    raise Untranslatable


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        raise Untranslatable from error


def _options_as_numbers(what: Field, sign: str, number: float) -> Term:
    """Those of the options whose codes are numbers on the right side of this one."""
    codes = {_number(code): ours for code, ours in what.options.items() if code != OTHER_CODE}
    holds = {"<": float.__lt__, "<=": float.__le__, ">": float.__gt__, ">=": float.__ge__}[sign]
    chosen = tuple(ours for code, ours in codes.items() if holds(code, number))
    if not chosen:
        raise Untranslatable
    return Term(what.code, Comparison.IS, chosen)


def _as_number(what: Field, sign: str, number: float) -> Term | _All:
    least = Term(what.code, Comparison.AT_LEAST, (f"{number + (what.step if sign == '>' else 0):.10g}",))
    most = Term(what.code, Comparison.AT_MOST, (f"{number - (what.step if sign == '<' else 0):.10g}",))
    if sign == "==":
        return _All((least, most))
    if sign == "!=" or not abs(number) < 1e9:
        raise Untranslatable
    return least if sign in (">", ">=") else most


def _negated(node: Term | _All) -> Term | _All:
    if isinstance(node, _All):
        return _All(tuple(map(_negated, node.parts)), is_any=not node.is_any)
    if node.comparison not in _OPPOSITE:
        raise Untranslatable
    return replace(node, comparison=_OPPOSITE[node.comparison])


def _flat(node: Term | _All) -> Condition | None:
    """As one list of comparisons. Untranslatable where "all" and "any" stand within each other."""
    found = _simple(node)
    if isinstance(found, Term):
        return Condition((found,))
    if not found.parts:
        if found.is_any:
            raise Untranslatable  # it never holds
        return None
    terms = tuple(part for part in found.parts if isinstance(part, Term))
    if len(terms) < len(found.parts):
        raise Untranslatable
    return Condition(terms, needs_all=not found.is_any)


def _simple(node: Term | _All) -> Term | _All:
    """With groups within groups of the same kind opened, and options of one question that are alternatives as one."""
    if isinstance(node, Term):
        return node
    parts: list[Term | _All] = []
    for part in map(_simple, node.parts):
        is_same = isinstance(part, _All) and part.is_any == node.is_any
        parts += part.parts if isinstance(part, _All) and is_same else (part,)
    if node.is_any and _ALWAYS in parts:
        return _ALWAYS
    parts = [part for part in parts if part != _ALWAYS]
    joined = _joined(parts, Comparison.IS if node.is_any else Comparison.IS_NOT)
    return joined[0] if len(joined) == 1 else _All(tuple(joined), node.is_any)


def _joined(parts: Sequence[Term | _All], comparison: Comparison) -> list[Term | _All]:
    found: dict[object, Term | _All] = {}
    for part in parts:
        key: object = part
        if isinstance(part, Term) and part.comparison is comparison:
            key = part.about
            before = found.get(key)
            if isinstance(before, Term):
                part = replace(part, values=tuple(dict.fromkeys((*before.values, *part.values))))  # noqa: PLW2901
        found[key] = part
    return list(found.values())
