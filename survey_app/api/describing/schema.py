"""Types of ours as JSON Schema (2020-12, the dialect of OpenAPI 3.1): what a declaration says, a program can check."""

from __future__ import annotations

import types
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Literal, NotRequired, Union, get_args, get_origin, get_type_hints, is_typeddict

Schema = dict[str, Any]
DAY = r"^20[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$"  # of this century: figures look a year back

_PLAIN: Mapping[Any, Schema] = {
    str: {"type": "string"},
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    float: {"type": "number"},
    date: {"type": "string", "format": "date"},
    type(None): {"type": "null"},
    Any: {},
}


_ENDS = {"array": ("minItems", "maxItems"), "string": ("minLength", "maxLength")}


@dataclass(frozen=True)
class Says:
    """What a value means, in words, and what it may be. Of a list, `least` and `most` are how many it has, and the
    pattern, which is of the whole text, is of each."""

    words: str = ""
    example: Any = None
    least: int | None = None
    most: int | None = None
    pattern: str | None = None
    default: Any = None


def schema_of(kind: Any, shapes: dict[str, Schema]) -> Schema:
    """The schema of a type. Shapes (TypedDicts) are put into `shapes` under their names and referred to."""
    if kind in _PLAIN:
        return dict(_PLAIN[kind])
    if is_typeddict(kind):
        return _shape(kind, shapes)
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return {"type": "string", "enum": [member.value for member in kind]}
    return _made_of(get_origin(kind), get_args(kind), shapes)


def _made_of(origin: Any, parts: tuple[Any, ...], shapes: dict[str, Schema]) -> Schema:
    if origin is Literal:
        return {"type": "string", "enum": list(parts)}
    if origin in {Union, types.UnionType}:
        return _one_of([schema_of(part, shapes) for part in parts])
    if origin in {dict, Mapping}:
        return {"type": "object", "additionalProperties": schema_of(parts[1], shapes)}
    first = schema_of(parts[0], shapes)
    if origin in {list, Sequence}:
        return {"type": "array", "items": first}
    return said(first, parts[1]) if origin is Annotated else first  # NotRequired


def _shape(kind: Any, shapes: dict[str, Schema]) -> Schema:
    name = kind.__name__
    if name not in shapes:
        shapes[name] = {}  # one that holds itself refers to it
        fields = get_type_hints(kind, include_extras=True)
        shapes[name] = {
            "type": "object",
            "properties": {field.rstrip("_"): schema_of(each, shapes) for field, each in fields.items()},
            "required": sorted(
                field.rstrip("_") for field, each in fields.items() if get_origin(each) is not NotRequired
            ),
        }
        if kind.__doc__:
            shapes[name]["description"] = " ".join(kind.__doc__.split())
    return {"$ref": f"#/components/schemas/{name}"}


def said(schema: Schema, says: Says) -> Schema:
    """The schema with what is said of it."""
    of = schema["items"] if schema.get("type") == "array" else schema
    if says.words:
        schema["description"] = says.words
    if says.pattern is not None:
        of["pattern"] = says.pattern
    least, most = _ENDS.get(str(schema.get("type")), ("minimum", "maximum"))
    schema |= {name: value for name, value in ((least, says.least), (most, says.most)) if value is not None}
    if says.example is not None:
        schema["examples"] = [says.example]
    if says.default is not None:
        schema["default"] = says.default
    return schema


def _one_of(schemas: Sequence[Schema]) -> Schema:
    """Plain types stand together as a list of types, as OpenAPI 3.1 has it; others beside each other."""
    if all(set(schema) == {"type"} for schema in schemas):
        return {"type": [schema["type"] for schema in schemas]}
    return {"anyOf": list(schemas)}
