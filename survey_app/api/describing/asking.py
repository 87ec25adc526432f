"""Reading the arguments of a request by the dataclass that declares them; the same dataclass describes them."""

from __future__ import annotations

import re
import types
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import MISSING, Field, dataclass, fields
from datetime import date
from enum import StrEnum
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin, get_type_hints

from survey_app.api.describing.schema import DAY, Says, Schema, said, schema_of
from survey_app.kernel.errors import InvalidInput

Asked = TypeVar("Asked")
LONGEST = 200  # characters of a text
MOST_NAMED = 40  # characters of an unknown argument's name in an answer


@dataclass(frozen=True)
class Parameter:
    """One argument as the request names it. A list stands repeated (`where=a&where=b`)."""

    field: str
    name: str
    kind: Any
    says: Says
    is_list: bool
    is_required: bool

    @property
    def schema(self) -> Schema:
        of = schema_of(self.kind, {})
        schema = said({"type": "array", "items": of} if self.is_list else of, self.says)
        if self.kind is str and not self.is_list:
            of.setdefault("minLength", 1)
        if self.kind is str:
            of.setdefault("maxLength", LONGEST)
        if self.kind is date:
            of["pattern"] = DAY
        return schema

    def read(self, text: str) -> Any:
        """InvalidInput says what it should be, and does not repeat what it is."""
        if self.kind is date and re.fullmatch(DAY, text):
            try:
                return date.fromisoformat(text)
            except ValueError:
                pass
        elif self.kind is int and re.fullmatch(r"[0-9]{1,9}", text):
            number = int(text)
            if (self.says.least or 0) <= number <= (self.says.most or number):
                return number
        elif self.kind is bool and text in {"true", "false"}:
            return text == "true"
        elif isinstance(self.kind, type) and issubclass(self.kind, StrEnum) and text in list(self.kind):
            return self.kind(text)
        elif self.kind is str and self._fits(text):
            return text
        raise InvalidInput(f"{self.name} must be {self._wanted()}.")

    def _fits(self, text: str) -> bool:
        least, most = (self.says.least, self.says.most) if not self.is_list else (None, None)
        if not (1 if least is None else least) <= len(text) <= (most or LONGEST):
            return False
        return self.says.pattern is None or re.fullmatch(self.says.pattern, text) is not None

    def _wanted(self) -> str:
        if self.kind is date:
            return "a day from 2000 on, such as 2026-03-31"
        if self.kind is int:
            return f"a whole number from {self.says.least or 0} to {self.says.most or '999999999'}"
        if self.kind is bool:
            return "true or false"
        if self.kind is str:
            example = f", such as {self.says.example}" if self.says.example else ""
            return f"a text of at most {LONGEST} characters{example}, as /api/v1/openapi.json has it"
        return f"one of {', '.join(self.kind)}"


def parameters(kind: type[Any]) -> Iterator[Parameter]:
    """The arguments that a dataclass declares, in its order; `from_` is called from."""
    hints = get_type_hints(kind, include_extras=True)
    for field in fields(kind):
        yield _parameter(field, hints[field.name])


def read_arguments(kind: type[Asked], given: Mapping[str, Sequence[str]]) -> Asked:
    """What was asked. InvalidInput for an argument that is unknown, missing, given twice, or not what it should be."""
    known = {each.name: each for each in parameters(kind)}
    for name in given:
        if name not in known:
            there_are = f"The arguments are {', '.join(known)}." if known else "There are none."
            raise InvalidInput(f"There is no argument {name[:MOST_NAMED]} here. {there_are}")
    found: dict[str, Any] = {}
    for each in known.values():
        texts = given.get(each.name, ())
        if each.is_list:
            if len(texts) > (each.says.most or len(texts)):
                raise InvalidInput(f"{each.name} may stand {each.says.most} times at most.")
            if texts:
                found[each.field] = tuple(each.read(text) for text in texts)
        elif len(texts) > 1:
            raise InvalidInput(f"{each.name} may stand once.")
        elif texts:
            found[each.field] = each.read(texts[0])
        elif each.is_required:
            raise InvalidInput(f"{each.name} is missing.")
    return kind(**found)


def _parameter(field: Field[Any], hint: Any) -> Parameter:
    says = Says()
    if get_origin(hint) is Annotated:
        hint, says = get_args(hint)
    if get_origin(hint) in {Union, types.UnionType}:
        (hint,) = (part for part in get_args(hint) if part is not type(None))
    is_list = get_origin(hint) is tuple
    return Parameter(
        field=field.name,
        name=field.name.rstrip("_"),
        kind=get_args(hint)[0] if is_list else hint,
        says=says,
        is_list=is_list,
        is_required=field.default is MISSING,
    )
